"""Paints pages of PDF files as PNG images, one page upon another, for looking at."""

import ctypes
import math
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2
from pypdfium2 import raw

_NUMBER = rb"(-?\d*\.?\d+)"
_COLOUR = re.compile(
    rb"(?:(?<=\s)%s )?(?<![\d.])%s %s %s (?:rg|RG|k|K|sc|scn|SC|SCN)(?=\s)" % (_NUMBER, _NUMBER, _NUMBER, _NUMBER)
)
_SPACES = re.compile(rb"/DeviceRGB|/ICCBased|/ColorSpace /DeviceCMYK")
_LEVEL = 1
"""Of compression: an image lives for minutes, and goes no further than this machine."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A page of a file."""

    pdf: bytes = field(repr=False)
    page: int = 0
    """From 0."""
    shift: float = 0.0
    """Points by which it moves to the right."""


def paint(layers: Sequence[Layer], width: float, height: float, scale: float, *, grey: bool) -> bytes:
    """Paint layers, the undermost first, as a PNG; width and height in points, `scale` in pixels a point."""
    size = math.ceil(width * scale), math.ceil(height * scale)
    kind = raw.FPDFBitmap_Gray if grey else raw.FPDFBitmap_BGR
    bitmap = pypdfium2.PdfBitmap.new_native(*size, kind, rev_byteorder=not grey)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
        flags = raw.FPDF_GRAYSCALE if grey else raw.FPDF_REVERSE_BYTE_ORDER
        clip = raw.FS_RECTF(0, 0, *size)
        for layer in layers:
            matrix = raw.FS_MATRIX(scale, 0, 0, scale, layer.shift * scale, 0)
            with _opened(layer) as page:
                raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, ctypes.byref(matrix), ctypes.byref(clip), flags)
        return _png(bytes(bitmap.buffer), bitmap.stride, *size, grey=grey)
    finally:
        bitmap.close()


def is_grey(pdf: bytes) -> bool:
    """Say whether an uncompressed file holds no colour for sure."""
    return not _SPACES.search(pdf) and all(_is_black(*found.groups()) for found in _COLOUR.finditer(pdf))


def _is_black(cyan: bytes | None, red: bytes, green: bytes, blue: bytes) -> bool:
    """Say whether the numbers of a colour are those of a grey: three alike, or four of which the first three are 0."""
    return red == green == blue if cyan is None else float(cyan) == float(red) == float(green) == 0


@contextmanager
def _opened(layer: Layer) -> "Iterator[pypdfium2.PdfPage]":
    pdf = pypdfium2.PdfDocument(layer.pdf)
    try:
        page = pdf[layer.page]
        try:
            yield page
        finally:
            page.close()
    finally:
        pdf.close()


def _png(pixels: bytes, stride: int, width: int, height: int, *, grey: bool) -> bytes:
    """Write a PNG (ISO/IEC 15948) of rows that are not filtered."""
    row = width if grey else width * 3
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(0, stride * height, stride))
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, _LEVEL)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
