"""Make a stranger's SVG harmless: bytes in, static SVG out that runs nothing, reads nothing and is quick to draw."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from packager import rasters

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"

MOST_SHAPES = 50_000
"""Elements a reading system would draw after following every `<use>`."""
DEEPEST = 100
"""Levels of nesting, `<use>` followed."""

_ELEMENTS = frozenset(
    """
    svg g defs symbol use title desc switch style path rect circle ellipse line polyline polygon image text tspan
    textPath marker pattern clipPath mask linearGradient radialGradient stop filter feBlend feColorMatrix
    feComponentTransfer feFuncA feFuncB feFuncG feFuncR feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feGaussianBlur feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """.split()
)
"""The drawing elements of SVG 2; what is missing scripts, animates, embeds HTML or loads files."""
_UNWRAPPED = frozenset({"a", "view"})
"""Elements that vanish and leave their drawing behind."""
_SILENT = frozenset({"metadata", "namedview"})
"""What drawing programs leave in their files; nobody misses it."""
_RASTER = re.compile(r"\s*data:image/(?:png|jpeg);base64,(.*)", re.IGNORECASE | re.DOTALL)
_OUTWARD = re.compile(r"url\s*\(\s*(?!['\"]?\s*#)|@import|expression\s*\(|javascript:|image-set\s*\(|\\", re.IGNORECASE)
"""CSS that can reach out of the picture; a backslash could spell any of it."""
_DEFAULT: Any = {None: SVG}
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*")


class SvgFault(Exception):
    """What makes a picture unusable, as a phrase that follows its name: `nests entities`."""


def clean(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the picture without anything active or external, and what was taken out.

    Raises SvgFault where it is not well-formed SVG, nests its entities, or would take too long to draw.
    """
    # A DTD is read for its declarations only; the parser's own limits on depth, text and amplification stay on.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
        if etree.QName(root).namespace is None:
            root = etree.fromstring(data.replace(b"<svg", f'<svg xmlns="{SVG}"'.encode(), 1), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise SvgFault(f"is not well-formed XML: {fault.msg if isinstance(fault, SyntaxError) else fault}") from None
    if etree.QName(root).localname != "svg":
        raise SvgFault(f"begins with <{etree.QName(root).localname}>, not <svg>")
    removed = _settle_entities(root)
    removed += clean_tree(root)
    etree.cleanup_namespaces(root, top_nsmap=_DEFAULT)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), tuple(dict.fromkeys(removed))


def clean_tree(root: etree._Element) -> list[str]:
    """Clean an <svg> element in place, inline or alone; return what was taken out.

    Raises SvgFault where drawing it would take too long.
    """
    removed: list[str] = []
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element)
        if name.namespace not in (SVG, None):
            if name.localname not in _SILENT and name.namespace.startswith("http://www.w3.org/"):
                removed.append(f"<{name.localname}>")
            _remove(element)
        elif name.localname in _UNWRAPPED and element is not root:
            element.tag = f"{{{SVG}}}g"
            removed += [f"<{name.localname}>", *_clean_attributes(element)]
            for key in list(element.attrib):
                if key != "transform":
                    del element.attrib[key]
        elif name.localname not in _ELEMENTS:
            if name.localname not in _SILENT:
                removed.append(f"<{name.localname}>")
            _remove(element)
        elif name.localname == "style" and _OUTWARD.search("".join(map(str, element.itertext()))):
            removed.append("a style sheet that reaches outside")
            _remove(element)
        else:
            element.tag = f"{{{SVG}}}{name.localname}"
            removed += _clean_attributes(element)
    _scalable(root)
    _affordable(root)
    return list(dict.fromkeys(removed))


def with_images(data: bytes, change: Callable[[bytes], tuple[bytes, str]]) -> bytes:
    """Return a cleaned picture with the images inside it changed; `change` gives bytes and media type."""
    if b"base64," not in data:
        return data
    root = etree.fromstring(data)
    for image in root.iter(f"{{{SVG}}}image"):
        for key in ("href", f"{{{XLINK}}}href"):
            if match := _RASTER.fullmatch(image.get(key, "")):
                inner, kind = change(base64.b64decode(match[1]))
                image.set(key, f"data:{kind};base64,{base64.b64encode(inner).decode()}")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def size(root_data: bytes) -> tuple[int, int]:
    """Return width and height of a cleaned picture in pixels; (0, 0) where it states none."""
    root = etree.fromstring(root_data)
    box = root.get("viewBox", "").replace(",", " ").split()
    measured = [_pixels(root.get("width")) or _number(box, 2), _pixels(root.get("height")) or _number(box, 3)]
    return round(measured[0]), round(measured[1])


def _settle_entities(root: etree._Element) -> list[str]:
    """Write plain internal entities out, drop external ones and the DOCTYPE; return what was dropped."""
    dtd: Any = root.getroottree().docinfo.internalDTD
    declared: dict[str, str | None] = {}
    for entity in dtd.iterentities() if dtd is not None else ():
        if entity.name is None:
            continue
        if entity.content and "&" in entity.content:
            raise SvgFault("nests entities, which can grow without end")
        # An external entity has no content of its own.
        declared[entity.name] = entity.content
    removed = []
    nodes: list[Any] = list(root.iter(etree.Entity))
    for node in nodes:
        content = declared.get(node.name)
        if content is None or "<" in content:
            removed.append(f"the entity &{node.name};")
            content = ""
        parent, before = node.getparent(), node.getprevious()
        if parent is None:
            continue
        text = content + (node.tail or "")
        if before is None:
            parent.text = (parent.text or "") + text
        else:
            before.tail = (before.tail or "") + text
        node.tail = None
        parent.remove(node)
    if dtd is not None:
        root.getroottree().docinfo.clear()
        if any(content is None for content in declared.values()) and not removed:
            removed.append("an external entity")
    return removed


def _clean_attributes(element: etree._Element) -> list[str]:
    removed = []
    for key, value in [(str(key), str(value)) for key, value in element.attrib.items()]:
        name = etree.QName(key)
        if name.localname.lower().startswith("on"):
            removed.append(f"the handler {name.localname}")
        elif name.localname == "href" and name.namespace in (None, XLINK):
            if value.strip().startswith("#") or (_local(element) == "image" and _embedded(value)):
                continue
            removed.append(f"the link {value[:40]}")
        elif name.namespace not in (None, XLINK) and (name.namespace, name.localname) != (XML, "lang"):
            pass
        elif _OUTWARD.search(value):
            removed.append(f"the attribute {name.localname}")
        else:
            continue
        del element.attrib[key]
    return removed


def _embedded(link: str) -> bool:
    """Say whether a link is a whole PNG or JPEG in itself, of bearable size."""
    match = _RASTER.fullmatch(link)
    try:
        return match is not None and bool(rasters.read(base64.b64decode(match[1])))
    except (binascii.Error, rasters.ImageFault):
        return False


def _remove(element: etree._Element) -> None:
    """Take an element out; the words after it stay."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    element.tail = None
    parent.remove(element)


def _scalable(root: etree._Element) -> None:
    """Give a picture with a size but no viewBox one, or scaling it would cut it."""
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    if root.get("viewBox") is None and width and height:
        root.set("viewBox", f"0 0 {width:g} {height:g}")


def _affordable(root: etree._Element) -> None:
    """Raise SvgFault where following every <use> draws too much, nests too deep or never ends."""
    by_id = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}
    costs: dict[etree._Element, int] = {}

    def cost(element: etree._Element, depth: int) -> int:
        if depth > DEEPEST:
            raise SvgFault(f"nests deeper than {DEEPEST} levels")
        if element not in costs:
            total = 1 + sum(cost(child, depth + 1) for child in _drawn(element, by_id))
            if total > MOST_SHAPES:
                raise SvgFault(f"draws more than {MOST_SHAPES:,} shapes")
            costs[element] = total
        return costs[element]

    cost(root, 0)


def _drawn(element: etree._Element, by_id: dict[str | None, etree._Element]) -> Iterator[etree._Element]:
    yield from element.iterchildren(etree.Element)
    if _local(element) == "use":
        target = by_id.get((element.get("href") or element.get(f"{{{XLINK}}}href") or "").strip()[1:])
        if target is not None:
            yield target


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _pixels(text: str | None) -> float:
    match = _NUMBER.fullmatch(text or "")
    return float(match[1]) if match else 0.0


def _number(words: list[str], index: int) -> float:
    return _pixels(words[index]) if index < len(words) else 0.0
