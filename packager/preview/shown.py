"""A chapter's pages as the browser is told of them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from packager.layout import lines
from packager.layout.framing import Frame
from packager.layout.jobs import Pages
from packager.layout.lines import Line, Mark, Sight
from packager.layout.numbering import Place
from packager.layout.units import Unit


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit as its pages were last laid out."""

    digests: tuple[str, ...]
    sights: tuple[Sight, ...]
    """Empty where the unit was laid out for the build alone."""
    pages: Pages
    frame: Frame
    place: Place
    stale: bool
    """Whether its place or the folios it tells may be others by now."""
    rev: int
    report: dict[str, Any] | None = None
    marks: tuple[tuple[Mark, ...], ...] = ()
    """Of each page; empty where they are not known."""


def placed(unit: Unit, pages: Pages, place: Place, frame: Frame, before: Shown | None,
           marks: tuple[tuple[Mark, ...], ...]) -> Shown:  # fmt: skip
    """Say how the pages of a unit look that was laid out for the build; its marks are those of before, if known."""
    base = sha256(pages.pdf).hexdigest()
    keys = (f"{base} {page} {frame.key(page)}" for page in range(len(pages.letters)))
    digests = tuple(sha256(key.encode()).hexdigest()[:32] for key in keys)
    kept = before.sights if before and before.pages.anchors == pages.anchors else ()
    if len(kept) != len(digests):
        kept = ()
    if kept and not marks:
        marks = tuple(lines.marks(kept, verso=place.verso))
    return Shown(digests, kept, pages, frame, place, False, before.rev if before else 0, None, marks)


def described(chapter: str, shown: Shown) -> dict[str, Any]:
    """Describe a chapter's pages for the browser."""
    sights = shown.sights or [Sight("")] * len(shown.digests)
    pages = [
        {
            "hash": digest,
            "folio": shown.place.label(page),
            "side": "verso" if (shown.place.start + page) % 2 else "recto",
            "blank": not letters,
            "lines": list(_lines(sight, shown.frame.shifted(page))),
            "marks": [{**asdict(mark), "x": round(mark.x + shown.frame.shifted(page), 2)} for mark in marked],
        }
        for page, (digest, sight, letters, marked) in enumerate(
            zip(shown.digests, sights, shown.pages.letters, shown.marks or [()] * len(sights), strict=True)
        )
    ]
    return {"chapter": chapter, "rev": shown.rev, "stale": shown.stale, "first": shown.place.start,
            "report": shown.report, "pages": pages}  # fmt: skip


def _lines(sight: Sight, shift: float) -> Iterator[dict[str, object]]:
    """Describe the lines of a page whose text is laid out as that of a recto, and moves to the right by `shift`."""
    for line in sight.lines:
        yield _line(line, (line.x + shift, line.y, line.w, line.h))
    for turn in sight.turns:
        for line in turn.lines:
            x, y, w, h = turn.box(line.x, line.y, line.w, line.h)
            yield {**_line(line, (x + shift, y, w, h)), "turn": turn.degrees}


def _line(line: Line, box: tuple[float, float, float, float]) -> dict[str, object]:
    placed = {name: round(length, 2) for name, length in zip("xywh", box, strict=True)}
    return {"text": line.text, **placed, "line": line.line, "place": line.place or None}
