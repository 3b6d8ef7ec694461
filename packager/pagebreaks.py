"""Marks in the text of an edition without pages where those of the printed book begin, and the list of them.

Markup after EPUB 3.3 and DPUB-ARIA 1.1: `pagebreak`, `doc-pagebreak`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import accumulate

from lxml import etree

from packager.flow import Piece, count, flow
from packager.leaf import Leaf
from packager.slugs import unique
from packager.trees import TYPE

_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a printed page."""

    label: str
    """The folio."""
    at: int
    """Letters of the section's text before it, as `packager.flow` counts them."""


Starts = Mapping[str, Sequence[Start]]
"""The beginnings of pages by the id of the leaf that they are in."""


@dataclass(frozen=True, slots=True)
class Break:
    """A mark in an edition's text at the beginning of a printed page."""

    label: str
    id: str
    home: str
    """The id of its leaf."""


def marked(leaves: Iterable[Leaf], starts: Starts, taken: Iterable[str]) -> tuple[tuple[Leaf, ...], tuple[Break, ...]]:
    """Put a mark where each page begins into the trees of leaves, and list the marks.

    A word that is divided between two pages stands behind the mark. No mark gets an id of those `taken`.
    """
    ids, made, found = set(taken), list[Leaf](), list[Break]()
    for leaf in leaves:
        if begun := starts.get(leaf.id):
            element = deepcopy(leaf.element)
            marks = [(start, unique(f"{leaf.id}--page-{start.label}", ids)) for start in begun]
            _mark(element, marks)
            found += (Break(start.label, id, leaf.id) for start, id in marks)
            leaf = replace(leaf, element=element, ids=(*leaf.ids, *(id for _, id in marks)))
        made.append(leaf)
    return tuple(made), tuple(found)


def _mark(root: etree._Element, marks: Sequence[tuple[Start, str]]) -> None:
    pieces = [piece for piece in flow(root) if count(piece.text)]
    ends = [*accumulate(count(piece.text) for piece in pieces)]
    at = len(pieces) - 1
    # From the last, so that places before it stay what they are.
    for start, id in reversed(marks):
        mark = etree.Element("span", {TYPE: "pagebreak", "role": "doc-pagebreak", "id": id, "aria-label": start.label})
        if not pieces:
            mark.tail, root.text = root.text, None
            root.insert(0, mark)
            continue
        while at and start.at < ends[at - 1]:
            at -= 1
        piece = pieces[at]
        _put(mark, piece, _word(piece.text, start.at - (ends[at - 1] if at else 0)))


def _word(text: str, letters: int) -> int:
    """Find where the word begins that holds the letter of a number, from 0; the end of a text that has fewer."""
    found = next((match.start() for number, match in enumerate(_LETTER.finditer(text)) if number == letters), len(text))
    return max(text.rfind(between, 0, found) for between in " \n\t\u00a0—–-") + 1


def _put(mark: etree._Element, piece: Piece, index: int) -> None:
    holder, where = (piece.owner, "text") if piece.after is None else (piece.after, "tail")
    text = getattr(holder, where)
    setattr(holder, where, text[:index])
    mark.tail = text[index:]
    piece.owner.insert(0 if piece.after is None else piece.owner.index(piece.after) + 1, mark)
