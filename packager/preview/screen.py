"""The chapter that is being written: laid out by itself, at the place that the last layout of the whole book gave it.

What is known of the pages of all other chapters is kept beside it, as it was when they were shown or proved last.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from packager.layout import lines
from packager.layout.framing import Surround
from packager.layout.jobs import Body, Setup
from packager.layout.lines import Sight
from packager.layout.numbering import Place
from packager.layout.orders import Draw, Laid
from packager.layout.plan import Plan, folios
from packager.layout.settling import Settled
from packager.preview.foreman import Foreman, PutOffError, Told
from packager.preview.marking import Marks
from packager.preview.numbers import Book
from packager.preview.report import report
from packager.preview.shown import Shown, placed
from packager.preview.telling import described


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of the layout process."""

    body: Body
    surround: Surround
    place: Place
    stale: bool
    rev: int


class Screen:
    """What is shown of each chapter, and which of them is on screen."""

    def __init__(self, foreman: Foreman, told: Told) -> None:
        """`told` gets an event for each chapter that is laid out."""
        self.book = Book()
        self.shown: dict[str, Shown] = {}
        self._proved: dict[str, Shown] = {}
        """What the last layout of the whole book made of each chapter, with its file."""
        self.answered = 0
        """Ticket of the last layout that has come, or will not."""
        self._foreman, self._told, self._lock = foreman, told, foreman.news
        self._chapter, self._rev = "", 0
        # From the clock on: a page that was open in an earlier preview at this address hears this one.
        self._serial = time.time_ns() // 1_000_000
        self._seen: dict[str, tuple[int, ...]] = {}
        self._last: tuple[str, Body, Surround] | None = None
        """What was laid out last: chapter, job, and what stands around it."""
        self._sights: tuple[Sight, ...] = ()
        """What the process saw on the pages that it laid out last."""
        self._asked: dict[int, _Asked] = {}
        self._awaited = 0
        """Ticket of the layout that is under way; 0 for none."""
        foreman.begin(self._take, self._lose)

    def show(self, plan: Plan, setup: Setup, chapter: str, rev: int) -> None:
        """Have a chapter of a book laid out."""
        with self._lock:
            other = self._foreman.prepare(setup)
            if other:
                self._last = None
            self.book.turn_to(plan, same=not other)
            self._rev = rev
            self._ask(chapter)

    def see(self, chapter: str, pages: Sequence[int]) -> None:
        """Take note of which pages of a chapter, from 0, are on screen."""
        with self._lock:
            self._seen[chapter] = tuple(pages)
            if chapter == self._chapter and chapter in self.shown:
                self._foreman.see(chapter, pages)

    def order(self, digest: str, scale: int) -> Draw | None:
        """Make the order that paints a page; None for a page that is no more."""
        for chapter, shown in chain(self.shown.items(), self._proved.items()):
            if digest in shown.digests:
                page = shown.digests.index(digest)
                # The process holds the chapter on screen; of one that was left, the book has the same pages.
                if not shown.pages.pdf and chapter != self._chapter and self.book.fresh:
                    shown = self._proved.get(chapter, shown)
                pdf = shown.pages.pdf
                return Draw(digest, scale, chapter, page, shown.frame if pdf else None, pdf, shown.pages.fonts)
        return None

    def settle(self, plan: Plan, settled: Settled, marks: Marks) -> int:
        """Take in the layout of the whole book; the chapter on screen is shown again where it stands elsewhere now.

        Gives the ticket of that order. Raises PutOffError where the book is another by now.
        """
        told = folios(settled.numbering, settled.laid)
        with self._lock:
            if plan is not self.book.plan:
                raise PutOffError
            self.book.settle(plan, settled)
            before, self.shown = self.shown, {}
            parts = zip(settled.units, settled.laid, settled.bodies, settled.numbering.places, strict=True)
            for at, (unit, pages, body, place) in enumerate(parts):
                frame = plan.surround(at, place, told, settled.inside).around(pages)
                marked = marks.of(body, verso=place.verso)
                self._put(unit.id, placed(body, pages, place, frame, before.get(unit.id), marked))
            self._proved = {**self.shown}
            current = before.get(self._chapter)
            if current is not None and self._chapter in self.shown:
                self._put(self._chapter, current)
                self._ask(self._chapter)
            return max(self._asked, default=0)

    def mark(self, settled: Settled, marks: Marks) -> None:
        """Put marks on pages that have none yet."""
        with self._lock:
            for unit, body in zip(settled.units, settled.bodies, strict=True):
                shown = self.shown.get(unit.id)
                if shown and not shown.marks:
                    self._put(unit.id, replace(shown, marks=marks.of(body, verso=shown.place.verso)))

    def _put(self, chapter: str, shown: Shown) -> Shown:
        self._serial += 1
        self.shown[chapter] = replace(shown, serial=self._serial)
        return self.shown[chapter]

    def _ask(self, chapter: str) -> None:
        """Order the pages of a chapter, as far as it has any in print."""
        book = self.book
        assert book.plan is not None
        at = next((at for at, unit in enumerate(book.plan.units) if unit.id == chapter), None)
        if at is None:
            return
        self._chapter = chapter
        numbering = book.numbering()
        told = book.folios(numbering)
        unit = book.plan.numbered(at, told) if book.settled else book.plan.units[at]
        surround = book.plan.surround(at, numbering.places[at], told, book.inside)
        stale = not book.fresh and (book.first_changed() < at or bool(unit.needs))
        body = book.plan.body(unit, book.inside)
        asked = _Asked(body, surround, numbering.places[at], stale, self._rev)
        same = (chapter, body, surround) == self._last
        if same and self._awaited:
            self._asked = {self._awaited: asked}
            return
        self._asked = {}
        if same and chapter in self.shown:
            before = self.shown[chapter]
            place = replace(numbering.places[at], pages=len(before.digests))
            shown = self._put(chapter, replace(before, place=place, stale=stale, rev=self._rev))
            self._tell(chapter, shown, before)
            return
        self._awaited = self._foreman.show(chapter, body, surround, self._seen.get(chapter, ()))
        self._asked = {self._awaited: asked}
        self._last = chapter, body, surround

    def _take(self, laid: Laid) -> None:
        """Take in the pages of a chapter, and tell of them."""
        with self._lock:
            # What comes too late to be shown counts all the same: the process sends the next time what differs from it.
            sights = tuple(sight or self._sights[at] for at, sight in enumerate(laid.sights))
            self._sights = sights
            if laid.ticket == self._awaited:
                self._awaited = 0
            asked = self._asked.get(laid.ticket)
            if asked is None or self.book.plan is None:
                return
            before, was = self.shown.get(laid.unit), self.book.pages
            self.book.laid[laid.unit] = laid.pages
            told = self._reported(before, asked.rev, sights, was)
            place = replace(asked.place, pages=len(laid.digests))
            frame = asked.surround.around(laid.pages)
            marks = tuple(lines.marks(sights, verso=place.verso))
            shown = Shown(laid.digests, sights, laid.pages, frame, place, asked.stale, asked.rev, told, marks,
                          asked.body)  # fmt: skip
            shown = self._put(laid.unit, shown)
        self._tell(laid.unit, shown, before)
        with self._lock:
            self.answered = laid.ticket
            self._lock.notify_all()

    def _reported(self, before: Shown | None, rev: int, sights: tuple[Sight, ...],
                  was: int | None) -> dict[str, Any] | None:  # fmt: skip
        """Say what the last save did to the page breaks; `was` are the pages that the book had before, if known."""
        if before is None:
            return None
        same = [sight.digest for sight in before.sights] == [sight.digest for sight in sights]
        if before.rev >= rev or not before.sights or same:
            return before.report
        now = self.book.pages
        return report(before.sights, sights, (was, now) if was is not None and now is not None else None)

    def _lose(self, ticket: int) -> None:
        """Await no more what was asked for up to a ticket."""
        with self._lock:
            if ticket >= self._awaited:
                self._last, self._awaited, self.answered = None, 0, ticket

    def _tell(self, chapter: str, shown: Shown, before: Shown | None) -> None:
        """Tell of a chapter's pages, of their texts those that are others than before."""
        known = {text.name for text in before.texts} if before else ()
        self._told({"event": "pages", **described(chapter, shown, known)})
