"""Pages in print and on the screen: how they lie, and what is drawn on them."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.preview.browser.driving import BOOK, FRAME, LONG, MARKS, TEXT, ask, has, until, visit

pytestmark = MARKS


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
    until(page, "return document.querySelector('#chapters [aria-current]').innerText", has("Contents"))
    page.keyboard.press("ArrowRight")
    until(page, TEXT, has("before noon"))


def test_pages_that_stay_lead_to_the_lines_of_now(page: Page, folder: Path) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    last = "[...document.querySelectorAll('.sheet[data-own=true] .text [data-line]')].at(-1)"
    page.keyboard.press("3")
    until(
        page, "document.querySelector('#print-desk').scrollTop = 1e6; " + f"return {last}.textContent", has("59 inches")
    )
    before = int(ask(page, f"return {last}.dataset.line"))
    (folder / "02-wait.md").write_text(LONG.replace("# The Long Wait\n", "# The Long Wait\n\nThey\nwaited.\n", 1))
    until(page, f"return {last}.dataset.line", lambda line: int(line) == before + 3)


def test_pages_told_late_or_in_part_are_left_or_fetched(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    text = "return document.querySelector('.sheet[data-own=true] .text')?.innerText ?? ''"
    until(page, text, has("boats"))
    count = "return document.querySelectorAll('.sheet[data-own=true]').length"
    id = ask(page, "return document.querySelector('.sheet[data-own=true]').dataset.chapter")
    _tell(page, f"chapter: '{id}', rev: 0, serial: 0, pages: []")
    assert ask(page, count) > 2
    with page.expect_response(lambda answer: f"/api/pages/{id}" in answer.url):
        unknown = "{hash: 'none', text: 'of which nobody told', line: 1}"
        _tell(page, f"chapter: '{id}', rev: 0, serial: Infinity, pages: [{unknown}]")
    assert "boats" in ask(page, text)
    assert ask(page, count) > 2


def _tell(page: Page, news: str) -> None:
    """Pass news of pages on as another window does, and wait until the page has heard them."""
    channels = "const said = new BroadcastChannel('packager'), heard = new BroadcastChannel('packager'); "
    post = f"said.postMessage({{kind: 'pages', news: {{{news}}}}})"
    ask(page, channels + f"return new Promise((done) => {{ heard.onmessage = () => done(true); {post}; }})")


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


def test_pages_of_the_screen_are_turned(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    page.keyboard.press("r")
    count = "return document.querySelector('#reflow-page').textContent"
    until(page, count, lambda text: text.startswith("1 /"))
    page.keyboard.press("ArrowRight")
    until(page, count, lambda text: text.startswith("2 /"))


@pytest.mark.parametrize("device", ["eink7", "tablet-wide"])
def test_the_last_page_of_the_screen_is_as_wide_as_the_others(page: Page, device: str) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    page.keyboard.press("r")
    page.locator("#device").select_option(device)
    page.keyboard.press("1")
    count = "return document.querySelector('#reflow-page').textContent.split(' / ').map(Number)"
    _, last = until(page, count, lambda found: found[1] > 1)
    for _ in range(last + 1):
        page.locator("#reflow-on").click()
    until(page, count, lambda found: found == [last, last])
    left = "const root = doc.documentElement; return [root.scrollLeft, doc.defaultView.innerWidth]"
    scrolled, width = ask(page, FRAME + left)
    assert scrolled == (last - 1) * width


def test_lines_that_are_copied_from_a_page_stay_lines(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    until(page, "return document.querySelectorAll('.text span').length", lambda found: found > 4)
    copied = """
        const [one, , two] = [...document.querySelectorAll('.sheet[data-own=true] .text span')].slice(1);
        getSelection().setBaseAndExtent(one.firstChild, 0, two.firstChild, 3);
        return getSelection().toString()"""
    assert ask(page, copied).count("\n") == 2


def test_pages_lie_single_in_a_narrow_window(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    page.keyboard.press("3")
    across = "return document.querySelectorAll('.row.{}').length"
    until(page, across.format("spread"))
    page.set_viewport_size({"width": 390, "height": 844})
    until(page, across.format("single"))
    assert not page.get_by_role("button", name="Facing pages").is_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    until(page, across.format("spread"))


def test_a_chapter_that_is_not_in_print_says_so(page: Page, folder: Path) -> None:
    (folder / "01-ebb.md").write_text("---\neditions: [epub]\n---\n" + BOOK["01-ebb.md"])
    visit(page, "01-ebb.md:5", "before noon")
    until(page, "return document.querySelector('#exact').innerText", has("Not in print"))
    assert "not in print" in ask(page, "return document.querySelector('#print-desk').innerText")
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"])
    until(page, "return document.querySelector('#print-desk .sheet[data-own=true] img') !== null")
