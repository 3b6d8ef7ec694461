"""The book that is being written, as it stands: its galley, its reflow view, its problems; no web in it.

What cannot be read does not take away what could be read last: that stays until the fault is mended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from threading import Lock
from time import time_ns

from packager import galley as galleys
from packager import lint, manuscript, production, program, theme
from packager.book import Section
from packager.galley import Galley, Memo
from packager.preview.reflow import Reader, Reflow, Sheet
from packager.problems import PackagerError, Problem, Severity, error, in_order
from packager.reading import Memory
from packager.store import Store
from packager.theme import Theme

LONG = 200_000
"""Letters of a book from which on a chapter of it is read before the rest."""
COARSEST = 3_000_000_000
"""Nanoseconds that no file system's clock misses: FAT counts in steps of two seconds."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a look at the folder found."""

    rev: int
    """Counts the states of the book that differ."""
    chapters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Chapters whose page is another, or new -> source lines of the blocks that changed."""
    gone: tuple[str, ...] = ()
    style: bool = False
    """Whether the style sheet is another."""
    told: bool = False
    """Whether anything at all is another: a problem, a title, a count."""


@dataclass(frozen=True, slots=True)
class Version:
    """The book at one moment; what one request shows belongs together."""

    rev: int
    galley: Galley
    look: Theme
    reflow: Reflow
    problems: tuple[Problem, ...] = ()
    broken: tuple[Problem, ...] = ()
    """Why the book cannot be read as it stands now; then the rest is as it was before."""
    revs: Mapping[str, int] = field(default_factory=dict)
    """The rev at which each chapter's page last changed."""
    styled: int = 0
    """The rev at which the style sheet last changed."""
    partial: bool = False
    """Whether chapters hold nothing but their headings, because the rest has not been read yet."""

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """The chapters, in reading order."""
        return self.reflow.sheets

    @property
    def paths(self) -> frozenset[str]:
        """The text files of the book, relative to its folder; those that are at fault too."""
        book = self.galley.book
        named = (section.path for section in book.sections), (sheet.path for sheet in book.stylesheets)
        given = (path for section in book.sections for _, path, _ in section.included)
        at_fault = (problem.path for problem in (*self.problems, *self.broken))
        return frozenset({*chain(*named, given, at_fault), book.path} - {""})

    def document(self, chapter: str) -> str:
        """Give a chapter's page as it is served, with the address of the style sheet that belongs to it."""
        page = self.sheets[chapter].document.decode()
        return page.replace('href="style.css"', f'href="/style.css?rev={self.styled}"', 1)

    def frame(self, chapter: str) -> str:
        """Give a chapter's page without its text."""
        head, body, text = self.document(chapter).partition("<body")
        return f"{head}{body}{text.partition('>')[0]}></body></html>"


class Session:
    """Reads the book again and again; safe to use from several threads."""

    def __init__(self, path: Path, name: str = "") -> None:
        """`name` is a theme to take instead of the book's own."""
        self.path, self._name = path, name
        # What is kept on disk is for the start: the book was read before.
        self._memo, self._memory = Memo(Store(usable=bool(program.whole()))), Memory()
        self._reader = Reader()
        self._lock = Lock()
        self._version: Version | None = None
        self._stop: tuple[Problem, ...] = ()
        self._marked: tuple[Problem, ...] = ()
        """What a copy-editor would mark, as it was found last."""

    @property
    def root(self) -> Path:
        """The folder that the book's paths are relative to."""
        if self._version:
            return manuscript.root(self._version.galley.book)
        path = self.path.resolve()
        return path if path.is_dir() else path.parent

    @property
    def version(self) -> Version | None:
        """The book as it was read last; None where it never could be."""
        return self._version

    @property
    def _whole(self) -> Version | None:
        return self._version if self._version and not self._version.partial else None

    @property
    def stop(self) -> tuple[Problem, ...]:
        """Why there is no version at all."""
        return self._stop

    def glance(self, wanted: str) -> None:
        """Read one chapter of a long book, so that it can be shown while the rest is read; else do nothing.

        Without the chapter that is wanted, it is the one that the text begins with.
        """
        with self._lock:
            try:
                book = manuscript.load(self.path)
                if self._version or sum(len(section.text) for section in book.sections) < LONG:
                    return
                book = replace(book, options=replace(book.options, theme=self._name or book.options.theme))
                look = theme.load(book)
                chosen = next((each for each in book.sections if each.slug == wanted), opening(book.sections))
                sections = tuple(each if each is chosen else _headed(each) for each in book.sections)
                galley = galleys.render(replace(book, sections=sections), look.style, Memo())
                reflow = Reader().read(galley, look)
            except PackagerError:
                return  # the whole book is read next, and whatever is wrong with it told then
            self._version = Version(0, galley, look, reflow, revs=dict.fromkeys(reflow.sheets, 0), partial=True)

    def refresh(self, paths: Iterable[str] = ()) -> Change:
        """Read the folder again and say what is another; `paths` are files that changed, those of themes too."""
        with self._lock:
            themes = theme.folder()
            if themes and any(Path(path).is_relative_to(themes) for path in paths):
                theme.forget()
                self._reader.restyle()
            before = self._whole
            self._memory.certain = time_ns() - COARSEST
            try:
                galley, look = production.proof(self.path, self._name, self._memo, self._memory)
            except PackagerError as stop:
                return self._hold(before, in_order(stop.problems))
            hindrances = _hindrances(galley)
            if before and not _places(hindrances) <= _places(_hindrances(before.galley)):
                return self._hold(before, hindrances)
            # A chapter as it stands between two saves is not worth the disk, nor the wait for it.
            self._memo.settle()
            reflow = self._reader.read(galley, look)
            return self._take(before, galley, look, reflow)

    def fail(self, fault: Exception) -> Change:
        """Hold the last good state for a fault that is ours."""
        told = f"the preview ran into {type(fault).__name__}: {fault}"
        hint = "this is a fault of packager: `packager build` may say more"
        with self._lock:
            return self._hold(self._whole, (error("preview-failed", told, hint=hint),))

    def read_closely(self) -> bool:
        """Look for what a copy-editor would mark, and say whether that differs from what was known."""
        with self._lock:
            version = self._whole
            if version is None:
                return False
            self._marked = lint.check(version.galley.book)
            problems = in_order((*version.galley.problems, *self._marked))
            if problems == version.problems:
                return False
            self._version = replace(version, problems=problems)
            return True

    def _hold(self, before: Version | None, problems: tuple[Problem, ...]) -> Change:
        """Keep the last good state, and say why."""
        if before is None:
            told, self._stop, self._version = problems != self._stop, problems, None
            return Change(0, told=told)
        if before.broken == problems:
            return Change(before.rev)
        self._version = replace(before, rev=before.rev + 1, broken=problems)
        return Change(self._version.rev, told=True)

    def _take(self, before: Version | None, galley: Galley, look: Theme, reflow: Reflow) -> Change:
        rev = before.rev + 1 if before else 1
        old = before.sheets if before else {}
        chapters = {
            id: tuple(sheet.changes(old.get(id)))
            for id, sheet in reflow.sheets.items()
            if id not in old or old[id].document != sheet.document
        }
        style = before is None or reflow.style != before.reflow.style
        gone = tuple(id for id in old if id not in reflow.sheets)
        told = before is None or bool(chapters or gone or style or before.broken)
        told = told or (before is not None and _summary(before.galley) != _summary(galley))
        if not told:
            rev -= 1
        revs = {id: rev if id in chapters or before is None else before.revs[id] for id in reflow.sheets}
        styled = rev if style or before is None else before.styled
        problems = in_order((*galley.problems, *self._marked))
        self._version = Version(rev, galley, look, reflow, problems, (), revs, styled)
        self._stop = ()
        return Change(rev, chapters, gone, style, told)


def _hindrances(galley: Galley) -> tuple[Problem, ...]:
    """Name what reading the files ran into, so that text or chapters are missing."""
    return tuple(problem for problem in galley.book.problems if problem.severity is Severity.ERROR)


def _places(hindrances: Iterable[Problem]) -> set[tuple[str, str]]:
    """Tell hindrances apart by kind and file: one that was there before may have moved to another line."""
    return {(problem.code, problem.path) for problem in hindrances}


def _summary(galley: Galley) -> object:
    """Gather what is told of the book besides its pages."""
    leaves = [(leaf.section, leaf.title, leaf.number, leaf.words) for leaf in galley.leaves]
    return galley.problems, leaves, galley.book.metadata, galley.book.options


def opening(sections: Sequence[Section]) -> Section:
    """Find the chapter that the text begins with: a page shows it first."""
    body = (section for section in sections if section.matter == "body" and section.role != "part")
    return next(body, sections[0])


def _headed(section: Section) -> Section:
    """Leave nothing of a section but what it begins with: its heading, in most cases."""
    return replace(section, text=section.text.partition("\n\n")[0])
