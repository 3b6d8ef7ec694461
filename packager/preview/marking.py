"""What would be marked in each unit of the book, by what it was laid out from; kept on disk between sessions.

A build keeps pages and not their marks, which take a tenth of a layout's time to find; of units taken from it, they
are found when nothing else is to do.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace

from packager.layout import origins
from packager.layout.cache import Cache
from packager.layout.jobs import Body
from packager.layout.lines import Mark, Marked
from packager.layout.units import Unit


class Marks:
    """The marks that are known; they are the same where a text only moved in its file."""

    def __init__(self) -> None:
        self._known: dict[Body, Marked] = {}

    def __contains__(self, body: Body) -> bool:
        return origins.counted(body)[0] in self._known

    def of(self, body: Body, *, verso: bool) -> tuple[tuple[Mark, ...], ...]:
        """Give the marks of each page of a unit that begins on a recto or a verso; nothing where they are unknown."""
        bare, origin = origins.counted(body)
        marked = self._known.get(bare, Marked())
        return tuple(_moved(page, origin) for page in (marked.verso if verso else marked.recto))

    def keep(self, cache: Cache, unit: Unit, body: Body, marked: Marked) -> None:
        """Take down what was found."""
        bare, origin = origins.counted(body)
        sides = (tuple(_moved(page, -origin) for page in side) for side in (marked.recto, marked.verso))
        self._known[bare] = Marked(*sides)
        cache.put(cache.key("marks", bare, unit.images), packed(self._known[bare]))

    def recall(self, cache: Cache, units: Iterable[tuple[Unit, Body]]) -> None:
        """Take what is on disk of a book's units, and forget what is of others."""
        known = {}
        for unit, body in units:
            bare, _ = origins.counted(body)
            if bare in self._known:
                known[bare] = self._known[bare]
            elif (data := cache.get(cache.key("marks", bare, unit.images))) is not None:
                known[bare] = unpacked(data)
        self._known = known


def packed(marked: Marked) -> bytes:
    """Write marks as bytes."""
    return json.dumps(asdict(marked), separators=(",", ":")).encode()


def unpacked(data: bytes) -> Marked:
    """Read what `packed` wrote."""
    told = json.loads(data)
    sides = (tuple(tuple(Mark(**mark) for mark in page) for page in told[side]) for side in ("recto", "verso"))
    return Marked(*sides)


def _moved(marks: tuple[Mark, ...], by: int) -> tuple[Mark, ...]:
    """Move marks by so many lines of the manuscript."""
    return tuple(replace(mark, line=mark.line + by) if by and mark.line is not None else mark for mark in marks)
