"""The text of a section that stands in every edition at the same place, as a measure that all editions share.

It has no notes, no formulas, no folios, and nothing that one edition shows and another does not; it is counted in
letters, which no layout changes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ONLY = "only-"
"""What the class of an element begins with that some editions go without."""
_APART = frozenset(("noteref", "notes", "page-of", "folio", "index-pages", "print-only"))
"""Classes of what is not the same in all editions."""
_OTHER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text between two tags."""

    owner: Any
    """The element that it stands in directly."""
    after: Any
    """The child of that which it follows; None where it comes first."""
    text: str
    beside: bool
    """Whether it stands in a figure, which may come to stand on another page than the text around it."""


def flow(root: Any) -> Iterator[Piece]:
    """Yield the text of a tree, of lxml or of the standard library, in reading order."""

    def walk(element: Any, beside: bool) -> Iterator[Piece]:
        beside = beside or element.tag == "figure"
        if element.text:
            yield Piece(element, None, element.text, beside)
        for child in element:
            if not _is_apart(child):
                yield from walk(child, beside)
            if child.tail:
                yield Piece(element, child, child.tail, beside)

    return walk(root, False)


def count(text: str) -> int:
    """Count letters and figures."""
    return len(_OTHER.sub("", text))


def _is_apart(element: Any) -> bool:
    """Say whether an element does not stand in every edition at the same place."""
    if not isinstance(element.tag, str) or element.tag[0] == "{" or element.tag in ("aside", "svg", "math"):
        return True
    names = element.get("class", "")
    return bool(names) and any(name in _APART or name.startswith(ONLY) for name in names.split())
