"""The paged editions: one PDF for the printer, one for the screen, both of the same pages.

Units are laid out apart, then numbered, furnished and joined (`packager.layout`); what depends on the number of pages
(the gutter, the contents) is done again until it stands still, and what was laid out in an earlier build is taken from
there (`packager.layout.cache`). Before the file is given out, its text is read back.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING

from packager import timing
from packager.editions import Output, Progress
from packager.galley import Galley
from packager.layout import framing, origins, pool
from packager.layout import units as cutting
from packager.layout.cache import Cache
from packager.layout.gauge import Gauge
from packager.layout.jobs import Body, Drawing, Margins, Pages, Proof
from packager.layout.numbering import Numbering, Place
from packager.layout.plan import Plan, folios
from packager.layout.pool import Pool
from packager.layout.problems import hindrances, layout_problems, page_count
from packager.layout.settling import settle
from packager.layout.units import Unit
from packager.pagebreaks import Start
from packager.problems import PackagerError, Problem, error, has_errors, in_order, warning
from packager.theme import Theme
from packager.timing import span

if TYPE_CHECKING:
    from packager.layout import joining

_STRETCH = 32
"""Pages that are furnished or proof-read at a time."""


def make(galley: Galley, theme: Theme, *, edition: str = "print", jobs: int | None = None, workers: Pool | None = None,
         progress: Progress | None = None, run: "Run | None" = None) -> Output:  # fmt: skip
    """Make `<name>-print.pdf` or `<name>-screen.pdf`; `edition` is `print` or `screen`.

    The work is done by `workers`, or by as many as `jobs` says, one a processor unless said; `run` is one that has
    begun. Raises PackagerError where the book cannot be set or a word of it is missing from the pages.
    """
    run = run or Run(galley, theme, edition, progress)
    with contextlib.nullcontext(workers) if workers else Pool(jobs or pool.processors()) as hired:
        return run.make(hired)


class Run:
    """The making of one file; afterwards it still has the units, with the numbers they tell, and their pages."""

    def __init__(self, galley: Galley, theme: Theme, edition: str, progress: Progress | None = None) -> None:
        with span("plan", edition):
            self.plan = Plan(galley, theme, edition)
        self.progress = progress or (lambda stage, done, total: None)
        self.gauges: dict[str, Gauge] = {}
        self.edition, self.book, self.geometry = edition, galley.book, self.plan.geometry
        self.problems: list[Problem] = list(self.plan.problems)
        if has_errors(self.problems):
            raise PackagerError(*self.problems)
        self.units = self.plan.units
        self.laid: Sequence[Pages] = ()
        self.inside = 0.0
        self.numbering: Numbering | None = None
        """Where all units stand, as soon as they are laid out."""

    def starts(self, workers: Pool) -> dict[str, tuple[Start, ...]]:
        """Give the beginnings of each unit's pages; raises PackagerError where the book cannot be set."""
        places = self.settle(workers).places
        return {
            unit.id: tuple(Start(place.label(number), at) for number, at in enumerate(pages.openings))
            for unit, place, pages in zip(self.units, places, self.laid, strict=True)
        }

    def make(self, workers: Pool) -> Output:
        """Make the file. Raises PackagerError as `make` does."""
        numbering = self.settle(workers)
        inside = self.inside
        furniture = self._furnish(workers, inside, numbering)
        self.progress("join", 0, 1)
        with span("join", self.edition):
            data = self._join(inside, numbering, furniture)
        self.progress("join", 1, 1)
        self._prove(workers, data, numbering, furniture)
        self.cache.trim()
        found = [*layout_problems(self.units, self.laid, numbering)]
        if self.edition == "print":
            found += page_count(self.book, self.geometry.printer, numbering.pages)
        name = f"{self.book.name}-{self.edition}.pdf"
        return Output({name: data}, numbering.pages, in_order((*self.problems, *found)))

    def settle(self, workers: Pool) -> Numbering:
        """Lay out all units until their numbers stand still, unless they do."""
        if self.numbering is not None:
            return self.numbering
        self.setup = self.plan.setup(workers.folder.path)
        self.cache = Cache(self.setup, self.plan.styled())
        settled = settle(self.plan, partial(self._lay_out, workers))
        self.units, self.laid = settled.units, settled.laid
        for unit in settled.unsettled:
            told = f"{unit.title} tells page numbers that change whenever they are told"
            self.problems.append(warning("pages-unsettled", told, unit.path, hint="change a few words near them"))
        self.inside, self.numbering = settled.inside, settled.numbering
        return settled.numbering

    def _lay_out(self, workers: Pool, units: Sequence[Unit], jobs: Sequence[Body]) -> list[Pages]:
        weights = [self.plan.guess(unit) for unit in units]
        bare, moved = zip(*map(origins.counted, jobs), strict=True)
        laid = [*map(origins.restored, self._work(workers, "lay_out", bare, units, weights, "layout"), moved)]
        if stops := tuple(hindrances(units, laid)):
            raise PackagerError(*stops)
        return laid

    def _furnish(self, workers: Pool, inside: float, numbering: Numbering) -> list[list[Drawing | None]]:
        """Draw heads and folios of all units' pages, those that no earlier build has drawn; None where are none."""
        told = folios(numbering, self.laid) if any(unit.endnotes for unit in self.units) else {}
        wanted: dict[str, tuple[Unit, Margins]] = {}
        names: list[list[str]] = []
        for at, (unit, place, pages) in enumerate(zip(self.units, numbering.places, self.laid, strict=True)):
            around = self.plan.surround(at, place, told, inside).around(pages).margins
            named = [framing.name(margins) if margins else "" for margins in around]
            names.append(named)
            wanted |= {name: (unit, margins) for name, margins in zip(named, around, strict=True) if margins}
        key = self.cache.book("drawings", self.book.name, self.edition)
        kept = self.cache.drawings(key)
        drawn = {name: kept[name] for name in wanted if name in kept}
        if drawn:
            timing.note("furniture", f"{len(drawn)} pages", kept=True)
        fresh = [name for name in wanted if name not in drawn]
        stretches = [fresh[start : start + _STRETCH] for start in range(0, len(fresh), _STRETCH)]
        units = [wanted[stretch[0]][0] for stretch in stretches]
        made = [0] * len(stretches)

        def report(index: int, page: int) -> None:
            made[index] = page
            self.progress("furniture", len(wanted) - len(fresh) + sum(made), len(wanted))

        jobs = [tuple(wanted[name][1] for name in stretch) for stretch in stretches]
        with self._naming(units):
            for done in workers.run(self.setup, "furnish", jobs, [*map(len, jobs)], report):
                timing.note("furniture", units[done.index].title, done.wall, done.cpu)
                drawn |= zip(stretches[done.index], done.result, strict=True)
                report(done.index, len(done.result))
        if fresh:
            self.cache.keep_drawings(key, drawn)
        self.progress("furniture", len(wanted), len(wanted))
        return [[drawn.get(name) for name in named] for named in names]

    def _work(
        self,
        workers: Pool,
        work: str,
        jobs: Sequence[Body],
        units: Sequence[Unit],
        weights: Sequence[int],
        stage: str,
    ) -> list[Pages]:
        """Do a job for each unit, or find that it was done before, telling the progress in pages."""
        keys = [self.cache.key(work, jobs[index], unit.images) for index, unit in enumerate(units)]
        trails = [self.cache.trail(job, self.book.name, unit.id) for job, unit in zip(jobs, units, strict=True)]
        results = {index: kept for index, key in enumerate(keys) if (kept := self.cache.pages(key))}
        fresh = [index for index in range(len(jobs)) if index not in results]
        gauge = self.gauges.setdefault(stage, Gauge(partial(self.progress, stage)))
        first = gauge.begin(weights, {index: len(kept.letters) for index, kept in results.items()})
        for index in results:
            timing.note(stage, units[index].title, kept=True)
            self.cache.follow(trails[index], keys[index])
        with self._naming([units[index] for index in fresh]):
            todo = [replace(jobs[index], before=self.cache.before(trails[index])) for index in fresh]
            heavy = [weights[index] for index in fresh]
            running = workers.run(self.setup, work, todo, heavy, lambda at, page: gauge.reach(first + fresh[at], page))
            for kept in results.values():
                self._binder.take(kept.pdf)
            for done in running:
                index, pages = fresh[done.index], done.result
                timing.note(stage, units[index].title, done.wall, done.cpu)
                self.cache.keep(keys[index], pages)
                self.cache.follow(trails[index], keys[index])
                results[index] = replace(pages, trace=b"")
                self._binder.take(pages.pdf)
                gauge.finish(first + index, len(pages.letters))
        return [results[index] for index in range(len(jobs))]

    @contextlib.contextmanager
    def _naming(self, units: Sequence[Unit]) -> Iterator[None]:
        """Turn the end of a worker into a problem that names the chapter."""
        try:
            yield
        except pool.WorkerDied as died:
            unit = units[died.index]
            told = f"laying out {unit.title} ended without a result ({died.ending})"
            hint = "split the section, or close what else takes memory"
            raise PackagerError(error("layout-failed", told, unit.path, hint=hint)) from died
        except pool.WorkFailed as failed:
            failed.add_note(f"in the section {units[failed.index].title}")
            raise

    @cached_property
    def _binder(self) -> "joining.Binder":
        """Load what binds the pages, while workers lay them out."""
        from packager.layout import joining, prints  # noqa: F401

        screen = self.edition == "screen"
        about = self.book.metadata
        return joining.Binder(
            joining.Finish(
                title=about.title,
                author=", ".join(about.authors),
                lang=about.lang,
                width=self.geometry.trim.width,
                height=self.geometry.trim.height,
                faces={sha256(data).hexdigest(): data for data in self.plan.data.values()},
                marks=cutting.marks(self.plan.galley, self.plan.front, self.edition) if screen else (),
                tagged=screen,
                backwards=self.plan.backwards,
                mono=not screen and self.book.options.interior == "mono",
            )
        )

    def _join(self, inside: float, numbering: Numbering, furniture: Sequence[Sequence[Drawing | None]]) -> bytes:
        from packager.layout.joining import Sheet

        sheets = [
            Sheet(unit, place, pages, margins, self.plan.shift(place, inside))
            for unit, place, pages, margins in zip(self.units, numbering.places, self.laid, furniture, strict=True)
        ]
        return self._binder.join(sheets, numbering)

    def _prove(self, workers: Pool, data: bytes, numbering: Numbering,
               furniture: Sequence[Sequence[Drawing | None]]) -> None:  # fmt: skip
        """Read the file back: every letter that was laid out has to come out of it. Raises PackagerError.

        What was read in an earlier build, and reads the same, is not read again.
        """
        from packager.layout import prints

        key = self.cache.book("proof", self.book.name, self.edition)
        before, now = prints.known(self.cache.get(key)), prints.Known()
        streams = [*prints.prints(data, before, now)] if before.read else []
        sheets: dict[int, tuple[Unit, Place, list[int], int]] = {}
        for unit, place, laid, margins in zip(self.units, numbering.places, self.laid, furniture, strict=True):
            for page, letters, around in zip(range(place.start, numbering.pages), laid.letters, margins, strict=False):
                sheets[page] = unit, place, [letters for _, letters in around.parts] if around else [], letters

        def wanted(page: int) -> prints.Wanted:
            return prints.wanted(streams[page], *sheets[page][2:])

        fresh = [page for page in sheets if not (streams and now.keep(wanted(page), before))]
        read = len(sheets) - len(fresh)
        if read:
            timing.note("proof", f"{read} pages", kept=True)
        stretches = [fresh[start : start + _STRETCH] for start in range(0, len(fresh), _STRETCH)]
        with tempfile.NamedTemporaryFile(dir=workers.folder.path, suffix=".pdf") as file:
            file.write(data)
            file.flush()
            jobs = [Proof(file.name, tuple(stretch)) for stretch in stretches]
            self.progress("proof", read, len(sheets))
            running = workers.run(self.setup, "prove", jobs, [*map(len, stretches)], lambda index, at: None)
            streams = streams or [*prints.prints(data, before, now)]
            for done in running:
                stretch = stretches[done.index]
                timing.note("proof", sheets[stretch[0]][0].title, done.wall, done.cpu)
                for page, found in zip(stretch, done.result, strict=True):
                    self._counted(wanted(page).letters, found, *sheets[page][:2], page)
                    now.learn(wanted(page), found)
                read += len(stretch)
                self.progress("proof", read, len(sheets))
        if now != before:
            self.cache.put(key, now.packed())
        self.progress("proof", len(sheets), len(sheets))

    def _counted(self, wanted: int, found: int, unit: Unit, place: Place, page: int) -> None:
        """Raise PackagerError where a page gave fewer letters than were set on it."""
        if found < wanted:
            label = place.label(page - place.start)
            told = f"page {label} of the finished file has {found} letters of {wanted} that were set, in {unit.title}"
            raise PackagerError(error("word-lost", told, unit.path))
