"""Read the headers of PNG, JPEG, GIF and WebP files, and take private data out of them, without decoding a pixel.

After PNG (W3C, 3rd edition), ITU-T T.81 (JPEG), GIF89a and the WebP container (RFC 9649).
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PIXELS = 80_000_000
"""What decodes in reasonable memory; a picture across two pages at 600 dpi has 60 million."""
_MOST_PROFILE = 1_000_000
"""Bytes of an ICC profile, inflated; real ones have a tenth of it."""

_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"})
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next marker after a scan's pixels: those hold 0xFF only stuffed with zero or as a restart."""
_KEPT_APPS = frozenset({0xE0, 0xE2, 0xEE})
"""JFIF, ICC profile, Adobe's colour transform; EXIF, XMP and IPTC stand in the others."""

_FOREIGN = (
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"8BPS", "Photoshop"), (b"%!PS", "EPS"), (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"%PDF", "PDF"), (b"\xff\x0a", "JPEG XL"), (b"\0\0\0\x0cJXL ", "JPEG XL"), (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\0\0\1\0", "icon"), (b"\x1f\x8b", "gzip (a compressed SVG?)"), (b"BM", "BMP"),
)  # fmt: skip


class ImageFault(Exception):
    """What makes an image unusable, as a phrase that follows its name: `is damaged`."""


@dataclass(frozen=True, slots=True)
class Raster:
    """What an image's header says."""

    kind: str
    """`png`, `jpeg`, `gif` or `webp`: from the bytes, whatever the file's name."""
    width: int
    """Pixels as stored, before EXIF turns the picture."""
    height: int
    animated: bool = False
    alpha: bool = False
    """Whether pixels may be transparent."""
    plain: bool = True
    """Whether every reading system shows it: eight bits at most, not interlaced."""
    orientation: int = 1
    """EXIF's number for how to turn it: 1 upright … 8."""
    lossless: bool = True


def read(data: bytes) -> Raster:
    """Return what the header says; raise ImageFault where it is no usable image."""
    try:
        raster = _read(data)
    except (struct.error, IndexError):
        raise ImageFault("breaks off") from None
    if not raster.width or not raster.height:
        raise ImageFault("has no pixels")
    if raster.width * raster.height > MOST_PIXELS:
        size = f"{raster.width} x {raster.height} pixels"
        raise ImageFault(f"has {size}, more than the limit of {MOST_PIXELS // 1_000_000} megapixels")
    return raster


def strip(data: bytes, raster: Raster) -> bytes:
    """Return the same picture without EXIF, GPS position, comments, thumbnails and other private data."""
    if raster.kind == "png":
        return _PNG + b"".join(whole for name, body, whole in _chunks(data) if _kept(name, body))
    if raster.kind == "jpeg":
        return _strip_jpeg(data)
    return data


def foreign(data: bytes) -> str:
    """Name the format of bytes that are not an image for books; empty where nothing is known of them."""
    if data[4:8] == b"ftyp":
        return "AVIF" if data[8:12] in (b"avif", b"avis") else "HEIC"
    return next((name for magic, name in _FOREIGN if data.startswith(magic)), "")


def _read(data: bytes) -> Raster:
    if data.startswith(_PNG):
        return _read_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return _read_gif(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    if not data:
        raise ImageFault("is empty")
    name = foreign(data)
    raise ImageFault(f"is {name}, which books cannot show" if name else "is not an image")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield name, body and whole bytes of each PNG chunk; raise ImageFault where one is cut off or damaged."""
    at = len(_PNG)
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise ImageFault("breaks off")
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        body = data[at + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(name)) != checksum:
            raise ImageFault("is damaged")
        yield name, body, data[at:end]
        if name == b"IEND":
            return
        at = end


def _read_png(data: bytes) -> Raster:
    header, names = b"", set()
    for name, body, _ in _chunks(data):
        header = header or body
        names.add(name)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header[:13])
    if b"IDAT" not in names:
        raise ImageFault("has no pixels")
    alpha = colour in (4, 6) or b"tRNS" in names
    return Raster("png", width, height, b"acTL" in names, alpha, depth <= 8 and not interlaced)


def _kept(name: bytes, body: bytes) -> bool:
    if name == b"iCCP":
        packed = body[body.find(b"\0") + 2 :]
        inflater = zlib.decompressobj()
        try:
            inflater.decompress(packed, _MOST_PROFILE)
        except zlib.error:
            return False
        return inflater.eof
    return name in _KEPT_CHUNKS


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each JPEG segment, a scan with its pixels; raise ImageFault without an end."""
    at = 2
    while data[at : at + 2] != b"\xff\xd9":
        if data[at] != 0xFF:
            raise ImageFault("is damaged")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if marker == 0xDA:
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        if end + 2 > len(data):
            raise ImageFault("breaks off")
        yield marker, at, end
        at = end


def _read_jpeg(data: bytes) -> Raster:
    width = height = parts = 0
    orientation = 1
    for marker, start, end in _segments(data):
        if marker in _FRAMES:
            depth, height, width, parts = struct.unpack_from(">BHHB", data, start + 4)
            if depth != 8 or marker not in (0xC0, 0xC1, 0xC2):
                raise ImageFault("is a JPEG of a kind that reading systems cannot show; save it as baseline JPEG")
        elif marker == 0xE1 and data[start + 4 : start + 10] == b"Exif\0\0":
            orientation = _orientation(data[start + 10 : end])
    if parts == 4:
        raise ImageFault("is in CMYK, which screens show in wrong colours; save it as RGB")
    return Raster("jpeg", width, height, orientation=orientation, lossless=False)


def _orientation(exif: bytes) -> int:
    """Return tag 0x0112 of EXIF's first directory; 1 where it is absent or makes no sense."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order is None:
            return 1
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, at)
        for entry in range(min(count, 200)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * entry)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _strip_jpeg(data: bytes) -> bytes:
    parts = [data[:2]]
    for marker, start, end in _segments(data):
        private = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in _KEPT_APPS)
        # Cameras put a preview of the picture, position and all, into another APP2.
        preview = marker == 0xE2 and data[start + 4 : start + 15] != b"ICC_PROFILE"
        if not private and not preview:
            parts.append(data[start:end])
    # What follows the end is no part of the picture: phones append films and depth maps.
    return b"".join([*parts, b"\xff\xd9"])


def _read_gif(data: bytes) -> Raster:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    frames, alpha = 0, False
    while data[at] != 0x3B:
        if data[at] == 0x21:
            alpha = alpha or (data[at + 1] == 0xF9 and bool(data[at + 3] & 1))
            at += 2
        elif data[at] == 0x2C:
            frames += 1
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0) + 1
        else:
            raise ImageFault("is damaged")
        while data[at]:
            at += data[at] + 1
        at += 1
    if not frames:
        raise ImageFault("has no pixels")
    return Raster("gif", width, height, frames > 1, alpha)


def _read_webp(data: bytes) -> Raster:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise ImageFault("breaks off")
    form = data[12:16]
    if form == b"VP8X":
        flags = data[20]
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Raster("webp", width, height, bool(flags & 2), bool(flags & 16), lossless=b"VP8L" in data[:4096])
    if form == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return Raster("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, alpha=bool(bits >> 28 & 1))
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Raster("webp", width & 0x3FFF, height & 0x3FFF, lossless=False)
    raise ImageFault("is damaged")
