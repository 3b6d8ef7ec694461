"""Shapes texts once, and draws pieces of them with the glyphs that they have."""

import re
import sys
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from struct import pack
from typing import Any

from weasyprint import draw
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout, line_size

from packager.layout.patches.fonts import style_key

Box = Any

SOFT = "\u00ad"
"""A hyphen that an author allows: it shows where a line ends with it alone."""

_MOST = 250_000
"""Characters whose glyphs are kept."""
_INFO = ffi.sizeof("PangoGlyphInfo") // 4
_EMPTY = 0x0FFFFFFF
_HIGH = int(sys.byteorder == "little")
"""The half of a number that tells whether it is one of a font's glyphs, or stands for what is not drawn as one."""
_BREAKS = bytes(byte & 1 for byte in range(256))
"""What the first byte of Pango's attributes of a character says of lines."""
_OTHER = re.compile("[^\x00-\x7f]")
_COUNT = array("i", range(1 << 12))
_STEP = 32
_SLACK = 1.5
"""Thousandths of an em by which a glyph may be off its place."""

_draw: Callable[..., None] = draw.draw_text


class _Digits(dict[int, str]):
    """Numbers of glyphs in the four digits by which a page calls them."""

    def __missing__(self, glyph: int) -> str:
        told = self[glyph] = f"{glyph:04x}"
        return told


_digits = _Digits()


def apply() -> None:
    """Take the place of the engine's function."""
    draw.draw_text = _draw_text


class _Font:
    """A font at a size, and what has been asked of it; alive as long as the layout that it was found in."""

    def __init__(self, pointer: Any, layout: Any) -> None:
        self.pointer, self.layout = pointer, layout
        self.key, _, self.size = get_pango_font_key(pointer)
        self.advances: dict[int, int] = {}
        self.heights: tuple[float, float] | None = None
        """Height and baseline of a line of it, once known."""

    def advance(self, glyph: int) -> int:
        """Give how wide a glyph is when nothing follows it, in Pango's units."""
        if glyph not in self.advances:
            ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
            pango.pango_font_get_glyph_extents(self.pointer, glyph, ink, logical)
            self.advances[glyph] = logical.width
        return self.advances[glyph]


@dataclass(frozen=True, slots=True)
class Shaped:
    """A text in one font, from left to right in one line; lengths are CSS pixels."""

    text: str
    font: _Font
    glyphs: "array[int]"
    ends: "array[int]"
    """Where glyphs end, in Pango's units, behind a zero."""
    clusters: "array[int]"
    """The byte of the text that each glyph begins with."""
    first: "array[int]"
    """The glyph that each character begins with; -1 for those that share the glyph of one before."""
    blanks: frozenset[int]
    """Glyphs of blanks."""
    marks: bytes
    """For each character, whether a line may begin with it."""
    height: float
    baseline: float

    @property
    def width(self) -> float:
        """How wide the whole is."""
        return float(self.ends[-1] * FROM_UNITS)

    @property
    def ways(self) -> list[float]:
        """Where each character stands; one in a ligature has its share of it."""
        ends, first = self.ends, self.first
        found = [end * FROM_UNITS for end in map(ends.__getitem__, first)]
        if -1 in first:
            at, count = 0, len(first)
            while at < count:
                try:
                    at = first.index(-1, at)
                except ValueError:
                    break
                stop = at + 1
                while stop < count and first[stop] < 0:
                    stop += 1
                share = (ends[self.index(stop)] * FROM_UNITS - found[at - 1]) / (stop - at + 1)
                for number in range(at, stop):
                    found[number] = found[at - 1] + share * (number - at + 1)
                at = stop
        return found

    @property
    def blank(self) -> float:
        """How wide a blank is; 0 where there is none."""
        return max((self.font.advance(glyph) for glyph in self.blanks), default=0) * float(FROM_UNITS)

    def index(self, at: int) -> int:
        """Give the glyph that a character begins with, or, after the last, the number of glyphs."""
        return self.first[at] if at < len(self.first) else len(self.glyphs)

    def wide(self, first: int, last: int) -> float:
        """Tell how wide some glyphs are together."""
        return float((self.ends[last] - self.ends[first]) * FROM_UNITS)

    def excess(self, last: int) -> float:
        """Tell how much narrower the glyph before another is alone than next to it."""
        if not last or self.glyphs[last - 1] == _EMPTY:
            return 0.0
        alone = self.font.advance(self.glyphs[last - 1])
        return float((self.ends[last] - self.ends[last - 1] - alone) * FROM_UNITS)


def shaped(text: str, style: Any) -> Shaped | None:
    """Shape a text; None where it is not of one font, or runs to the left, or has marks above or below others."""
    config = style.font_config.__dict__
    known = config.setdefault("shaped", {})
    key = style_key(style, include_size=True), style["font_kerning"], style["letter_spacing"], text
    if key not in known:
        config["shaped_size"] = config.get("shaped_size", 0) + len(text)
        if config["shaped_size"] > _MOST:
            known.clear()
            config["shaped_size"] = len(text)
        known[key] = _shape(text, style)
    result: Shaped | None = known[key]
    return result


def _shape(text: str, style: Any) -> Shaped | None:
    layout, data = Layout(style), text.encode()
    if 0 in data or "\n" in text:
        return None
    apart = style["letter_spacing"] not in ("normal", 0)
    if apart:
        layout.set_text(text)
    else:
        pango.pango_layout_set_text(layout.layout, data, len(data))
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    glyphs, widths, clusters, moved = array("I"), array("i"), array("i"), array("i")
    pointer = None
    run = line.runs
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        run = run.next
        if item.analysis.level % 2 or (pointer is not None and item.analysis.font != pointer):
            return None
        pointer = item.analysis.font
        numbers, starts = array("I"), array("i")
        numbers.frombytes(ffi.buffer(string.glyphs, string.num_glyphs * _INFO * 4))
        starts.frombytes(ffi.buffer(string.log_clusters, string.num_glyphs * 4))
        nothing = bytes(4 * string.num_glyphs)
        if apart:
            moved.frombytes(numbers[2::_INFO].tobytes())
        elif numbers[2::_INFO].tobytes() != nothing:
            return None
        if numbers[3::_INFO].tobytes() != nothing:
            return None
        glyphs += numbers[0::_INFO]
        widths.frombytes(numbers[1::_INFO].tobytes())
        clusters += array("i", (start + item.offset for start in starts)) if item.offset else starts
    if pointer is None:
        return None
    if apart and not _set_apart(widths, moved, int(style["letter_spacing"] * TO_UNITS)):
        return None
    first = _first(_starts(text), clusters)
    for at in _places(text, SOFT):  # small capitals have a glyph for it, which shows
        if first[at] >= 0:
            glyphs[first[at]], widths[first[at]] = _EMPTY, 0
    drawn = [glyph for glyph in glyphs if glyph != _EMPTY] if _EMPTY in glyphs else glyphs
    if array("H", array("I", drawn).tobytes())[_HIGH::2].tobytes().strip(b"\0"):
        return None
    fonts = style.font_config.__dict__.setdefault("pointers", {})
    address = int(ffi.cast("uintptr_t", pointer))
    if address not in fonts:
        fonts[address] = _Font(pointer, layout.layout)
    font = fonts[address]
    size = font.heights
    if size is None or not drawn:
        size = line_size(line, style)[1], pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        font.heights = size if drawn else font.heights
    blanks = frozenset(glyphs[first[at]] for blank in " \u00a0" for at in _places(text, blank))
    ends = array("i", pack(f"{len(widths) + 1}i", *accumulate(widths, initial=0)))  # an array of its own is slower
    marks = breakable(pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL), len(text))
    return Shaped(text, font, glyphs, ends, clusters, first, blanks, marks, *size)


def _set_apart(widths: "array[int]", moved: "array[int]", space: int) -> bool:
    """Put the space between letters behind each, where Pango has half of it before; say whether it is just that."""
    if len({*moved} - {0}) > 1:
        return False
    for at, half in enumerate(moved):
        widths[at] -= half
        if at:
            widths[at - 1] += half
    widths[-1] += space
    return True


def breakable(attributes: Any, count: int) -> bytes:
    """Tell for each of so many characters whether a line may begin with it, as Pango found."""
    return bytes(ffi.buffer(attributes, 4 * count))[::4].translate(_BREAKS)


def _starts(text: str) -> "array[int]":
    """Give the byte that each character begins with in UTF-8."""
    if len(text) * 4 > len(_COUNT):
        _COUNT.extend(range(len(_COUNT), len(text) * 4))
    starts, at, byte = array("i"), 0, 0
    for match in _OTHER.finditer(text):
        there = byte + match.start() + 1 - at
        starts += _COUNT[byte:there]
        at, byte = match.end(), there - 1 + len(match[0].encode())
    return starts + _COUNT[byte : byte + len(text) - at]


def _first(starts: "array[int]", clusters: "array[int]") -> "array[int]":
    """Give the glyph that each character begins with; -1 for those that share the glyph of one before.

    Mostly characters and glyphs go in step: as long as they do, many are compared at once.
    """
    first, at, glyph, count = array("i"), 0, 0, len(starts)
    while at < count:
        size = min(_STEP, count - at)
        if starts[at : at + size] == clusters[glyph : glyph + size]:
            first += _COUNT[glyph : glyph + size]
            at, glyph = at + size, glyph + size
            continue
        for start in starts[at : at + size]:
            while glyph < len(clusters) and clusters[glyph] < start:
                glyph += 1
            begins = glyph < len(clusters) and clusters[glyph] == start
            first.append(glyph if begins else -1)
            glyph += begins
        at += size
    return first


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


class Glyphs(Layout):  # type: ignore[misc]  # WeasyPrint is untyped
    """What a text box is drawn with: pieces of shaped texts. Set up as a layout of the engine, it is one."""

    def __init__(self, text: str, parts: tuple[tuple[Shaped, int, int], ...]) -> None:
        """`parts` are texts, each with the first of its glyphs and the one behind the last."""
        self.text, self.parts = text, parts
        self.justification_spacing = 0.0
        self.max_width = None
        self.first_line_direction = 0


def _draw_text(stream: Any, box: Box, offset: float, overflow: str = "clip", ellipsis: str = "none") -> None:
    """Draw a text box."""
    layout = box.pango_layout
    if not isinstance(layout, Glyphs) or overflow == "ellipsis" or ellipsis != "none":
        _draw(stream, box, offset, overflow, ellipsis)
    elif box.style["visibility"] == "visible" and box.text.strip():
        stream.set_color(box.style["color"])
        stream.begin_text()
        stream.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
        _show(stream, layout)
        stream.end_text()


def _show(stream: Any, layout: Glyphs) -> None:
    """Write the glyphs of a line, each as near to its place as thousandths of an em allow."""
    told = layout.parts[0][0].font
    font = stream._fonts.get(told.key) or stream.add_font(told.pointer)[0]
    stream.set_font_size(font.hash, told.size)
    scale = 1000 * FROM_UNITS / told.size
    extra = layout.justification_spacing * 1000 / told.size
    widths = font.widths
    wanted = there = 0.0
    out = ["<"]
    for part, first, last in layout.parts:
        glyphs, ends, blanks = part.glyphs[first:last], part.ends, part.blanks if extra else ()
        # Not by the widths: these are known from other pages, and a page that is taken down tells all its glyphs.
        if not font.to_unicode.keys() >= set(glyphs):
            _tell(font, part, first, last, scale)
        base = wanted - ends[first] * scale
        for glyph, end in zip(glyphs, ends[first + 1 : last + 1], strict=True):
            if glyph != _EMPTY:
                off = there - wanted
                if off > _SLACK or off < -_SLACK:
                    back = round(off)
                    out.append(f">{back}<")
                    there -= back
                out.append(_digits[glyph])
                there += widths[glyph]
                if glyph in blanks:
                    base += extra
            wanted = base + end * scale
    out.append(">")
    # At once, as there are no kerns of nothing and no fractions (ISO 32000-1, 9.4.3).
    stream.stream.append(b"[" + "".join(out).replace("<>", " ").encode() + b"] TJ")


def _tell(font: Any, part: Shaped, first: int, last: int, scale: float) -> None:
    """Tell a font of the PDF what glyphs stand for, and how wide they are in thousandths of an em."""
    for number in range(first, last):
        glyph = part.glyphs[number]
        if glyph != _EMPTY:
            if glyph not in font.to_unicode:
                font.to_unicode[glyph] = _cluster(part, number)
            if glyph not in font.widths:
                font.widths[glyph] = round(part.font.advance(glyph) * scale)


def _cluster(part: Shaped, number: int) -> str:
    """Give the text that a glyph stands for."""
    data, clusters = part.text.encode(), part.clusters
    start = clusters[number]
    while number < len(clusters) and clusters[number] == start:
        number += 1
    return data[start : clusters[number] if number < len(clusters) else len(data)].decode()
