"""Rings when the system tells of something in folders: to wait takes nothing, to look again and again takes power.

What it was is for the watch to find out. Linux alone has such bells (inotify(7)).
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

_GONE = (FileNotFoundError, NotADirectoryError, PermissionError)
"""What is met where a folder that was listed is another by now."""


class Bell:
    """Hangs in folders, and in those that are made in them."""

    def __init__(self, folders: Callable[[], Iterable[str]]) -> None:
        """`folders` lists them. Raises OSError where the system has no bell for them."""
        if sys.platform != "linux":
            raise OSError("only Linux has inotify")
        from inotify_simple import INotify, flags

        self._folders, self._flags = folders, flags
        self._mask = flags.MODIFY | flags.CREATE | flags.DELETE | flags.MOVED_FROM | flags.MOVED_TO
        self._mask |= flags.DELETE_SELF | flags.MOVE_SELF | flags.ONLYDIR
        self._heard: Any = INotify()
        try:
            self._hang()
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Take the bell down."""
        self._heard.close()

    async def rung(self, stopped: asyncio.Event) -> None:
        """Wait until something happens, or nobody waits any more. Raises OSError where a new folder gets no bell."""
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._heard.fileno(), heard.set)
        waiting = [asyncio.ensure_future(event.wait()) for event in (heard, stopped)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            loop.remove_reader(self._heard.fileno())
            for each in waiting:
                each.cancel()
        if any(event.mask & self._flags.ISDIR for event in self._heard.read(timeout=0)):
            await asyncio.to_thread(self._hang)

    def _hang(self) -> None:
        for folder in self._folders():
            with contextlib.suppress(*_GONE):
                self._heard.add_watch(folder, self._mask)
