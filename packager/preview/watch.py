"""A folder -> batches of its files that changed: what a save did, once, however the editor saves.

Editors write in place, write beside and rename, or delete and create anew; one save gives one to three events of the
system. Events whose file holds what it held are dropped, and a file that vanished gets a moment to come back. Network
drives tell of nothing: there, times are looked at again and again, to the nanosecond, since two saves may fall into
the same second.
"""

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from pathlib import Path

from watchfiles._rust_notify import RustNotify

from packager.folder import TEXT_LIMIT
from packager.preview.bell import Bell

PROMPT, LIVELY, CALM = 1, 2, 25
"""Milliseconds between looks at what the system told: when the bell rang, while the author saves, and otherwise."""
SETTLE = 3_000
"""Milliseconds without a save after which a bell is hung up, to wait for instead of looking."""
ECHO = 100
"""Milliseconds in which what rang the bell is told."""
LULL = 15_000
"""Milliseconds without a save after which calm sets in, where there is no bell."""
QUIET = 50
"""Milliseconds that a burst of events is gathered for at most."""
RETURN = 0.1
"""Seconds that a vanished file is given to come back."""
PAUSE = 0.25
"""Seconds between looks at a drive that tells of nothing; a large one is looked at less often."""

_REMOTE = frozenset("nfs nfs4 cifs smb3 smbfs 9p drvfs fuse.sshfs fuse.rclone afs ceph vboxsf vmhgfs virtiofs".split())
"""File systems that do not tell of changes made elsewhere."""
_IGNORED = frozenset("dist build _book _build _output _site node_modules __pycache__".split())

Stamp = tuple[int, int, int]
"""Time of the last change in nanoseconds, size in bytes, number of the file."""


def concerns(path: str) -> bool:
    """Say whether a file can be part of a book: no hidden file, no editor's copy, no output.

    `path` is relative to the manuscript's folder, with `/`.
    """
    *folders, name = path.split("/")
    if any(folder[:1] == "." or folder in _IGNORED for folder in folders):
        return False
    copies = name.endswith(("~", ".swp", ".swx", ".tmp", ".part", ".crdownload")) or name == "4913"
    return not (copies or name[:1] in (".", "#") or not name)


def is_remote(folder: Path, mounts: str = "") -> bool:
    """Say whether a folder lies on a drive that does not tell of changes; `mounts` is what `/proc/mounts` says."""
    try:
        mounts = mounts or Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    kinds = {}
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) > 2:
            kinds[fields[1].replace("\\040", " ")] = fields[2]
    place = folder.resolve()
    holder = next((str(parent) for parent in (place, *place.parents) if str(parent) in kinds), "")
    return kinds.get(holder, "") in _REMOTE


class Watch:
    """Follows folders."""

    def __init__(self, roots: Iterable[Path], *, poll: bool = False) -> None:
        self.roots = [os.path.realpath(root) for root in roots]
        self._poll = poll
        self._known: dict[str, bytes] = {}
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End the watch; to be called on the loop."""
        self._stopped.set()

    async def batches(self) -> AsyncGenerator[frozenset[str], None]:
        """Yield the absolute paths of files that changed, appeared or vanished, each batch as soon as it is known."""
        async with contextlib.aclosing(self._polled() if self._poll else self._told()) as source:
            async for changed in source:
                vanished = {path for path in changed if not self._known[path]}
                # What is there now need not wait for what may come back.
                if changed - vanished:
                    yield frozenset(changed - vanished)
                if vanished:
                    await asyncio.sleep(RETURN)
                    yield frozenset(vanished | await asyncio.to_thread(self._news, vanished))

    def _concerns(self, path: str) -> bool:
        for root in self.roots:
            if path.startswith(root + os.sep):
                return concerns(os.path.relpath(path, root).replace(os.sep, "/"))
        return False

    def _news(self, paths: Collection[str]) -> set[str]:
        """Leave out files that hold what they held when they were last looked at.

        A new folder comes with what is in it: that may have been written before the system began to follow it.
        """
        news = set()
        folders = (path for path in paths if os.path.isdir(path) and not os.path.islink(path))
        within = (path for folder in folders for path, _ in _walk(folder, self._concerns))
        for path in chain(paths, within):
            digest = _digest(path)
            if self._known.get(path) != digest:
                news.add(path)
            self._known[path] = digest
        return news

    async def _told(self) -> AsyncGenerator[set[str], None]:
        """Yield what the system tells; where it cannot, and while a folder is gone, look for ourselves."""
        again = False
        while not self._stopped.is_set():
            places = self._places()
            with (
                contextlib.suppress(OSError, RuntimeError),
                RustNotify(self.roots, False, False, 0, True, True) as watcher,
                contextlib.ExitStack() as hung,
            ):
                if again and (news := await asyncio.to_thread(lambda: self._news(self._stamps()))):
                    yield news
                bell, step, patience = None, LIVELY, SETTLE
                while (told := await asyncio.to_thread(self._look, watcher, step, patience)) != "stop":
                    if told and not isinstance(told, str):
                        yield told
                    # The system follows a folder, not its name: of what takes its place it tells nothing.
                    if self._places() != places:
                        self._known.clear()
                        yield await asyncio.to_thread(self._news, self.roots)
                        break
                    step = PROMPT if bell else LIVELY
                    if told != "timeout":
                        continue
                    if patience == SETTLE:
                        bell = await self._bell(hung)
                        patience = ECHO if bell else LULL
                    if bell:
                        await bell.rung(self._stopped)
                    else:
                        step = CALM
            again = self._places() != places
            async for paths in self._polled(back=again):
                yield paths

    async def _bell(self, hung: contextlib.ExitStack) -> Bell | None:
        """Hang a bell up, which `hung` takes down; None where there is none."""
        try:
            return hung.enter_context(contextlib.closing(await asyncio.to_thread(Bell, self.roots, self._below)))
        except OSError:
            return None

    def _below(self, top: str) -> Iterator[str]:
        """List a folder and those in it that hold what concerns us."""
        if top in self.roots or self._concerns(os.path.join(top, "x")):
            yield from (folder for folder, _ in _folders(top, self._concerns))

    def _look(self, watcher: RustNotify, step: int, patience: int) -> set[str] | str:
        """Wait for what the system tells, with looks every so many milliseconds; unless calm, up to `patience`."""
        told = watcher.watch(QUIET, step, 0 if step == CALM else patience, self._stopped)
        return told if isinstance(told, str) else self._news([path for _, path in told if self._concerns(path)])

    def _places(self) -> list[tuple[int, int] | None]:
        """Tell the folders themselves, whatever they are called; None for one that is gone."""
        return [_place(root) for root in self.roots]

    async def _polled(self, *, back: bool = False) -> AsyncGenerator[set[str], None]:
        """Yield what times and sizes tell; `back` ends it when all folders are there."""
        loop = asyncio.get_running_loop()
        known = self._stamps()
        while not self._stopped.is_set():
            start = loop.time()
            found = await asyncio.to_thread(self._stamps)
            changed = {path for path in known.keys() | found.keys() if known.get(path) != found.get(path)}
            if news := await asyncio.to_thread(self._news, changed) if changed else set():
                yield news
            if back and all(self._places()):
                return
            known = found
            # A drive is looked at for a fiftieth of the time at most.
            await _either(self._stopped, PAUSE if changed else max(PAUSE, 50 * (loop.time() - start)))

    def _stamps(self) -> Mapping[str, Stamp]:
        return {path: stamp for root in self.roots for path, stamp in _walk(root, self._concerns)}


def saves(roots: Iterable[Path]) -> Generator[frozenset[str]]:
    """Yield batches as `Watch` does, to one that runs no loop, until it is interrupted."""
    watch = Watch(roots)
    source = watch.batches()

    async def batch() -> frozenset[str]:
        return await anext(source)

    with asyncio.Runner() as runner:
        try:
            while True:
                yield runner.run(batch())
        finally:
            watch.stop()


def _walk(root: str, concerns: Callable[[str], bool]) -> Iterable[tuple[str, Stamp]]:
    for _, files in _folders(root, concerns):
        for entry in files:
            if concerns(entry.path):
                with contextlib.suppress(OSError):  # a link to nothing, or gone since
                    about = entry.stat()
                    yield entry.path, (about.st_mtime_ns, about.st_size, about.st_ino)


def _folders(root: str, concerns: Callable[[str], bool]) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """List a folder and those in it that hold what concerns us, each with its files."""
    folders = [root]
    while folders:
        folder, files = folders.pop(), []
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                # A link to a folder may lead round in a circle; what a book may take of it is found where it lies.
                if not entry.is_dir():
                    files.append(entry)
                elif not entry.is_symlink() and concerns(os.path.join(entry.path, "x")):
                    folders.append(entry.path)
        yield folder, files


def _place(folder: str) -> tuple[int, int] | None:
    try:
        about = os.stat(folder)
    except OSError:
        return None
    return (about.st_dev, about.st_ino) if stat.S_ISDIR(about.st_mode) else None


def _digest(path: str) -> bytes:
    """Tell a file's content: by itself where it is text, by time and size where it is large; empty for none."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > TEXT_LIMIT:
                return f"{about.st_mode} {about.st_mtime_ns} {about.st_size}".encode()
            return sha256(file.read(TEXT_LIMIT)).digest()
    except OSError:
        return b""


def _at_once(path: str, flags: int) -> int:
    """Open a file, without waiting for somebody to write into it where it is a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


async def _either(stopped: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        return
