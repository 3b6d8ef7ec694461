"""The print side of the preview: the pages of the chapter that is being written, and those of the whole book.

A chapter is laid out by itself, by the build's own plan, at the place that the last layout of the whole book gave it.
The whole book is brought up to date when nothing else is to do, one unit at a time, through the build's own cache.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Condition, RLock, Thread
from typing import Any

from packager import variants
from packager.galley import Galley
from packager.layout import lines
from packager.layout.cache import Cache
from packager.layout.framing import Surround
from packager.layout.jobs import Body, Pages, Setup
from packager.layout.lines import Marked, Sight
from packager.layout.numbering import Place
from packager.layout.orders import Answer, Done, Draw, Failed, Image, Laid, Prepare, See, Show, Work
from packager.layout.plan import Plan, folios
from packager.layout.settling import Settled, settle
from packager.layout.units import Unit
from packager.preview.marking import Marks
from packager.preview.numbers import Book
from packager.preview.press import Press
from packager.preview.report import report
from packager.preview.shelf import Shelf
from packager.preview.shown import Shown, described, placed
from packager.problems import PackagerError, error
from packager.theme import Theme

PATIENCE = 20.0
"""Seconds that an image is waited for."""
QUIET = 2.0
"""Seconds without a wish after which the whole book is brought up to date."""
_DEATHS = 3
"""How often the layout process is started again without having laid out anything."""
Told = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Job:
    """A chapter to be shown."""

    galley: Galley
    look: Theme
    chapter: str
    rev: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of the layout process."""

    surround: Surround
    place: Place
    stale: bool
    rev: int


class _InterruptedError(Exception):
    """Raised out of the proof of the whole book when a chapter is to be shown."""


class Proofs:
    """Pages on demand; `told` gets an event for everything that is new, on threads of its own."""

    def __init__(self, told: Told, press: Press | None = None) -> None:
        """`press` is a layout process that was started ahead; it ends with this."""
        self._told = told
        self._lock = RLock()
        self._news = Condition(self._lock)
        self._folder = tempfile.mkdtemp(prefix="packager-")
        self._shelf, self._book = Shelf(), Book()
        self._job: _Job | None = None
        self._chapter = ""
        self._idle = self._closed = False
        self._setup: Setup | None = None
        self._last: tuple[str, Body, Surround] | None = None
        """What was laid out last: chapter, job, and what stands around it."""
        self._shown: dict[str, Shown] = {}
        self._sights: tuple[Sight, ...] = ()
        """What the process saw on the pages that it laid out last."""
        self._asked: dict[int, _Asked] = {}
        self._awaited = 0
        """Ticket of the layout that is under way; 0 for none."""
        self._done: dict[int, Done | Failed] = {}
        self._known: dict[Body, Pages] = {}
        self._marks = Marks()
        self._seen: dict[str, tuple[int, ...]] = {}
        self._scale, self._ticket, self._answered, self._deaths = 2, 0, 0, 0
        self._press = press or Press()
        self._press.listen(self._heard, self._died)
        Thread(target=self._work, name="proofs", daemon=True).start()

    def show(self, galley: Galley, look: Theme, chapter: str, *, rev: int = 0) -> None:
        """Lay a chapter of the book's revision `rev` out now; an older wish that is not fulfilled yet is dropped."""
        with self._news:
            self._job = _Job(galley, look, chapter, rev)
            self._news.notify_all()

    def see(self, chapter: str, pages: Sequence[int]) -> None:
        """Take note of which pages of a chapter, from 0, are on screen: these are drawn first."""
        with self._lock:
            self._seen[chapter] = tuple(pages)
            if chapter == self._chapter and chapter in self._shown:
                self._press.tell(See(chapter, tuple(pages), self._scale))

    def pages(self, chapter: str) -> dict[str, Any] | None:
        """Give a chapter's pages as they were last laid out; None for one that was not."""
        with self._lock:
            shown = self._shown.get(chapter)
        return None if shown is None else described(chapter, shown)

    def book(self) -> dict[str, Any] | None:
        """Give what is known of the whole book: its pages, whether that is up to date, and the same by unit, in order.

        `blanks` are the empty pages before a unit.
        """
        with self._lock:
            book, shown = self._book, dict(self._shown)
            if book.plan is None:
                return None
            numbering, changed = book.numbering(), len(book.plan.units) if book.fresh else book.first_changed()
            chapters, end = {}, 0
            for at, (unit, place) in enumerate(zip(book.plan.units, numbering.places, strict=True)):
                marked = shown[unit.id].marks if unit.id in shown else ()
                marks = Counter(mark.code for page in marked for mark in page)
                chapters[unit.id] = {
                    "pages": place.pages if unit.id in book.laid else None, "first": place.start,
                    "folio": place.label(), "stale": at >= changed, "marks": dict(marks),
                    "title": unit.title, "blanks": place.start - end,
                }  # fmt: skip
                end = place.start + place.pages
            known = all(unit.id in book.laid for unit in book.plan.units)
        return {"pages": numbering.pages if known else None, "fresh": book.fresh, "chapters": chapters}

    def image(self, hash: str, scale: int) -> bytes | None:
        """Give a page as a PNG, painting it if need be; None for a page that is no more."""
        key = hash, scale
        with self._news:
            self._scale = scale
            if key not in self._shelf:
                order = self._order(hash, scale)
                if order is None:
                    return None
                self._press.tell(order)
                self._news.wait_for(lambda: key in self._shelf or self._closed, PATIENCE)
            return self._shelf.get(key) or None

    def _order(self, digest: str, scale: int) -> Draw | None:
        """Make the order that paints a page."""
        for chapter, shown in self._shown.items():
            if digest in shown.digests:
                page, pdf = shown.digests.index(digest), shown.pages.pdf
                return Draw(digest, scale, chapter, page, shown.frame if pdf else None, pdf, shown.pages.fonts)
        return None

    def idle(self) -> None:
        """Bring the whole book up to date, until a chapter is to be shown."""
        with self._news:
            self._idle = True
            self._news.notify_all()

    def release(self) -> None:
        """Let go of all who wait for pages: there will be no more."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def close(self) -> None:
        """End the layout process."""
        self.release()
        self._press.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self) -> None:
        """Turn wishes into orders."""
        again = False
        while True:
            with self._news:
                wanted = self._news.wait_for(lambda: self._job or self._idle or self._closed, QUIET if again else None)
                job, self._job = self._job, None
                if job is None:
                    self._idle = False
            if self._closed:
                return
            try:
                if job is not None:
                    self._lay_out(job)
                    again = not self._book.fresh or self._unmarked()
                elif wanted or again:
                    again = False
                    self._prove()
                    self._mark()
            except _InterruptedError:
                again = True
            except PackagerError as stop:
                self._told({"event": "failed", "chapter": job.chapter if job else "", "message": str(stop)})

    def _lay_out(self, job: _Job) -> None:
        """Have a chapter laid out."""
        plan = Plan(variants.variant(job.galley, "print"), job.look, "print")
        with self._lock:
            self._book.turn_to(plan, same=not self._prepare(plan))
            self._ask(job.chapter, job.rev)

    def _prepare(self, plan: Plan) -> bool:
        """Send faces and images to the layout process, if they are others; say so."""
        setup = plan.setup(self._folder)
        if setup != self._setup:
            self._setup, self._last = setup, None
            self._press.tell(Prepare(setup))
            return True
        return False

    def _ask(self, chapter: str, rev: int) -> None:
        """Order the pages of a chapter, as far as it has any in print."""
        book = self._book
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
        asked = _Asked(surround, numbering.places[at], stale, rev)
        body = book.plan.body(unit, book.inside)
        same = (chapter, body, surround) == self._last
        if same and self._awaited:
            self._asked = {self._awaited: asked}
            return
        self._asked = {}
        if same and chapter in self._shown:
            shown = self._shown[chapter] = replace(self._shown[chapter], stale=stale, rev=rev)
            self._told({"event": "pages", **described(chapter, shown)})
            return
        self._ticket += 1
        self._asked, self._awaited = {self._ticket: asked}, self._ticket
        self._last = chapter, body, surround
        self._press.tell(Show(self._ticket, chapter, body, surround, self._seen.get(chapter, ()), self._scale))

    def _heard(self, answer: Answer) -> None:
        match answer:
            case Laid():
                self._take(answer)
            case Image(digest, scale, png):
                with self._news:
                    self._shelf.put((digest, scale), png)
                    self._news.notify_all()
                self._told({"event": "image", "hash": digest, "scale": scale})
            case Done(ticket):
                with self._news:
                    self._done[ticket] = answer
                    self._news.notify_all()
            case Failed(order, told):
                with self._news:
                    if isinstance(order, Draw):
                        self._shelf.put((order.digest, order.scale), b"")
                    elif isinstance(order, Work):
                        self._done[order.ticket] = answer
                    self._news.notify_all()
                if isinstance(order, Show):
                    with self._lock:
                        if order.ticket == self._awaited:
                            self._last, self._awaited = None, 0
                    self._told({"event": "failed", "chapter": order.unit, "message": told})

    def _take(self, laid: Laid) -> None:
        """Take in the pages of a chapter, and tell of them."""
        with self._lock:
            asked, before, book = self._asked.get(laid.ticket), self._shown.get(laid.unit), self._book
            # What comes too late to be shown counts all the same: the process sends the next time what differs from it.
            sights = tuple(sight or self._sights[at] for at, sight in enumerate(laid.sights))
            self._sights = sights
            if laid.ticket == self._awaited:
                self._awaited = 0
            if asked is None or book.plan is None:
                return
            old = before.sights if before else ()
            was = book.numbering().pages
            known = laid.unit in book.laid and all(unit.id in book.laid for unit in book.plan.units)
            book.laid[laid.unit] = laid.pages
            told = before.report if before else None
            saved = before is not None and before.rev < asked.rev
            if saved and old and [sight.digest for sight in old] != [sight.digest for sight in sights]:
                told = report(old, sights, (was, book.numbering().pages) if known else None)
            place = replace(asked.place, pages=len(laid.digests))
            frame = asked.surround.around(laid.pages)
            marks = tuple(lines.marks(sights, verso=place.verso))
            shown = Shown(laid.digests, sights, laid.pages, frame, place, asked.stale, asked.rev, told, marks)
            self._shown[laid.unit] = shown
        self._told({"event": "pages", **described(laid.unit, shown)})
        with self._news:
            self._answered, self._deaths = laid.ticket, 0
            self._news.notify_all()

    def _died(self) -> None:
        """Go on with a new process, and without what killed the old one."""
        with self._news:
            if self._closed:
                return
            self._deaths += 1
            if self._deaths > _DEATHS:
                self._told({"event": "failed", "chapter": "", "message": "the layout process ends again and again"})
                return
            self._last, self._awaited = None, 0
            self._press.restart()
            if self._setup is not None:
                self._press.tell(Prepare(self._setup))
        self._told({"event": "failed", "chapter": "", "message": "the layout process ended; it has been started again"})

    def _prove(self) -> None:
        """Lay out the whole book as the build does. Raises _InterruptedError when there is something more urgent."""
        with self._lock:
            plan, setup = self._book.plan, self._setup
        if plan is None or setup is None or self._book.fresh:
            return
        cache = Cache(setup, plan.styled())
        known: dict[Body, Pages] = {}
        total = len(plan.units)

        def lay_out(units: Sequence[Unit], jobs: Sequence[Body]) -> list[Pages]:
            laid = []
            for done, (unit, job) in enumerate(zip(units, jobs, strict=True)):
                pages = known.get(job) or self._known.get(job)
                if pages is None:
                    key = cache.key("lay_out", job, unit.images)
                    pages = cache.pages(key) or self._made(unit, job)[0]
                    cache.keep(key, pages)
                known[job] = pages
                laid.append(pages)
                with self._lock:
                    self._interrupt()
                if len(units) > 1:
                    self._told({"event": "proof", "done": done + 1, "total": total, "fresh": False})
            return laid

        settled = settle(plan, lay_out)
        cache.trim()
        self._known = known
        ticket = self._settle(plan, settled)
        with self._news:
            # Whoever asks for pages when the proof is told shall get those with the new numbers.
            self._news.wait_for(lambda: self._answered >= ticket or self._job is not None or self._closed, PATIENCE)
        self._told({"event": "proof", "done": total, "total": total, "fresh": True})

    def _interrupt(self) -> None:
        if self._job is not None or self._closed:
            raise _InterruptedError

    def _unmarked(self) -> bool:
        """Say whether the marks of some chapters are not known."""
        with self._lock:
            return any(shown.digests and not shown.marks for shown in self._shown.values())

    def _mark(self) -> None:
        """Find the marks of all units. Raises _InterruptedError or PackagerError."""
        with self._lock:
            plan, setup, settled = self._book.plan, self._setup, self._book.settled
        if plan is None or setup is None or settled is None or not self._book.fresh or not self._unmarked():
            return
        self._marks.complete(Cache(setup, plan.styled()), zip(settled.units, settled.bodies, strict=True), self._looked)
        with self._lock:
            self._interrupt()
            for unit, body in zip(settled.units, settled.bodies, strict=True):
                shown = self._shown.get(unit.id)
                if shown and not shown.marks:
                    marks = self._marks.of(body, verso=shown.place.verso)
                    self._shown[unit.id] = replace(shown, marks=marks)
        total = len(plan.units)
        self._told({"event": "proof", "done": total, "total": total, "fresh": True})

    def _looked(self, unit: Unit, job: Body) -> Marked:
        return self._made(unit, job, drawn=False)[1]

    def _made(self, unit: Unit, job: Body, *, drawn: bool = True) -> tuple[Pages, Marked]:
        """Have a unit laid out for the build, and marked. Raises _InterruptedError or PackagerError."""
        with self._news:
            self._ticket += 1
            ticket = self._ticket
            self._press.tell(Work(ticket, unit.id, job, drawn))
            self._news.wait_for(lambda: ticket in self._done or self._job is not None or self._closed)
            self._interrupt()
            done = self._done.pop(ticket)
        if isinstance(done, Failed):
            raise PackagerError(error("layout-failed", f"{unit.title}: {done.told}", unit.path))
        if done.pages is None:
            raise _InterruptedError
        self._marks.keep(job, done.marked)
        return done.pages, done.marked

    def _settle(self, plan: Plan, settled: Settled) -> int:
        """Take in the layout of the whole book; the chapter on screen is shown again where it stands elsewhere now.

        Gives the ticket of that order.
        """
        told = folios(settled.numbering, settled.laid)
        with self._lock:
            if plan is not self._book.plan:
                raise _InterruptedError
            book = self._book
            book.settled, book.proved = settled, plan
            book.laid = {unit.id: pages for unit, pages in zip(settled.units, settled.laid, strict=True)}
            shown: dict[str, Shown] = {}
            parts = zip(settled.units, settled.laid, settled.bodies, settled.numbering.places, strict=True)
            for at, (unit, pages, body, place) in enumerate(parts):
                frame, before = plan.surround(at, place, told, settled.inside).around(pages), self._shown.get(unit.id)
                marks = self._marks.of(body, verso=place.verso)
                shown[unit.id] = placed(unit, pages, place, frame, before, marks)
            current = self._shown.get(self._chapter)
            self._shown = shown
            if current is not None and self._chapter in shown:
                self._shown[self._chapter] = current
                self._ask(self._chapter, current.rev)
            return max(self._asked, default=0)
