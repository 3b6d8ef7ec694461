"""Pages of an edition that reads as XHTML: canonical trees in, whole documents out."""

from collections.abc import Callable, Container, Mapping
from copy import deepcopy
from html import escape

from lxml import etree

from packager import formulas

OPS = "http://www.idpf.org/2007/ops"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_VOID = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_NOTE_LINK = (f"{{{OPS}}}type", "role", "class")
_PREFIX = ' epub:prefix="z3998: http://www.daisy.org/z3998/2012/vocab/structure/"'
"""Z39.98-2012's words for letters, verse and plays, which EPUB's own vocabulary lacks."""
_WORD_JOINER = "\u2060"
"""Readers without a glyph for it show a box."""

_PAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="{ops}" lang="{lang}" xml:lang="{lang}"{dir}{prefix}>
<head>
<meta charset="utf-8"/>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="{style}"/>
</head>
<body{type}>
{body}
</body>
</html>
"""


def page(
    body: str, *, title: str, lang: str, direction: str = "ltr", kind: str = "", style: str = "style.css"
) -> bytes:
    """Wrap markup in a document.

    `direction` is `rtl` or `ltr`, which goes without saying; `kind` the body's `epub:type`; `style` the address of the
    style sheet.
    """
    return _PAGE.format(
        ops=OPS,
        lang=escape(lang),
        dir=' dir="rtl"' if direction == "rtl" else "",
        title=escape(title),
        style=escape(style),
        prefix=_PREFIX if 'epub:type="z3998:' in body else "",
        type=f' epub:type="{kind}"' if kind else "",
        body=body,
    ).encode()


def markup(
    tree: etree._Element, link: Callable[[str], str | None], images: Mapping[str, str], *, keep: Container[str] = ()
) -> str:
    """Write a canonical tree for a page: `settled`, as XHTML."""
    tree = settled(tree, link, images, keep=keep)
    for element in tree.iter(etree.Element):
        if (lang := element.get("lang")) is not None:
            element.set(_XML_LANG, lang)
    return written(tree)


def settled(
    tree: etree._Element, link: Callable[[str], str | None], images: Mapping[str, str], *, keep: Container[str] = ()
) -> etree._Element:
    """Copy a canonical tree with the addresses that hold on its page.

    `link` turns an id into an address, None where the edition lacks the place: such a link becomes plain text.
    `images` gives each image's address by its path in the manuscript; `keep` names the `data-` attributes, all of them
    ours, that stay.
    """
    tree = deepcopy(tree)
    tree.tail = None
    for element in tree.iter(etree.Element):
        attributes = element.attrib
        for name in [name for name in attributes if str(name).startswith("data-") and name not in keep]:
            del attributes[name]
        if element.tag == "a" and str(attributes.get("href", "")).startswith("#"):
            _relink(element, link(str(attributes["href"])[1:]))
        elif element.tag == "img":
            attributes["src"] = images[str(attributes["src"])]
        # Readers that take the page for HTML would put all that follows into an empty element closed by a slash.
        if element.text is None and not len(element) and element.tag not in _VOID and "{" not in str(element.tag):
            element.text = ""
    formulas.space(tree)
    return tree


def written(tree: etree._Element) -> str:
    """Write a settled tree so that it is read alike as XML and as HTML."""
    text = etree.tostring(tree, encoding="unicode")
    return text.replace(f' xmlns:epub="{OPS}"', "").replace(_WORD_JOINER, "")


def _relink(element: etree._Element, address: str | None) -> None:
    if address is not None:
        element.set("href", address)
        return
    element.tag = "span"
    del element.attrib["href"]
    for name in _NOTE_LINK:
        element.attrib.pop(name, "")
