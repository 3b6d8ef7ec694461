"""Finished files -> the output folder: put in place whole or not at all, and removed again."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock

from packager.problems import PackagerError, error

TEMPORARY = re.compile(r"\.(.+)\.([0-9]+)\.packager$")
"""Name of what is being written: the target's name and the process that writes it."""

ENDINGS = (".epub", "-print.pdf", "-screen.pdf", "-profile.json", "-web")
"""What finished books are called behind their names; the last is a folder."""

_ONE = Lock()
"""Held by the thread that puts files in place: what is being written is named by the process."""
_BEFORE = ".before"
"""Marks yesterday's folder while today's takes its place."""
_PAGES = re.compile(
    r"[a-z0-9-]+\.html|style\.css|(?:book|search)\.js|fonts/[\w.-]+\.woff2|images/[\w.-]+\.(?:jpg|png|gif|svg)|\.DS_Store"
)
"""Paths in a folder that the web edition made, and what a file manager leaves there."""
_MADE = b'<meta name="generator" content="packager"/>'


def publish(files: Mapping[Path, bytes], folders: Set[Path] = frozenset()) -> None:
    """Put files in place: each is written beside its target and renamed over it, so that no reader sees half a file.

    Those below one of `folders` take its place together, and what else was there goes. Raises PackagerError where a
    file cannot be written, or a folder holds what packager did not make; what is there already stays as it was. A file
    that is replaced leaves its rights to the new one.
    """
    targets = [*folders, *(target for target in files if folders.isdisjoint(target.parents))]
    places = sorted({target.parent for target in targets})
    written: dict[Path, Path] = {}
    with _ONE, _told(), _alone(places):
        try:
            for place in places:
                sweep(place)
            for target in targets:
                _check(target, whole=target in folders)
                written[target] = _temporary(target)
            for folder in folders:
                written[folder].mkdir()
            for target, data in files.items():
                _write(written.get(target) or _inside(target, folders, written), data)
                if target in written and target.exists():
                    shutil.copymode(target, written[target])
            for target, temporary in written.items():
                _exchange(temporary, target) if target in folders else temporary.replace(target)
        finally:
            for temporary in written.values():
                _remove(temporary)


@contextmanager
def _told() -> Iterator[None]:
    """Turn the system's faults into a problem."""
    try:
        yield
    except OSError as fault:
        reason = (fault.strerror or str(fault)).capitalize()
        told = f"{reason}: {os.fspath(fault.filename or 'the output folder')}"
        hint = "choose another folder with --out"
        raise PackagerError(error("output-unwritable", told, hint=hint)) from fault


@contextmanager
def _alone(places: Iterable[Path]) -> Iterator[None]:
    """Make folders, and let no other build put files into them meanwhile, where the system knows such locks."""
    with ExitStack() as held:
        for place in places:
            place.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                handle = os.open(place, os.O_RDONLY)
                held.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _check(target: Path, *, whole: bool) -> None:
    """Raise PackagerError where something else stands in the way."""
    hint = "move it away, or choose another --out"
    if not whole and target.is_dir():
        raise PackagerError(error("output-unwritable", f"{target.name} is a folder", hint=hint))
    if whole and target.exists() and not _is_ours(target):
        told = f"{target.name} holds what packager did not make"
        raise PackagerError(error("output-foreign", told, hint=hint))


def _is_ours(folder: Path) -> bool:
    """Say whether a folder is a web edition with nothing added, or empty."""
    if not folder.is_dir():
        return False
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    start = folder / "index.html"
    known = all(_PAGES.fullmatch(path.relative_to(folder).as_posix()) for path in files)
    return known and (not files or (start in files and _MADE in start.read_bytes()))


def _temporary(target: Path, mark: str = "") -> Path:
    return target.with_name(f".{target.name}{mark}.{os.getpid()}.packager")


def _inside(target: Path, folders: Iterable[Path], written: Mapping[Path, Path]) -> Path:
    folder = next(folder for folder in folders if folder in target.parents)
    path = written[folder] / target.relative_to(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _exchange(new: Path, target: Path) -> None:
    """Put a folder in another's place; where that fails, the other comes back."""
    old = _temporary(target, _BEFORE)
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what builds that were killed left behind in an output folder; what they had moved away comes back."""
    for path in folder.glob(".*.packager"):
        match = TEMPORARY.match(path.name)
        if match and not _alive(int(match[2])):
            target = folder / match[1].removesuffix(_BEFORE)
            if match[1].endswith(_BEFORE) and not target.exists():
                with suppress(OSError):
                    path.rename(target)
            else:
                _remove(path)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def clean(out: Path, names: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Remove finished books from an output folder: those of the names given, else all; returns them."""
    if not out.is_dir():
        return ()
    sweep(out)
    wanted = None if names is None else {f"{name}{ending}" for name in names for ending in ENDINGS}
    gone = []
    for path in sorted(out.iterdir()):
        ours = _is_ours(path) if path.name.endswith("-web") else path.is_file()
        if path.name.endswith(ENDINGS) and ours and (wanted is None or path.name in wanted):
            _remove(path)
            gone.append(path)
    return tuple(gone)
