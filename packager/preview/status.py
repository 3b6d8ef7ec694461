"""The state of the book in numbers and words, for the page's lists and its status line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from packager.composition import direction
from packager.galley import Leaf
from packager.layout import geometry
from packager.preview.session import Session, Version
from packager.problems import PackagerError, Problem

WORDS_A_MINUTE = 238
"""Of silent reading in English: the mean of 190 studies (Brysbaert 2019, doi:10.1016/j.jml.2019.104047)."""


def state(
    session: Session, proofs: object, settings: Mapping[str, object], *, editor: bool, lan: bool
) -> dict[str, object]:
    """Tell all that the page shows besides the chapters themselves."""
    version = session.version
    if version is None:
        return {"rev": 0, "book": None, "chapters": [], "problems": [], "settings": settings, "editor": editor,
                "lan": lan, "broken": [_problem(problem, {}) for problem in session.stop] or None}  # fmt: skip
    galley, book = version.galley, version.galley.book
    homes = {sheet.leaf.section.path: id for id, sheet in reversed([*version.sheets.items()])}
    problems = [_problem(problem, homes) for problem in version.problems]
    tally = Counter((str(problem["chapter"]), str(problem["severity"])) for problem in problems)
    return {
        "rev": version.rev,
        "book": {
            "title": book.metadata.title,
            "lang": book.metadata.lang,
            "dir": direction(book.metadata.lang),
            "theme": version.look.name,
            "name": book.name,
            "words": galley.words,
            "minutes": -(-galley.words // WORDS_A_MINUTE),
            "pages": None,
            "spine_mm": None,
            "trim": _trim(version),
            "goal": None,
            "fresh": False,
        },
        "chapters": [_chapter(version, id, sheet.leaf, tally) for id, sheet in version.sheets.items()],
        "problems": problems,
        "broken": [_problem(problem, homes) for problem in version.broken] or None,
        "settings": settings,
        "editor": editor,
        "lan": lan,
    }


def _chapter(version: Version, id: str, leaf: Leaf, tally: Mapping[tuple[str, str], int]) -> dict[str, object]:
    section = leaf.section
    return {
        "id": id,
        "title": leaf.title,
        "number": leaf.number,
        "role": section.role,
        "matter": section.matter,
        "depth": section.depth,
        "path": section.path,
        "line": section.line,
        "words": leaf.words,
        "goal": None,
        "rev": version.revs[id],
        "pages": None,
        "first": None,
        "folio": None,
        "stale": True,
        "errors": tally[id, "error"],
        "warnings": tally[id, "warning"],
        "marks": {},
    }


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


def _trim(version: Version) -> dict[str, float] | None:
    try:
        trim = geometry.find(version.galley.book, version.look).trim
    except PackagerError:
        return None
    return {"width_pt": trim.width, "height_pt": trim.height}


def saved(paths: Iterable[str]) -> float | None:
    """Tell when the newest of some files was saved, in milliseconds since 1970."""
    times = []
    for path in paths:
        try:
            times.append(Path(path).stat().st_mtime_ns / 1e6)
        except OSError:
            continue
    return max(times, default=None)
