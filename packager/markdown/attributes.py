"""Attribute lists, `{#id .class key=value}`, and the marks that tell of what a book cannot take."""

from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import AttrListTreeprocessor, get_attrs_and_remainder
from markdown.util import AtomicString

from packager import rawhtml


def fault(code: str, message: str, text: str = "", hint: str = "") -> Element:
    """Mark a place in the text that needs a warning; the text itself stays."""
    element = Element("fault", {"code": code, "message": message, "hint": hint})
    element.text = AtomicString(text)
    return element


def assign(element: Element, text: str) -> None:
    """Give an element the attributes of a list `#id .class key=value`; refused ones leave a mark."""
    pairs, _ = get_attrs_and_remainder(text)
    for key, value in pairs:
        if key == ".":
            element.set("class", f"{element.get('class', '')} {value}".strip())
        elif value is None:
            name = "unnumbered" if key == "-" else key
            element.set("class", f"{element.get('class', '')} {name}".strip())
        elif key == "fig-alt" and element.tag == "img":
            element.set("alt", value)
        elif rawhtml.allowed_attribute(element.tag, key) and key not in ("src", "href"):
            element.set(key, value)
        elif rawhtml.NAME.match(key):
            element.set("data-refused", f"{element.get('data-refused', '')} {key}".strip())


class Attributes(AttrListTreeprocessor):
    """Reads `{#id .class key=value}` behind headings, links, images and blocks."""

    def assign_attrs(self, elem: Element, attrs_string: str, *, strict: bool = False) -> str:
        _, remainder = get_attrs_and_remainder(attrs_string)
        if remainder and strict:
            return remainder
        assign(elem, attrs_string)
        return remainder.removeprefix("}")
