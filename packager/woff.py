"""Faces as the web loads them: WOFF 2.0 (https://www.w3.org/TR/WOFF2/), tables compressed together, untransformed."""

import struct

import brotli

_KNOWN = (
    "cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT "
    "VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar "
    "fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill"
).split()
"""Tags that the directory names by number, `_` for a space."""
_ARBITRARY = 63
_UNTRANSFORMED = 3 << 6
"""What the outlines are marked with when they stand as in the sfnt; other tables do so unmarked."""


def pack(font: bytes) -> bytes:
    """Pack a static sfnt."""
    count = struct.unpack_from(">H", font, 4)[0]
    directory, body = b"", b""
    size = 12 + 16 * count
    for _, tag, start, length in sorted(_tables(font, count), key=lambda table: table[0]):
        directory += _entry(tag, length)
        body += font[start : start + length]
        size += length + -length % 4
    packed: bytes = brotli.compress(body, mode=brotli.MODE_FONT, quality=11)
    total = 48 + len(directory) + len(packed)
    head = struct.pack(
        ">4s4sIHHIIHHIIIII",
        b"wOF2", font[:4], total + -total % 4, count, 0, size, len(packed), 1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return head + directory + packed + bytes(-total % 4)


def _tables(font: bytes, count: int) -> list[tuple[str, bytes, int, int]]:
    """List place in the order, tag, start and length of each table; glyphs' places have to follow the glyphs."""
    tables = []
    for index in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        name = tag.decode("latin-1")
        tables.append(({"loca": "glyf "}.get(name, name), tag, start, length))
    return tables


def _entry(tag: bytes, length: int) -> bytes:
    name = tag.decode("latin-1").replace(" ", "_")
    flags = _KNOWN.index(name) if name in _KNOWN else _ARBITRARY
    flags |= _UNTRANSFORMED if name in ("glyf", "loca") else 0
    return bytes([flags]) + (b"" if name in _KNOWN else tag) + _base128(length)


def _base128(number: int) -> bytes:
    """Write a number seven bits a byte, high ones first."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))
