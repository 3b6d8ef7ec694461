"""What would be marked in each unit of the book, by what it was laid out from; kept on disk between sessions.

A build keeps pages and not their marks: of units taken from it, the marks are found when nothing else is to do.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict

from packager.layout.cache import Cache
from packager.layout.jobs import Body
from packager.layout.lines import Mark, Marked
from packager.layout.units import Unit


class Marks:
    """The marks that are known."""

    def __init__(self) -> None:
        self._known: dict[Body, Marked] = {}

    def of(self, body: Body, *, verso: bool) -> tuple[tuple[Mark, ...], ...]:
        """Give the marks of each page of a unit that begins on a recto or a verso; nothing where they are unknown."""
        marked = self._known.get(body, Marked())
        return marked.verso if verso else marked.recto

    def keep(self, body: Body, marked: Marked) -> None:
        """Take down what was found."""
        self._known[body] = marked

    def complete(self, cache: Cache, units: Iterable[tuple[Unit, Body]], look: Callable[[Unit, Body], Marked]) -> None:
        """Find the marks of all units: in memory, on disk, or by looking at them; forget those of others."""
        kept = {}
        for unit, body in units:
            key = cache.key("marks", body, unit.images)
            data = None if body in self._known else cache.get(key)
            if data is not None:
                self.keep(body, unpacked(data))
            elif body not in self._known:
                self.keep(body, look(unit, body))
            if data is None:
                cache.put(key, packed(self._known[body]))
            kept[body] = self._known[body]
        self._known = kept


def packed(marked: Marked) -> bytes:
    """Write marks as bytes."""
    return json.dumps(asdict(marked), separators=(",", ":")).encode()


def unpacked(data: bytes) -> Marked:
    """Read what `packed` wrote."""
    told = json.loads(data)
    sides = (tuple(tuple(Mark(**mark) for mark in page) for page in told[side]) for side in ("recto", "verso"))
    return Marked(*sides)
