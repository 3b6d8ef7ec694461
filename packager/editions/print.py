"""The paged editions: one PDF for the printer, one for the screen, both of the same pages.

Units are laid out apart, then numbered, furnished and joined (`packager.layout`); what depends on the number of pages
(the gutter, the contents) is done again until it stands still, and what was laid out in an earlier build is taken from
there (`packager.layout.cache`). Before the file is given out, its text is read back.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from packager import endnotes, indexing, matter
from packager import theme as themes
from packager.editions import Output, Progress
from packager.galley import Galley
from packager.layout import geometry, joining, pool
from packager.layout import units as cutting
from packager.layout.cache import Cache
from packager.layout.jobs import Body, Furniture, Pages, Proof, Setup
from packager.layout.numbering import Numbering, number
from packager.layout.problems import hindrances, layout_problems, missing_glyphs, page_count
from packager.layout.units import Unit
from packager.problems import PackagerError, Problem, error, has_errors, in_order, warning
from packager.terms import term
from packager.theme import Theme

Workers = pool.Pool[object, Any]

_TRIES = 6
"""How often units are laid out at most while gutter and folios settle."""


def make(galley: Galley, theme: Theme, *, edition: str = "print", jobs: int | None = None,
         progress: Progress | None = None) -> Output:  # fmt: skip
    """Make `<name>-print.pdf` or `<name>-screen.pdf`; `edition` is `print` or `screen`, `jobs` the number of workers.

    Raises PackagerError where the book cannot be set or a word of it is missing from the pages.
    """
    run = _Run(galley, theme, edition, progress or (lambda stage, done, total: None))
    with tempfile.TemporaryDirectory(prefix="packager-") as folder:
        return run.make(folder, jobs or pool.processors())


class _Run:
    """The making of one file."""

    def __init__(self, galley: Galley, theme: Theme, edition: str, progress: Progress) -> None:
        self.galley, self.theme, self.edition, self.progress = galley, theme, edition, progress
        self.book = galley.book
        self.geometry = geometry.find(self.book, theme)
        self.front = matter.front_matter(galley, edition)
        ahead, behind = cutting.shown(galley, self.front, edition)
        self.skip = galley.homes.keys() - {
            key for key, home in galley.homes.items() if home in {leaf.id for leaf in (*ahead, *behind)}
        }
        self.faces, missing = themes.needed(
            theme, {c for leaf in (*ahead, *behind) for c in cutting.text(leaf.element)}
        )
        self.missing = "".join(sorted(missing))
        level = str(self.book.options.checks.get("glyph-missing", "warning")).lower()
        self.problems: list[Problem] = list(missing_glyphs((*ahead, *behind), missing, level))
        if has_errors(self.problems):
            raise PackagerError(*self.problems)
        self.data = {face.file: face.data for face in self.faces}
        listed = sum(1 for entry in galley.contents for _ in entry.walk()) > 1
        contents = matter.contents(galley, {}, self.skip) if listed else None
        self.units = list(cutting.units(galley, self.front, contents, style=theme.style, edition=edition))
        self.laid = [Pages(b"", (), ())] * len(self.units)

    def make(self, folder: str, jobs: int) -> Output:
        inside = self.geometry.inside(self.geometry.estimate(self.galley.words))
        setup = Setup(folder, self.data, self._assets(inside), self.book.options.hyphenation, self.missing,
                      gray=self.edition == "print" and self.book.options.interior == "mono",
                      frame=(self.geometry.trim.width / 72, self.geometry.trim.height / 72))  # fmt: skip
        css = self._css(inside) if self.theme.sheets else ""
        self.cache = Cache(setup, [path for path in setup.assets if path in css])
        with Workers(jobs, "begin", setup) as workers:
            inside, numbering = self._settle(workers)
            furniture = self._furnish(workers, inside, numbering)
            self.progress("join", 0, 1)
            data = self._join(inside, numbering, furniture)
            self.progress("join", 1, 1)
            file = Path(folder) / "joined.pdf"
            file.write_bytes(data)
            self._prove(workers, file, numbering, furniture)
        self.cache.trim()
        found = [*layout_problems(self.units, self.laid, numbering)]
        if self.edition == "print":
            found += page_count(self.book, self.geometry.printer, numbering.pages)
        name = f"{self.book.name}-{self.edition}.pdf"
        return Output({name: data}, numbering.pages, in_order((*self.problems, *found)))

    def _settle(self, workers: Workers) -> tuple[float, Numbering]:
        """Lay out all units, and those again whose folios or gutter turn out others, until none is left.

        Numbers may not settle: a reference to page 99 can pull its own target back from page 100, or a gutter's width
        its book over the limit that asks for it. Of two gutters the wider one stays.
        """
        wanted = self.geometry.inside(self.geometry.estimate(self.galley.words))
        done: dict[int, Body] = {}
        tried: set[float] = set()
        units, stale = self.units, list(range(len(self.units)))
        for _ in range(_TRIES):
            self.units, inside = units, wanted
            jobs = self._bodies(units, inside)
            self._lay_out(workers, stale, jobs)
            done |= {at: jobs[at] for at in stale}
            numbering = self._number()
            tried.add(inside)
            right = self.geometry.inside(numbering.pages)
            wanted = right if right > inside or right not in tried else inside
            units = self._told(self._folios(numbering))
            stale = [at for at, job in enumerate(self._bodies(units, wanted)) if job != done[at]]
            if not stale:
                break
        for unit in [units[at] for at in stale] if wanted == inside else ():
            told = f"{unit.title} tells page numbers that change whenever they are told"
            self.problems.append(warning("pages-unsettled", told, unit.path, hint="change a few words near them"))
        return inside, numbering

    def _bodies(self, units: Sequence[Unit], inside: float) -> list[Body]:
        css = self._css(inside)
        return [Body(unit.page, css, self.edition == "screen", _most(unit)) for unit in units]

    def _lay_out(self, workers: Workers, stale: Sequence[int], jobs: Sequence[Body]) -> None:
        units = [self.units[at] for at in stale]
        weights = [max(1, self.geometry.estimate(unit.words)) for unit in units]
        laid = self._work(workers, "lay_out", [jobs[at] for at in stale], units, weights, "layout")
        if stops := tuple(hindrances(units, laid)):
            raise PackagerError(*stops)
        for at, pages in zip(stale, laid, strict=True):
            self.laid[at] = pages

    def _told(self, folios: Mapping[str, str]) -> list[Unit]:
        """Make those units anew that tell folios."""
        return [
            cutting.numbered(self.galley, unit, self.edition, folios) if unit.needs else unit for unit in self.units
        ]

    def _folios(self, numbering: Numbering) -> dict[str, str]:
        """Give the folio of every id on the pages."""
        return {
            key: place.label(anchor[0])
            for place, pages in zip(numbering.places, self.laid, strict=True)
            for key, anchor in pages.anchors.items()
        }

    def _heads(self, unit: Unit, pages: Pages, folios: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Give what the running heads of a unit's pages say; above endnotes, which pages they belong to (CMOS 1.65)."""
        heads = [unit.heads.on(section) for section in pages.sections]
        if not unit.endnotes:
            return tuple(heads)
        lang = self.book.metadata.lang
        found: dict[int, list[str]] = {}
        for key, (page, *_) in pages.anchors.items():
            found.setdefault(page, []).extend(folios[call] for call in endnotes.calls([key]) if call in folios)
        head = ""
        for page in range(len(heads)):
            if told := indexing.merge([(folio, folio) for folio in found.get(page, ())]):
                first, last = told[0][0], told[-1][1]
                head = f"{term('notes-to-pages', lang)} {first}–{last}"
                if first == last:
                    head = f"{term('notes-to-page', lang)} {first}"
            heads[page] = (head, head) if head else heads[page]
        return tuple(heads)

    def _furnish(self, workers: Workers, inside: float, numbering: Numbering) -> dict[int, Pages]:
        """Draw heads and folios of all units that have any, by number of the unit."""
        css = {roman: self._css(inside, folio="lower-roman" if roman else "decimal") for roman in (True, False)}
        jobs: dict[int, Furniture] = {}
        folios = self._folios(numbering) if any(unit.endnotes for unit in self.units) else {}
        for at, (unit, place, pages) in enumerate(zip(self.units, numbering.places, self.laid, strict=True)):
            if not unit.display or place.pages > 1:
                heads = self._heads(unit, pages, folios)
                jobs[at] = Furniture(unit.shell, css[unit.roman], heads, place.folio, place.verso, unit.display)
        units = [self.units[at] for at in jobs]
        weights = [numbering.places[at].pages for at in jobs]
        return dict(
            zip(jobs, self._work(workers, "furnish", [*jobs.values()], units, weights, "furniture"), strict=True)
        )

    def _work(
        self,
        workers: Workers,
        work: str,
        jobs: Sequence[Body] | Sequence[Furniture],
        units: Sequence[Unit],
        weights: Sequence[int],
        stage: str,
    ) -> list[Pages]:
        """Do a job for each unit, or find that it was done before, telling the progress in pages."""
        keys = [self.cache.key(work, jobs[index], unit.images) for index, unit in enumerate(units)]
        results = {index: kept for index, key in enumerate(keys) if (kept := self.cache.pages(key))}
        fresh = [index for index in range(len(jobs)) if index not in results]
        at = {index: len(results[index].letters) if index in results else 0 for index in range(len(jobs))}

        def report(index: int, page: int) -> None:
            at[index] = max(at[index], page)
            done = sum(at.values())
            total = sum(len(results[i].letters) if i in results else max(weights[i], at[i]) for i in at)
            self.progress(stage, done, max(done, round(total)))

        for index in [*results][-1:]:
            report(index, 0)
        with self._naming([units[index] for index in fresh]):
            todo, heavy = [jobs[index] for index in fresh], [weights[index] for index in fresh]
            for place, pages in workers.run(work, todo, heavy, lambda place, page: report(fresh[place], page)):
                index = fresh[place]
                results[index] = pages
                self.cache.keep(keys[index], pages)
                report(index, len(pages.letters))
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

    def _join(self, inside: float, numbering: Numbering, furniture: Mapping[int, Pages]) -> bytes:
        outside = self.geometry.outer(inside)
        sheets = [
            joining.Sheet(unit, place, pages, furniture.get(at), outside - inside if place.verso else 0.0)
            for at, (unit, place, pages) in enumerate(zip(self.units, numbering.places, self.laid, strict=True))
        ]
        screen = self.edition == "screen"
        about = self.book.metadata
        finish = joining.Finish(
            title=about.title,
            author=", ".join(about.authors),
            lang=about.lang,
            width=self.geometry.trim.width,
            height=self.geometry.trim.height,
            faces={sha256(data).hexdigest(): data for data in self.data.values()},
            marks=cutting.marks(self.galley, self.front, self.edition) if screen else (),
            tagged=screen,
        )
        return joining.join(sheets, numbering, finish)

    def _prove(self, workers: Workers, file: Path, numbering: Numbering, furniture: Mapping[int, Pages]) -> None:
        """Read the finished file back: every letter that was laid out has to come out of it. Raises PackagerError."""
        wanted = [0] * numbering.pages
        for at, (place, pages) in enumerate(zip(numbering.places, self.laid, strict=True)):
            for layer in (pages, furniture.get(at)):
                for page, letters in enumerate(layer.letters if layer else ()):
                    wanted[place.start + page] += letters
        key = self.cache.proof(file.read_bytes(), wanted)
        if self.cache.get(key) is not None:
            self.progress("proof", len(wanted), len(wanted))
            return
        step = max(16, -(-len(wanted) // 8))
        jobs = [Proof(str(file), first, tuple(wanted[first : first + step])) for first in range(0, len(wanted), step)]
        done = 0
        for index, shorts in workers.run("prove", jobs, [1.0] * len(jobs), lambda index, at: None):
            done += len(jobs[index].letters)
            self.progress("proof", done, len(wanted))
            for page, letters, found in shorts:
                at = max(at for at, place in enumerate(numbering.places) if place.start <= page)
                folio = numbering.places[at].label(page - numbering.places[at].start)
                told = f"page {folio} of the finished file has {found} letters of {letters} that were set"
                raise PackagerError(error("word-lost", f"{told}, in {self.units[at].title}", self.units[at].path))
        self.cache.put(key, b"")

    def _number(self) -> Numbering:
        return number(self.units, [len(pages.letters) for pages in self.laid], even=self.geometry.printer.even)

    def _css(self, inside: float, folio: str = "decimal") -> str:
        measures = {**self.geometry.measures(inside), "folio-style": folio}
        heads = {f"head-{side}": f"string(head-{side})" for side in ("verso", "recto")}
        return themes.stylesheet(self.theme, self.edition, self.faces, **measures, **heads)

    def _assets(self, inside: float) -> dict[str, bytes]:
        """Gather the images that pages or stylesheets show."""
        shown = {path for unit in self.units for path in unit.images}
        css = self._css(inside) if self.theme.sheets else ""
        return {path: asset.data for path, asset in self.book.assets.items() if path in shown or path in css}


def _most(unit: Unit) -> int:
    """Say how many pages a unit can fill at most, if its stylesheet is sane: eight words a page, an image each."""
    return 200 + unit.words // 8 + 2 * len(unit.images)
