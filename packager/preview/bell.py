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

    def __init__(self, roots: Iterable[str], below: Callable[[str], Iterable[str]]) -> None:
        """`below` lists a folder and those in it, as far as they matter.

        Raises OSError where the system has no bell for them.
        """
        if sys.platform != "linux":
            raise OSError("only Linux has inotify")
        from inotify_simple import INotify, flags

        self._below, self._flags = below, flags
        self._folders: dict[int, str] = {}
        self._mask = flags.MODIFY | flags.CREATE | flags.DELETE | flags.MOVED_FROM | flags.MOVED_TO
        self._mask |= flags.DELETE_SELF | flags.MOVE_SELF | flags.ONLYDIR
        self._heard: Any = INotify()
        try:
            self._hang(roots)
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
        made = [event for event in self._heard.read(timeout=0) if event.mask & self._flags.ISDIR and event.name]
        if made:
            await asyncio.to_thread(self._hang, [f"{self._folders.get(each.wd, '')}/{each.name}" for each in made])

    def _hang(self, tops: Iterable[str]) -> None:
        for folder in (folder for top in tops for folder in self._below(top)):
            with contextlib.suppress(*_GONE):
                self._folders[self._heard.add_watch(folder, self._mask)] = folder
