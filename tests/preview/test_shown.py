"""What can be read on a page, and is marked there."""

from typing import Any

from packager.layout.framing import Frame
from packager.layout.jobs import Pages
from packager.layout.lines import Line, Mark, Sight, Turn
from packager.layout.numbering import Place
from packager.preview.shown import Shown, text

LINE = Line("Nobody saw it go", x=50, y=100, w=80, h=15, line=7, block=3, place="_moon.md:2")
NEXT = Line("before noon", x=50, y=115, w=60, h=15, line=9, block=4)
MARK = Mark("runt", "go", "short", 50, 100, 80, 15, 9)


def told(*sights: Sight, marks: tuple[tuple[Mark, ...], ...] = (), shift: float = 0.0) -> list[Any]:
    """Describe the pages of a chapter that begins on a verso."""
    laid = Pages(b"", (1,) * len(sights), ())
    frame = Frame((None,) * len(sights), 396, 612, shift)
    shown = Shown(("",) * len(sights), sights, laid, frame, Place(3, len(sights), 2, False), False, 1, None, marks)
    return [text.told for text in shown.texts]


def test_lines_and_marks_stand_where_the_text_was_moved_to() -> None:
    pages = told(*[Sight("a", (LINE,))] * 2, marks=((MARK,), (MARK,)), shift=-9)
    assert [page["lines"][0]["x"] for page in pages] == [41, 59]
    assert [page["marks"][0]["x"] for page in pages] == [41, 59]


def test_lines_of_the_manuscript_are_counted_from_the_first_on_the_page() -> None:
    page = text(Sight("a", (LINE, NEXT)), (MARK,), 0)
    assert page.line == 7
    assert [line["line"] for line in page.told["lines"]] == [0, 2]
    assert page.told["marks"][0]["line"] == 2
    assert page.told["lines"][0]["place"] == "_moon.md:2"
    assert "place" not in page.told["lines"][1]


def test_a_page_keeps_its_name_when_lines_come_in_before_it() -> None:
    later = Line("Nobody saw it go", x=50, y=100, w=80, h=15, line=8, block=3, place="_moon.md:2")
    pages = [text(Sight("a", (line,)), (), 0) for line in (LINE, later)]
    assert pages[0].name == pages[1].name
    assert [page.line for page in pages] == [7, 8]
    assert pages[0].name != text(Sight("a", (NEXT,)), (), 0).name


def test_a_page_that_nobody_looked_at_has_marks_and_no_lines() -> None:
    page = text(Sight(""), (MARK,), 0)
    assert (page.line, page.told["lines"], page.told["marks"][0]["line"]) == (9, [], 0)


def test_lines_on_their_side_come_after_the_others() -> None:
    turn = Turn((0, -1, 1, 0, 20, 600), right=350, lines=(LINE,))
    (page,) = told(Sight("a", (LINE,), turns=(turn,)))
    assert [line.get("turn") for line in page["lines"]] == [None, -90]
    assert [page["lines"][1][side] for side in "xywh"] == [120, 470, 15, 80]
