"""The words of a tree, for proving that an edition lost none."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from lxml import etree

from packager.trees import LINE, text_of

INVISIBLE = "\u00ad\u2060\u200b\ufeff"
"""Characters that show nothing: soft hyphen, word joiner, zero-width space, byte-order mark."""


def words_of(element: etree._Element) -> list[str]:
    """Return the tree's words in reading order, without characters that show nothing."""
    text = text_of(element)
    # Twenty times as fast as str.translate, which looks every letter up.
    for character in INVISIBLE:
        text = text.replace(character, "")
    return text.split()


def lost(expected: Sequence[str], found: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield (index, word) of each expected word that the found ones lack, in order; nothing when they are equal."""
    if expected == found:
        return
    for kind, start, end, _, _ in SequenceMatcher(None, expected, found, autojunk=False).get_opcodes():
        if kind in ("delete", "replace"):
            for index in range(start, end):
                yield index, expected[index]


def line_of(element: etree._Element) -> int | None:
    """Return the source line of the nearest block around an element, as stamped in `data-line`."""
    node: etree._Element | None = element
    while node is not None:
        if (line := node.get(LINE)) is not None:
            return int(line)
        node = node.getparent()
    return None
