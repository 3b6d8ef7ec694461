"""Books -> finished files: finds manuscripts, makes editions, and puts them in place whole or not at all.

What reads and lays out a manuscript is imported where it is called: a book that did not change needs none of it.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from packager import finished, folder, placing, store
from packager.editions import Output, Progress
from packager.finished import Finished
from packager.problems import PackagerError, Problem, error, has_errors, in_order

if TYPE_CHECKING:
    from packager.galley import Galley, Memo
    from packager.lint.mending import Mended
    from packager.theme import Theme

EDITIONS = ("epub", "print", "screen", "web")
"""Editions by the names `--to` takes."""
DEFAULT = ("epub", "print")


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

    @property
    def ok(self) -> bool:
        """Whether nothing stood in the way."""
        return not has_errors(self.problems)


def find(paths: Sequence[Path] = (), workspace: Path = Path()) -> tuple[Path, ...]:
    """Return the manuscripts to build: those given, else the workspace's, or the workspace itself where it is one.

    Raises PackagerError where there are none.
    """
    if paths:
        return tuple(paths)
    folder = workspace / "manuscripts"
    if folder.is_dir():
        found = sorted(path for path in folder.iterdir() if _is_manuscript(path))
        if found:
            return tuple(found)
    if any((workspace / name).is_file() for name in ("book.md", "book.yaml", "book.yml", "SUMMARY.md", "book.toml")):
        return (workspace,)
    raise PackagerError(
        error(
            "workspace-empty",
            "no manuscripts here",
            hint="name a folder, or make one with: packager new manuscripts/my-book",
        )
    )


def _is_manuscript(path: Path) -> bool:
    if path.name.startswith((".", "_")):
        return False
    return (path.is_dir() and any(path.rglob("*.md"))) or (path.suffix == ".md" and path.name != "README.md")


def proof(path: Path, name: str = "", memo: "Memo | None" = None) -> tuple["Galley", "Theme"]:
    """Read and render one manuscript, with every problem found on the way; nothing is written.

    `name` is a theme to take instead of the book's own; `memo` keeps what is composed for the next time.

    Raises PackagerError where no book can be made of it at all.
    """
    from packager import galley, lint, manuscript, program, theme
    from packager.layout import geometry

    book = manuscript.load(path)
    if name:
        book = replace(book, options=replace(book.options, theme=name))
    look = theme.load(book)
    memo = memo or galley.Memo(store.Store(usable=bool(program.whole())))
    rendered = galley.render(book, look.style, memo)
    problems = in_order([*lint.adjust(book, rendered.problems), *look.problems, *geometry.faults(book, look)])
    return replace(rendered, problems=problems), look


def check(path: Path) -> Report:
    """Report every problem of a manuscript; nothing is written."""
    from packager import lint

    try:
        rendered, _ = proof(path)
    except PackagerError as stop:
        return Report(path, path.stem, (), in_order(stop.problems))
    problems = in_order([*rendered.problems, *lint.check(rendered.book)])
    return Report(path, rendered.book.name, (), problems)


def mend(path: Path) -> tuple["Mended", ...]:
    """Mend what of a manuscript needs no look by its author; nothing is written, `put` does it.

    Raises PackagerError where there is no book.
    """
    from packager import manuscript
    from packager.lint.mending import mended_files

    book = manuscript.load(path)
    return mended_files(book, lambda name: book.assets[name].data)


def put(path: Path, mended: Iterable["Mended"]) -> None:
    """Write mended files, all or none; raise PackagerError where one has changed meanwhile, or may not be written."""
    from packager import manuscript

    book = manuscript.load(path)
    files = {}
    for each in mended:
        target = (manuscript.root(book) / each.path).resolve()
        if book.assets[each.path].data != each.before:
            raise PackagerError(error("file-changed", "the file has changed meanwhile", each.path, hint="try again"))
        if not os.access(target, os.W_OK):
            raise PackagerError(error("output-unwritable", "the file may not be written", each.path))
        files[target] = each.after
    placing.publish(files)


def build(
    path: Path,
    to: Iterable[str] = DEFAULT,
    out: Path = Path("dist"),
    *,
    theme: str = "",
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Build a manuscript's editions into `out`; files appear together, and only when all of them are whole.

    `to` names editions of `EDITIONS`; `theme` is one to take instead of the book's own; `jobs` bounds the worker
    processes, None for one a core.
    """
    editions = tuple(dict.fromkeys(to))
    start = perf_counter()
    made = {edition: kept for edition in editions if (kept := finished.find(path, edition, theme))}
    seconds = dict.fromkeys(made, perf_counter() - start)
    if fresh := [edition for edition in editions if edition not in made]:
        with folder.watched() as seen:
            name, new, found = _make_all(path, fresh, theme, jobs, progress, seconds)
        if has_errors(found):
            return Report(path, name, (), in_order(found))
        made |= new
    name = next((each.name for each in made.values()), path.stem)
    problems = in_order(problem for each in made.values() for problem in (*each.problems, *each.output.problems))
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


def _sizes(output: Output) -> Iterable[tuple[str, int]]:
    """List each file with its size; a folder counts as one."""
    sizes: dict[str, int] = {}
    for name, data in output.files.items():
        name = name.partition("/")[0]
        sizes[name] = sizes.get(name, 0) + len(data)
    return sizes.items()


def _make_all(path: Path, editions: Sequence[str], theme: str, jobs: int | None, progress: Progress | None,
              seconds: dict[str, float]) -> tuple[str, dict[str, Finished], list[Problem]]:  # fmt: skip
    """Read a manuscript and make editions of it; give the book's name, what was made, and the problems met."""
    from packager import lint

    if {"print", "screen"}.intersection(editions):
        from packager.layout import pool

        pool.warm()  # the engine takes a while to load
    try:
        rendered, look = proof(path, theme)
    except PackagerError as stop:
        return path.stem, {}, list(stop.problems)
    book = rendered.book
    problems = [*rendered.problems, *lint.check(book, errors_only=True)]
    made = {}
    try:
        for edition in () if has_errors(problems) else editions:
            start = perf_counter()
            output = make(edition, rendered, look, jobs=jobs, progress=progress)
            made[edition] = Finished(book.name, rendered.words, tuple(problems), output)
            seconds[edition] = perf_counter() - start
    except PackagerError as stop:
        problems += stop.problems
    return book.name, made, [*problems, *(problem for each in made.values() for problem in each.output.problems)]


def make(
    edition: str, rendered: "Galley", look: "Theme", *, jobs: int | None = None, progress: Progress | None = None
) -> Output:
    """Make one edition; each is imported only when asked for, since layout engines are slow to start."""
    from packager import variants

    rendered = variants.variant(rendered, edition)
    if edition == "epub":
        from packager.editions import epub

        return epub.make(rendered, look, progress)
    if edition in ("print", "screen"):
        from packager.editions import print as pages

        return pages.make(rendered, look, edition=edition, jobs=jobs, progress=progress)
    if edition == "web":
        from packager.editions import web

        return web.make(rendered, look, progress)
    raise PackagerError(
        error("edition-unknown", f"there is no edition {edition}", hint=f"ask for {', '.join(EDITIONS)}")
    )


def clean(out: Path, names: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Remove finished books from an output folder: those of the names given, else all; returns them.

    With all books goes what was kept of them to build them faster.
    """
    if names is None:
        store.clear()
    return placing.clean(out, names)
