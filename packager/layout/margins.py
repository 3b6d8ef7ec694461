"""Draws what stands in the margins of pages, heads and folios, without laying out anything between the margins.

The boxes along one edge of a page share its length, and know nothing of those along the others. So edges are drawn
apart: that with a running head once a chapter and side, that with a folio once a page.
"""

import copy
import re
from collections.abc import Callable, Container
from typing import Any, NamedTuple

from packager.layout.engine import weasyprint  # isort: split

from weasyprint.document import DocumentMetadata, Page
from weasyprint.draw import draw_page, draw_stacking_context
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import layout_backgrounds, layout_document, make_margin_boxes, page, percent
from weasyprint.pdf.stream import Stream
from weasyprint.stacking import StackingContext

from packager.layout.jobs import Drawing, Font, Margins

Box = Any

_EDGES: tuple[tuple[str, ...], ...] = (
    *(tuple(f"@{edge}-{place}" for place in ("left", "center", "right")) for edge in ("top", "bottom")),
    *(tuple(f"@{edge}-{place}" for place in ("top", "middle", "bottom")) for edge in ("left", "right")),
    *((f"@{edge}-{side}-corner",) for edge in ("top", "bottom") for side in ("left", "right")),
)
"""In the order in which they are painted."""
_NAME = re.compile(rb"/([^\s/\[\]<>()]+)")
_COMMON = re.compile(rb"Device(?:CMYK|Gray|RGB)|[aA][\d.]+")
"""Names that mean the same in any file: colour spaces and how opaque something is."""
_NOTHING = ("normal", "inhibit", "none")
"""Contents of a margin box that is not there."""
_RESOURCES = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
_PIXEL = 0.75
"""Points."""


class _Edge(NamedTuple):
    """What is drawn along an edge."""

    operators: bytes
    letters: int
    fonts: tuple[Font, ...]
    plain: bool
    """Whether it is text, every glyph of which has a number of its own in its face."""


_EMPTY = _Edge(b"", 0, (), True)


class Bed:
    """What pages of one kind of unit have in common under a stylesheet."""

    def __init__(self, html: weasyprint.HTML, context: Any, fonts: dict[int, Any], count: Callable[[Box], int],
                 told: Callable[[Any], Font]) -> None:  # fmt: skip
        """`count` gives the letters of a page, `told` tells of a font; `fonts` are kept there while they serve."""
        self._html, self._fonts, self._count, self._told = html, fonts, count, told
        root = build.build_formatting_structure(
            html.etree_element, context.style_for, context.get_image_from_uri, html.base_url, context.target_collector,
            context.counter_style, context.footnotes,
        )  # fmt: skip
        self._context = copy.copy(context)  # the first is let go of when pages are drawn, see `patches.forget`
        self._leftwards = root.style["direction"] == "rtl"
        *_, model = layout_document(html, root, self._context)
        self._model = model.page_type
        self._root = model.children[0].copy_with_children([])
        self._drawn: dict[object, _Edge] = {}
        self._kinds: set[Any] = set()

    def document(self, margins: Margins) -> weasyprint.Document:
        """Make a page with nothing but its margins."""
        made = Page(self._page(margins, [place for edge in _EDGES for place in edge]))
        return weasyprint.Document([made], DocumentMetadata(), self._html.url_fetcher, self._context.font_config,
                                   {}, None)  # fmt: skip

    def draw(self, margins: Margins) -> Drawing:
        """Draw the margins of a page."""
        edges = [self._edge(margins, edge) for edge in ((), *_EDGES)]
        parts = tuple((edge.operators, edge.letters) for edge in edges if edge.operators)
        fonts = tuple(font for edge in edges for font in edge.fonts)
        plain = all(edge.plain for edge in edges)
        return Drawing(parts, fonts, b"" if plain else self.document(margins).write_pdf(pdf_version="1.7"))

    def _kind(self, margins: Margins) -> Any:
        """Give the kind of page that page selectors see."""
        side, number = "left" if margins.verso ^ self._leftwards else "right", margins.number
        groups = tuple((name, number) for name, _ in self._model.groups)
        kind = page.PageType(side, False, self._model.name, number, groups)
        if kind not in self._kinds:
            self._kinds.add(kind)
            page.set_page_type_computed_styles(kind, self._html, self._context.style_for)
        return kind

    def _edge(self, margins: Margins, edge: tuple[str, ...]) -> _Edge:
        """Draw the boxes along an edge, or without one what the page itself shows; what it says once is kept."""
        kind = self._kind(margins)
        styles = [self._context.style_for(kind, place) for place in edge]
        contents = [style["content"] for style in styles if style is not None and style["content"] not in _NOTHING]
        if edge and not contents:
            return _EMPTY
        told = repr(contents)
        key = kind, edge, margins.heads if "string()" in told else None
        if "counter" in told:
            return self._painted(margins, edge)
        if key not in self._drawn:
            self._drawn[key] = self._painted(margins, edge)
        return self._drawn[key]

    def _painted(self, margins: Margins, edge: tuple[str, ...]) -> _Edge:
        made = self._page(margins, edge)
        # Each edge says for itself what its glyphs stand for, whatever was drawn before.
        for font in self._fonts.values():
            font.to_unicode, font.widths, font.missing = {}, {}, {}
        resources: dict[str, object] = {kind: {} for kind in _RESOURCES}
        width, height = made.style["size"]
        stream = Stream(self._fonts, (0, 0, width, height), resources, {}, None, {}, None)
        if edge:
            for box in made.children[1:]:
                draw_stacking_context(stream, StackingContext.from_box(box, made))
        else:
            draw_page(made, stream)
        operators = stream.data.partition(b"stream\n")[2].removesuffix(b"\nendstream").strip()
        if not operators:
            return _EMPTY
        operators = b"q\n%g 0 0 -%g 0 %.8g cm\n%b\nQ\n" % (_PIXEL, _PIXEL, height * _PIXEL, operators)
        fonts = [font for font in self._fonts.values() if font.to_unicode]
        known = {font.hash.encode() for font in fonts if not (font.missing or font.bitmap)}
        plain = all(name in known or _COMMON.fullmatch(name) for name in _NAME.findall(operators))
        return _Edge(operators, self._count(made), tuple(map(self._told, fonts)), plain)

    def _page(self, margins: Margins, places: Container[str]) -> Box:
        """Make the box of a page with the boxes at some places of its margins."""
        kind, context = self._kind(margins), copy.copy(self._context)

        def style_for(kind: Any, place: str | None = None) -> Any:
            return self._context.style_for(kind, place) if place is None or place in places else None

        style = context.style_for(kind)
        style["overflow"] = "visible"
        made = boxes.PageBox(kind, style)
        percent.resolve_percentages(made, style["size"])
        made.position_x = made.position_y = 0
        width, height = style["size"]
        page.page_width(made, context, width)
        page.page_height(made, context, height)
        context.style_for, context.current_page = style_for, 1
        for name, head in zip(("head-verso", "head-recto"), margins.heads, strict=True):
            context.string_set[name] = {1: [head]}
        state: tuple[object, ...] = [0], {"page": [margins.folio], "pages": [1]}, [{"page", "pages"}], []
        made.children = (self._root, *make_margin_boxes(context, made, state))
        layout_backgrounds(made, context.get_image_from_uri)
        return made
