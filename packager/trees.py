"""Small moves on lxml trees that HTML's mixed content makes awkward."""

from collections.abc import Callable
from copy import deepcopy
from typing import cast

from lxml import etree

EPUB = "http://www.idpf.org/2007/ops"
TYPE = f"{{{EPUB}}}type"
"""The attribute `epub:type`."""

BLOCKS = frozenset(
    (
        "p h1 h2 h3 h4 h5 h6 li dt dd td th caption figcaption blockquote div pre ul ol dl table thead tbody tfoot tr "
        "section aside figure hr"
    ).split()
)
"""Elements that break the line: a word ends at their edges."""

MATHML = "http://www.w3.org/1998/Math/MathML"

LINE = "data-line"
"""The attribute that carries the source line a block came from."""
PLACE = "data-place"
"""The attribute that carries the `file:line` of a block that another file than the section's gave."""

_BLANK = etree.XPath("descendant-or-self::*[text()[not(string())]]")
_IDS = etree.XPath("descendant-or-self::*/@id", smart_strings=False)


def elements(root: etree._Element, *tags: str) -> list[etree._Element]:
    """List the elements of a tree in reading order, so that the tree may change while they are visited."""
    return list(root.iter(*tags or "*"))


def ids(root: etree._Element) -> list[str]:
    """List the ids of a tree in reading order."""
    return cast(list[str], _IDS(root))


def holding(*names: str) -> Callable[[etree._Element], list[etree._Element]]:
    """Give the function that lists the elements of a tree that have an attribute of these names, in reading order."""
    path = etree.XPath(f"descendant-or-self::*[{' or '.join(f'@{name}' for name in names)}]")
    return lambda root: cast(list[etree._Element], path(root))


def blank(root: etree._Element) -> list[etree._Element]:
    """List the elements of a tree that hold text without a letter."""
    return cast(list[etree._Element], _BLANK(root))


def text_of(element: etree._Element) -> str:
    """Return all text of a tree as it stands."""
    return "".join(str(text) for text in element.itertext())


def plain(element: etree._Element) -> str:
    """Return a tree's text in one line, without note marks."""
    if next(element.iter("a", "span"), None) is not None:
        element = deepcopy(element)
        for mark in elements(element, "a", "span"):
            if mark.get("class") == "noteref" or "data-note" in mark.attrib or "data-inline-note" in mark.attrib:
                cut(mark)
    return " ".join(text_of(element).split())


def classes(element: etree._Element) -> list[str]:
    """Return an element's classes."""
    return element.get("class", "").split()


def add_class(element: etree._Element, name: str) -> None:
    """Give an element one more class."""
    element.set("class", f"{element.get('class', '')} {name}".strip())


def take(element: etree._Element, name: str) -> str:
    """Take an attribute off an element and return it; an empty string where there is none."""
    value = element.get(name, "")
    element.attrib.pop(name, "")
    return value


def cut(element: etree._Element) -> None:
    """Take an element with all it holds out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        _append_text(element, parent, element.tail or "")
        element.tail = None
        parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Replace an element by what it holds."""
    parent = element.getparent()
    if parent is None:
        return
    children = list(element)
    lead, tail = element.text or "", element.tail or ""
    if children:
        children[-1].tail = (children[-1].tail or "") + tail
    else:
        lead += tail
    _append_text(element, parent, lead)
    index = parent.index(element)
    element.tail = None
    parent.remove(element)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)


def _append_text(element: etree._Element, parent: etree._Element, text: str) -> None:
    """Add text before an element."""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
