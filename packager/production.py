"""The verbs of the command line, for programs: find, check and mend manuscripts, build books and remove them.

What reads a manuscript is imported where it is called: a book that did not change needs none of it.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from packager import placing, store, timing
from packager.editions import Progress
from packager.folder import BOOK_FILES, MARKDOWN
from packager.problems import PackagerError, error, in_order
from packager.slugs import slugify
from packager.workshop import DEFAULT, EDITIONS, Made, Report, Workshop, make, proof

if TYPE_CHECKING:
    from packager.lint.mending import Mended

__all__ = [
    "DEFAULT", "EDITIONS", "Made", "Report", "Workshop",
    "build", "check", "clean", "find", "make", "mend", "profile", "proof", "put",
]  # fmt: skip

_SIGNS = (*BOOK_FILES, "SUMMARY.md", "book.toml", "_quarto.yml", "Book.txt")
"""Files that say that a folder is a book."""


def find(paths: Sequence[Path] = (), workspace: Path = Path()) -> tuple[Path, ...]:
    """Return the manuscripts to build: those given, else the workspace's, or the workspace itself where it is one.

    A folder that is given and holds manuscripts, but no text, stands for them.

    Raises PackagerError where there are none, or two that would make the same files.
    """
    if paths:
        return _apart(book for path in dict.fromkeys(paths) for book in _books(path))
    folder = workspace / "manuscripts"
    if folder.is_dir():
        found = sorted(path for path in folder.iterdir() if _is_manuscript(path))
        if found:
            return _apart(found)
    if any((workspace / name).is_file() for name in _SIGNS):
        return (workspace,)
    raise PackagerError(
        error(
            "workspace-empty",
            "no manuscripts here",
            hint="name a folder, or make one with: packager new manuscripts/my-book",
        )
    )


def _books(path: Path) -> Sequence[Path]:
    """List the manuscripts in a folder that is none itself, or in its folder `manuscripts`; else give the path."""
    inside = _entries(path)
    if any(each.name in _SIGNS or each.suffix.lower() in MARKDOWN for each in inside):
        return [path]
    inside = _entries(path / "manuscripts") or inside
    return [each for each in inside if any(os.path.isfile(each / name) for name in BOOK_FILES)] or [path]


def _entries(folder: Path) -> Sequence[Path]:
    """List what a folder holds; nothing where there is none, or it cannot be read: whoever opens it tells why."""
    try:
        return sorted(folder.iterdir())
    except (OSError, ValueError):
        return ()


def _apart(found: Iterable[Path]) -> tuple[Path, ...]:
    """Give manuscripts whose finished files have names of their own."""
    names: dict[str, Path] = {}
    for path in found:
        place = Path(os.path.abspath(path))
        place = place.parent if place.name in BOOK_FILES else place
        name = slugify(place.stem if place.suffix.lower() in MARKDOWN else place.name, "book")
        if name in names:
            told = f"{names[name]} and {path} would make files of the same name, {name}"
            raise PackagerError(
                error("name-taken", told, hint="rename one of them, or build each by itself with --out")
            )
        names[name] = path
    return tuple(names.values())


def _is_manuscript(path: Path) -> bool:
    if path.name.startswith((".", "_")):
        return False
    return (path.is_dir() and any(path.rglob("*.md"))) or (path.suffix == ".md" and path.name != "README.md")


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
    with Workshop(jobs) as shop:
        return shop.build(path, to, out, theme=theme, progress=progress)


def profile(report: Report, out: Path) -> str:
    """Write where the time of a build went as `<name>-profile.json`, and give it as a table."""
    placing.publish({out / f"{report.name}-profile.json": timing.as_json(report.spans)})
    return timing.table(report.spans)


def clean(out: Path, names: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Remove finished books from an output folder: those of the names given, else all; returns them.

    With all books goes what was kept of them to build them faster.
    """
    if names is None:
        store.clear()
    return placing.clean(out, names)
