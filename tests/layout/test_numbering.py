"""Which page a unit comes to stand on."""

import pytest

from packager.layout.jobs import Heads
from packager.layout.numbering import Numbering, number, roman
from packager.layout.units import Unit


def unit(name: str, *, front: bool = False, recto: bool = True) -> Unit:
    return Unit(name, name, "", front, recto, False, Heads(), b"", b"")


def starts(numbering: Numbering) -> list[tuple[int, str]]:
    return [(place.start, place.label()) for place in numbering.places]


def test_front_is_roman_and_the_body_begins_at_1_on_a_recto() -> None:
    book = [
        unit("half", front=True),
        unit("title", front=True),
        unit("rights", front=True, recto=False),
        unit("one"),
        unit("two"),
    ]
    numbering = number(book, [1, 1, 1, 5, 2], even=True)
    assert starts(numbering) == [(0, "i"), (2, "iii"), (3, "iv"), (4, "1"), (10, "7")]
    assert (numbering.front, numbering.pages) == (4, 12)
    assert numbering.places[3].label(4) == "5"


def test_chapters_may_begin_on_any_page() -> None:
    numbering = number([unit("one"), unit("two", recto=False)], [3, 3], even=False)
    assert starts(numbering) == [(0, "1"), (3, "4")]
    assert [place.verso for place in numbering.places] == [False, True]
    assert (numbering.front, numbering.pages) == (0, 6)


def test_a_book_of_front_matter_alone() -> None:
    numbering = number([unit("title", front=True)], [1], even=True)
    assert (numbering.front, numbering.pages) == (2, 2)


@pytest.mark.parametrize(
    ("value", "text"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (49, "xlix"), (1994, "mcmxciv")]
)
def test_roman(value: int, text: str) -> None:
    assert roman(value) == text
