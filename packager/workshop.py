"""Makes books: all their editions, several books at once, with workers that stay between builds.

Threads of one process take turns at its one desk: while pages of one edition or book are laid out by the workers,
another is read or made. What reads and lays out a manuscript is imported where it is called: a book that did not change
needs none of it.
"""

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from packager import finished, folder, placing, program, timing
from packager.editions import Output, Progress
from packager.finished import Finished
from packager.problems import PackagerError, Problem, error, has_errors, in_order
from packager.store import Store
from packager.timing import Span, span

if TYPE_CHECKING:
    from packager.book import Book
    from packager.editions.print import Run
    from packager.galley import Galley, Memo
    from packager.layout.pool import Pool
    from packager.pagebreaks import Starts
    from packager.reading import Memory
    from packager.theme import Theme

T = TypeVar("T")

EDITIONS = ("epub", "print", "screen", "web")
"""Editions by the names `--to` takes."""
DEFAULT = ("epub", "print")

_PAGED = frozenset(("print", "screen"))


@dataclass(frozen=True, slots=True)
class Made:
    """One finished file, or a folder for the web."""

    edition: str
    path: Path
    size: int
    """Bytes."""
    words: int
    pages: int | None
    """None for editions without pages."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one manuscript."""

    source: Path
    name: str
    """The book's name, or the folder's where the book could not be read."""
    made: tuple[Made, ...]
    problems: tuple[Problem, ...]
    spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    """Where the time went."""

    @property
    def ok(self) -> bool:
        """Whether nothing stood in the way."""
        return not has_errors(self.problems)


def proof(path: Path, name: str = "", memo: "Memo | None" = None, memory: "Memory | None" = None, *,
          jobs: int | None = None) -> tuple["Galley", "Theme"]:  # fmt: skip
    """Read and render one manuscript, with every problem found on the way; nothing is written.

    `name` is a theme to take instead of the book's own; `memory` keeps what is read for the next time, and `memo` what
    is composed; `jobs` bounds the processes, None for one a core.

    Raises PackagerError where no book can be made of it at all.
    """
    with span("load the program"):
        from packager import galley, manuscript, theme
        from packager.layout import geometry
    with span("read"):
        book = manuscript.load(path, memory)
        if name:
            book = replace(book, options=replace(book.options, theme=name))
        look = theme.load(book)
    with span("compose"):
        memo = memo or galley.Memo(Store(usable=bool(program.whole())), once=True, jobs=jobs)
        rendered = galley.render(book, look.style, memo)
        problems = in_order([*_levelled(book, rendered.problems), *look.problems, *geometry.faults(book, look)])
    return replace(rendered, problems=problems), look


def _levelled(book: "Book", problems: Sequence[Problem]) -> Sequence[Problem]:
    """Give the galley's problems the levels that the author set."""
    if problems:
        from packager import lint

        return lint.adjust(book, problems)
    return problems


def _minded(book: "Book") -> Sequence[Problem]:
    """Find what the author has the copy-editor take for an error: nothing is one by itself."""
    if book.options.checks:
        from packager import lint

        return lint.check(book, errors_only=True)
    return ()


def make(edition: str, rendered: "Galley", look: "Theme", *, jobs: int | None = None, progress: Progress | None = None,
         workers: "Pool | None" = None, run: "Run | None" = None) -> Output:  # fmt: skip
    """Make one edition; each is imported only when asked for, since layout engines are slow to start.

    Pages are laid out by `workers`, or by as many as `jobs` says; `run` is the making of the printer's, if that began.
    """
    from packager import variants

    shown = variants.variant(rendered, edition)
    if edition == "epub":
        from packager.editions import epub

        starts: Starts = {}
        if rendered.book.options.page_list:
            from packager.layout import pool

            run = run or _printing(rendered, look, progress)
            with nullcontext(workers) if workers else pool.Pool(jobs or pool.processors()) as hired:
                starts = run.starts(hired)
        return epub.make(shown, look, progress, starts=starts)
    if edition in _PAGED:
        from packager.editions import print as pages

        begun = run if edition == "print" else None
        return pages.make(shown, look, edition=edition, jobs=jobs, progress=progress, workers=workers, run=begun)
    if edition == "web":
        from packager.editions import web

        return web.make(shown, look, progress)
    raise PackagerError(
        error("edition-unknown", f"there is no edition {edition}", hint=f"ask for {', '.join(EDITIONS)}")
    )


def _printing(rendered: "Galley", look: "Theme", progress: Progress | None) -> "Run":
    """Begin the printer's edition."""
    from packager import variants
    from packager.editions import print as pages

    return pages.Run(variants.variant(rendered, "print"), look, "print", progress)


class Workshop:
    """Builds books; a context manager, at whose end no worker is left."""

    def __init__(self, jobs: int | None = None, *, warm: bool = False) -> None:
        """`jobs` bounds the worker processes, None for one a core; `warm` keeps what books are made of in memory."""
        self._jobs, self._warm = jobs, warm
        self._desk = Lock()
        self._pool: Pool | None = None
        self._memos: dict[tuple[Path, str], Memo] = {}

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    def build(self, path: Path, to: Iterable[str] = DEFAULT, out: Path = Path("dist"), *, theme: str = "",
              progress: Progress | None = None) -> Report:  # fmt: skip
        """Build a manuscript's editions into `out`; files appear together, and only when all of them are whole.

        `to` names editions of `EDITIONS`; `theme` is one to take instead of the book's own.
        """
        with self._desk, timing.watched() as spans:
            report = self._built(path, tuple(dict.fromkeys(to)), out, theme, progress)
            return replace(report, spans=tuple(spans))

    def build_all(self, paths: Sequence[Path], to: Iterable[str] = DEFAULT, out: Path = Path("dist"), *,
                  theme: str = "", progress: Progress | None = None) -> Iterator[Report]:  # fmt: skip
        """Build several manuscripts at once, the largest first, and give their reports in the order asked for."""
        editions = tuple(to)

        def one(path: Path) -> Callable[[], Report]:
            told = _named(progress, path.stem) if len(paths) > 1 else progress
            return lambda: self.build(path, editions, out, theme=theme, progress=told)

        yield from self._together([one(path) for path in paths], [_size(path) for path in paths], self._hands() + 1)

    def _built(self, path: Path, editions: tuple[str, ...], out: Path, theme: str, progress: Progress | None) -> Report:
        start = perf_counter()
        made = {edition: kept for edition in editions if (kept := finished.find(path, edition, theme))}
        seconds = dict.fromkeys(made, perf_counter() - start)
        for edition in made:
            timing.note("edition", edition, kept=True)
        if fresh := [edition for edition in editions if edition not in made]:
            with folder.watched() as seen:
                name, new, found = self._fresh(path, fresh, theme, progress, seconds)
            if has_errors(found):
                return Report(path, name, (), in_order(found))
            made |= new
        name = next((each.name for each in made.values()), path.stem)
        problems = in_order(problem for each in made.values() for problem in (*each.problems, *each.output.problems))
        with span("write"):
            try:
                files = {name: data for each in made.values() for name, data in each.output.files.items()}
                folders = {out / name.partition("/")[0] for name in files if "/" in name}
                placing.publish({out / name: data for name, data in files.items()}, folders)
            except PackagerError as stop:
                return Report(path, name, (), in_order([*problems, *stop.problems]))
            for edition in fresh:
                finished.keep(path, edition, theme, made[edition], seen)
        told = tuple(
            Made(edition, out / name, size, made[edition].words, made[edition].output.pages, seconds[edition])
            for edition in editions
            for name, size in _sizes(made[edition].output)
        )
        return Report(path, name, told, problems)

    def _fresh(self, path: Path, editions: Sequence[str], theme: str, progress: Progress | None,
               seconds: dict[str, float]) -> tuple[str, dict[str, Finished], list[Problem]]:  # fmt: skip
        """Read a manuscript and make editions of it; give the book's name, what was made, and the problems met."""
        try:
            workers = self._workers() if _PAGED.intersection(editions) else None
            rendered, look = proof(path, theme, self._memo(path, theme), jobs=self._jobs)
        except PackagerError as stop:
            return path.stem, {}, list(stop.problems)
        book, run = rendered.book, None
        with span("check"):
            problems = [*rendered.problems, *_minded(book)]
        if book.options.page_list and "epub" in editions and not has_errors(problems):
            # The EPUB waits for the pages that it tells of, and the printer's edition goes on from them.
            workers = workers or self._workers()
            try:
                with _room():
                    run = _printing(rendered, look, _named(progress, "print"))
                    run.settle(workers)
            except PackagerError as stop:
                problems += stop.problems

        def one(edition: str) -> Callable[[], Output | PackagerError]:
            def made() -> Output | PackagerError:
                start, told = perf_counter(), _named(progress, edition) if len(editions) > 1 else progress
                with span("edition", edition):
                    try:
                        with _room():
                            return make(edition, rendered, look, progress=told, workers=workers, run=run)
                    except PackagerError as stop:
                        return stop
                    finally:
                        seconds[edition] = perf_counter() - start

            return made

        asked = [] if has_errors(problems) else [one(edition) for edition in editions]
        weights = [edition in _PAGED for edition in editions]
        with self._away():
            outputs = [*self._together([self._at_desk(call) for call in asked], weights, len(asked))]
        made = {}
        for edition, output in zip(editions, outputs, strict=False):
            if isinstance(output, PackagerError):
                problems += output.problems
            else:
                made[edition] = Finished(book.name, rendered.words, tuple(problems), output)
        return book.name, made, [*problems, *(problem for each in made.values() for problem in each.output.problems)]

    def _workers(self) -> "Pool":
        from packager.layout import pool

        pool.warm()  # the engine takes a while to load
        if self._pool is None:
            with _room():
                self._pool = pool.Pool(self._hands(), self._desk)
        return self._pool

    def _hands(self) -> int:
        from packager.layout import pool

        return self._jobs or pool.processors()

    def _memo(self, path: Path, theme: str) -> "Memo | None":
        if not self._warm:
            return None
        from packager.galley import Memo

        return self._memos.setdefault((path, theme), Memo(Store(usable=bool(program.whole()))))

    def _together(self, calls: Sequence[Callable[[], T]], weights: Sequence[float], count: int) -> Iterator[T]:
        """Do calls in up to `count` threads, heaviest first, and give their results in order."""
        if len(calls) < 2:
            yield from (call() for call in calls)
            return
        from concurrent.futures import Future, ThreadPoolExecutor

        results: dict[int, Future[T]] = {}
        with ThreadPoolExecutor(count) as threads:
            for at in sorted(range(len(calls)), key=lambda at: -weights[at]):
                results[at] = threads.submit(copy_context().run, calls[at])
            try:
                for at in range(len(calls)):
                    yield results[at].result()
            except BaseException:
                for result in results.values():
                    result.cancel()
                self._close()  # whoever waits for pages waits no longer
                raise

    def _at_desk(self, call: Callable[[], T]) -> Callable[[], T]:
        def seated() -> T:
            with self._desk:
                return call()

        return seated

    @contextmanager
    def _away(self) -> Iterator[None]:
        """Leave the desk to others meanwhile."""
        self._desk.release()
        try:
            yield
        finally:
            self._desk.acquire()

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.__exit__()
            self._pool = None


@contextmanager
def _room() -> Iterator[None]:
    """Turn the want of room for temporary files into a problem."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT) and "temporary directory" not in str(fault):
            raise
        told = f"{fault.strerror}: {fault.filename}" if fault.filename else str(fault.strerror)
        hint = "make room, or set TMPDIR to a folder that has some"
        raise PackagerError(error("disk-full", told, hint=hint)) from fault


def _named(progress: Progress | None, name: str) -> Progress | None:
    """Tell progress as that of an edition or a book."""
    return progress and (lambda stage, done, total: progress(f"{name}: {stage}", done, total))


def _size(path: Path) -> int:
    """Tell roughly how large a manuscript is, in bytes."""
    files = path.rglob("*.md") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _sizes(output: Output) -> Iterable[tuple[str, int]]:
    """List each file with its size; a folder counts as one."""
    sizes: dict[str, int] = {}
    for name, data in output.files.items():
        name = name.partition("/")[0]
        sizes[name] = sizes.get(name, 0) + len(data)
    return sizes.items()
