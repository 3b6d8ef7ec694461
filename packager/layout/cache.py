"""Keeps laid-out units between builds, by all that they are made of, so that an edit lays out what it touches.

An entry's name is a digest of the engine, the program, the fonts, the stylesheet, the images and the page. Without
knowing the engine, nothing is kept.
"""

import io
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, replace
from hashlib import sha256
from typing import Any

from packager.layout.jobs import Body, Drawing, Fault, Font, Pages, Setup
from packager.program import engine
from packager.store import Store

_LONG = 256


class Cache(Store):
    """The laid-out units that one edition of a book may use."""

    def __init__(self, setup: Setup, styled: Iterable[str] = ()) -> None:
        """`styled` are paths of images that the stylesheet shows."""
        super().__init__(usable=bool(engine()))
        self._assets = setup.assets
        self._digests: dict[str, bytes] = {}
        self._base = b""
        if self._folder is not None:
            faces = [(name, sha256(data).digest()) for name, data in sorted(setup.faces.items())]
            shown = [self._image(path) for path in styled]
            parts = (engine(), faces, setup.hyphenation, setup.missing, setup.gray, setup.frame, shown)
            self._base = sha256(repr(parts).encode()).digest()

    def key(self, work: str, job: Body, images: Iterable[str] = ()) -> str:
        """Name the entry for a job; `images` are paths of what its page shows."""
        if self._folder is None:
            return ""
        shown = [self._image(path) for path in images]
        parts = [_short(part) for part in astuple(replace(job, before=None))]
        return sha256(repr((self._base, work, parts, shown)).encode()).hexdigest()

    def book(self, what: str, name: str, edition: str) -> str:
        """Name the entry for what is known of the pages of a book's edition; each fact in it tells what it is about."""
        return sha256(repr((self._base, what, name, edition)).encode()).hexdigest()

    def _image(self, path: str) -> tuple[str, bytes]:
        if path not in self._digests:
            self._digests[path] = sha256(self._assets.get(path, b"")).digest()
        return path, self._digests[path]

    def trail(self, job: Body, book: str, unit: str) -> str:
        """Name the entry that leads to the pages that a unit had last, whatever stood in it."""
        return sha256(repr((self._base, "trail", book, unit, _short(job.css), job.tagged)).encode()).hexdigest()

    def pages(self, key: str, *, traced: bool = False) -> Pages | None:
        """Give the pages kept under a key; `traced` is with what is to be known to go on from them."""
        data = self.get(key)
        return None if data is None else unpacked(data, traced=traced)

    def before(self, trail: str) -> Pages | None:
        """Give the pages that a unit had last, to go on from them after an edit."""
        key = self.get(trail) or b""
        return self.pages(key.decode(), traced=True) if key.isalnum() else None

    def follow(self, trail: str, key: str) -> None:
        """Let a trail lead to the pages kept under a key."""
        if self._folder is not None and self.get(trail) != key.encode():
            self.put(trail, key.encode())

    def keep(self, key: str, pages: Pages) -> None:
        """Keep pages, unless something is wrong with them that we shall want to see again."""
        if not pages.losses and not pages.endless:
            self.put(key, packed(pages))

    def drawings(self, key: str) -> dict[str, Drawing]:
        """Give the drawings kept under a key, by their names."""
        data = self.get(key)
        return {} if data is None else _drawings(zlib.decompress(data))

    def keep_drawings(self, key: str, drawings: Mapping[str, Drawing]) -> None:
        """Keep drawings in the place of those that were kept under the key."""
        if self._folder is not None:
            self.put(key, zlib.compress(_written(drawings), 1))


def _short(part: object) -> object:
    """Stand for a long text by its digest."""
    if isinstance(part, str) and len(part) > _LONG:
        part = part.encode()
    return sha256(part).digest() if isinstance(part, bytes) else part


def packed(pages: Pages) -> bytes:
    """Write pages as bytes."""
    told = asdict(pages)
    pdf: bytes = told.pop("pdf")
    trace = zlib.compress(told.pop("trace"), 1)
    head = json.dumps({**told, "size": len(trace)}, default=sorted).encode()
    return b"".join((len(head).to_bytes(4, "big"), head, trace, pdf))


def unpacked(data: bytes, *, traced: bool = True) -> Pages:
    """Read what `packed` wrote; `traced` is with what is to be known to go on from the pages."""
    at = 4 + int.from_bytes(data[:4], "big")
    told = json.loads(data[4:at])
    behind = at + told.pop("size")
    pages = _pages(data[behind:], **told)
    return replace(pages, trace=zlib.decompress(data[at:behind])) if traced else pages


def _pages(pdf: bytes, letters: list[int], fonts: list[dict[str, Any]], anchors: dict[str, tuple[int, float, float]],
           sections: list[tuple[str, str]], openings: list[int], faults: list[dict[str, Any]], remarks: list[str],
           rounds: int, **empty: object) -> Pages:  # fmt: skip
    return Pages(
        pdf, tuple(letters),
        fonts=tuple(_font(**font) for font in fonts),
        anchors={name: (at[0], at[1], at[2]) for name, at in anchors.items()},
        sections=tuple((first, last) for first, last in sections), openings=tuple(openings),
        faults=tuple(Fault(**fault) for fault in faults),
        remarks=tuple(remarks), rounds=rounds,
    )  # fmt: skip


def _font(glyphs: dict[str, tuple[str, int]], name: str, family: str, flags: int, digest: str) -> Font:
    return Font(name, family, flags, digest, {int(glyph): (told[0], told[1]) for glyph, told in glyphs.items()})


def _written(drawings: Mapping[str, Drawing]) -> bytes:
    """Write drawings as bytes: a list, with each font in it once, and what they draw behind it."""
    fonts: dict[tuple[object, ...], int] = {}
    rows, blobs = [], []
    for name, drawing in drawings.items():
        glyphs = [
            (fonts.setdefault((font.name, font.family, font.flags, font.digest), len(fonts)), font.glyphs)
            for font in drawing.fonts
        ]
        rows.append((name, glyphs, [(len(part), letters) for part, letters in drawing.parts], len(drawing.file)))
        blobs += [*(part for part, _ in drawing.parts), drawing.file]
    head = json.dumps((list(fonts), rows)).encode()
    return b"".join((len(head).to_bytes(4, "big"), head, *blobs))


def _drawings(data: bytes) -> dict[str, Drawing]:
    """Read what `_written` wrote."""
    at = 4 + int.from_bytes(data[:4], "big")
    fonts, rows = json.loads(data[4:at])
    blobs = io.BytesIO(data[at:])
    found = {}
    for name, glyphs, sizes, file in rows:
        used = tuple(_font(told, *fonts[font]) for font, told in glyphs)
        parts = tuple((blobs.read(size), letters) for size, letters in sizes)
        found[name] = Drawing(parts, used, blobs.read(file))
    return found
