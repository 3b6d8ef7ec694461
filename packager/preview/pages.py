"""The print side of the preview: pages on demand, and the whole book brought up to date when nothing else is to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Any

from packager import variants
from packager.galley import Galley
from packager.layout.plan import Plan
from packager.preview.foreman import Foreman, PutOffError, Told
from packager.preview.press import Press
from packager.preview.proof import Proof
from packager.preview.screen import Screen
from packager.preview.telling import described, overview
from packager.problems import PackagerError
from packager.scratch import Scratch
from packager.theme import Theme

QUIET = 2.0
"""Seconds without a wish after which the whole book is brought up to date."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A chapter to be shown."""

    galley: Galley
    look: Theme
    chapter: str
    rev: int


class Proofs:
    """Pages on demand; `told` gets an event for everything that is new, on threads of its own."""

    def __init__(self, told: Told, press: Press | None = None) -> None:
        """`press` is a layout process that was started ahead; it ends with this."""
        self._told = told
        self._folder = Scratch()
        self._job: _Job | None = None
        self._idle = False
        self._foreman = Foreman(press or Press(), told)
        self._news = self._foreman.news
        self._screen = Screen(self._foreman, told)
        self._proof = Proof(self._screen, self._foreman, told, self._urgent)
        Thread(target=self._work, name="proofs", daemon=True).start()

    def show(self, galley: Galley, look: Theme, chapter: str, *, rev: int = 0) -> None:
        """Lay a chapter of the book's revision `rev` out now; an older wish that is not fulfilled yet is dropped."""
        with self._news:
            self._job = _Job(galley, look, chapter, rev)
            self._news.notify_all()

    def see(self, chapter: str, pages: Sequence[int]) -> None:
        """Take note of which pages of a chapter, from 0, are on screen: these are drawn first."""
        self._screen.see(chapter, pages)

    def pages(self, chapter: str, *, brief: bool = False) -> dict[str, Any] | None:
        """Give a chapter's pages as they were last laid out; None for one that was not.

        In brief, texts are told by their names alone.
        """
        with self._news:
            shown = self._screen.shown.get(chapter)
        if shown is None:
            return None
        return described(chapter, shown, {text.name for text in shown.texts} if brief else ())

    def book(self) -> dict[str, Any] | None:
        """Give what is known of the whole book; None where that is nothing."""
        with self._news:
            return overview(self._screen.book, self._screen.shown)

    def image(self, hash: str, scale: int) -> bytes | None:
        """Give a page as a PNG, painting it if need be; None for a page that is no more."""
        return self._foreman.image(hash, scale, self._screen.order)

    def idle(self) -> None:
        """Bring the whole book up to date, until a chapter is to be shown."""
        with self._news:
            self._idle = True
            self._news.notify_all()

    def release(self) -> None:
        """Let go of all who wait for pages: there will be no more."""
        self._foreman.release()

    def close(self) -> None:
        """End the layout process."""
        self._foreman.close()
        self._folder.remove()

    def _urgent(self) -> bool:
        """Say whether a chapter is to be shown, or nothing any more."""
        return self._job is not None or self._foreman.closed

    def _work(self) -> None:
        """Turn wishes into orders."""
        again = False
        while True:
            with self._news:
                wanted = self._news.wait_for(lambda: self._urgent() or self._idle, QUIET if again else None)
                job, self._job = self._job, None
                if job is None:
                    self._idle = False
            if self._foreman.closed:
                return
            try:
                if job is not None:
                    self._lay_out(job)
                    again = self._proof.due
                elif wanted or again:
                    again = False
                    self._proof.make()
            except PutOffError:
                again = True
            except PackagerError as stop:
                self._told({"event": "failed", "chapter": job.chapter if job else "", "message": str(stop)})

    def _lay_out(self, job: _Job) -> None:
        """Have a chapter laid out."""
        plan = Plan(variants.variant(job.galley, "print"), job.look, "print")
        self._screen.show(plan, plan.setup(self._folder.path), job.chapter, job.rev)
