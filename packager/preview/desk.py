"""Brings book, files and open pages together: a file changes, the book is read again, what is another is told.

Reading and laying out happen in threads and processes of their own; the loop that serves pages only hands on.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from packager import theme
from packager.galley import Galley
from packager.preview import status
from packager.preview.events import Events
from packager.preview.reflow import Sheet
from packager.preview.session import Change, Session, Version
from packager.preview.state import Settings
from packager.preview.watch import Watch, is_remote
from packager.theme import Theme

IDLE = 2.0
"""Seconds without a save after which the whole book is brought up to date."""
_WHOLE = 6
"""Chapters that are sent whole after one save; more of them are fetched by the pages that show them."""


class Pages(Protocol):
    """The print side, as the desk uses it."""

    def show(self, galley: Galley, look: Theme, chapter: str, *, urgent: bool = True) -> None:
        """Lay a chapter out now."""

    def see(self, chapter: str, pages: Sequence[int]) -> None:
        """Take note of the pages on screen."""

    def pages(self, chapter: str) -> dict[str, object] | None:
        """Give the pages of a chapter."""

    def image(self, hash: str, scale: int) -> bytes | None:
        """Give a page's picture."""

    def idle(self) -> None:
        """Bring the whole book up to date."""

    def close(self) -> None:
        """End the layout process."""


class Desk:
    """What the preview of one manuscript holds."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        proofs: Callable[[Callable[[dict[str, object]], None]], Pages] | None = None,
        editor: str = "",
        poll: bool = False,
    ) -> None:
        self.session, self.settings, self.editor = session, settings, editor
        self.events = Events()
        self.chapter = ""
        """The chapter that was looked at last."""
        self._make_proofs, self._poll = proofs, poll
        self._proofs: Pages | None = None
        self._worker = ThreadPoolExecutor(1, "preview")
        self._read = asyncio.Event()
        self._proof: dict[str, object] = {}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Follow the manuscript as long as the block lasts."""
        self.events.open()
        loop = asyncio.get_running_loop()
        root = self.session.path if self.session.path.is_dir() else self.session.path.parent
        themes = theme.folder()
        watch = Watch([root, *([themes] if themes else [])], poll=self._poll or is_remote(root))
        tasks = [asyncio.create_task(self._follow(watch))]
        if self._make_proofs:
            self._proofs = await loop.run_in_executor(None, self._make_proofs, self._heard)
        try:
            yield
        finally:
            watch.stop()
            self.events.close()
            for task in tasks:
                task.cancel()
            if self._proofs:
                await asyncio.to_thread(self._proofs.close)
            self._worker.shutdown(wait=False, cancel_futures=True)

    async def version(self) -> Version | None:
        """Give the book once it has been read for the first time."""
        await self._read.wait()
        return self.session.version

    async def _follow(self, watch: Watch) -> None:
        """Read the book, and again whenever a file of it changed."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._worker, self._refresh, frozenset())
        self._read.set()
        async for paths in watch.batches():
            await loop.run_in_executor(self._worker, self._refresh, paths)
            self._read.set()

    def _refresh(self, paths: frozenset[str]) -> None:
        saved = status.saved(paths)
        themes = theme.folder()
        if themes and any(Path(path).is_relative_to(themes) for path in paths):
            theme.forget()
        change = self.session.refresh()
        version = self.session.version
        if version is None or not change.told:
            return
        self._tell(change, version, saved)

    def _tell(self, change: Change, version: Version, saved: float | None) -> None:
        for place, (id, lines) in enumerate(sorted(change.chapters.items(), key=lambda item: item[0] != self.chapter)):
            sheet = version.sheets[id]
            html = text(version, sheet) if place < _WHOLE else None
            news = {"id": id, "rev": version.rev, "html": html, "changed": lines, "saved": saved}
            self.events.publish("chapter", news, id)
        if change.style:
            self.events.publish("css", {"rev": version.styled, "saved": saved})
        self.events.publish("state", self.state())
        if self._proofs and (self.chapter in version.sheets or change.chapters):
            shown = self.chapter if self.chapter in version.sheets else next(iter(change.chapters))
            self._proofs.show(version.galley, version.look, shown)

    def _heard(self, event: dict[str, object]) -> None:
        """Pass on what the print side tells."""
        kind = str(event.get("event") or event.get("kind") or event.get("type"))
        self.events.publish(kind, event, str(event.get("chapter") or event.get("hash") or ""))

    def state(self, *, reads_only: bool = False) -> dict[str, object]:
        """Tell all that the page shows besides the chapters themselves."""
        return status.state(self.session, self._proofs, self.settings.values,
                            editor=bool(self.editor) and not reads_only, lan=reads_only)  # fmt: skip


def text(version: Version, sheet: Sheet) -> str:
    """Give a chapter's document as it is served, with the address of the style sheet that belongs to it."""
    return sheet.document.decode().replace('href="style.css"', f'href="/style.css?rev={version.styled}"', 1)
