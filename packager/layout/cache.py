"""Keeps laid-out units between builds, by all that they are made of, so that an edit lays out what it touches.

An entry's name is a digest of the engine, the program, the fonts, the stylesheet, the images and the page. An entry is
believed only if it is whole; without a folder to write to, or without knowing the engine, nothing is kept.
"""

import ctypes
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, astuple
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from packager.layout.jobs import Body, Fault, Font, Furniture, Pages, Setup

VARIABLE = "PACKAGER_CACHE"
"""Environment variable that names the folder; by default it is `packager` in the user's cache folder."""
LIMIT = 512_000_000
"""Bytes of all entries; those that were used longest ago go first."""

_LIBRARIES = (("pango-1.0", 0, "pango_version_string"), ("harfbuzz", 0, "hb_version_string"))
"""Name, number and version function of what the engine loads besides its packages."""
_PACKAGES = ("cssselect2", "fonttools", "pikepdf", "pillow", "pydyf", "pyphen", "pypdfium2", "tinycss2", "weasyprint")
_PROGRAM = ("images.py", "rasters.py", "svg.py")
"""Modules outside this room whose changes show on pages."""
_ENTRY = re.compile(r"[0-9a-f]{64}(?:\.[0-9]+)?")
_DIGEST = 32


class Store:
    """A folder of entries, name -> bytes."""

    def __init__(self) -> None:
        self._folder = folder() if engine() else None
        self._filled = False

    def get(self, key: str) -> bytes | None:
        """Give what is kept under a key, if it is there and whole."""
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if data[:_DIGEST] != _seal(key, data[_DIGEST:]):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return data[_DIGEST:]

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key; whoever reads meanwhile sees all of them or none. What cannot be kept is not."""
        if self._folder is None:
            return
        path = self._folder / key
        temporary = path.with_name(f"{key}.{os.getpid()}")
        try:
            temporary.write_bytes(_seal(key, data) + data)
            temporary.replace(path)
            self._filled = True
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def trim(self, limit: int = LIMIT) -> None:
        """Drop what was used longest ago, until the rest is not larger than `limit` bytes."""
        if self._folder is None or not self._filled:
            return
        found = []
        for path in _entries(self._folder):
            with suppress(OSError):  # another build may drop it first
                about = path.stat()
                found.append((about.st_mtime_ns, about.st_size, path))
        size = 0
        for _, bytes_, path in sorted(found, reverse=True):
            size += bytes_
            if size > limit:
                with suppress(OSError):
                    path.unlink()


class Cache(Store):
    """The laid-out units that one edition of a book may use."""

    def __init__(self, setup: Setup, styled: Iterable[str] = ()) -> None:
        """`styled` are paths of images that the stylesheet shows."""
        super().__init__()
        self._assets = setup.assets
        self._digests: dict[str, bytes] = {}
        self._base = b""
        if self._folder is not None:
            faces = [(name, sha256(data).digest()) for name, data in sorted(setup.faces.items())]
            shown = [self._image(path) for path in styled]
            parts = (engine(), faces, setup.hyphenation, setup.missing, setup.gray, setup.frame, shown)
            self._base = sha256(repr(parts).encode()).digest()

    def key(self, work: str, job: Body | Furniture, images: Iterable[str] = ()) -> str:
        """Name the entry for a job; `images` are paths of what its page shows."""
        if self._folder is None:
            return ""
        shown = [self._image(path) for path in images]
        return sha256(repr((self._base, work, astuple(job), shown)).encode()).hexdigest()

    def proof(self, file: bytes, letters: Iterable[int]) -> str:
        """Name the entry that says that a finished file was proof-read."""
        return sha256(repr((self._base, sha256(file).digest(), tuple(letters))).encode()).hexdigest()

    def _image(self, path: str) -> tuple[str, bytes]:
        if path not in self._digests:
            self._digests[path] = sha256(self._assets.get(path, b"")).digest()
        return path, self._digests[path]

    def pages(self, key: str) -> Pages | None:
        """Give the pages kept under a key."""
        data = self.get(key)
        return None if data is None else unpacked(data)

    def keep(self, key: str, pages: Pages) -> None:
        """Keep pages, unless something is wrong with them that we shall want to see again."""
        if not pages.losses and not pages.endless:
            self.put(key, packed(pages))


def look(source: Path, *asked: str) -> bytes:
    """Tell what a manuscript looks like from outside, for a build of what is asked: paths, sizes, times of change."""
    seen = []
    for place, folders, names in os.walk(source) if source.is_dir() else [(str(source.parent), [], [source.name])]:
        folders[:] = sorted(name for name in folders if name[0] != ".")
        for name in sorted(names):
            with suppress(OSError):
                about = os.stat(os.path.join(place, name))
                seen.append((place, name, about.st_size, about.st_mtime_ns))
    return sha256(repr((engine(), asked, seen)).encode()).digest()


def remembers(source: Path, *asked: str) -> bool:
    """Say whether a manuscript looks as when it was built last, so that layout will hardly have to work."""
    return Store().get(_name(source, *asked)) == look(source, *asked)


def remember(source: Path, *asked: str) -> None:
    """Note how a manuscript looks that was built."""
    Store().put(_name(source, *asked), look(source, *asked))


def _name(source: Path, *asked: str) -> str:
    return sha256(repr((os.path.abspath(source), asked)).encode()).hexdigest()


def folder() -> Path | None:
    """Find the folder for entries, and make it; None where there can be none."""
    place = _place()
    try:
        if place is not None:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return place


def clear() -> None:
    """Drop all entries."""
    place = _place()
    for path in _entries(place) if place else ():
        with suppress(OSError):
            path.unlink()


def _place() -> Path | None:
    own, users = os.environ.get(VARIABLE, ""), os.environ.get("XDG_CACHE_HOME", "")
    if own:
        return Path(own).absolute() / "units"
    if os.path.isabs(users):  # the specification has us overlook others
        return Path(users, "packager", "units")
    with suppress(RuntimeError):
        return Path.home() / ".cache" / "packager" / "units"
    return None


def _entries(place: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from [path for path in place.iterdir() if _ENTRY.fullmatch(path.name)]


def _seal(key: str, data: bytes) -> bytes:
    return sha256(key.encode() + data).digest()


@cache
def engine() -> bytes:
    """Digest everything of the program that shapes pages, without loading the engine; empty where it is not known."""
    from importlib import metadata, resources  # slow to load, and not needed for a check

    versions = [os.uname().machine if hasattr(os, "uname") else "", sys.version]
    try:
        versions += map(metadata.version, _PACKAGES)
        versions += [_version(*library) for library in _LIBRARIES]
    except (metadata.PackageNotFoundError, OSError, AttributeError):
        return b""
    home = resources.files("packager")
    files = [*(home / "layout").iterdir(), *(home / name for name in _PROGRAM)]
    sources = sorted((file.name, file.read_bytes()) for file in files if not file.name.startswith("__pycache__"))
    return sha256(repr((versions, sources)).encode()).digest()


def _version(name: str, number: int, function: str) -> str:
    """Ask a library of the system for its version. Raises OSError or AttributeError."""
    file = f"lib{name}.{number}.dylib" if sys.platform == "darwin" else f"lib{name}.so.{number}"
    if sys.platform == "win32":
        file = f"lib{name}-{number}.dll"
    ask = getattr(ctypes.CDLL(file), function)
    ask.restype = ctypes.c_char_p
    return str(ask().decode())


def packed(pages: Pages) -> bytes:
    """Write pages as bytes."""
    told = asdict(pages)
    pdf: bytes = told.pop("pdf")
    head = json.dumps(told, default=sorted).encode()
    return len(head).to_bytes(4, "big") + head + pdf


def unpacked(data: bytes) -> Pages:
    """Read what `packed` wrote."""
    size = 4 + int.from_bytes(data[:4], "big")
    return _pages(data[size:], **json.loads(data[4:size]))


def _pages(pdf: bytes, letters: list[int], fonts: list[dict[str, Any]], anchors: dict[str, tuple[int, float, float]],
           sections: list[str], faults: list[dict[str, Any]], remarks: list[str], rounds: int,
           **empty: object) -> Pages:  # fmt: skip
    return Pages(
        pdf, tuple(letters),
        fonts=tuple(Font(font["name"], font["digest"], frozenset(font["glyphs"])) for font in fonts),
        anchors={name: (at[0], at[1], at[2]) for name, at in anchors.items()},
        sections=tuple(sections), faults=tuple(Fault(**fault) for fault in faults),
        remarks=tuple(remarks), rounds=rounds,
    )  # fmt: skip
