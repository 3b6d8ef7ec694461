"""What makes a book besides its manuscript: the program and all that it stands on, told without loading any of it."""

import ctypes
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

MOMENT = "SOURCE_DATE_EPOCH"
"""Environment variable that tells when files were made; see https://reproducible-builds.org/specs/source-date-epoch/."""

_LIBRARIES = (("pango-1.0", 0, "pango_version_string"), ("harfbuzz", 0, "hb_version_string"))
"""Name, number and version function of what the engine loads besides its packages."""
_PACKAGES = ("cssselect2", "fonttools", "pikepdf", "pillow", "pydyf", "pyphen", "pypdfium2", "tinycss2", "weasyprint")
_PARTS = ("layout", "images.py", "rasters.py", "svg.py")
"""What of the program shapes pages that are given to it."""
_HOME = Path(__file__).parent


@cache
def whole() -> bytes:
    """Digest the program, its packages and the environment as far as it is read; empty where they are not known."""
    styles = _HOME.parent / "styles"
    return _digest((_HOME, *([] if (_HOME / "styles").is_dir() else [styles])), None)


def conditions() -> tuple[bytes, str]:
    """Tell all that a book's files depend on, besides the manuscript and what is asked for."""
    return whole(), os.environ.get(MOMENT, "")


@cache
def engine() -> bytes:
    """Digest what shapes pages; empty where it is not known."""
    return _digest([_HOME / part for part in _PARTS], _PACKAGES)


def _digest(parts: Sequence[Path], packages: Sequence[str] | None) -> bytes:
    found = _releases()
    names = sorted(found) if packages is None else packages
    try:
        versions = [os.uname().machine if hasattr(os, "uname") else "", sys.version]
        versions += [f"{name} {found[name]}" for name in names]
        versions += [_version(*library) for library in _LIBRARIES]
        sources = [(file.removeprefix(str(_HOME.parent)), _sum(file)) for file in _files(parts)]
    except (KeyError, OSError, AttributeError):
        return b""
    return sha256(repr((versions, sources)).encode()).digest()


def _releases() -> dict[str, str]:
    """List what is installed, and in which version, by the names of folders: `importlib.metadata` is slow to load."""
    found: dict[str, str] = {}
    for place in sys.path:
        try:
            names = sorted(os.listdir(place or "."))
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                project, _, version = name.rpartition(".")[0].partition("-")
                found.setdefault(re.sub(r"[-_.]+", "-", project).lower(), version)
    return found


def _files(parts: Iterable[Path]) -> Iterator[str]:
    """List files by their names alone: `pathlib` takes longer to find them than all of them take to be read."""
    for part in parts:
        if part.is_file():
            yield str(part)
        for place, folders, names in os.walk(part):
            folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
            yield from filter(os.path.isfile, (os.path.join(place, name) for name in sorted(names)))


def _sum(file: str) -> bytes:
    with open(file, "rb") as opened:
        return sha256(opened.read()).digest()


def _version(name: str, number: int, function: str) -> str:
    """Ask a library of the system for its version. Raises OSError or AttributeError."""
    file = f"lib{name}.{number}.dylib" if sys.platform == "darwin" else f"lib{name}.so.{number}"
    if sys.platform == "win32":
        file = f"lib{name}-{number}.dll"
    ask = getattr(ctypes.CDLL(file), function)
    ask.restype = ctypes.c_char_p
    return str(ask().decode())
