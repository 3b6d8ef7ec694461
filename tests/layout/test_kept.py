"""Units laid out again after edits, from what was kept of them, against the same units laid out from nothing."""

import io
import marshal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from packager.galley import Memo
from packager.layout import worker
from packager.layout.breaking import breaks
from packager.layout.jobs import Body, Pages, Setup
from tests.layout.chapters import planned
from tests.preview.edits import Author

HEAD = "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\ntheme: novel\ntrim: 5x8\n"
BLANK = 'style: {scene-break: ""}\n'
LINES = "".join(f"Line {number} of the log.\n\n" for number in range(200))


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(file, "PNG")
    return file.getvalue()


class Lab:
    """A worker in this process, and a manuscript of one chapter."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.memo = folder, Memo()
        self.setup: Setup | None = None
        self.pages: list[int] = []
        """Pages that the engine made, from 1, round by round."""

    def body(self, text: str) -> Body:
        """Make the job that lays the chapter out."""
        plan = planned(self.folder, text, self.memo)
        setup = plan.setup(str(self.folder))
        if setup != self.setup:
            self.setup = setup
            worker.begin(setup)
        return plan.body(next(unit for unit in plan.units if unit.id == "tide"), 54.0)

    def lay_out(self, text: str, before: Pages | None = None) -> Pages:
        """Lay the chapter out."""
        self.pages = []
        return worker.lay_out(replace(self.body(text), before=before), self.pages.append)


@pytest.fixture
def lab(manuscript: Callable[[Mapping[str, str | bytes]], Path]) -> Iterator[Lab]:
    before = tempfile.tempdir
    yield Lab(manuscript({"book.md": HEAD + "---\n", "boat.svg": b"", "boat.png": picture("red"), "tide.md": ""}))
    tempfile.tempdir = before


def told(pages: Pages) -> tuple[Pages, tuple[Any, ...]]:
    """Give pages, and what is kept to go on from them, besides the lines of more or fewer paragraphs."""
    made, sizes, starts, looked, seen, movable, _, plates = marshal.loads(pages.trace)
    return replace(pages, trace=b""), (made, sizes, starts, looked, seen, movable, plates)


def check(lab: Lab, author: Author, edits: int) -> tuple[int, int]:
    """Compare the chapter after every edit; count the pages that were made, and all there were."""
    before, made, pages = lab.lay_out(author.text.replace(".svg", ".png")), 0, 0
    for text in author.edits(edits):
        text = text.replace(".svg", ".png")
        again = lab.lay_out(text, before)
        made, pages = made + len(lab.pages), pages + len(again.letters) * again.rounds
        before = lab.lay_out(text)
        assert before.trace
        assert told(again) == told(before), text
        before = again
    return made, pages


def test_a_unit_after_edits_is_that_of_a_whole_layout(lab: Lab) -> None:
    made, pages = check(lab, Author(seed=21, paragraphs=30), edits=12)
    assert made < pages * 0.7


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "style"), [(22, ""), (23, ""), (24, BLANK), (25, "theme: scholar\n")])
def test_a_unit_after_many_edits_is_that_of_a_whole_layout(lab: Lab, seed: int, style: str) -> None:
    (lab.folder / "book.md").write_text(HEAD.replace("theme: novel\n", "" if "theme" in style else "theme: novel\n") +
                                        style + "---\n")  # fmt: skip
    made, pages = check(lab, Author(seed, paragraphs=40), edits=60)
    assert made < pages * 0.6


def test_a_word_changed_lays_out_its_page(lab: Lab) -> None:
    text = Author(seed=26, paragraphs=60).text
    before = lab.lay_out(text)
    assert len(lab.pages) > 10
    lab.lay_out(text.replace("harbour", "haven_", 1), before)
    assert len(lab.pages) <= 2


def test_paragraphs_that_move_keep_their_lines(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Author(seed=28, paragraphs=40).text
    before = lab.lay_out(text)
    weighed: list[object] = []

    def watched(*about: Any, **options: Any) -> Any:
        weighed.append(about)
        return breaks(*about, **options)

    monkeypatch.setattr("packager.layout.patches.paragraphs.breaks", watched)
    opening, rest = text.split("\n\n", 1)
    longer = f"{opening}\n\n{'Another tide, and another boat. ' * 12}\n\n{rest}"
    again = lab.lay_out(longer, before)
    assert len(lab.pages) > 5
    assert 1 <= len(weighed) <= 5  # what is new, and what was the opening until then
    assert told(again) == told(lab.lay_out(longer))


def test_an_opening_that_goes_on_over_pages_is_that_of_a_whole_layout(lab: Lab) -> None:
    opening = "".join(f"The {boat} boats of the harbour went out with the unaccountable tide. " for boat in range(90))
    text = f"# The Tide\n\n{opening}\n\n{LINES}"
    before = lab.lay_out(text)
    for edit, made in ((text.replace("Line 3 of", "Line three of"), 3), (text.replace("0 boats", "Two boats", 1), 9)):
        again = lab.lay_out(edit, before)
        assert len(lab.pages) < made
        assert told(again) == told(lab.lay_out(edit))


def test_paragraphs_beside_a_figure_are_those_of_a_whole_layout(lab: Lab) -> None:
    boats = "".join(f"The {boat} boats of the harbour went out with the unaccountable tide. " for boat in range(20))
    text = f"# The Tide\n\n{LINES}\n\n" + f"![A boat.](boat.png){{.left}}\n\n{boats}\n\n" * 9
    before = lab.lay_out(text)
    for edit in (text.replace("Line 190 of", "Line no of"), text.replace("7 boats", "Two boats", 3)):
        again = lab.lay_out(edit, before)
        assert told(again) == told(lab.lay_out(edit))


@pytest.mark.parametrize("css", ["text-decoration: underline", "background: linear-gradient(red, blue)",
                                 "border: 1pt solid; border-radius: 3pt", "color: var(--ink, #123)",
                                 "opacity: 0.5", "transform: rotate(3deg)"])  # fmt: skip
def test_all_that_a_stylesheet_says_may_be_said_of_a_unit(lab: Lab, css: str) -> None:
    first, second = (lab.body(f"# The Tide\n\n{LINES}{{0}}\n\n{LINES}".format(last)) for last in ("One.", "Two."))
    css = f"{first.css} p:nth-of-type(50n) {{ {css} }}"
    before = worker.lay_out(replace(first, css=css), lambda pages: None)
    whole = worker.lay_out(replace(second, css=css), lambda pages: None)
    assert worker.lay_out(replace(second, css=css, before=before), lambda pages: None).pdf == whole.pdf


def test_nothing_changed_lays_out_the_end(lab: Lab) -> None:
    before = lab.lay_out("# The Tide\n\n" + LINES)
    again = lab.lay_out("# The Tide\n\n" + LINES, before)
    assert told(again) == told(before)
    assert len(lab.pages) <= 2


def test_pages_behind_two_more_are_taken_over(lab: Lab) -> None:
    blocks = ["# The Tide", *LINES.split("\n\n")]
    before = lab.lay_out("\n\n".join(blocks))
    for more in range(58, 63):  # as many as fill two pages
        text = "\n\n".join(blocks[:20] + ["Line 99 of the log."] * more + blocks[20:])
        again = lab.lay_out(text, before)
        if len(lab.pages) < len(again.letters) - 1:
            assert len(lab.pages) <= 4
            assert len(again.letters) == len(before.letters) + 2
            assert told(again) == told(lab.lay_out(text))
            return
    pytest.fail("no page was taken over")


def test_what_is_kept_of_something_else_changes_nothing(lab: Lab) -> None:
    text = Author(seed=27, paragraphs=12).text
    right = lab.lay_out(text)
    other = lab.lay_out("# Something else\n\nEntirely.\n")
    wide = replace(lab.body(text), css=lab.body(text).css + "p { text-indent: 0 }")
    for before in (
        other,
        worker.lay_out(wide, lambda pages: None),
        replace(right, trace=b""),
        replace(right, trace=right.trace[:200]),
        replace(right, trace=b"nothing of ours"),
    ):
        assert told(lab.lay_out(text, before)) == told(right)
        assert len(lab.pages) == len(right.letters)


def test_a_page_that_cannot_be_printed_again_is_made_again(lab: Lab) -> None:
    pale = '<g opacity="0.5"><circle r="9"/><circle cx="9" r="9"/></g>'
    (lab.folder / "boat.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{pale}</svg>')
    text = "# The Tide\n\n![A boat](boat.svg)\n\n" + LINES + "{}\n\n" + LINES + "![A boat](boat.svg)\n\n" + LINES
    before = lab.lay_out(text.format("One."))
    again = lab.lay_out(text.format("Two."), before)
    assert len(lab.pages) <= 3 < len(again.letters)
    assert told(again)[1][-1].count(None) == 2
    assert told(again) == told(lab.lay_out(text.format("Two.")))


def test_another_picture_of_the_same_name_is_seen(lab: Lab) -> None:
    text = "# The Tide\n\n" + LINES + "![A boat](boat.png)\n\n" + LINES
    before = lab.lay_out(text)
    (lab.folder / "boat.png").write_bytes(picture("blue"))
    again = lab.lay_out(text, before)
    assert 1 <= len(lab.pages) < len(again.letters)
    assert told(again) == told(lab.lay_out(text))
    assert again.pdf != before.pdf


def test_a_unit_that_tells_page_numbers_is_laid_out_whole(lab: Lab) -> None:
    css = "p::after { content: counter(page) }"
    job = lab.body("# The Tide\n\n" + LINES)
    job = replace(job, css=job.css + css)
    pages = worker.lay_out(job, lambda pages: None)
    assert not pages.trace
    assert worker.lay_out(replace(job, before=pages), lambda pages: None) == pages


def test_lines_of_faults_are_those_of_now(lab: Lab) -> None:
    wide = "![A boat](boat.png)\n\n"  # coarse in print
    before = lab.lay_out("# The Tide\n\n" + LINES + wide)
    text = "# The Tide\n\nOne more.\n\n" + LINES + wide
    again = lab.lay_out(text, before)
    assert [fault.line for fault in again.faults] == [fault.line + 2 for fault in before.faults if fault.line]
    assert again.faults
    assert told(again) == told(lab.lay_out(text))
