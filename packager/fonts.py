"""Font families in, static faces out: find, pin, subset, and ask what a face can print.

Families come from PyPI's `fontpkg-*` packages (all under open licences) or from the author's files. Variable fonts
are pinned to static instances, because neither reading systems nor printers can be trusted with variations.
HarfBuzz does it all and looks at no clock, so the same bytes come out every time.
"""

import importlib.util
import json
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import uharfbuzz as hb

from packager.store import recall

REGULAR, BOLD = 400, 700

_FEATURES = (
    "calt ccmp clig curs kern liga locl mark mkmk rlig rvrn init medi fina isol smcp c2sc onum lnum pnum tnum"
).split()
"""What a subset keeps: what scripts cannot do without, small capitals, and the kinds of figures."""
_SPACES = frozenset({0x20, 0xA0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)})
"""Spaces that shaping makes from the width of a face's own space."""
_TABLES = {"cmap", "head", "hhea", "hmtx", "maxp"}
"""What no font can be read without."""
_NOT_IN_PDF = (
    "BASE",
    "DSIG",
    "EBDT",
    "EBLC",
    "EBSC",
    "GDEF",
    "GPOS",
    "GSUB",
    "JSTF",
    "LTSH",
    "PCLT",
    "STAT",
    "SVG ",
    "meta",
)
"""Tables that shape text or describe the font; in a PDF the glyphs are chosen already."""
_LIMIT = 32 * 2**20
"""Bytes of the largest font taken, unpacked: the largest CJK fonts come near."""


class FontError(Exception):
    """A font that cannot be found or read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Face:
    """One static face of a family: what a stylesheet names with `@font-face`."""

    family: str
    style: str
    """`normal` or `italic`."""
    weight: int
    """`REGULAR` or `BOLD` in CSS's terms; a family may serve a semibold as its bold."""
    file: str
    """File name below `fonts/`: `eb-garamond-italic-400.ttf`."""
    source: Path | bytes = field(repr=False)
    """The font as it was found: a package's file, or the author's bytes."""
    axes: tuple[tuple[str, float], ...] = ()
    """Where a variable font's axes are pinned; the others stand at their defaults."""

    @property
    def data(self) -> bytes:
        """The whole face as a static sfnt."""
        return _pinned(self.source, self.axes, None)

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells the face from all others."""
        return self.family, self.style, self.weight, self.file, self.axes, _identity(self.source)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Heights of a face, in ems from the baseline."""

    ascent: float
    descent: float
    """Positive below the baseline."""
    capital: float
    """Height of a capital H."""


def package(family: str) -> str:
    """Name the distribution that carries a family: `fontpkg-eb-garamond`."""
    return "fontpkg-" + re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-")


def installed(family: str) -> bool:
    """Say whether a package with the family is there."""
    return importlib.util.find_spec(package(family).replace("-", "_")) is not None


def find(
    family: str, *, cut_of: str = "", axes: Mapping[str, float] | None = None, bold: int = BOLD
) -> tuple[Face, ...]:
    """Find the regular, italic, bold and bold italic faces of a family; those that it lacks are left out.

    `cut_of` is the family's name in its package where ours is a cut of it (an optical size), `axes` pins that cut,
    `bold` is the weight served as bold. Raises FontError where no package has the family.
    """
    files = _files(cut_of or family)
    name = package(family).removeprefix("fontpkg-")
    faces = []
    for style in ("normal", "italic"):
        for weight, wanted in ((REGULAR, REGULAR), (BOLD, bold)):
            fitting = [(abs(cut - wanted), path, pins) for path, slope, cut, pins in files if slope == style]
            if fitting and (weight == REGULAR or fitting[0][2] or min(fitting)[0] <= 100):
                _, path, variable = min(fitting, key=lambda fit: fit[0])
                pins = {**(axes or {}), "wght": float(wanted)} if variable else {}
                kept = tuple(sorted((axis, float(at)) for axis, at in pins.items() if axis in variable))
                file = f"{name}{'-italic' if style == 'italic' else ''}-{weight}{path.suffix.lower()}"
                faces.append(Face(family, style, weight, file, path, kept))
    return tuple(faces)


def single(family: str, place: str) -> Face | None:
    """Find a family of one face, `package/file`, in a package that is no family's own; None where it is not there."""
    name, _, file = place.partition("/")
    spec = importlib.util.find_spec(name.replace("-", "_"))
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / file
    if not path.is_file():
        return None
    named = f"{package(family).removeprefix('fontpkg-')}-{REGULAR}{path.suffix}"
    return Face(family, "normal", REGULAR, named, path)


@lru_cache(maxsize=64)
def _files(family: str) -> tuple[tuple[Path, str, int, tuple[str, ...]], ...]:
    """List the files of a family: path, slope, weight (a variable font has any: 400), axes."""
    spec = importlib.util.find_spec(package(family).replace("-", "_"))
    if spec is None or spec.origin is None:
        raise FontError(f"no font family `{family}` is installed")
    folder = Path(spec.origin).parent
    described = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    axes = tuple(axis["tag"] for axis in described["axes"])
    return tuple(
        (folder / file["path"], file["style"], file["weight"] or REGULAR, axes if file["variable"] else ())
        for file in described["files"]
    )


def read(data: bytes, name: str) -> bytes:
    """Check an author's font and give it as a static sfnt, WOFF unpacked.

    Raises FontError for what is no TrueType, OpenType or WOFF font, is damaged, or is larger than a font ever is.
    """
    if data[:4] == b"wOFF":
        data = _unpacked(data, name)
    if data[:4] == b"wOF2":
        raise FontError(f"font {name} is WOFF2, which many reading systems cannot open")
    if data[:4] not in (b"\0\1\0\0", b"OTTO", b"true") or len(data) > _LIMIT:
        raise FontError(f"font {name} is not a TrueType, OpenType or WOFF font")
    face = hb.Face(data)
    if not set(face.table_tags) >= _TABLES or not face.glyph_count or not face.unicodes:
        raise FontError(f"font {name} is damaged")
    try:
        return _pinned(data, (), None)
    except FontError:
        raise FontError(f"font {name} is damaged") from None


def _unpacked(data: bytes, name: str) -> bytes:
    """Turn WOFF 1.0 into the sfnt that it wraps, after https://www.w3.org/TR/WOFF/."""
    try:
        flavour, _, count, _, total = struct.unpack_from(">4sIHHI", data, 4)
        entries = [struct.unpack_from(">4sIIII", data, 44 + 20 * index) for index in range(count)]
    except struct.error:
        raise FontError(f"font {name} is damaged") from None
    if not entries or total > _LIMIT or sum(entry[3] for entry in entries) > _LIMIT:
        raise FontError(f"font {name} is damaged")
    directory, body = b"", b""
    start = 12 + 16 * count
    for tag, offset, packed, length, checksum in entries:
        table = data[offset : offset + packed]
        if packed < length:
            try:
                table = zlib.decompressobj().decompress(table, length)
            except zlib.error:
                raise FontError(f"font {name} is damaged") from None
        if len(table) != length:
            raise FontError(f"font {name} is damaged")
        directory += struct.pack(">4sIII", tag, checksum, start + len(body), length)
        body += table + b"\0" * (-length % 4)
    power = count.bit_length() - 1
    return struct.pack(">4sHHHH", flavour, count, 16 << power, power, 16 * count - (16 << power)) + directory + body


def subset(face: Face, text: Iterable[str] | Iterable[int]) -> bytes:
    """Cut a face down to what the text needs, with the small capitals and figures that a theme may call for."""
    wanted = {ord(item) if isinstance(item, str) else item for item in text}
    return _pinned(face.source, face.axes, frozenset(wanted | {0x20, 0xA0}))


@lru_cache(maxsize=64)
def _pinned(source: Path | bytes, axes: tuple[tuple[str, float], ...], text: frozenset[int] | None) -> bytes:
    cut = None if text is None else sorted(text)
    return recall(lambda: _cut(source, axes, text), "face", _identity(source), axes, cut)


@lru_cache(maxsize=64)
def _identity(source: Path | bytes) -> object:
    """Tell a font from all others: by content, or as a file of a package, whose version the program's digest holds."""
    if isinstance(source, bytes):
        return sha256(source).hexdigest()
    about = source.stat()
    return str(source), about.st_size, about.st_mtime_ns


def _cut(source: Path | bytes, axes: tuple[tuple[str, float], ...], text: frozenset[int] | None) -> bytes:
    face = _face(source)
    plan = hb.SubsetInput()
    if text is None:
        plan.keep_everything()
    else:
        plan.sets(hb.SubsetInputSets.UNICODE).set(set(text))
        plan.sets(hb.SubsetInputSets.LAYOUT_FEATURE_TAG).update(int.from_bytes(tag.encode()) for tag in _FEATURES)
    if face.has_var_data:
        plan.pin_all_axes_to_default(face)
        for axis, value in axes:
            plan.pin_axis_location(face, axis, value)
    try:
        return bytes(hb.subset(face, plan).blob.data)
    except RuntimeError as fault:
        raise FontError(str(fault)) from None


@lru_cache(maxsize=64)
def _face(source: Path | bytes) -> "hb.Face":
    return hb.Face(hb.Blob.from_file_path(str(source)) if isinstance(source, Path) else source)


@lru_cache(maxsize=64)
def _characters(source: Path | bytes) -> frozenset[int]:
    return frozenset(_face(source).unicodes)


def covers(face: Face, text: Iterable[str]) -> set[str]:
    """Name the characters of a text that a face has no glyph for; those that never show are not asked for."""
    known = _characters(face.source)
    return {c for c in set(text) if ord(c) not in known and ord(c) not in _SPACES and not _unseen(c)}


def _unseen(character: str) -> bool:
    """Say whether a character shows nothing by itself: controls, joiners, variation selectors."""
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") or 0xFE00 <= ord(character) <= 0xFE0F


def metrics(face: Face) -> Metrics:
    """Measure a face, as layout engines see it."""
    return _metrics(face.source, face.axes)


@lru_cache(maxsize=64)
def _metrics(source: Path | bytes, axes: tuple[tuple[str, float], ...]) -> Metrics:
    font = hb.Font(_face(source))
    font.set_variations(dict(axes))
    heights = font.get_font_extents("ltr")
    glyph = font.get_nominal_glyph(ord("H"))
    capital = font.get_glyph_extents(glyph).y_bearing if glyph else heights.ascender * 0.7
    em = _face(source).upem
    return Metrics(heights.ascender / em, -heights.descender / em, capital / em)


def heights(data: bytes) -> tuple[int, int]:
    """Give how far a face rises above the line, and below it as a negative number, in thousandths of its size."""
    found = _metrics(data, ())
    return round(found.ascent * 1000), -round(found.descent * 1000)


def union_subset(data: bytes, glyphs: Iterable[int]) -> bytes:
    """Cut a face down to glyphs, for embedding in a PDF: glyph numbers stay, layout tables go."""
    kept = sorted(glyphs)
    return recall(lambda: _union(data, kept), "glyphs", _identity(data), kept)


def _union(data: bytes, glyphs: Iterable[int]) -> bytes:
    plan = hb.SubsetInput()
    plan.glyph_set.update(glyphs)
    plan.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    plan.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in _NOT_IN_PDF)
    return bytes(hb.subset(_face(data), plan).blob.data)
