"""Draws a unit, and makes a plate of each page: what of the unit's file it is drawn with, to print it again as it is.

A page is its operators and what these name: faces, with what each glyph stands for and how wide it is, how opaque
something is, and images. Other names hang on what was drawn before; a page with any of them has no plate.
"""

import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from weasyprint.document import Document, Page
from weasyprint.images import RasterImage
from weasyprint.text.ffi import TO_UNITS, ffi, gobject, pango, unicode_to_char_p

from packager.layout.blocks import DoubtError
from packager.layout.jobs import Font
from packager.layout.press import Press

_NAMED = re.compile(rb"/([^\s/<>\[\]()]+) (gs|Do|sh|scn|SCN)$", re.MULTILINE)
_LIKE = ("width", "height", "bleed", "anchors", "bookmarks", "links", "forms")
"""What the engine asks of a page besides its drawing."""
_MEANING = {"a": "ca", "A": "CA"}
"""What the names of opacities begin with, and their keys (ISO 32000-1, 8.4.5)."""


class Face(NamedTuple):
    """A face as a page uses it; plain data."""

    name: bytes
    family: str
    style: int
    weight: int
    size: float
    """At which it is used first, in CSS pixels."""
    glyphs: dict[int, tuple[str, int]]
    """What each stands for, and its width in thousandths of the size."""


class Plate(NamedTuple):
    """A page as it is drawn; plain data."""

    first: int
    """Where its operators begin in the unit's file, deflated."""
    size: int
    width: float
    height: float
    bleed: dict[str, float]
    anchors: dict[str, tuple[float, ...]]
    faces: list[Face]
    """In the order of their use, as are all things that are named."""
    alphas: list[tuple[str, float]]
    images: list[str]


class Printed:
    """A page that is printed from its plate, in the place of one of the engine's."""

    def __init__(self, plate: Plate, file: bytes, press: Press) -> None:
        """`file` is the unit's in which the plate was made."""
        self._plate, self._press = plate, press
        self._operators = file[plate.first : plate.first + plate.size]
        self.width, self.height, self.bleed, self.anchors = plate.width, plate.height, plate.bleed, plate.anchors
        self.bookmarks: list[object] = []
        self.links: list[object] = []
        self.forms: dict[None, list[object]] = {None: []}
        self.stream: Any = None

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Write the page. Raises DoubtError where its names do not mean what they did."""
        self.stream = stream
        for face in self._plate.faces:
            font = next((font for font in stream._fonts.values() if font.name == face.name), None)
            if font is None:
                font, _ = stream.add_font(self._loaded(face))
            if font.name != face.name:
                raise DoubtError("a face that is not found again")
            for glyph, (text, width) in face.glyphs.items():
                if font.widths.setdefault(glyph, width) != width:
                    raise DoubtError("a glyph of another width")
                font.to_unicode.setdefault(glyph, text)
        for name, value in self._plate.alphas:
            states = stream._resources["ExtGState"]
            states.setdefault(name, type(states)({_MEANING[name[0]]: value}))
        images = _images(self._press.pictures) if self._plate.images else {}
        for name in self._plate.images:
            if name not in images:
                raise DoubtError("an image that is not loaded")
            stream.add_image(images[name], bool(int(name[-1])), 1)
        _seal(stream, self._operators)

    def plate(self, names: Mapping[str, Any]) -> Plate:
        """Give the plate again."""
        return self._plate

    def _loaded(self, face: Face) -> Any:
        """Find a font of the system's by what it is called there."""
        fonts = self._press.fonts.font_map
        context = ffi.gc(pango.pango_font_map_create_context(fonts), gobject.g_object_unref)
        pango.pango_context_set_round_glyph_positions(context, False)
        told = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
        family, _ = unicode_to_char_p(face.family)
        pango.pango_font_description_set_family(told, family)
        pango.pango_font_description_set_style(told, face.style)
        pango.pango_font_description_set_weight(told, face.weight)
        pango.pango_font_description_set_absolute_size(told, round(face.size * TO_UNITS))
        font = pango.pango_font_map_load_font(fonts, context, told)
        if font == ffi.NULL:
            raise DoubtError("a face that is not there")
        return font


class _Sheet:
    """A page of the engine's whose drawing is taken down."""

    def __init__(self, page: Page) -> None:
        self._page = page
        for name in _LIKE:
            setattr(self, name, getattr(page, name))
        self.stream: Any = None
        self._faces: list[Face] = []

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Draw the page, each of whose faces tells for itself what its glyphs stand for."""
        self.stream, sizes = stream, dict[str, float]()
        choose = stream.set_font_size

        def chosen(name: str, size: float) -> None:
            sizes.setdefault(name, size)
            choose(name, size)

        before = [(font, font.to_unicode) for font in stream._fonts.values()]
        for font, _ in before:
            font.to_unicode = {}
        stream.set_font_size = chosen
        self._page.paint(stream, scale)
        del stream.set_font_size
        fonts = {font.hash: font for font in stream._fonts.values()}
        self._faces = [_face(fonts[name], size) for name, size in sizes.items()]
        for font, texts in before:
            font.to_unicode = texts | {glyph: text for glyph, text in font.to_unicode.items() if glyph not in texts}

    def plate(self, names: Mapping[str, Any]) -> Plate:
        """Make the plate of the page, which is drawn. Raises DoubtError."""
        packed = _data(self.stream)
        operators = zlib.decompress(packed)
        page, resources = self._page, self.stream._resources
        if page.links or any(page.forms.values()):
            raise DoubtError("links")
        alphas, images = dict[str, float](), dict[str, None]()
        for raw, operator in dict.fromkeys(_NAMED.findall(operators)):
            name = raw.decode()
            state = resources["ExtGState"].get(name, {})
            if operator == b"gs" and list(state) == [_MEANING.get(name[0])]:
                (alphas[name],) = state.values()
            elif operator == b"Do" and name in names:
                images[name] = None
            else:
                raise DoubtError("a name that hangs on other pages")
        _seal(self.stream, packed)
        return Plate(0, 0, page.width, page.height, dict(page.bleed), dict(page.anchors), self._faces,
                     [*alphas.items()], [*images])  # fmt: skip


def draw(document: Document, press: Press) -> tuple[bytes, tuple[Font, ...], list[Plate | None]]:
    """Draw a document that is not tagged; give its file, its fonts, and the plates of its pages, None where is none."""
    sheets = [page if isinstance(page, Printed) else _Sheet(page) for page in document.pages]
    made: list[Plate | None] = [None] * len(sheets)

    def finish(drawn: Document, pdf: object) -> None:
        if any(font.missing or font.bitmap for font in drawn.fonts.values()):
            return
        names = _images(press.pictures)
        for number, sheet in enumerate(sheets):
            with suppress(DoubtError):
                made[number] = sheet.plate(names)

    drawn = document.copy(sheets)
    file = drawn.write_pdf(finisher=finish, pdf_version="1.7", cache=press.pictures)
    fonts = tuple(map(press.used, drawn.fonts.values()))
    for number, (sheet, plate) in enumerate(zip(sheets, made, strict=True)):
        if plate is not None:
            first = file.index(b"\nstream\n", sheet.stream.offset) + len(b"\nstream\n")
            made[number] = plate._replace(first=first, size=len(sheet.stream.stream[0]))
    return file, fonts, made


def _face(font: Any, size: float) -> Face:
    glyphs = {glyph: (text, font.widths[glyph]) for glyph, text in font.to_unicode.items()}
    return Face(font.name, font.family, int(font.style), int(font.weight), size, glyphs)


def _data(stream: Any) -> bytes:
    """Give what a stream will be in the file."""
    _, _, data = stream.data.partition(b"\nstream\n")
    return bytes(data.removesuffix(b"\nendstream"))


def _seal(stream: Any, packed: bytes) -> None:
    """Let operators that are deflated be a stream."""
    stream.stream, stream.compress = [packed], False
    stream.extra = {**stream.extra, "Filter": "/FlateDecode"}


def _images(pictures: Mapping[str, Any]) -> dict[str, Any]:
    """Give the images by the names that streams have for them."""
    return {
        f"i{image.id}{int(smooth)}": image
        for image in pictures.values()
        if isinstance(image, RasterImage)
        for smooth in (False, True)
    }
