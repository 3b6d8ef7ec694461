"""Pages as the browser is told of them."""

from packager.layout.framing import Frame
from packager.layout.jobs import Pages
from packager.layout.lines import Line, Sight
from packager.layout.numbering import Place
from packager.preview.numbers import Book
from packager.preview.shown import Shown
from packager.preview.telling import described, overview

SIGHTS = tuple(Sight(name, (Line(name, x=50, y=100, w=80, h=15, line=7, block=3),)) for name in ("ebb", "flow"))
SHOWN = Shown(
    ("a", "b"), SIGHTS, Pages(b"", (1, 0), ()), Frame((None, None), 396, 612), Place(3, 2, 2, False), False, 5
)


def test_pages_tell_folio_and_side() -> None:
    told = described("ebb", SHOWN)
    assert (told["chapter"], told["rev"], told["first"]) == ("ebb", 5, 3)
    assert [(page["hash"], page["side"], page["blank"]) for page in told["pages"]] == [
        ("a", "verso", False), ("b", "recto", True),
    ]  # fmt: skip


def test_texts_that_are_known_are_told_by_their_names() -> None:
    first, second = described("ebb", SHOWN)["pages"]
    assert [line["text"] for line in second["lines"]] == ["flow"]
    again = described("ebb", SHOWN, {first["text"]})["pages"]
    assert "lines" not in again[0]
    assert (again[0]["text"], again[0]["line"]) == (first["text"], 7)
    assert again[1] == second


def test_of_no_book_nothing_is_told() -> None:
    assert overview(Book(), {}) is None
