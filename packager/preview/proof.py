"""The proof of the whole book, in idle time: each unit laid out as the build does, through the build's own cache."""

from collections.abc import Callable, Sequence

from packager.layout import origins
from packager.layout.cache import Cache
from packager.layout.jobs import Body, Pages, Setup
from packager.layout.plan import Plan
from packager.layout.settling import Settled, settle
from packager.layout.units import Unit
from packager.preview.foreman import PATIENCE, Foreman, PutOffError, Told
from packager.preview.marking import Marks
from packager.preview.screen import Screen


class Proof:
    """Brings the whole book up to date, and finds what would be marked in it."""

    def __init__(self, screen: Screen, foreman: Foreman, told: Told, urgent: Callable[[], bool]) -> None:
        """`told` gets an event for each unit; `urgent` says whether there is something better to do."""
        self._screen, self._foreman, self._told, self._urgent = screen, foreman, told, urgent
        self._known: dict[Body, Pages] = {}
        self._marks = Marks()
        self._cached: tuple[Setup, list[str], Cache] | None = None

    @property
    def due(self) -> bool:
        """Whether the book is another than the one proved last, or the marks of some chapters are not known."""
        with self._foreman.news:
            return not self._screen.book.fresh or self._unmarked()

    def make(self) -> None:
        """Lay out what is another, and mark it. Raises PutOffError or PackagerError."""
        with self._foreman.news:
            plan, setup = self._screen.book.plan, self._foreman.setup
        if plan is None or setup is None:
            return
        cache = self._cache(setup, plan.styled())
        if not self._screen.book.fresh:
            self._prove(plan, cache)
        settled = self._screen.book.settled
        if settled and self._screen.book.fresh and self._unmarked():
            self._mark(settled, cache)

    def _cache(self, setup: Setup, styled: list[str]) -> Cache:
        """Give the build's cache; to open one takes a digest of every face."""
        if self._cached is None or self._cached[0] is not setup or self._cached[1] != styled:
            self._cached = setup, styled, Cache(setup, styled)
        return self._cached[2]

    def _prove(self, plan: Plan, cache: Cache) -> None:
        """Lay out the whole book until its numbers stand still."""
        known: dict[Body, Pages] = {}
        total = len(plan.units)

        def lay_out(units: Sequence[Unit], jobs: Sequence[Body]) -> list[Pages]:
            laid = []
            for done, (unit, job) in enumerate(zip(units, jobs, strict=True)):
                bare, origin = origins.counted(job)
                pages = known.get(bare) or self._known.get(bare) or self._pages(cache, unit, job)
                known[bare] = pages
                laid.append(origins.restored(pages, origin))
                self._give_way()
                if len(units) > 1:
                    self._told({"event": "proof", "done": done + 1, "total": total, "fresh": False})
            return laid

        settled = settle(plan, lay_out)
        cache.trim()
        self._known = known
        self._marks.recall(cache, zip(settled.units, settled.bodies, strict=True))
        ticket = self._screen.settle(plan, settled, self._marks)
        news = self._foreman.news
        with news:
            # Whoever asks for pages when the proof is told shall get those with the new numbers.
            news.wait_for(lambda: self._screen.answered >= ticket or self._urgent(), PATIENCE)
        self._told({"event": "proof", "done": total, "total": total, "fresh": True})

    def _mark(self, settled: Settled, cache: Cache) -> None:
        """Find the marks of all units."""
        for unit, body in zip(settled.units, settled.bodies, strict=True):
            if body not in self._marks:
                _, marked = self._foreman.work(unit, body, self._urgent, drawn=False)
                self._marks.keep(cache, unit, body, marked)
        self._give_way()
        self._screen.mark(settled, self._marks)
        total = len(settled.units)
        self._told({"event": "proof", "done": total, "total": total, "fresh": True})

    def _unmarked(self) -> bool:
        return any(shown.digests and not shown.marks for shown in self._screen.shown.values())

    def _give_way(self) -> None:
        with self._foreman.news:
            if self._urgent():
                raise PutOffError

    def _pages(self, cache: Cache, unit: Unit, job: Body) -> Pages:
        """Give a unit's pages from the cache, or have them laid out; their lines count from the unit's first."""
        bare, origin = origins.counted(job)
        key = cache.key("lay_out", bare, unit.images)
        kept = cache.pages(key)
        if kept is not None:
            return kept
        # Not as bare as it is kept: the process compares it with what is on screen.
        pages, marked = self._foreman.work(unit, job, self._urgent)
        self._marks.keep(cache, unit, job, marked)
        pages = origins.restored(pages, -origin)
        cache.keep(key, pages)
        return pages
