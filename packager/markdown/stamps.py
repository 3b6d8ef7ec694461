"""Blocks that the parser made -> each with the line of the text that it begins at, from 0.

The parser cuts text into blocks at blank lines and knows no lines: several items, rows or quoted paragraphs come of one
block. Before its text is read for inline markup, though, a block holds what stands in the source, letter by letter, so
its place is found there, in order.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

from packager.trees import LINE

STAMPED = frozenset("p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre fence table tr hr div".split())
"""Elements that carry a line."""

_OPEN = frozenset("ul ol li dl dd blockquote".split())
"""What a later block can add to."""
_BARE = frozenset("pre fence hr".split())
"""What has no text of its own to be found by, and is a block by itself."""
_MARKERS = re.compile(r"(?:[ >]|(?:[-*+:]|#{1,6}|\[\^[^\]]+\]:|\w{1,6}[.)])(?= ))*")
"""What stands before the text of a block on its line."""
_DELIMITER = re.compile(r"[ >]*\|?[ :|-]*-[ :|-]*$")
_SLACK = 3
"""Lines behind a block that are looked at too: blank lines are dropped here and there."""


def fresh(parent: Element) -> list[tuple[Element, Element]]:
    """List what the last block added to the end of an open list or quotation, in order, each with what it stands in."""
    found: list[tuple[Element, Element]] = []
    last: Element | None = parent
    while last is not None and (last is parent or last.tag in _OPEN):
        holder, last, added = last, None, []
        for child in reversed(holder):
            if LINE in child.attrib:
                last = child
                break
            added.append((child, holder))
        found = [*reversed(added), *found]
    return found


def stamp(
    made: Sequence[tuple[Element, Element]], lines: Sequence[str], origins: Sequence[int], first: int, count: int
) -> None:
    """Stamp elements that came of a block: it begins at index `first` of the lines, and has `count` of them."""
    origin = str(origins[min(first, len(origins) - 1)] if origins else 0)
    if len(made) == 1 and made[0][0].tag == "p" and not len(made[0][0]):
        made[0][0].attrib.setdefault(LINE, origin)
        return
    places = _Places(lines, origins, first, min(first + count + _SLACK, len(lines)), origin)
    for element, holder in made:
        places.visit(element, holder.get(LINE, origin))


class _Places:
    """Finds texts in the lines of a block, each behind the one before."""

    def __init__(self, lines: Sequence[str], origins: Sequence[int], first: int, end: int, origin: str) -> None:
        self.lines, self.origins, self.next, self.end, self.origin = lines, origins, first, end, origin

    def visit(self, element: Element, otherwise: str) -> None:
        """Stamp an element and what it holds; one that is not found begins where what it stands in does."""
        if LINE in element.attrib:
            return
        text = (element.text or "").strip()
        place = self.find(text) if text and element.tag in STAMPED else None
        if place is not None:
            otherwise = str(self.origins[place])
        elif element.tag in _BARE:
            otherwise = self.origin
        if element.tag == "table":
            self.rows(element, otherwise)
            return
        for child in element:
            self.visit(child, otherwise)
        if place is None and element.tag in _OPEN and not text and len(element):
            otherwise = element[0].get(LINE, otherwise)
        if element.tag in STAMPED:
            element.set(LINE, otherwise)

    def find(self, text: str) -> int | None:
        """Find the line that a text begins on."""
        start, _, more = text.partition("\n")
        bare = _MARKERS.sub("", start).rstrip()
        for at in range(self.next, self.end):
            line = self.lines[at]
            if line.strip(" >") == start or _MARKERS.sub("", line).startswith(bare):
                self.next = at + 1 + more.count("\n") + bool(more)
                return at
        return None

    def rows(self, table: Element, otherwise: str) -> None:
        """Stamp a table's rows: the head, behind its delimiter each row of the body on a line of its own."""
        delimiter = next((at for at in range(self.next, self.end) if _DELIMITER.match(self.lines[at])), None)
        places: Iterable[int] = _rows(delimiter, len(self.lines)) if delimiter else ()
        for row, place in zip(table.iter("tr"), places, strict=False):
            row.set(LINE, str(self.origins[place]))
        head = next(table.iter("tr"), None)
        table.set(LINE, otherwise if head is None else head.get(LINE, otherwise))


def _rows(delimiter: int, end: int) -> Iterator[int]:
    yield delimiter - 1
    yield from range(delimiter + 1, end)
