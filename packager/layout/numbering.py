"""Which page everything comes to stand on: units and their page counts in, sheets, blanks and folios out."""

from collections.abc import Sequence
from dataclasses import dataclass

from packager.layout.units import Unit

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands in the finished book."""

    start: int
    """Its first page, counted from 0 at the first page of the book, blanks included."""
    pages: int
    folio: int
    """The number its first page carries, from 1 in each of the two sequences."""
    roman: bool

    @property
    def verso(self) -> bool:
        """Whether it begins on a left-hand page."""
        return self.start % 2 == 1

    def label(self, page: int = 0) -> str:
        """Give the folio of one of its pages, counted from 0, as it is printed."""
        number = self.folio + page
        return roman(number) if self.roman else str(number)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The places of all units, in order, and how many pages there are."""

    places: tuple[Place, ...]
    pages: int
    front: int
    """Pages with roman folios, blanks included."""


def number(units: Sequence[Unit], counts: Sequence[int], *, even: bool) -> Numbering:
    """Put units one after the other: rectos on odd pages, arabic folios from 1 at the first unit after the front."""
    places: list[Place] = []
    page, front = 0, -1
    for unit, count in zip(units, counts, strict=True):
        opens = not unit.roman and front < 0
        page += page % 2 if unit.recto or opens else 0
        if opens:
            front = page
        places.append(Place(page, count, page + 1 if unit.roman else page + 1 - front, unit.roman))
        page += count
    page += page % 2 if even else 0
    return Numbering(tuple(places), page, page if front < 0 else front)


def roman(number: int) -> str:
    """Write a number from 1 in lower-case roman numerals."""
    text = ""
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        text += numeral * count
    return text
