"""Temporary folders that are gone in the end, whatever happens: what a killed process left, the next one sweeps up."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "packager-"


class Scratch:
    """A temporary folder, locked until it is removed or its process is no more."""

    def __init__(self) -> None:
        """Raises OSError where there is no room for one."""
        _sweep(Path(tempfile.gettempdir()))
        self.path = ""
        while not os.path.isdir(self.path):  # one that is swept up before it is locked is made again
            self.path = tempfile.mkdtemp(prefix=_PREFIX)
            self._lock = _locked(self.path, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _sweep(place: Path) -> None:
    """Remove our folders that no process has locked: the lock of one that was killed is gone with it."""
    for path in place.glob(f"{_PREFIX}*"):
        lock = _locked(str(path), fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _locked(path: str, how: int) -> int | None:
    """Lock a folder, and give what holds the lock; None where it is no folder of ours, or knows no locks."""
    with suppress(OSError):
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with suppress(OSError):
            if os.fstat(folder).st_uid == os.geteuid():
                fcntl.flock(folder, how)
                return folder
        os.close(folder)
    return None
