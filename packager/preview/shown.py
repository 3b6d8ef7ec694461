"""A chapter's pages as they were last laid out, with what can be read on each and what is marked there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any

from packager.layout import lines
from packager.layout.framing import Frame
from packager.layout.jobs import Body, Pages
from packager.layout.lines import Line, Mark, Sight
from packager.layout.numbering import Place


@dataclass(frozen=True, slots=True)
class Text:
    """What can be read on a page and what is marked there, as the browser is told of it."""

    name: str
    """A digest of `told`."""
    line: int
    """Of the manuscript: `told` counts from it, and stays what it is where nothing but the lines before it change."""
    told: Mapping[str, Any]


@dataclass(frozen=True)
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
    body: Body | None = None
    """What the sights are of."""
    serial: int = 0
    """Counts what is shown: of two states of a chapter, the later one has the higher number."""

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Give what can be read on each page."""
        sights = self.sights or [Sight("")] * len(self.digests)
        marks = self.marks or [()] * len(self.digests)
        shifts = map(self.frame.shifted, range(len(self.digests)))
        return tuple(text(*told) for told in zip(sights, marks, shifts, strict=True))


def placed(body: Body, pages: Pages, place: Place, frame: Frame, before: Shown | None,
           marks: tuple[tuple[Mark, ...], ...]) -> Shown:  # fmt: skip
    """Say how the pages of a unit look that was laid out for the build.

    What was seen on them before is there still where they are laid out from the same.
    """
    base = sha256(pages.pdf).hexdigest()
    keys = (f"{base} {page} {frame.key(page)}" for page in range(len(pages.letters)))
    digests = tuple(sha256(key.encode()).hexdigest()[:32] for key in keys)
    kept = before.sights if before and before.body == body else ()
    if kept and not marks:
        marks = tuple(lines.marks(kept, verso=place.verso))
    return Shown(digests, kept, pages, frame, place, False, before.rev if before else 0, None, marks, body)


@lru_cache(maxsize=64)
def text(sight: Sight, marks: tuple[Mark, ...], shift: float) -> Text:
    """Describe a page whose text is laid out as that of a recto, and moves to the right by `shift` points."""
    sources = [line.line for line in chain(sight.lines, *(turn.lines for turn in sight.turns))]
    sources += [mark.line for mark in marks]
    first = min((line for line in sources if line is not None), default=0)
    told = {
        "lines": [_counted(line, first) for line in _lines(sight, shift)],
        "marks": [_counted({**asdict(mark), "x": round(mark.x + shift, 2)}, first) for mark in marks],
    }
    return Text(sha256(json.dumps(told).encode()).hexdigest()[:16], first, told)


def _counted(told: dict[str, Any], first: int) -> dict[str, Any]:
    """Count a line of the manuscript from the first one; what is not known is not told."""
    if told["line"] is not None:
        told["line"] -= first
    return {name: fact for name, fact in told.items() if fact is not None}


def _lines(sight: Sight, shift: float) -> Iterator[dict[str, Any]]:
    """Describe the lines of a page, those that lie on their side last."""
    for line in sight.lines:
        yield _line(line, (line.x + shift, line.y, line.w, line.h))
    for turn in sight.turns:
        for line in turn.lines:
            x, y, w, h = turn.box(line.x, line.y, line.w, line.h)
            yield {**_line(line, (x + shift, y, w, h)), "turn": turn.degrees}


def _line(line: Line, box: tuple[float, float, float, float]) -> dict[str, Any]:
    placed = {name: round(length, 2) for name, length in zip("xywh", box, strict=True)}
    return {"text": line.text, **placed, "line": line.line, "place": line.place or None}
