"""Lines of pages as plain data, and what a typographer would mark on them.

The marks are those of proof-readers: The Chicago Manual of Style (CMOS, 17th ed.), 2.112-2.116, and Bringhurst, The
Elements of Typographic Style (4th ed.), 2.1.1 and 2.4. Thresholds were tuned on books whose pages were read: they shall
find what an eye stops at, and little else.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from statistics import median

WORD_SPACE = 0.25
"""Ems of a word space as the type has it (Bringhurst 2.1.1)."""
LOOSE = 2.4
"""Word spaces, as a multiple of their natural width, from which on a line is loose: half an em is the most (2.1.1)."""
VERY_LOOSE = 3.0
STACK = 3
"""Hyphens that may not stand one below the other (CMOS 2.112 lets two)."""
LADDER = 3
"""Lines that may not begin or end with the same word (Bringhurst 2.4.9 would have two looked at)."""
RUNT = 4
"""Letters and marks of which a last line has to have more (CMOS 2.113: never part of a word of fewer than four)."""
PITCH = 0.45
"""Points by which lines of a block may differ in height."""
DPI = 300
"""Pixels an inch that a printer asks for."""
OVER = 3.0
"""Points that a line may hang into the margin, as for an overflow in the finished file."""
SHORT = 5
"""Lines of which a chapter's last page has to have more or as many (CMOS 2.114)."""
RIVER = 6
"""Lines through which a gap may not run, each half as wide as the gap or more."""

_FULL = 0.75
"""Share of the measure that a line fills whose block is set to a measure at all."""
_HYPHENS = ("-", "\u2010", "\u00ad")
_TEXT = frozenset({"p", "li", "dd", "aside", "blockquote", "div"})
"""Elements whose lines are running text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page; lengths in points, from the page's upper left corner."""

    text: str
    x: float
    y: float
    w: float
    """Of its text, from the first letter to the last."""
    h: float
    line: int | None
    """Of the manuscript, where its block begins."""
    block: int
    """The block that it is of, counted through the unit."""
    tag: str = "p"
    left: float = 0.0
    """Of the measure that the line is set to."""
    right: float = 0.0
    size: float = 0.0
    """Of the type."""
    stretch: float = 0.0
    """Points added to each word space."""
    ends: bool = False
    """Whether its block ends with it."""
    note: bool = False
    """Whether it stands among the notes at the foot."""
    gaps: tuple[tuple[float, float], ...] = ()
    """Where its word spaces begin and end, if it is justified and that is known."""
    place: str = ""
    """`file:line` where its block begins, if that is not in the chapter's own file."""

    @property
    def hyphened(self) -> bool:
        """Whether a word is divided at its end."""
        return not self.ends and self.text.rstrip().endswith(_HYPHENS)

    @property
    def words(self) -> list[str]:
        """Give its words."""
        return self.text.split()


@dataclass(frozen=True, slots=True)
class Picture:
    """An image on a page; lengths in points, from the page's upper left corner."""

    x: float
    y: float
    w: float
    h: float
    line: int | None
    pixels: tuple[int, int]
    """Wide and high; zeros for a drawing."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is turned on a page, as it stood before: a table that lies on its side."""

    matrix: tuple[float, float, float, float, float, float]
    """Takes lengths in points to where they stand on the page, as in CSS: a, b, c, d, e, f."""
    right: float
    """Edge of the measure."""
    lines: tuple[Line, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def degrees(self) -> int:
        """Give the angle, clockwise, in whole degrees."""
        return round(math.degrees(math.atan2(self.matrix[1], self.matrix[0])))

    def box(self, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        """Give the box on the page that a box before the turn comes to fill."""
        a, b, c, d, e, f = self.matrix
        corners = [(a * u + c * v + e, b * u + d * v + f) for u in (x, x + w) for v in (y, y + h)]
        left, top = min(u for u, _ in corners), min(v for _, v in corners)
        right, foot = max(u for u, _ in corners), max(v for _, v in corners)
        return round(left, 3), round(top, 3), round(right - left, 3), round(foot - top, 3)


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to see on a page."""

    digest: str
    """Of everything that is drawn."""
    lines: tuple[Line, ...] = ()
    """The text, and then its notes."""
    pictures: tuple[Picture, ...] = ()
    left: float = 0.0
    """Edges of the type area."""
    right: float = 0.0
    top: float = 0.0
    foot: float = 0.0
    turns: tuple[Turn, ...] = ()

    def __hash__(self) -> int:
        """Give what takes no walk over all lines: the same is drawn on few pages."""
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a typographer would mend; lengths in points, from the page's upper left corner."""

    code: str
    text: str
    """What stands there."""
    message: str
    x: float
    y: float
    w: float
    h: float
    line: int | None
    """Of the manuscript."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What would be marked on each page of a unit, whichever side it begins on."""

    recto: tuple[tuple[Mark, ...], ...] = ()
    verso: tuple[tuple[Mark, ...], ...] = ()


def marked(pages: Sequence[Sight]) -> Marked:
    """Mark each page of a unit whose place in the book is not known yet."""
    return Marked(tuple(marks(pages)), tuple(marks(pages, verso=True)))


def marks(pages: Sequence[Sight], *, verso: bool = False) -> list[tuple[Mark, ...]]:
    """Mark each page of a unit; `verso` says whether its first page is a left-hand one."""
    found = []
    for number, page in enumerate(pages):
        before, after = pages[number - 1] if number else None, pages[number + 1] if number + 1 < len(pages) else None
        found.append(_marks_of_page(before, page, after, (number % 2 == 0) is not verso))
    if len(pages) > 1 and 0 < len(body := _body(pages[-1])) < SHORT:
        told = f"only {len(body)} line{'s' * (len(body) > 1)} on the last page"
        found[-1] += (_mark("short-page", body, told),)
    return found


@lru_cache(maxsize=64)
def _marks_of_page(before: Sight | None, page: Sight, after: Sight | None, recto: bool) -> tuple[Mark, ...]:
    """Mark a page between two others; after an edit, most pages of a chapter are the ones that were there."""
    return (
        *(mark for lines in _runs(page.lines) for mark in _marks_of_block(lines)),
        *overfull(page.lines, page.right),
        *_edges(before, page, after, recto=recto),
        *_pictures(page.pictures),
        *(mark for turn in page.turns for mark in _turned(turn)),
    )


def _turned(turn: Turn) -> Iterator[Mark]:
    found = (mark for lines in _runs(turn.lines) for mark in _marks_of_block(lines))
    for mark in (*found, *overfull(turn.lines, turn.right), *_pictures(turn.pictures)):
        x, y, w, h = turn.box(mark.x, mark.y, mark.w, mark.h)
        yield replace(mark, x=x, y=y, w=w, h=h)


def _marks_of_block(lines: Sequence[Line]) -> Iterator[Mark]:
    if lines[0].tag in _TEXT:
        for rule in (loose, stacks, runts, ladders, pitch, rivers):
            yield from rule(lines)


def loose(lines: Sequence[Line]) -> Iterator[Mark]:
    """Mark lines whose word spaces are stretched too far."""
    for line in lines:
        natural = line.gaps[0][1] - line.gaps[0][0] - line.stretch if line.gaps else WORD_SPACE * line.size
        wide = 1 + line.stretch / natural if natural > 0 else 1.0
        if wide > LOOSE and len(line.words) > 1:
            code = "very-loose" if wide > VERY_LOOSE else "loose"
            yield _mark(code, [line], f"word spaces {wide:.1f} times as wide as they should be")


def stacks(lines: Sequence[Line]) -> Iterator[Mark]:
    """Mark hyphens that stand one below the other."""
    for hyphened, run in groupby(lines, key=lambda line: line.hyphened):
        stack = list(run)
        if hyphened and len(stack) >= STACK:
            yield _mark("hyphens", stack, f"{len(stack)} hyphens one below the other")


def runts(lines: Sequence[Line]) -> Iterator[Mark]:
    """Mark last lines of almost nothing."""
    if len(lines) > 1 and lines[-1].ends and lines[-2].w > _FULL * (lines[-2].right - lines[-2].left):
        last = lines[-1].text.strip()
        if len(last) <= RUNT + (lines[-2].hyphened and " " not in last):
            yield _mark("runt", lines[-1:], f"the paragraph ends in a line with no more than “{last}”")


def ladders(lines: Sequence[Line]) -> Iterator[Mark]:
    """Mark lines that begin or end with the same word, one below the other."""
    for at, where in ((0, "begin"), (-1, "end")):
        for word, run in groupby(lines, key=lambda line: _bare(line.words[at]) if line.words else ""):
            ladder = list(run)
            if len(word) > 1 and len(ladder) >= LADDER:
                yield _mark("ladder", ladder, f"{len(ladder)} lines {where} with “{word}”")


def pitch(lines: Sequence[Line]) -> Iterator[Mark]:
    """Mark lines that are taller than the others of their block."""
    usual = median(line.h for line in lines)
    for line in lines:
        if line.h > usual + PITCH and len(lines) > 2:
            yield _mark("pitch", [line], f"the line is {line.h - usual:.1f} pt taller than the others")


def overfull(lines: Iterable[Line], edge: float) -> Iterator[Mark]:
    """Mark lines that run out of the type area, whose right edge is given in points."""
    for line in lines:
        shown = line.x + line.w - (len(line.text) - len(line.text.rstrip())) * WORD_SPACE * line.size
        if shown > edge + OVER:
            yield _mark("overfull", [line], f"the line runs {shown - edge:.1f} pt into the margin")


def rivers(lines: Sequence[Line]) -> Iterator[Mark]:
    """Mark gaps that run down through many lines."""
    running: list[tuple[float, float, list[Line]]] = []
    for line in lines:
        going, first = [], 0
        for left, right in sorted(line.gaps):
            while first < len(running) and running[first][1] <= left:
                first += 1
            longest: list[Line] = []
            for above in range(first, len(running)):
                start, end, run = running[above]
                if start >= right:
                    break
                if len(run) > len(longest) and min(end, right) - max(start, left) >= (right - left) / 2:
                    longest = run
            going.append((left, right, [*longest, line]))
        yield from _rivers(running, going)
        running = going
    yield from _rivers(running, [])


def _rivers(ended: Iterable[tuple[float, float, list[Line]]],
            going: Sequence[tuple[float, float, list[Line]]]) -> Iterator[Mark]:  # fmt: skip
    """Mark the rivers that no gap of the next line goes on with."""
    for left, right, lines in ended:
        if len(lines) >= RIVER and not any(other[2][:-1] == lines for other in going):
            mark = _mark("river", lines, f"a white gap runs down {len(lines)} lines")
            yield replace(mark, x=round(left - 4, 3), w=round(right - left + 8, 3))


def _edges(before: Sight | None, page: Sight, after: Sight | None, *, recto: bool) -> Iterator[Mark]:
    """Mark what goes wrong at the head and the foot of a page."""
    lines = _body(page)
    if not lines:
        return
    first, last = lines[0], lines[-1]
    above, below = _body(before)[-1:] if before else [], _body(after)[:1] if after else []
    if first.ends and first.tag in _TEXT and any(line.block == first.block for line in above):
        yield _mark("widow", [first], "the last line of a paragraph stands alone at the head of the page")
    starts = len(lines) < 2 or lines[-2].block != last.block
    goes_on = not last.ends and any(line.block == last.block for line in below)
    if starts and goes_on and last.tag in _TEXT and not any(line.block == last.block for line in above):
        yield _mark("orphan", [last], "the first line of a paragraph stands alone at the foot of the page")
    if recto and last.hyphened and below:
        yield _mark("page-hyphen", [last], "a word is divided over the turn of the page")


def _pictures(pictures: Iterable[Picture]) -> Iterator[Mark]:
    for picture in pictures:
        wide, high = picture.pixels
        if wide and high and picture.w > 0 and picture.h > 0:
            dpi = min(wide / picture.w, high / picture.h) * 72
            if dpi < DPI - 0.5:
                told = f"{dpi:.0f} dots an inch at this size; print wants {DPI}"
                yield Mark("low-dpi", picture.name, told, picture.x, picture.y, picture.w, picture.h, picture.line)


def _body(page: Sight) -> list[Line]:
    return [line for line in page.lines if not line.note]


def _runs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Give lines of a block that stand one below the other."""
    for _, run in groupby(lines, key=lambda line: line.block):
        group: list[Line] = []
        for line in run:
            if group and line.y <= group[-1].y:  # another column, or beside
                yield group
                group = []
            group.append(line)
        yield group


def _bare(word: str) -> str:
    return word.strip(".,;:!?()[]“”‘’'\"—–-").lower()


def _mark(code: str, lines: Sequence[Line], message: str) -> Mark:
    """Mark lines, as one box."""
    left, top = min(line.x for line in lines), min(line.y for line in lines)
    right, foot = max(line.x + line.w for line in lines), max(line.y + line.h for line in lines)
    text = lines[-1].text.strip()
    return Mark(code, text, message, left, top, round(right - left, 3), round(foot - top, 3), lines[0].line)
