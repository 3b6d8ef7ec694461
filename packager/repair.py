"""Makes a tree with raw HTML in it valid: each element where the HTML content model lets it stand, and no word lost.

Rules: https://html.spec.whatwg.org/multipage/dom.html#content-models and the elements' own.
"""

import re

from lxml import etree

from packager import rawhtml
from packager.trees import elements, holding, take

ROWS = ("thead", "tbody", "tfoot")

PARENTS = {
    "li": ("ul", "ol"),
    "dt": ("dl", "div"),
    "dd": ("dl", "div"),
    "tr": ("table", *ROWS),
    "td": ("tr",),
    "th": ("tr",),
    **dict.fromkeys((*ROWS, "caption"), ("table",)),
    "figcaption": ("figure",),
    "rt": ("ruby",),
    "rp": ("ruby",),
}
"""By element: where it may stand."""

CHILDREN = {
    "ul": ("li", ("li",)),
    "ol": ("li", ("li",)),
    "dl": ("dd", ("dt", "dd")),
    "table": ("", ("caption", *ROWS, "tr")),
    **dict.fromkeys(ROWS, ("", ("tr",))),
    "tr": ("td", ("td", "th")),
}
"""By container: what to wrap a stranger in (empty: the stranger moves in front of the table), and what may stand."""

PHRASING = frozenset("p h1 h2 h3 h4 h5 h6 pre".split()) | rawhtml.INLINES
FLOW = rawhtml.BLOCKS
INTEGERS = tuple("start value colspan rowspan width height".split())
_LIMITED = holding(*INTEGERS, "dir", "type", "reversed")


def repair(root: etree._Element) -> None:
    """Put every element of the tree where it may stand, in place."""
    for element in _LIMITED(root):
        _attributes(element)
    for element in elements(root, *PARENTS):
        parent = element.getparent()
        if parent is not None and parent.tag not in PARENTS[element.tag]:
            element.tag = "span" if parent.tag in PHRASING or element.tag in ("rt", "rp") else "div"
    for element in elements(root, *PHRASING):
        if len(element) and next(element.iterdescendants(*FLOW), None) is not None:
            _let_blocks_stand(element)
    for element in elements(root, "a"):
        if any(ancestor.tag == "a" for ancestor in element.iterancestors()):
            element.tag = "span"
            take(element, "href")
    for container, (wrapper, allowed) in CHILDREN.items():
        for element in elements(root, container):
            _fill(element, wrapper, allowed)
    for table in elements(root, "table"):
        if next(table.iter("tr"), None) is None:
            table.tag = "div"


def _attributes(element: etree._Element) -> None:
    """Drop attribute values that HTML does not allow."""
    for name in INTEGERS:
        value = element.get(name)
        if value is None or (name in ("width", "height") and re.fullmatch(r"[0-9.]{1,6}%", value)):
            continue
        if re.fullmatch(r"-?[0-9]{1,6}(px)?", value):
            element.set(name, value.removesuffix("px"))
        else:
            take(element, name)
    if element.get("dir", "ltr").lower() not in ("ltr", "rtl", "auto"):
        take(element, "dir")
    if element.tag == "ol" and element.get("type", "1") not in ("1", "a", "A", "i", "I"):
        take(element, "type")
    if "reversed" in element.attrib:
        element.set("reversed", "reversed")


def _let_blocks_stand(element: etree._Element) -> None:
    """A paragraph that holds blocks becomes a `div`; in an inline element the blocks become spans."""
    if element.tag == "p":
        element.tag = "div"
        return
    for child in element.iterdescendants():
        if child.tag in FLOW:
            if child.tag in ("tr", "li", "dt", "dd", "p", "div"):
                child.tail = f" {child.tail or ''}"
            child.tag = "span"


def _fill(element: etree._Element, wrapper: str, allowed: tuple[str, ...]) -> None:
    """Give a list or table only the children it may have, wrapping or moving out the rest."""
    if (element.text or "").strip():
        stray = etree.Element(wrapper or "div")
        stray.text, element.text = element.text, None
        _take(element, stray, 0, wrapper)
    for child in list(element):
        tail = (child.tail or "").strip()
        if tail:
            stray = etree.Element(wrapper or "div")
            stray.text, child.tail = child.tail, None
            _take(element, stray, element.index(child) + 1, wrapper)
        if child.tag not in allowed:
            index = element.index(child)
            stray = etree.Element(wrapper or "div")
            element.remove(child)
            stray.append(child)
            _take(element, stray, index, wrapper)


def _take(element: etree._Element, stray: etree._Element, index: int, wrapper: str) -> None:
    if wrapper:
        element.insert(index, stray)
        return
    table = next((above for above in element.iterancestors("table")), element)
    table.addprevious(stray)
