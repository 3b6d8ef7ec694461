"""The words of a tree, for proving that an edition lost none."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from lxml import etree

from packager.trees import BLOCKS, LINE

INVISIBLE = "\u00ad\u2060\u200b\ufeff"
"""Characters that show nothing: soft hyphen, word joiner, zero-width space, byte-order mark."""

_ASCII = bytes(range(128))

EDGES = BLOCKS | {"br"}


def words_of(element: etree._Element) -> list[str]:
    """Return the tree's words in reading order, without characters that show nothing; blocks end words.

    A formula counts as its text alternative.
    """
    return shown(element).split()


def shown(element: etree._Element) -> str:
    """Return the text that the words are taken from: trees of one text have the same words."""
    return _visible("".join(text for text, _ in _pieces(element)))


def letters(text: str) -> set[str]:
    """Name the characters of a text; faster than to look at each of them, as most are the same few."""
    data = text.encode(errors="surrogatepass")
    rare = data.translate(None, _ASCII).decode(errors="surrogatepass")
    return {*rare, *(chr(code) for code in _ASCII if code in data)}


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


def line_at(element: etree._Element, index: int) -> int | None:
    """Return the source line of the block that holds a tree's word of the index, as `words_of` counts."""
    so_far, inside = 0, False
    for text, holder in _pieces(element):
        if not (text := _visible(text)):
            continue
        # A word may run on from one text node into the next.
        so_far += len(text.split()) - (inside and not text[0].isspace())
        inside = not text[-1].isspace()
        if so_far > index:
            return line_of(holder)
    return None


def _pieces(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Yield each text node with the element it stands in, and a space at each edge of a block."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        name = str(node.tag).rpartition("}")[2]
        if name in EDGES:
            yield " ", node
        if event == "start":
            if name == "math":
                yield node.get("alttext", ""), node
                walk.skip_subtree()
                continue
            if node.text:
                yield node.text, node
        elif node.tail and node is not element:
            parent = node.getparent()
            yield node.tail, node if parent is None else parent


def _visible(text: str) -> str:
    # Twenty times as fast as str.translate, which looks every letter up.
    for character in INVISIBLE:
        text = text.replace(character, "")
    return text
