"""A folder of the user's in which results are kept between builds: name -> bytes, bounded, shared by all builds.

An entry is believed only if it is whole; without a folder to write to, nothing is kept.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import get_native_id

from packager import program

VARIABLE = "PACKAGER_CACHE"
"""Environment variable that names the folder; by default it is `packager` in the user's cache folder."""
LIMIT = 512_000_000
"""Bytes of all entries; those that were used longest ago go first."""
LARGEST = LIMIT // 4
"""Bytes of an entry; what is larger would drive out all else, and is not kept."""

_ENTRY = re.compile(r"[0-9a-f]{64}(?:\.[0-9]+)?")
_DIGEST = 32
_SMALL, _MANY = 100_000, 200
"""Bytes of what a process keeps in memory of what it recalled, and how much of that."""
_recalled: dict[str, bytes] = {}


class Store:
    """The folder's entries."""

    def __init__(self, usable: bool = True) -> None:
        """Without being usable, it keeps nothing."""
        self._folder = folder() if usable else None
        self._filled = False

    @property
    def usable(self) -> bool:
        """Whether it keeps anything."""
        return self._folder is not None

    def get(self, key: str) -> bytes | None:
        """Give what is kept under a key, if it is there and whole."""
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if data[:_DIGEST] != _seal(key, memoryview(data)[_DIGEST:]):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return data[_DIGEST:]

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key; whoever reads meanwhile sees all of them or none. What cannot be kept is not."""
        if self._folder is None or len(data) > LARGEST:
            return
        path = self._folder / key
        temporary = path.with_name(f"{key}.{os.getpid()}{get_native_id()}")
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


def recall(make: Callable[[], bytes], *about: object) -> bytes:
    """Give what this program made before of the same, or make it and keep it; `about` names all that goes in."""
    key = sha256(repr((program.whole(), about)).encode(errors="surrogatepass")).hexdigest()
    found = _recalled.get(key)
    if found is not None:
        return found
    store = Store(usable=bool(program.whole()))
    found = store.get(key)
    if found is None:
        found = make()
        store.put(key, found)
    if len(found) <= _SMALL:
        _recalled[key] = found
        while len(_recalled) > _MANY:
            _recalled.pop(next(iter(_recalled)), None)
    return found


def forget() -> None:
    """Make again, or read from the folder, what was recalled."""
    _recalled.clear()


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
        return Path(own).absolute() / "kept"
    if os.path.isabs(users):  # the specification has us overlook others
        return Path(users, "packager", "kept")
    with suppress(RuntimeError):
        return Path.home() / ".cache" / "packager" / "kept"
    return None


def _entries(place: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from [path for path in place.iterdir() if _ENTRY.fullmatch(path.name)]


def _seal(key: str, data: bytes | memoryview) -> bytes:
    digest = sha256(key.encode())
    digest.update(data)
    return digest.digest()
