"""The print side of the preview: the pages of the chapter that is being written, and those of the whole book.

A chapter is laid out by itself, by the build's own plan, at the place that the last layout of the whole book gave it.
The whole book is brought up to date when nothing else is to do, one unit at a time, through the build's own cache.
"""

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Condition, RLock, Thread
from typing import Any

from packager import variants
from packager.galley import Galley
from packager.layout.framing import Frame, Surround
from packager.layout.jobs import Setup
from packager.layout.lines import Line, Sight
from packager.layout.numbering import Numbering, Place
from packager.layout.orders import Answer, Draw, Failed, Image, Laid, Prepare, See, Show
from packager.layout.plan import Plan
from packager.layout.settling import Settled
from packager.preview.press import Press
from packager.problems import PackagerError
from packager.theme import Theme

PATIENCE = 20.0
"""Seconds that an image is waited for."""
_IMAGES = 24_000_000
"""Bytes of images that are kept."""

Told = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A chapter as its pages were last laid out."""

    laid: Laid
    frame: Frame
    place: Place
    stale: bool
    """Whether its place or the folios it tells may be others by now."""
    rev: int
    report: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """A chapter to be shown."""

    galley: Galley
    look: Theme
    chapter: str


@dataclass(slots=True)
class _Shelf:
    """Images by digest and scale, the oldest given up first."""

    images: OrderedDict[tuple[str, int], bytes] = field(default_factory=OrderedDict)
    size: int = 0

    def put(self, key: tuple[str, int], png: bytes) -> None:
        self.size += len(png) - len(self.images.pop(key, b""))
        self.images[key] = png
        while self.size > _IMAGES and len(self.images) > 1:
            self.size -= len(self.images.popitem(last=False)[1])


class Proofs:
    """Pages on demand; `told` gets an event for everything that is new, on threads of its own."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._lock = RLock()
        self._news = Condition(self._lock)
        self._folder = tempfile.mkdtemp(prefix="packager-")
        self._shelf = _Shelf()
        self._job: _Job | None = None
        self._plan: Plan | None = None
        self._setup: Setup | None = None
        self._settled: Settled | None = None
        self._counts: dict[str, int] = {}
        self._shown: dict[str, _Shown] = {}
        self._asked: dict[int, tuple[Surround, Place, bool]] = {}
        self._seen: dict[str, tuple[int, ...]] = {}
        self._scale, self._ticket, self._closed = 2, 0, False
        self._press = Press(self._heard, self._died)
        Thread(target=self._work, name="proofs", daemon=True).start()

    def show(self, galley: Galley, look: Theme, chapter: str, *, urgent: bool = True) -> None:
        """Lay a chapter out now; an older wish that is not fulfilled yet is dropped."""
        with self._news:
            self._job = _Job(galley, look, chapter)
            self._news.notify_all()

    def see(self, chapter: str, pages: Sequence[int]) -> None:
        """Take note of which pages of a chapter, from 0, are on screen: these are drawn first."""
        with self._lock:
            self._seen[chapter] = tuple(pages)
            if chapter in self._shown:
                self._press.tell(See(chapter, tuple(pages), self._scale))

    def pages(self, chapter: str) -> dict[str, Any] | None:
        """Give a chapter's pages as they were last laid out; None for one that was not."""
        with self._lock:
            shown = self._shown.get(chapter)
        return None if shown is None else _described(chapter, shown)

    def image(self, hash: str, scale: int) -> bytes | None:
        """Give a page as a PNG, painting it if need be; None for a page that is no more."""
        with self._news:
            self._scale = scale
            if (hash, scale) not in self._shelf.images:
                order = self._order(hash, scale)
                if order is None:
                    return None
                self._press.tell(order)
                self._news.wait_for(lambda: (hash, scale) in self._shelf.images or self._closed, PATIENCE)
            png = self._shelf.images.get((hash, scale), b"")
            if not png:
                self._shelf.images.pop((hash, scale), None)
            return png or None

    def _order(self, digest: str, scale: int) -> Draw | None:
        """Make the order that paints a page."""
        for chapter, shown in self._shown.items():
            if digest in shown.laid.digests:
                page, pdf = shown.laid.digests.index(digest), shown.laid.pages.pdf
                return Draw(digest, scale, chapter, page, shown.frame if pdf else None, pdf)
        return None

    def idle(self) -> None:
        """Bring the whole book up to date, until a chapter is to be shown."""

    def close(self) -> None:
        """End the layout process."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._press.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self) -> None:
        """Turn wishes into orders."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._job is not None or self._closed)
                job, self._job = self._job, None
            if self._closed or job is None:
                return
            try:
                self._give(job)
            except PackagerError as stop:
                self._told({"event": "failed", "chapter": job.chapter, "message": str(stop)})

    def _give(self, job: _Job) -> None:
        plan = Plan(variants.variant(job.galley, "print"), job.look, "print")
        setup = plan.setup(self._folder)
        with self._lock:
            if setup != self._setup:
                self._setup = setup
                self._press.tell(Prepare(setup))
            self._plan = plan
            at = next((at for at, unit in enumerate(plan.units) if unit.id == job.chapter), None)
            if at is None:
                return
            self._ticket += 1
            numbering, inside, told, stale = self._bearings(plan)
            unit = plan.numbered(at, told) if told else plan.units[at]
            surround = plan.surround(at, numbering.places[at], told, inside)
            self._asked = {self._ticket: (surround, numbering.places[at], stale)}
            body = plan.body(unit, inside)
            self._press.tell(Show(self._ticket, unit.id, body, surround, self._seen.get(unit.id, ()), self._scale))

    def _bearings(self, plan: Plan) -> tuple[Numbering, float, dict[str, str], bool]:
        """Say where units stand, as far as is known, the inside margin, folios, and whether any of it was guessed."""
        counts = [self._counts.get(unit.id, 0) for unit in plan.units]
        guessed = [count or plan.guess(unit) for count, unit in zip(counts, plan.units, strict=True)]
        numbering = plan.number(guessed)
        return numbering, plan.inside(), {}, not all(counts)

    def _heard(self, answer: Answer) -> None:
        match answer:
            case Laid():
                self._take(answer)
            case Image():
                with self._news:
                    self._shelf.put((answer.digest, answer.scale), answer.png)
                    self._news.notify_all()
                self._told({"event": "image", "hash": answer.digest, "scale": answer.scale})
            case Failed(order, told):
                if isinstance(order, Draw):
                    with self._news:
                        self._shelf.put((order.digest, order.scale), b"")
                        self._news.notify_all()
                elif isinstance(order, Show):
                    self._told({"event": "failed", "chapter": order.unit, "message": told})

    def _take(self, laid: Laid) -> None:
        with self._news:
            asked = self._asked.get(laid.ticket)
            if asked is None:
                return
            surround, place, stale = asked
            place = replace(place, pages=len(laid.digests))
            self._counts[laid.unit] = place.pages
            shown = _Shown(laid, surround.around(laid.pages), place, stale, laid.ticket)
            self._shown[laid.unit] = shown
        self._told({"event": "pages", **_described(laid.unit, shown)})

    def _died(self) -> None:
        """Go on with a new process, and without what killed the old one."""
        with self._news:
            if self._closed:
                return
            self._press.restart()
            if self._setup is not None:
                self._press.tell(Prepare(self._setup))
        self._told({"event": "failed", "chapter": "", "message": "the layout process ended; it has been started again"})


def _described(chapter: str, shown: _Shown) -> dict[str, Any]:
    """Describe a chapter's pages for the browser."""
    sights = shown.laid.sights or [Sight("")] * len(shown.laid.digests)
    pages = [
        {
            "hash": digest,
            "folio": shown.place.label(page),
            "side": "verso" if (shown.place.start + page) % 2 else "recto",
            "blank": not letters,
            "lines": [_line(line) for line in sight.lines],
            "marks": [],
        }
        for page, (digest, sight, letters) in enumerate(
            zip(shown.laid.digests, sights, shown.laid.pages.letters, strict=True)
        )
    ]
    return {"chapter": chapter, "rev": shown.rev, "stale": shown.stale, "first": shown.place.start,
            "report": shown.report, "pages": pages}  # fmt: skip


def _line(line: Line) -> dict[str, object]:
    box = {name: round(getattr(line, name), 2) for name in "xywh"}
    return {"text": line.text, **box, "line": line.line, "block": line.block}
