"""The preview's page in a real browser: Chromium of the system, driven by Playwright."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import CHROMIUM, chromium

if not CHROMIUM:
    pytest.skip("no Chromium on this machine", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PATIENCE = 20.0
"""Seconds that anything may take on a busy machine."""

PARAGRAPH = "The boats lay on their sides in the mud, and waited, as the men did, for {} inches of water to come back."
LONG = "# The Long Wait\n\n" + "\n\n".join(PARAGRAPH.format(n) for n in range(60)) + "\n"
BOOK = {
    "book.md": "---\ntitle: The Tide Table\nauthor: A. Writer\nlang: en\n---\n",
    "01-ebb.md": "# Ebb\n\nThe water went out before noon.\n\nNobody saw it go, see [Flow](03-flow.md).\n",
    "02-wait.md": LONG,
    "03-flow.md": "# Flow\n\nIt came back at night.[^1]\n\n## Later\n\nNobody saw it come.\n\n[^1]: Quietly.\n",
    "style.css": "em { font-weight: bold }\n",
}

FRAME = "const doc = document.querySelector('#frame').contentDocument; "
TEXT = FRAME + "return doc.body.textContent"
TOP = FRAME + "return doc.querySelector('[data-line=\"{line}\"]').getBoundingClientRect().top"

FORGET = """
    const names = ('chapter line view device flow theme layout tab inspector marks unmarked follow bound keys size')
        .split(' ');
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, null])));
    return fetch('/api/settings', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
        .then((answer) => answer.ok)"""
"""Brings the settings back to what they are at first."""

MORPH = """
    const { morph } = await import('/static/js/morph.js');
    const parse = (text) => new DOMParser().parseFromString(`<body>${text}</body>`, 'text/html').body;
    const body = parse(''), wrong = [];
    for (const text of texts) {
        morph(body, parse(text));
        if (body.innerHTML !== parse(text).innerHTML) wrong.push([text, body.innerHTML]);
    }
    return wrong"""
"""Changes one document through several texts; gives those that came out otherwise."""


def ask(page: Page, script: str) -> Any:
    """Evaluate statements in the page; over the debugger's line, which its content policy does not bind."""
    return page.evaluate(f"(() => {{ {script} }})()")


def until(page: Page, script: str, wanted: Callable[[Any], bool] = bool) -> Any:
    """Wait until what statements in the page return is as wanted; Playwright's own waiting wants `eval`."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = ask(page, script)
        except Exception as fault:  # a frame that is not there yet
            found = fault
        else:
            if wanted(found):
                return found
        if time.monotonic() > end:
            raise AssertionError(f"still {found!r}: {script}")
        time.sleep(0.03)


def has(text: str) -> Callable[[Any], bool]:
    """Say whether some text is in what was found."""
    return lambda found: text in found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the manuscript that the server follows."""
    return tmp_path_factory.mktemp("browser") / "tide"


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run `packager preview` and give the address that it prints."""
    write(folder)
    state = tmp_path_factory.mktemp("state")
    command = [sys.executable, "-m", "packager", "preview", str(folder), "--port", "0", "--no-open"]
    environment = os.environ | {"PACKAGER_STATE": str(state), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        line = server.stdout.readline()
        try:
            yield re.findall(r"http://\S+", line)[0]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser that remembers nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="no-preference")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str, folder: Path) -> Iterator[Page]:
    """Open the preview on the book as it was at first; fails for any fault that the page's scripts run into."""
    write(folder)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(address)
    ask(page, FORGET)
    page.goto(address)
    until(page, "return document.querySelector('#chapters [aria-current]') !== null")
    until(page, FRAME + "return doc.documentElement.dataset.flow")
    yield page
    assert not faults


def write(folder: Path) -> None:
    """Write the book as it is at first, and take away what a test added."""
    folder.mkdir(exist_ok=True)
    for name, text in BOOK.items():
        if not (folder / name).exists() or (folder / name).read_text() != text:
            (folder / name).write_text(text)
    for path in folder.iterdir():
        if path.name not in BOOK:
            path.unlink()


def visit(page: Page, place: str, text: str) -> None:
    """Go to a place of the book and wait for its text."""
    ask(page, f"location.hash = {place!r}")
    until(page, TEXT, has(text))


def test_a_save_changes_the_page_in_place(page: Page, folder: Path) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    ask(page, FRAME + "doc.body.firstElementChild.kept = true; doc.defaultView.kept = true")
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "midnight"))
    until(page, TEXT, has("before midnight"))
    assert ask(page, FRAME + "return doc.body.firstElementChild.kept && doc.defaultView.kept")


def test_a_changed_document_is_what_was_sent(page: Page) -> None:
    dice = Random(5)
    blocks = [f"<p>{word} <em>{word}</em></p>" for word in "ebb flow tide mud boat rope".split()]
    blocks += ["<blockquote><p>wait</p></blockquote>", "<ul><li>one</li><li>two</li></ul>", "<pre>as\n it is</pre>"]
    texts = []
    for _ in range(150):
        chosen = [dice.choice(blocks) for _ in range(dice.randrange(9))]
        stamped = "".join(
            block.replace(">", f' data-line="{n}">', 1) for n, block in enumerate(chosen, dice.randrange(3))
        )
        texts.append(f"<section>{stamped}</section>" if dice.random() < 0.8 else stamped)
    assert page.evaluate(f"async (texts) => {{ {MORPH} }}", texts) == []


def test_the_place_being_read_stays(page: Page, folder: Path) -> None:
    visit(page, "02-wait.md:61", "59 inches")
    # Fonts and the first layout of the pages have come: nothing else moves by itself.
    until(page, FRAME + "return doc.fonts.status", has("loaded"))
    time.sleep(0.3)
    before = ask(page, TOP.format(line=61))
    more = PARAGRAPH.format("some more " * 40)
    (folder / "02-wait.md").write_text(LONG.replace("\n\n", f"\n\n{more}\n\n{more}\n\n", 1))
    until(page, TEXT, has("some more"))
    assert abs(ask(page, TOP.format(line=65)) - before) <= 3
    (folder / "02-wait.md").write_text(LONG)
    until(page, TEXT, lambda text: "some more" not in text)
    assert abs(ask(page, TOP.format(line=61)) - before) <= 3


def test_what_changed_is_tinted_unless_motion_is_unwanted(page: Page, folder: Path) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    tinted = FRAME + "return doc.getAnimations().map((each) => each.effect.target.textContent)"
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "dawn"))
    until(page, TEXT, has("dawn"))
    found = until(page, tinted)
    assert "The water went out before dawn." in found
    assert not any("Nobody" in text for text in found)
    page.emulate_media(reduced_motion="reduce")
    until(page, tinted, lambda found: not found)
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "tea"))
    until(page, TEXT, has("tea"))
    assert ask(page, tinted) == []


def test_a_broken_book_shows_a_notice_over_the_last_good_page(page: Page, folder: Path) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    (folder / "book.md").write_text("---\ntitle: [\n---\n")
    notice = until(page, "return document.querySelector('#trouble').innerText", has("book.md:"))
    assert "The book cannot be read" in notice
    assert "before noon" in ask(page, TEXT)
    (folder / "book.md").write_text(BOOK["book.md"])
    until(page, "return document.querySelector('#trouble').hidden")


def test_errors_of_a_chapter_are_told_and_lead_to_their_place(page: Page, folder: Path) -> None:
    visit(page, "03-flow.md:1", "at night")
    (folder / "03-flow.md").write_text(BOOK["03-flow.md"].replace("[^1]\n", "[^2]\n"))
    until(page, "return document.querySelector('#problems').innerText", has("[^2]"))
    assert "03-flow.md:3" in ask(page, "return document.querySelector('#trouble').innerText")
    page.keyboard.press("j")
    until(page, "return document.querySelector('#problems [aria-current]') !== null")


def test_styles_are_swapped_without_a_reload(page: Page, folder: Path) -> None:
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "*noon*"))
    visit(page, "01-ebb.md:1", "before noon")
    weight = FRAME + "return doc.defaultView.getComputedStyle(doc.querySelector('em')).fontWeight"
    until(page, weight, has("700"))
    ask(page, FRAME + "doc.defaultView.kept = true")
    (folder / "style.css").write_text("em { font-weight: normal }\n")
    until(page, weight, has("400"))
    assert ask(page, FRAME + "return doc.defaultView.kept")


def test_chapters_come_and_go(page: Page, folder: Path) -> None:
    listed = "return document.querySelector('#chapters').innerText"
    (folder / "04-storm.md").write_text("# Storm\n\nThen it blew.\n")
    until(page, listed, has("Storm"))
    visit(page, "04-storm.md:1", "Then it blew")
    (folder / "04-storm.md").rename(folder / "05-gale.md")
    (folder / "05-gale.md").write_text("# Gale\n\nThen it blew harder.\n")
    until(page, listed, has("Gale"))
    (folder / "05-gale.md").unlink()
    until(page, listed, lambda text: "Gale" not in text)
    until(page, TEXT, lambda text: "Then it blew" not in text)


def test_pages_lie_as_a_reader_holds_them(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    sides = """return [...document.querySelectorAll('.row.spread')]
        .map((row) => [...row.children].map((each) => each.dataset.side ?? ''))"""
    rows = until(page, sides, lambda rows: len(rows) > 1 and all(len(row) == 2 for row in rows))
    assert {row[0] for row in rows} <= {"verso", "", None}
    assert {row[1] for row in rows} <= {"recto", "", None}
    drawn = until(page, "return document.querySelector('.sheet[data-own=true] img')?.naturalWidth ?? 0")
    assert drawn > 300
    assert until(page, "return document.querySelector('.sheet[data-own=true] .text').innerText", has("boats"))
    page.keyboard.press("b")
    until(page, "return document.querySelectorAll('.row.single').length", lambda count: count > 1)


def test_a_book_read_from_the_right_lies_the_other_way_round(page: Page, folder: Path) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    (folder / "book.md").write_text(BOOK["book.md"].replace("lang: en", "lang: he"))
    until(page, "return document.querySelector('#print-desk').dir", has("rtl"))
    sides = """const row = document.querySelector('.row.spread:nth-child(2)');
        return [...row.children].map((each) => [each.dataset.side, each.getBoundingClientRect().left])"""
    (verso, right), (recto, left) = until(page, sides, lambda found: len(found) == 2 and all(found[0]))
    assert (verso, recto) == ("verso", "recto")
    assert left < right
    page.keyboard.press("3")
    scrolled = "return document.querySelector('#print-desk').scrollTop"
    page.keyboard.press("ArrowLeft")
    until(page, scrolled, lambda top: top > 200)
    page.keyboard.press("ArrowRight")
    until(page, scrolled, lambda top: top < 200)


def test_all_pages_lie_in_their_order_with_blank_ones_and_folios(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    until(page, "return document.querySelector('#exact').dataset.exact", has("exact"))
    page.keyboard.press("s")
    titles = "return [...document.querySelectorAll('.cell h3')].map((each) => each.textContent)"
    wanted = ["Half title", "Title page", "Copyright", "Contents", "Ebb", "The Long Wait", "Flow"]
    until(page, titles, lambda found: found == wanted)
    folios = "return [...document.querySelectorAll('.cell figcaption')].map((each) => each.textContent)"
    captions = until(page, folios, lambda found: len(found) % 2 == 0 and all(found))
    assert captions[:6] == ["i", "blank", "iii", "iv", "v", "blank"]
    assert captions[6:9] == ["1", "blank", "3"]
    page.locator(".cell .sheet[data-chapter=contents]").click()
    until(page, "return document.querySelector('.row .sheet[data-own=true] .text').innerText", has("The Long Wait"))
    assert ask(page, "return document.querySelector('#chapters [aria-current]').innerText").startswith("Contents")
    page.keyboard.press("ArrowRight")
    until(page, TEXT, has("before noon"))


def test_the_text_of_a_turned_table_lies_on_its_cells(page: Page, folder: Path) -> None:
    rows = "".join(f"| Port {n} | low | high |\n" for n in range(6))
    table = f"| Port | Ebb | Flow |\n|---|---|---|\n{rows}\n: Tides {{.landscape}}\n"
    (folder / "03-flow.md").write_text(BOOK["03-flow.md"] + f"\n{table}")
    visit(page, "03-flow.md:1", "Port 5")
    cells = "[...document.querySelectorAll('.sheet[data-own=true] .text .up')]"
    wanted = "(each) => each.textContent === 'Port 3'"
    box = until(page, f"return {cells}.find({wanted})?.getBoundingClientRect().toJSON()")
    assert box["height"] > 1.5 * box["width"]
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "return document.querySelector('#toast').innerText", has("03-flow.md:"))


def test_a_page_is_found_by_its_folio(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    until(page, "return document.querySelector('#exact').dataset.exact", has("exact"))
    results = "return document.querySelector('#results').innerText"
    for folio, title in (("3", "The Long Wait"), ("v", "Contents")):
        page.keyboard.press("g")
        page.keyboard.type(folio)
        until(page, results, lambda text, wanted=f"Page {folio}\n{title}": text.startswith(wanted))  # type: ignore[misc]
        page.keyboard.press("Enter")
        until(page, "return document.querySelector('#print-page').textContent", has(folio))
    assert until(page, "return document.querySelector('.row .sheet[data-own=true]').dataset.chapter") == "contents"


def test_marks_are_drawn_and_can_be_left_out(page: Page, folder: Path) -> None:
    # A picture of ten pixels is too coarse for print whatever the theme.
    picture = folder / "dot.png"
    Image.new("RGB", (10, 10)).save(picture)
    (folder / "03-flow.md").write_text(BOOK["03-flow.md"] + "\n![A dot](dot.png){width=50%}\n")
    visit(page, "03-flow.md:1", "at night")
    drawn = "return [...document.querySelectorAll('.sheet .mark')].map((each) => each.dataset.code)"
    until(page, drawn, has("low-dpi"))
    assert "Coarse images" in until(page, "return document.querySelector('#problems').innerText", has("Coarse"))
    page.get_by_role("switch", name="Draw coarse images").uncheck()
    until(page, drawn, lambda codes: "low-dpi" not in codes)
    page.get_by_role("switch", name="Draw coarse images").check()
    until(page, drawn, has("low-dpi"))
    page.keyboard.press("o")
    until(page, drawn, lambda codes: not codes)


def test_marks_are_counted_in_chapters_that_nobody_looked_at(page: Page, folder: Path) -> None:
    Image.new("RGB", (10, 10)).save(folder / "dot.png")
    (folder / "03-flow.md").write_text(BOOK["03-flow.md"] + "\n![A dot](dot.png){width=40%}\n")
    visit(page, "01-ebb.md:1", "before noon")
    tally = "return document.querySelector('#chapters [data-id=flow] .typography')?.innerText ?? ''"
    until(page, tally, lambda text: text.startswith(("1", "2")))


def test_an_edit_is_followed_only_on_demand(page: Page, folder: Path) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    top = FRAME + "return doc.documentElement.scrollTop"
    (folder / "02-wait.md").write_text(LONG.replace("for 50 inches", "for fifty inches"))
    until(page, TEXT, has("fifty inches"))
    assert ask(page, top) < 100
    page.keyboard.press("f")
    time.sleep(3.2)
    (folder / "02-wait.md").write_text(LONG.replace("for 50 inches", "for half a hundred inches"))
    until(page, top, lambda top: top > 1000)


def test_both_views_stay_at_the_same_place(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    until(page, "return document.querySelectorAll('.sheet[data-own=true] .text span').length > 20")
    scrolled = "return document.querySelector('#print-desk').scrollTop"
    assert ask(page, scrolled) == 0
    page.hover("#frame")  # the view that the hand is on leads
    ask(page, FRAME + "doc.documentElement.scrollTop = doc.documentElement.scrollHeight")
    until(page, scrolled, lambda top: top > 200)
    page.hover("#print-desk")
    ask(page, "document.querySelector('#print-desk').scrollTop = 0")
    until(page, FRAME + "return doc.documentElement.scrollTop", lambda top: top < 200)


def test_a_click_gives_the_source(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.frame_locator("#frame").get_by_text("The water went out").click()
    until(page, "return document.querySelector('#toast').innerText", has("01-ebb.md:3"))
    assert page.evaluate("navigator.clipboard.readText()") == "01-ebb.md:3"


def test_what_is_included_leads_to_the_file_that_holds_it(page: Page, folder: Path) -> None:
    (folder / "_moon.md").write_text("The moon rose.\n\n{{< include _stars.md >}}\n\n" + LONG.split("\n", 2)[2])
    (folder / "_stars.md").write_text("\n\nThe stars came out.\n")
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("Nobody", "{{< include _moon.md >}}\n\nNobody"))
    visit(page, "01-ebb.md:1", "The stars came out")
    toast = "return document.querySelector('#toast').innerText"
    page.frame_locator("#frame").get_by_text("The stars came out").click()
    until(page, toast, has("_stars.md:3"))
    page.locator(".sheet[data-own=true] .text").get_by_text("The moon rose").first.click()
    until(page, toast, has("_moon.md:1"))
    ask(page, "location.hash = '_moon.md:105'")
    until(page, FRAME + "return doc.documentElement.scrollTop", lambda top: top > 1000)
    until(page, "return document.querySelector('#print-desk').scrollTop", lambda top: top > 200)


def test_an_address_leads_to_the_line(page: Page) -> None:
    visit(page, "02-wait.md:101", "59 inches")
    until(page, TOP.format(line=101), lambda top: 0 < top < 538)
    until(page, "return location.hash", has("/L"))


def test_links_lead_to_chapters(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.frame_locator("#frame").get_by_role("link", name="Flow").click()
    until(page, TEXT, has("came back at night"))
    assert ask(page, "return document.querySelector('#chapters [aria-current]').innerText").startswith("Flow")


def test_every_key_does_its_work(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.keyboard.press("n")
    until(page, TEXT, has("59 inches"))
    page.keyboard.press("p")
    until(page, TEXT, has("before noon"))
    root = "return document.documentElement.dataset.{}"
    for key, view in (("1", "reflow"), ("3", "print"), ("2", "both")):
        page.keyboard.press(key)
        assert ask(page, root.format("view")) == view
    page.keyboard.press("r")
    until(page, FRAME + "return doc.documentElement.dataset.flow", has("paged"))
    page.keyboard.press("r")
    page.keyboard.press("t")
    until(page, FRAME + "return doc.documentElement.dataset.theme", has("sepia"))
    device = "return document.querySelector('#device').value"
    before = ask(page, device)
    page.keyboard.press("d")
    assert ask(page, device) != before
    page.keyboard.press("?")
    assert "Next chapter" in ask(page, "return document.querySelector('#help[open]').innerText")
    page.keyboard.press("Escape")
    until(page, "return document.querySelector('#help[open]') === null")
    page.keyboard.press("/")
    page.keyboard.type("came back")
    until(page, "return document.querySelector('#results').innerText", has("came back"))
    page.keyboard.press("Enter")
    until(page, TEXT, has("came back at night"))
    page.keyboard.press("a")
    until(page, "return document.querySelector('#aloud').innerText", has("Heading 1"))
    page.keyboard.press("i")
    until(page, "return document.querySelector('#outline').innerText", has("Later"))


def test_every_key_of_the_help_acts(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.keyboard.press("?")
    names = "[...document.querySelectorAll('#help dt kbd')].map((each) => each.textContent)"
    shown = until(page, f"return {names}")
    page.keyboard.press("Escape")
    names_of_keys = {"→": "ArrowRight", "←": "ArrowLeft", "Esc": "Escape"}
    state = """return [document.body.innerHTML, location.hash, document.documentElement.outerHTML.slice(0, 400),
        document.querySelector('#frame').contentDocument.documentElement.outerHTML.length,
        document.querySelector('#frame').contentDocument.documentElement.scrollTop].join()"""
    for name in shown:
        if name in ("Esc", "k", "0", "p", "←"):  # undo what another did
            continue
        before = ask(page, state)
        page.keyboard.press(names_of_keys.get(name, name))
        until(page, state, lambda now, before=before: now != before)  # type: ignore[misc]
        page.keyboard.press("Escape")


def test_a_key_can_be_changed_and_brought_back(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.keyboard.press("?")
    page.get_by_role("button", name="Next chapter: n").click()
    page.keyboard.press("p")
    until(page, "return document.querySelector('#help').innerText", has("p is taken: Chapter before"))
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    page.get_by_role("button", name="Next chapter: x").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("x")
    until(page, TEXT, has("59 inches"))
    page.keyboard.press("?")
    page.get_by_role("button", name="Bring all keys back").click()
    page.get_by_role("button", name="Next chapter: n").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    until(page, TEXT, has("came back at night"))


def test_what_a_screen_does_not_hold_is_found(page: Page, folder: Path) -> None:
    row = "|" + " wide-as-the-sea |" * 14 + "\n"
    wide = f"{row}{row.replace(' wide-as-the-sea ', '---')}{row}"
    (folder / "03-flow.md").write_text(f"# Flow\n\n{wide}\nCalm.\n")
    visit(page, "03-flow.md:1", "Calm")
    page.keyboard.press("m")
    found = until(page, "return document.querySelector('#stress').innerText", has("E-ink 6"))
    assert "A table" in found
    assert "From 100 %: E-ink 6" in found
    page.get_by_role("button", name="A table").click()
    until(page, "return document.querySelector('#device').value", has("eink6"))
    (folder / "03-flow.md").write_text("# Flow\n\nCalm again.\n")
    until(page, "return document.querySelector('#stress').innerText", has("Everything fits"))
    assert ask(page, "return document.querySelectorAll('iframe').length") == 1


def test_keys_work_inside_the_chapter_too(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.frame_locator("#frame").locator("h1").click()
    page.keyboard.press("n")
    until(page, TEXT, has("59 inches"))


def test_pages_of_the_screen_are_turned(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    page.keyboard.press("r")
    count = "return document.querySelector('#reflow-page').textContent"
    until(page, count, lambda text: text.startswith("1 /"))
    page.keyboard.press("ArrowRight")
    until(page, count, lambda text: text.startswith("2 /"))


def test_state_survives(page: Page, context: BrowserContext, address: str) -> None:
    visit(page, "02-wait.md:81", "59 inches")
    page.keyboard.press("t")
    time.sleep(1)
    page.close()
    again = context.new_page()
    again.goto(address)
    until(again, TEXT, has("59 inches"))
    assert until(again, FRAME + "return doc.documentElement.scrollTop", lambda top: top > 500)
    assert ask(again, FRAME + "return doc.documentElement.dataset.theme") == "sepia"


def test_eight_tabs_are_live(context: BrowserContext, address: str, folder: Path, page: Page) -> None:
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        tab.goto(address)
        visit(tab, "01-ebb.md:1", "Nobody saw it go")
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "eight bells"))
    for tab in tabs:
        tab.bring_to_front()
        until(tab, TEXT, has("eight bells"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core: pip install the dev group")
    page.emulate_media(color_scheme=scheme)
    visit(page, "02-wait.md:1", "59 inches")
    until(page, "return document.querySelectorAll('.sheet img').length > 0")
    tabs = [("i", "#outline"), ("a", "#aloud"), ("m", "#stress")]
    for key, panel in tabs:
        page.keyboard.press(key)
        until(page, f"return document.querySelector('{panel}').innerText")
        assert serious(axe.Axe().run(page).response) == []
    page.keyboard.press("?")
    assert serious(axe.Axe().run(page).response) == []


def serious(report: Any) -> list[str]:
    """List the faults that shut people out."""
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in report["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("width", [1024, 768, 390, 320])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    visit(page, "02-wait.md:1", "59 inches")
    assert ask(page, "return document.documentElement.scrollWidth") <= width
    shown = "'.bar button, .tools button, .tools select'"
    boxes = ask(
        page, f"return [...document.querySelectorAll({shown})].map((each) => each.getBoundingClientRect().toJSON())"
    )
    assert [box for box in boxes if box["width"] and (box["right"] > width or box["left"] < 0)] == []
