"""Markdown with front matter -> a book: EPUB, print-ready PDF, tagged PDF for the screen, pages for the web.

The verbs of the command line, for programs:

- `load(path)` reads a manuscript into a `Book`.
- `check(path)` returns a `Report` of every problem; nothing is written.
- `build(path, to=("epub", "print"), out=Path("dist"))` makes editions and returns a `Report` with the files made.
- `Workshop(jobs)` builds many books at once, `with Workshop() as shop: shop.build(path)`, and again with warm workers.
- `find(paths, workspace)` lists the manuscripts of a workspace.
- `themes()` names the themes there are.

Faults of a manuscript are `Problem` values in the report; `load` raises `PackagerError` where no book can be made.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packager.book import Book
    from packager.manuscript import load
    from packager.problems import PackagerError, Problem, Severity
    from packager.production import Made, Report, Workshop, build, check, clean, find
    from packager.theme import names as themes

__version__ = "0.1.0"

_HOMES = {
    "Book": "book",
    "load": "manuscript",
    **dict.fromkeys(("PackagerError", "Problem", "Severity"), "problems"),
    **dict.fromkeys(("Made", "Report", "Workshop", "build", "check", "clean", "find"), "production"),
    "themes": "theme",
}
"""The module each public name lives in."""

__all__ = [
    "Book",
    "Made",
    "PackagerError",
    "Problem",
    "Report",
    "Severity",
    "Workshop",
    "build",
    "check",
    "clean",
    "find",
    "load",
    "themes",
]


def __getattr__(name: str) -> object:
    """Import a verb when it is first used, so that `packager --help` starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'packager' has no attribute {name!r}")
    module = import_module(f"packager.{_HOMES[name]}")
    return getattr(module, "names" if name == "themes" else name)
