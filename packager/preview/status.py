"""The state of the book in numbers and words, for the page's lists and its status line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packager.composition import direction
from packager.galley import Leaf
from packager.layout import geometry
from packager.matter import HALF_TITLE, in_edition
from packager.preview.session import Session, Version
from packager.problems import PackagerError, Problem

WORDS_A_MINUTE = 238
"""Of silent reading in English: the mean of 190 studies (Brysbaert 2019, doi:10.1016/j.jml.2019.104047)."""

Pages = Mapping[str, Any]
"""What the print side knows of the whole book: `pages`, `fresh`, and by chapter `pages`, `first`, `folio`, …"""


def state(session: Session, pages: Pages | None = None) -> dict[str, object]:
    """Tell what the book is, its chapters, and what is wrong with it."""
    version = session.version
    if version is None:
        stop = [_problem(problem, {}) for problem in session.stop]
        return {"rev": 0, "partial": False, "book": None, "chapters": [], "units": [], "problems": stop, "broken": stop}
    homes: dict[str, str] = {}
    for id, sheet in version.sheets.items():
        homes.setdefault(sheet.leaf.section.path, id)
    for id, sheet in version.sheets.items():
        for path in _files(sheet.leaf):
            homes.setdefault(path, id)
    problems = [_problem(problem, homes) for problem in (*version.broken, *version.problems)]
    tally = Counter((str(problem["chapter"]), str(problem["severity"])) for problem in problems)
    known = pages["chapters"] if pages else {}
    return {
        "rev": version.rev,
        "partial": version.partial,
        "book": _book(version, pages or {}),
        "chapters": [
            _chapter(sheet.leaf, version.revs[id], tally, known.get(id, {})) for id, sheet in version.sheets.items()
        ],
        "units": [_unit(id, told) for id, told in known.items()],
        "problems": problems,
        "broken": [_problem(problem, homes) for problem in version.broken] or None,
    }


def saved(paths: Iterable[str]) -> float | None:
    """Tell when the newest of some files was saved, in milliseconds since 1970; None where none is there."""
    times = []
    for path in paths:
        try:
            times.append(Path(path).stat().st_mtime_ns / 1e6)
        except OSError:
            continue
    return max(times, default=None)


def _book(version: Version, pages: Pages) -> dict[str, object]:
    book, words = version.galley.book, version.galley.words
    count = pages.get("pages")
    told: dict[str, object] = {
        "title": book.metadata.title,
        "lang": book.metadata.lang,
        "dir": direction(book.metadata.lang),
        "theme": version.look.name,
        "name": book.name,
        "words": words,
        "minutes": _minutes(words),
        "pages": count,
        "spine_mm": None,
        "trim": None,
        "goal": book.options.goal or None,
        "fresh": bool(pages.get("fresh")),
    }
    try:
        found = geometry.find(book, version.look)
    except PackagerError:
        return told
    if isinstance(count, int):
        told["spine_mm"] = round(found.printer.thickness(count) / 72 * 25.4, 1)
    told["trim"] = {"width_pt": found.trim.width, "height_pt": found.trim.height}
    return told


def _chapter(leaf: Leaf, rev: int, tally: Mapping[tuple[str, str], int], pages: Pages) -> dict[str, object]:
    section = leaf.section
    return {
        "id": leaf.id,
        "title": _plain(leaf.title),
        "number": leaf.number,
        "role": section.role,
        "matter": section.matter,
        "depth": section.depth,
        "path": section.path,
        "files": _files(leaf),
        "line": section.line,
        "words": leaf.words,
        "minutes": _minutes(leaf.words),
        "goal": section.goal or None,
        "rev": rev,
        "printed": in_edition(leaf, "print"),
        "pages": pages.get("pages"),
        "first": pages.get("first"),
        "folio": pages.get("folio"),
        "stale": pages.get("stale", True),
        "errors": tally[leaf.id, "error"],
        "warnings": tally[leaf.id, "warning"],
        "marks": pages.get("marks", {}),
    }


def _files(leaf: Leaf) -> list[str]:
    """List the files that a chapter includes."""
    return sorted({path for _, path, _ in leaf.section.included})


def _unit(id: str, pages: Pages) -> dict[str, object]:
    """Tell of a part of the printed book: a chapter, or what packager itself puts between them."""
    told = {name: pages[name] for name in ("pages", "first", "folio", "blanks", "stale")}
    return {"id": id, **told, "title": "Half title" if id == HALF_TITLE else _plain(str(pages["title"]))}


def _problem(problem: Problem, homes: Mapping[str, str]) -> dict[str, object]:
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "path": problem.path,
        "line": problem.line,
        "hint": problem.hint,
        "chapter": homes.get(problem.path),
    }


def _plain(title: str) -> str:
    """Take hyphens that hold words together for others: the page's face has none."""
    return title.replace("\u2011", "-")


def _minutes(words: int) -> int:
    return -(-words // WORDS_A_MINUTE)
