"""Brings book, files and open pages together: a file changes, the book is read again, what is another is told.

Reading and laying out happen in threads and processes of their own; the loop that serves pages only hands on.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packager import theme
from packager.preview import status
from packager.preview.editor import Editor
from packager.preview.events import Events
from packager.preview.session import Change, Session, Version, opening
from packager.preview.state import Settings
from packager.preview.watch import Watch, is_remote

if TYPE_CHECKING:
    from packager.preview.pages import Proofs

PAUSE = 0.7
"""Seconds without a save after which the text is read as a copy-editor would."""
IDLE = 2.0
"""Seconds without a save after which the whole book is laid out."""
FIRST = 0.3
"""Seconds at most that the print side, when the preview starts, waits for a page to show the text."""
_WHOLE = 6
"""Chapters that are sent whole after one save; more of them are fetched by the pages that show them."""

Told = Callable[[dict[str, Any]], None]


class Desk:
    """What the preview of one manuscript holds."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        printing: "Callable[[Told], Proofs] | None" = None,
        editor: Editor | None = None,
        poll: bool = False,
    ) -> None:
        """`printing` makes the print side; without it there are no pages. `poll` looks at times instead of events."""
        self.session, self.settings, self.editor = session, settings, editor
        self.events = Events()
        self.proofs: Proofs | None = None
        self.chapter = str(settings.values.get("chapter", ""))
        """The chapter that was looked at last, perhaps when the preview last ran."""
        self.links: Mapping[str, object] = {}
        """What the page shows to lead other devices here."""
        self._printing, self._poll = printing, poll
        self._worker = ThreadPoolExecutor(1, "preview")
        self._ready, self._looked = asyncio.Event(), asyncio.Event()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Follow the manuscript as long as the block lasts."""
        self.events.open()
        themes = theme.folder()
        watch = Watch([self.session.root, *([themes] if themes else [])],
                      poll=self._poll or is_remote(self.session.root))  # fmt: skip
        following = asyncio.create_task(self._follow(watch))
        try:
            yield
        finally:
            watch.stop()
            self.close()
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
            self._worker.shutdown(wait=True, cancel_futures=True)
            if self.proofs:
                await asyncio.to_thread(self.proofs.close)

    def close(self) -> None:
        """Say goodbye to every page; to be called on the loop."""
        self.events.close()
        self._ready.set()
        if self.proofs:
            self.proofs.release()

    def dismiss(self) -> None:
        """Say goodbye to the pages of guests; to be called on the loop."""
        self.links = {}
        self.events.dismiss()
        self.tell_state()

    async def version(self) -> Version | None:
        """Give the book, once it has been looked at for the first time; None where it could not be read."""
        await self._ready.wait()
        return self.session.version

    async def _follow(self, watch: Watch) -> None:
        """Read the book, and again whenever a file of it changed; do what can wait when nothing does."""
        changed: set[str] = set()
        news = asyncio.Event()

        async def gather() -> None:
            async for paths in watch.batches():
                changed.update(paths)
                news.set()

        # From the very start, so that what is saved during the first reading is not missed.
        gathering = asyncio.create_task(gather())
        await asyncio.sleep(0)
        await self._do(self._glance)
        if self.session.version:
            self._ready.set()
        await self._do(self._refresh, ())
        self._ready.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), FIRST)
        await self._do(self._start_printing)
        waiting = asyncio.create_task(self._wait())
        try:
            while await news.wait():
                news.clear()
                waiting.cancel()
                paths = frozenset(changed)
                changed.clear()
                await self._do(self._refresh, paths)
                waiting = asyncio.create_task(self._wait())
        finally:
            waiting.cancel()
            gathering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gathering

    async def _wait(self) -> None:
        await asyncio.sleep(PAUSE)
        await self._do(self._read_closely)
        await asyncio.sleep(IDLE - PAUSE)
        if self.proofs:
            self.proofs.idle()

    async def _do(self, work: Callable[..., None], *told: object) -> None:
        """Run something in the one thread that reads the book."""
        await asyncio.get_running_loop().run_in_executor(self._worker, work, *told)

    def _start_printing(self) -> None:
        if self._printing:
            self.proofs = self._printing(self._heard)
        if version := self.session.version:
            sections = [sheet.leaf.section for sheet in version.sheets.values()]
            self._show(self.chapter if self.chapter in version.sheets else opening(sections).slug)

    def _glance(self) -> None:
        try:
            self.session.glance(self.chapter)
        except Exception as fault:
            self.session.fail(fault)  # to read it whole may do better

    def _refresh(self, paths: Iterable[str]) -> None:
        saved, before = status.saved(paths), self.session.version
        try:
            change = self.session.refresh(paths)
        except Exception as fault:
            # Whatever it is: the next save may be free of it, and the author goes on.
            change = self.session.fail(fault)
        version = self.session.version
        if before and before.partial and version:
            # What a page shows is told as news of the state: it looks for what is newer.
            if before.reflow.style != version.reflow.style:
                self.events.publish("css", {"rev": version.styled, "saved": None})
            self.tell_state()
        elif change.told and version:
            self._tell(change, version, saved)
        elif change.told:
            self.tell_state()

    def _tell(self, change: Change, version: Version, saved: float | None) -> None:
        # The chapter that is looked at goes first.
        order = sorted(change.chapters.items(), key=lambda item: item[0] != self.chapter)
        shown = self.chapter if self.chapter in version.sheets or not order else order[0][0]
        for place, (id, lines) in enumerate(order):
            html = version.document(id) if place < _WHOLE else None
            news = {"id": id, "rev": version.rev, "html": html, "changed": lines, "saved": saved}
            # Of windows that show other chapters, each that sees its own changed has to ask for its pages.
            news["laid"] = id == shown
            self.events.publish("chapter", news, id)
        if change.style:
            self.events.publish("css", {"rev": version.styled, "saved": saved})
        self.tell_state()
        self._show(shown)

    def _read_closely(self) -> None:
        if self.session.read_closely():
            self.tell_state()

    def look(self, chapter: str, pages: Iterable[int] = ()) -> None:
        """Take note of the chapter, or the part that is in print alone, and its pages, from 0, that are on screen."""
        if not self.shows(chapter):
            return
        self._looked.set()
        if chapter != self.chapter:
            self.chapter = chapter
            self._show(chapter)
        if self.proofs:
            self.proofs.see(chapter, sorted(pages))

    def shows(self, chapter: str) -> bool:
        """Say whether there is such a chapter, or such a part of the printed book."""
        version = self.session.version
        if version is None:
            return False
        known = self.proofs.book() if self.proofs and chapter not in version.sheets else None
        return chapter in version.sheets or chapter in (known or {}).get("chapters", {})

    def _show(self, chapter: str) -> None:
        """Have a chapter laid out."""
        version = self.session.version
        if self.proofs and version and self.shows(chapter):
            self.proofs.show(version.galley, version.look, chapter, rev=version.rev)

    def _heard(self, event: dict[str, Any]) -> None:
        """Pass on what the print side tells."""
        told = dict(event)
        kind = str(told.pop("event"))
        self.events.publish(kind, told, str(told.get("chapter") or told.get("hash") or ""))
        if kind in ("pages", "proof") and (kind == "pages" or told.get("fresh")):
            self.tell_state()

    def tell_state(self) -> None:
        """Send the state to all pages."""
        self.events.publish("state", self.state(), guests=self.state(guest=True))

    def state(self, *, guest: bool = False) -> dict[str, object]:
        """Tell all that a page shows besides the chapters themselves; a guest may only read."""
        book = getattr(self.proofs, "book", None)
        return {
            **status.state(self.session, book() if book else None),
            "settings": self.settings.values,
            "editor": self.editor is not None and not guest,
            "lan": guest,
            **({} if guest else self.links),
        }

    def place(self, path: str) -> Path | None:
        """Find a file of the book that may be opened in the editor; None for any other."""
        version = self.session.version
        if version is None or path not in version.paths:
            return None
        file, root = (self.session.root / path).resolve(), self.session.root.resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
