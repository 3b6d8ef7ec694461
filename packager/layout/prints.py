"""Tells content streams of a finished file apart by all that a reader gets from them: operators, glyphs, forms.

A stream that was read once, and every glyph of which stands for what it stood for, reads the same on any page: what
other pages show of a font makes no difference.
"""

import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

_ELSEWHERE = frozenset(("/Parent", "/StructParent", "/StructParents", "/Annots", "/Length"))
"""Keys whose values say nothing of a page's text, or lead away from the page."""
_SELECT = re.compile(rb"/([^\s/\[\]<>()]+) -?[\d.]+ Tf")
_SHOWN = re.compile(rb"<([0-9a-fA-F]+)>")
_NAME = re.compile(rb"/([^\s/\[\]<>()]+)")
_BACK = re.compile(rb"\sQ\s")
_PAIR = re.compile(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>")


class Shown(NamedTuple):
    """What a stream names."""

    glyphs: dict[str, str]
    """By font; their codes in hexadecimal, four digits each."""
    names: list[str]
    """Of all else."""
    clear: bool
    """Whether it can be said which font each glyph is of."""


class Wanted(NamedTuple):
    """What is to come out of a page."""

    streams: tuple[str, ...]
    """Their digests, each with the letters that it shows."""
    letters: int
    """All of them."""


def wanted(streams: Sequence[str], above: Sequence[int], body: int) -> Wanted:
    """Say what is to come out of a page's streams, by the letters of those above its body, and of that."""
    counts = [*above, *[0] * (len(streams) - len(above) - 1), body]
    if len(counts) > len(streams):  # what stands above is drawn as one
        counts = [sum(above), *[0] * (len(streams) - 2), body]
    told = tuple(f"{stream} {count}" for stream, count in zip(streams, counts, strict=True))
    return Wanted(told, sum(counts))


@dataclass(slots=True)
class Known:
    """What is known of streams."""

    shown: dict[str, Shown] = field(default_factory=dict)
    """By digests of what is in them."""
    read: set[str] = field(default_factory=set)
    """What came out of the finished file: streams, and pages of them, with their letters."""

    def learn(self, page: Wanted, found: int) -> None:
        """Take note of a page out of which so many letters came.

        Where they are as many as were set, each stream gave its own; of more, some might stand for others.
        """
        self.read.update(page.streams if found == page.letters else ["+".join(page.streams)])

    def keep(self, page: Wanted, before: "Known") -> bool:
        """Say whether it is known already what comes out of a page, and if so, keep that."""
        whole = "+".join(page.streams)
        told = page.streams if before.read.issuperset(page.streams) else [whole] if whole in before.read else None
        self.read.update(told or ())
        return told is not None

    def packed(self) -> bytes:
        """Write it as bytes."""
        return json.dumps((self.shown, sorted(self.read))).encode()


def known(data: bytes | None) -> Known:
    """Read what `packed` wrote, if there is any."""
    if data is None:
        return Known()
    shown, read = json.loads(data)
    return Known({key: Shown(*told) for key, told in shown.items()}, set(read))


def prints(file: bytes, before: Known, now: Known) -> Iterator[tuple[str, ...]]:
    """Give digests of each page's streams; what is known of them is taken from `before`, and goes into `now`."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        reader = _Reader(before, now)
        for page in pdf.pages:
            resources, contents = page.obj.get("/Resources", Dictionary()), page.obj.get("/Contents", Array())
            streams = contents if isinstance(contents, Array) else [contents]
            yield tuple(reader.stream(stream, resources) for stream in streams)


def shown(operators: bytes) -> Shown:
    """Find what operators name."""
    before, *pieces = _SELECT.split(operators)
    # Whatever shows text before it chooses a font, in a literal string, or after it went back to an earlier font.
    clear = b"Tj" not in before and b"TJ" not in before and b"(" not in operators
    found: dict[str, set[int]] = {}
    for font, piece in zip(pieces[::2], pieces[1::2], strict=True):
        back = _BACK.search(piece)
        clear = clear and not (back and _SHOWN.search(piece, back.end()))
        codes = bytes.fromhex(b"".join(_SHOWN.findall(piece)).decode())
        clear = clear and len(codes) % 2 == 0
        found.setdefault(font.decode("latin-1"), set()).update(memoryview(codes[: len(codes) // 2 * 2]).cast("H"))
    glyphs = {
        font: "".join(sorted(code.to_bytes(2, sys.byteorder).hex() for code in codes)) for font, codes in found.items()
    }
    names = {name.decode("latin-1") for name in _NAME.findall(operators)} - glyphs.keys()
    return Shown(glyphs, sorted(names), clear)


class _Reader:
    """Reads objects of one file, each once."""

    def __init__(self, before: Known, now: Known) -> None:
        self._before, self._now = before, now
        self._known: dict[tuple[int, int], bytes] = {}
        self._streams: dict[object, str] = {}
        self._fonts: dict[tuple[int, int], _Font | None] = {}
        self._resources: dict[tuple[int, int], tuple[dict[str, pikepdf.Object], dict[str, list[pikepdf.Object]]]] = {}

    def stream(self, stream: pikepdf.Object, resources: pikepdf.Object) -> str:
        """Digest a content stream, with the resources that it draws upon."""
        key = stream.objgen, resources.objgen
        if (0, 0) not in key and key in self._streams:
            return self._streams[key]
        raw = stream.read_raw_bytes()
        body = sha256(repr(stream.get("/Filter")).encode() + raw).hexdigest()[:32]
        told = self._now.shown.get(body) or self._before.shown.get(body) or shown(stream.read_bytes())
        self._now.shown[body] = told
        fonts, others = self._named(resources)
        parts = [body.encode()]
        for font, codes in told.glyphs.items():
            parts.append(self._meaning(fonts[font], codes) if told.clear and font in fonts else b"?")
        if not told.clear:
            parts += [self.read(font) for _, font in sorted(fonts.items())]
        parts += [self._shown(item, resources) for name in told.names for item in others.get(name, ())]
        self._streams[key] = sha256(b"\n".join(parts)).hexdigest()[:32]
        return self._streams[key]

    def _named(self, resources: pikepdf.Object) -> tuple[dict[str, pikepdf.Object], dict[str, list[pikepdf.Object]]]:
        """Give fonts, and all else, by the names that resources give them."""
        if resources.objgen == (0, 0) or resources.objgen not in self._resources:
            others: dict[str, list[pikepdf.Object]] = {}
            for kind, held in resources.items():
                for name, item in held.items() if kind != "/Font" and isinstance(held, pikepdf.Dictionary) else ():
                    others.setdefault(name[1:], []).append(item)
            fonts = {name[1:]: font for name, font in resources.get("/Font", Dictionary()).items()}
            self._resources[resources.objgen] = fonts, others
        return self._resources[resources.objgen]

    def _meaning(self, font: pikepdf.Object, codes: str) -> bytes:
        """Tell what glyphs of a font stand for."""
        if font.objgen == (0, 0) or font.objgen not in self._fonts:
            self._fonts[font.objgen] = _Font.of(font, self)
        made = self._fonts[font.objgen]
        return self.read(font) if made is None else made.meaning(codes)

    def _shown(self, item: pikepdf.Object, resources: pikepdf.Object) -> bytes:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Form:
            return self.stream(item, item.get("/Resources", resources)).encode()
        return self.read(item)

    def read(self, value: object) -> bytes:
        """Digest an object with all that it leads to; images count for nothing."""
        if not isinstance(value, pikepdf.Object):
            return repr(value).encode()
        if not value.is_indirect:
            return self._told(value)
        if value.objgen not in self._known:
            self._known[value.objgen] = b""  # where it leads back to itself
            self._known[value.objgen] = sha256(self._told(value)).digest()
        return self._known[value.objgen]

    def _told(self, value: pikepdf.Object) -> bytes:
        if isinstance(value, pikepdf.Stream):
            if value.get("/Subtype") == Name.Image:
                return b"image"
            return self._dictionary(value) + sha256(value.read_raw_bytes()).digest()
        if isinstance(value, pikepdf.Dictionary):
            return self._dictionary(value)
        if isinstance(value, pikepdf.Array):
            return b"[%b]" % b" ".join(map(self.read, value))
        return value.unparse()

    def _dictionary(self, value: pikepdf.Object) -> bytes:
        items = sorted((key, self.read(item)) for key, item in value.items() if key not in _ELSEWHERE)
        return repr(items).encode()


@dataclass(frozen=True, slots=True)
class _Font:
    """A font whose glyphs are told one by one (ISO 32000-1, 9.7, 9.10.3)."""

    about: bytes
    """All that holds for each glyph."""
    texts: dict[str, str]
    widths: dict[str, str]

    @classmethod
    def of(cls, font: pikepdf.Object, reader: _Reader) -> "_Font | None":
        """Read a font; None for one of another kind."""
        if font.get("/Subtype") != Name.Type0 or "/ToUnicode" not in font:
            return None
        mapping = font.ToUnicode.read_bytes().decode("latin-1")
        if "bfrange" in mapping:
            return None
        texts = {code.lower(): text for code, text in _PAIR.findall(mapping.partition("endcodespacerange")[2])}
        descendant = font.DescendantFonts[0]
        widths: dict[str, str] = {}
        items = list(descendant.get("/W", ()))
        for first, run in zip(items[::2], items[1::2], strict=True):
            if not isinstance(run, pikepdf.Array):
                return None
            widths |= {f"{int(first) + at:04x}": str(width) for at, width in enumerate(run)}
        told = [font.get("/Encoding"), *(descendant.get(key) for key in ("/Subtype", "/CIDToGIDMap", "/CIDSystemInfo"))]
        return cls(b" ".join(map(reader.read, told)), texts, widths)

    def meaning(self, codes: str) -> bytes:
        """Tell what glyphs stand for, and how wide they are."""
        numbers = (codes[at : at + 4] for at in range(0, len(codes), 4))
        told = [f"{code} {self.texts.get(code)} {self.widths.get(code)}" for code in numbers]
        return sha256(self.about + "\n".join(told).encode()).digest()
