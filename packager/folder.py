"""The one place that opens a manuscript's files: below its folder, regular files, bounded, once."""

import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from weakref import WeakValueDictionary

from packager.book import Asset
from packager.problems import Problem, error, warning

TEXT_LIMIT = 8_000_000
"""Bytes of one text file."""
BOOK_LIMIT = 64_000_000
"""Bytes of all text files of a book."""
ASSET_LIMIT = 100_000_000
"""Bytes of one image or font."""
ASSETS_LIMIT = 500_000_000
"""Bytes of all images and fonts of a book."""

CELLS = (".qmd", ".rmd")
"""Markdown with cells of code, as Quarto has it."""
MARKDOWN = (".md", ".markdown", *CELLS)
BOOK_FILES = ("book.md", "book.yaml", "book.yml")

_OUTPUTS = frozenset({"dist", "build", "_book", "_build", "_output", "_site", "node_modules", "__pycache__"})
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_PAGES = re.compile("^\f+", re.MULTILINE)
_MARKS = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


_seen: ContextVar[dict[str, str] | None] = ContextVar("seen", default=None)
"""What was asked of folders in this build -> a digest of the answer."""


_held: WeakValueDictionary[tuple[str, int, int, int, int], Asset] = WeakValueDictionary()
"""Assets that some book still holds, by the state of their file."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as it was read."""

    state: tuple[int, ...]
    """Of the file before it was read; empty where that does not tell it from another."""
    size: int
    """Bytes."""
    text: str = field(repr=False)
    problems: tuple[Problem, ...]


class Unreadable(Exception):
    """Why a file of the manuscript cannot be read, as a phrase: `is a directory`."""


class Folder:
    """A manuscript's folder. Paths are relative to it, with `/`."""

    def __init__(
        self,
        root: Path,
        outputs: frozenset[str] = frozenset(),
        known: Mapping[str, Text] = MappingProxyType({}),
        certain: int = 0,
    ) -> None:
        """`known` are texts that were read before: those whose files are as they were are not read again.

        A file tells by its state whether it changed if it did so before `certain`, nanoseconds since 1970: file systems
        count time in steps.
        """
        self.root = os.path.realpath(root)
        self.outputs = _OUTPUTS | outputs
        self.texts: dict[str, Text] = {}
        """The texts that were asked for and could be read."""
        self._known, self._certain = known, certain
        self._size = 0

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file but hidden ones, output folders and folders that are books themselves."""
        found = tuple(self._walk())
        _note("files", self, None, found)
        return found

    def _walk(self) -> Iterator[str]:
        for place, folders, names in os.walk(self.root):
            below = os.path.relpath(place, self.root).replace(os.sep, "/")
            if below != "." and any(name in BOOK_FILES for name in names):
                folders.clear()
                continue
            folders[:] = sorted(name for name in folders if name[0] != "." and name not in self.outputs)
            yield from [name if below == "." else f"{below}/{name}" for name in sorted(names) if name[0] != "."]

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        return {unicodedata.normalize("NFC", path): path for path in self.files}

    def spelling(self, path: str) -> str:
        """Return the path as the file system spells it, where it composes accents in another way."""
        found = os.path.normpath(path).replace(os.sep, "/")
        if not os.path.lexists(os.path.join(self.root, found)):
            found = self._spellings.get(unicodedata.normalize("NFC", found), found)
        _note("spelling", self, path, found)
        return found

    def has(self, path: str) -> bool:
        """Say whether a regular file that may be read stands there."""
        return not self.fault(path)

    def fault(self, path: str) -> str:
        """Say why a file cannot be read, in words that follow its name: `is a directory`; empty where it can."""
        fault = ""
        try:
            os.close(self._open(path))
        except Unreadable as reason:
            fault = str(reason)
        _note("fault", self, path, fault)
        return fault

    def read(self, path: str, limit: int) -> bytes:
        """Read a file of at most `limit` bytes; raise `Unreadable` with the reason where that may not or cannot be."""
        try:
            data = self._read(path, limit)
        except Unreadable as reason:
            _note("read", self, [path, limit], str(reason))
            raise
        _note("read", self, [path, limit], data)
        return data

    def _read(self, path: str, limit: int) -> bytes:
        descriptor = self._open(path, limit)
        size = os.fstat(descriptor).st_size
        with open(descriptor, "rb") as file:
            try:
                data = file.read(size + 1)
                if len(data) > size:  # it has grown meanwhile
                    data += file.read(limit + 1 - len(data))
            except OSError as fault:
                raise Unreadable(f"cannot be read: {fault.strerror}") from fault
        if len(data) > limit:
            raise Unreadable(_too_big(limit))
        return data

    def asset(self, path: str, limit: int) -> Asset:
        """Read an image or a font like any file; one that a book read before holds, unchanged, is not read again."""
        descriptor = self._open(path, limit)
        about = os.fstat(descriptor)
        os.close(descriptor)
        key = (path, about.st_dev, about.st_ino, about.st_mtime_ns, about.st_size)
        asset = _held.get(key)
        if asset is None or _seen.get() is not None:
            asset = Asset(path, self.read(path, limit))
            _held[key] = asset
        return asset

    def text(self, path: str) -> tuple[str | None, tuple[Problem, ...]]:
        """Read a text file, line ends `\\n`, no byte order mark; None where nothing can be had.

        What is not UTF-8 or no XML text is a problem with its line, and is replaced or left out.
        """
        state = self._state(path)
        if (found := self._known.get(path)) is None or not state or found.state != state:
            try:
                data = self.read(path, TEXT_LIMIT)
            except Unreadable as reason:
                return None, (error("file-unreadable", f"the file {reason}", path),)
            found = Text(state, len(data), *decode(data, path))
        self.texts[path] = found
        self._size += found.size
        if self._size > BOOK_LIMIT:
            return None, (error("book-too-big", f"the book's text is larger than {BOOK_LIMIT // 1_000_000} MB", path),)
        return found.text, found.problems

    def _state(self, path: str) -> tuple[int, ...]:
        """Tell a regular file's state from any other that it could have; empty where that cannot be told."""
        if _seen.get() is not None:
            return ()
        try:
            about = os.lstat(os.path.join(self.root, path))
        except (OSError, ValueError):
            return ()
        if not stat.S_ISREG(about.st_mode) or max(about.st_mtime_ns, about.st_ctime_ns) >= self._certain:
            return ()
        return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns

    def _open(self, path: str, limit: int = ASSET_LIMIT) -> int:
        """Open for reading and return the descriptor, after every check that does not need the content."""
        if not path or "\0" in path:
            raise Unreadable("has no possible name")
        if path.startswith("/") or "\\" in path:
            raise Unreadable("is not named by a path relative to the manuscript, with /")
        try:
            real = self._real(self.spelling(path))
            # Without O_NONBLOCK, opening a FIFO would wait for a writer for ever.
            file = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as fault:
            raise Unreadable(self._missing(path)) from fault
        except OSError as fault:
            raise Unreadable(f"cannot be read: {fault.strerror}") from fault
        except ValueError as fault:
            raise Unreadable("has no possible name") from fault
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            os.close(file)
            if stat.S_ISDIR(status.st_mode):
                raise Unreadable("is a directory")
            raise Unreadable(_too_big(limit) if stat.S_ISREG(status.st_mode) else "is not a regular file")
        return file

    def _real(self, path: str) -> str:
        """Follow links to where a file really is. Raises `Unreadable` where that is outside, and OSError."""
        place = self.root
        for part in path.split("/"):
            place = f"{place}/{part}"
            if part == ".." or os.path.islink(place):
                real = os.path.realpath(os.path.join(self.root, path), strict=True)
                if os.path.commonpath((real, self.root)) != self.root:
                    raise Unreadable("lies outside the manuscript's folder")
                return real
        return place

    def _missing(self, path: str) -> str:
        if os.path.normpath(path).startswith(".."):
            return "lies outside the manuscript's folder"
        alike = [file for file in self.files if file.casefold() == path.casefold() and file != path]
        return f"does not exist: it is spelled {alike[0]}" if alike else "does not exist"


class Assets(Mapping[str, Asset]):
    """The folder's files by path, each read when first asked for; a file that cannot be read is absent."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._read: dict[str, Asset] = {}
        self._size = 0

    @property
    def root(self) -> Path:
        """The folder itself."""
        return Path(self._folder.root)

    def __getitem__(self, path: str) -> Asset:
        path = self._folder.spelling(path) if path and "\0" not in path else path
        if path not in self._read:
            try:
                asset = self._folder.asset(path, min(ASSET_LIMIT, ASSETS_LIMIT - self._size))
            except Unreadable as reason:
                raise KeyError(path) from reason
            self._size += len(asset.data)
            self._read[path] = asset
        return self._read[path]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self._folder.has(path)

    def __iter__(self) -> Iterator[str]:
        return (path for path in self._folder.files if PurePosixPath(path).suffix.lower() not in MARKDOWN)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def fault(self, path: str) -> str:
        """Say why a file is absent, as a phrase that follows its name; empty where it is there."""
        try:
            self[path]
        except KeyError as absent:
            return str(absent.__cause__)
        return ""


@contextmanager
def watched() -> Iterator[dict[str, str]]:
    """Note every question that is asked of folders, with a digest of its answer; `again` asks one anew."""
    seen: dict[str, str] = {}
    before = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(before)


def _note(kind: str, folder: Folder, about: object, answer: object) -> None:
    seen = _seen.get()
    if seen is not None:
        question, told = json.dumps([kind, folder.root, sorted(folder.outputs), about]), _digest(answer)
        # A file that changes during a build has no answer that could be given again.
        seen[question] = told if seen.get(question, told) == told else ""


def again(question: str) -> str:
    """Ask a question that was noted anew, and give the digest of its answer."""
    kind, root, outputs, about = json.loads(question)
    folder = Folder(Path(root), frozenset(outputs))
    if kind == "files":
        return _digest(folder.files)
    if kind == "spelling":
        return _digest(folder.spelling(about))
    if kind == "fault":
        return _digest(folder.fault(about))
    try:
        return _digest(folder.read(*about))
    except Unreadable as reason:
        return _digest(str(reason))


def _digest(answer: object) -> str:
    return sha256(answer if isinstance(answer, bytes) else repr(answer).encode(errors="surrogatepass")).hexdigest()


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Turn a text file's bytes into text, with a problem for each line that is not UTF-8 or not XML text."""
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    if mark:
        name = _MARKS[mark]
        fault = error("file-encoding", f"the file is in {name}, not UTF-8", path, hint="save it as UTF-8")
        return _printable(_lines(data.decode(name, "replace")), path, (fault,))
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode()
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        message = f"the byte 0x{data[broken.start]:02X} is not UTF-8"
        fault = error("file-encoding", message, path, line, "save the file as UTF-8")
        return _printable(data.decode(errors="replace"), path, (fault,))
    if len(data.translate(None, _CONTROLS)) == len(data) and "\ufffe" not in text and "\uffff" not in text:
        return text, ()
    return _printable(text, path, ())


def _printable(text: str, path: str, problems: tuple[Problem, ...]) -> tuple[str, tuple[Problem, ...]]:
    """Leave out what XML cannot hold (XML 1.0, section 2.2): NUL tells of a broken file, the rest gets a warning.

    A form feed is no fault: old plain text begins its pages with one, and between words it is a blank.
    """
    text = _PAGES.sub("", text).replace("\f", " ")
    lines: dict[int, int] = {}
    for match in _NOT_XML.finditer(text):
        lines.setdefault(text.count("\n", 0, match.start()) + 1, ord(match[0]))
        if len(lines) > 20:
            break
    faults = (
        (warning if code else error)(
            "file-control", f"the control character U+{code:04X} is no text", path, line, "delete it"
        )
        for line, code in lines.items()
    )
    return _NOT_XML.sub("", text), (*problems, *faults)


def _lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _too_big(limit: int) -> str:
    return f"is larger than {limit // 1_000_000} MB"
