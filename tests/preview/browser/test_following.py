"""The page follows what is saved."""

import time
from pathlib import Path
from random import Random

from playwright.sync_api import BrowserContext, Page

from tests.preview.browser.driving import (
    BOOK,
    FRAME,
    LONG,
    MARKS,
    PARAGRAPH,
    TEXT,
    TOP,
    ask,
    has,
    previewed,
    until,
    visit,
)

pytestmark = MARKS


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


SPACED = """
    const { morph } = await import('/static/js/morph.js');
    const parse = (text) => new DOMParser().parseFromString('<html xmlns="http://www.w3.org/1999/xhtml" '
        + `xmlns:epub="http://www.idpf.org/2007/ops"><body>${text}</body></html>`, 'application/xhtml+xml').body;
    const body = parse(texts[0]);
    return texts.filter((text) => { morph(body, parse(text)); return !body.isEqualNode(parse(text)); })"""
"""Does so with an e-book's markup; gives the texts that did not come out."""


def test_attributes_keep_their_namespace(page: Page) -> None:
    note = '<p data-line="1">Ebb.<a epub:type="noteref" href="#n">1</a></p>'
    block = '<div data-line="3" epub:type="epigraph"><p data-line="3">Flow.</p></div>'
    plain = '<p data-line="1">Ebb.<a>1</a></p><div data-line="3"><p data-line="3">Flow.</p></div>'
    texts = [note + block, plain, note + block.replace("epigraph", "letter"), note]
    assert page.evaluate(f"async (texts) => {{ {SPACED} }}", texts) == []


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


def test_a_chapter_of_a_book_in_one_file_stays_when_it_is_called_otherwise(
    context: BrowserContext, tmp_path: Path
) -> None:
    tale, text = tmp_path / "tale.md", "---\ntitle: T\n---\n# One\n\nFirst.\n\n# Two\n\nSecond.\n\n# Three\n\nThird.\n"
    tale.write_text(text)
    with previewed(tale, tmp_path / "state") as address:
        page = context.new_page()
        page.goto(address)
        until(page, TEXT, has("First"))
        visit(page, "tale.md:10", "Second")
        tale.write_text(text.replace("Two", "Deux"))
        until(page, TEXT, has("Deux"))
        assert "Second" in ask(page, TEXT)


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


def test_eight_tabs_are_live(context: BrowserContext, address: str, folder: Path, page: Page) -> None:
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        tab.goto(address)
        visit(tab, "01-ebb.md:1", "Nobody saw it go")
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "eight bells"))
    for tab in tabs:
        tab.bring_to_front()
        until(tab, TEXT, has("eight bells"))


def test_windows_on_different_chapters_have_their_own_pages(
    context: BrowserContext, address: str, folder: Path, page: Page
) -> None:
    printed = "return document.querySelector('#print-desk .sheet[data-own=true] .text').textContent"
    visit(page, "01-ebb.md:1", "before noon")
    until(page, printed, has("before noon"))
    other = context.new_page()
    other.goto(address)
    visit(other, "03-flow.md:1", "at night")
    until(other, printed, has("at night"))
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "midnight"))
    until(page, printed, has("before midnight"))
    (folder / "style.css").write_text("p { letter-spacing: 1pt }\n")
    for window in (page, other):  # the pages of both come with their text, whichever is laid out for the eye
        until(window, "return document.querySelector('#exact').dataset.exact", has("exact"))
        until(window, printed, bool)
