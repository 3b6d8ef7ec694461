"""The sentence on page breaks after a save."""

from packager.layout.lines import Line, Sight
from packager.preview.report import report


def page(*texts: str) -> Sight:
    return Sight("", tuple(Line(text, 0, at, 9, 9, None, at) for at, text in enumerate(texts)))


def test_a_word_more_moves_nothing() -> None:
    told = report([page("One", "two"), page("three")], [page("One", "two and"), page("three")], (301, 301))
    assert told["text"] == "no page break moved, 301 pages as before, last page has 1 line"


def test_breaks_that_moved_are_counted() -> None:
    before, after = [page("a"), page("b"), page("c", "d")], [page("a"), page("x"), page("y"), page("d", "e", "f", "g")]
    told = report(before, after, (300, 301))
    assert told["text"] == "moved 3 page breaks, 301 pages, 1 more than before, last page has 4 lines"
    assert (told["moved"], told["pages"], told["before"], told["last_lines"]) == (3, 301, 300, 4)


def test_without_the_book_the_chapter_is_counted() -> None:
    assert report([page("a"), page("b")], [page("a")])["text"] == (
        "moved 1 page break, 1 page, 1 fewer than before, last page has 1 line"
    )
