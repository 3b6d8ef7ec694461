"""Pages as the browser is told of them."""

from typing import Any

from packager.layout.framing import Frame
from packager.layout.jobs import Pages
from packager.layout.lines import Line, Mark, Sight, Turn
from packager.layout.numbering import Place
from packager.preview.shown import Shown, described


def pages(*sights: Sight, marks: tuple[tuple[Mark, ...], ...] = (), shift: float = 0.0) -> list[dict[str, Any]]:
    """Describe the pages of a chapter that begins on a verso."""
    laid = Pages(b"", (1,) * len(sights), ())
    frame = Frame((None,) * len(sights), 396, 612, shift)
    digests = tuple(str(number) for number in range(len(sights)))
    shown = Shown(digests, sights, laid, frame, Place(3, len(sights), 2, False), False, 1, None, marks)
    told: list[dict[str, Any]] = described("ebb", shown)["pages"]
    return told


LINE = Line("Nobody saw it go", x=50, y=100, w=80, h=15, line=7, block=3, place="_moon.md:2")


def test_lines_and_marks_stand_where_the_text_was_moved_to() -> None:
    mark = Mark("runt", "go", "short", 50, 100, 80, 15, 7)
    verso, recto = pages(*[Sight("a", (LINE,))] * 2, marks=((mark,), (mark,)), shift=-9)
    assert (verso["side"], recto["side"]) == ("verso", "recto")
    assert [page["lines"][0]["x"] for page in (verso, recto)] == [41, 59]
    assert [page["marks"][0]["x"] for page in (verso, recto)] == [41, 59]


def test_lines_lead_to_the_file_that_holds_them() -> None:
    ((line,),) = (page["lines"] for page in pages(Sight("a", (LINE,))))
    assert (line["line"], line["place"]) == (7, "_moon.md:2")


def test_lines_on_their_side_come_after_the_others() -> None:
    turn = Turn((0, -1, 1, 0, 20, 600), right=350, lines=(LINE,))
    (page,) = pages(Sight("a", (LINE,), turns=(turn,)))
    assert [line.get("turn") for line in page["lines"]] == [None, -90]
    assert [page["lines"][1][side] for side in "xywh"] == [120, 470, 15, 80]
