"""Breaks a justified paragraph into lines, all of them weighed against one another.

After Knuth and Plass, *Breaking Paragraphs into Lines* (1981): of all ways to break, the one whose blanks are most even
is taken, with as few hyphens as that allows. What is weighed are numbers; of text and fonts this module knows nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import NamedTuple

STRETCH, SHRINK = 0.5, 0.2
"""Parts of a blank by which it may grow with ease, and shrink at most."""

_EASY, _HARD = 0.75, 6.0
"""How many times the easy growth a blank is given, in lines without and with hyphens, before all else is given up."""
_FIRST = 1.5
"""The growth up to which lines with hyphens are weighed first: mostly no other is needed."""
_HYPHEN, _LADDER, _STACK = 2_000.0, 30_000.0, 1_000_000.0
"""What is charged for a hyphen, for one below another, and for a third."""
_LATE, _STUMP = 6_000.0, 5_000_000.0
"""What is charged for a hyphen before the last line, and where nothing but the end of that word is left for it."""
_SHORT, _SLIGHT = 60_000.0, 0.15
"""What is charged for a last line that is shorter than this part of the measure."""
_ANY = 1e300
"""More than any way costs."""


class Point(NamedTuple):
    """Where a line may end: lengths from the paragraph's beginning, as if it were one line without a hyphen."""

    end: float
    """Where the line ends, its hyphen included and the blank after it not."""
    start: float
    """Where the next line starts."""
    blanks: int
    """Blanks before the end."""
    passed: int
    """Blanks before the next line's start."""
    hyphened: bool = False
    """Whether the line ends with a hyphen, of our making or the author's."""
    inside: bool = False
    """Whether a word is divided there."""
    text: tuple[int, int] = (0, 0)
    """What the caller knows the point by."""


_BEGINNING = Point(0.0, 0.0, 0, 0)


def breaks(
    words: Sequence[Point], divided: Callable[[], Iterable[Point]], measures: Sequence[float], blank: float,
    opening: Callable[[Point], float] | None = None,
) -> list[Point] | None:  # fmt: skip
    """Break words, each told by its end, into lines; None where a word is wider than the measure.

    `divided` gives the ends of words together with the points inside them, in order; `measures` are those of the first
    lines, and the last of them that of all others; `blank` is the width of a blank; `opening` gives the end of a line
    that is the first, where letters there are wider or narrower.
    """
    found, _ = _pass(words, measures, blank, _EASY, _ANY, opening)
    if found is not None:
        return found
    points = tuple(divided())
    for most in (_FIRST, _HARD, inf):
        # A way with a wider line costs more than this: where the best of the others does not, it is the best of all.
        bound = _worth(most) if most < _HARD else _ANY
        found, spent = _pass(points, measures, blank, most, bound, opening)
        if found is not None and spent <= bound:
            return found
    return None


def _worth(ratio: float) -> float:
    """Charge a line for its blanks; `ratio` is how much wider or narrower they are, in parts of what is easy."""
    worth = 1.0 + 100.0 * ratio * ratio * ratio
    return worth * worth


def _pass(
    points: Sequence[Point], measures: Sequence[float], blank: float, most: float, bound: float,
    opening: Callable[[Point], float] | None,
) -> tuple[list[Point] | None, float]:  # fmt: skip
    """Find the cheapest way to each point, in order of points, and give that to the last, and what it costs.

    `most` bounds the growth of blanks; no way goes on that costs more than `bound`.
    """
    stretch, shrink = blank * STRETCH, blank * SHRINK
    limit = min(most, _HARD)
    ends, starts, blanks, passed, hyphened, divides, _ = zip(_BEGINNING, *points, strict=True)
    words = [at for at, inside in enumerate(divides) if not inside]
    finish = (0.0, *map(opening, points)) if opening else ends
    reach = [finish[at] for at in words]
    last, rows = len(points), len(measures)
    # A row for lines of a measure of their own, and the last for all others: a line begins in it, after a point.
    cost = [[inf] * (last + 1) for _ in measures]
    before = [[(0, 0)] * (last + 1) for _ in measures]
    ladder = [[0] * (last + 1) for _ in measures]
    cost[0][0] = 0.0
    for place in range(last):
        if place == 1 and opening:
            finish, reach = ends, [ends[at] for at in words]
        for row in range(rows):
            spent = cost[row][place]
            if spent > bound:
                continue
            measure, start, gone, above = measures[row], starts[place], passed[place], ladder[row][place]
            below = min(row + 1, rows - 1)
            worths, ways, ladders = cost[below], before[below], ladder[below]
            charge = (0.0, _LADDER, _STACK)[min(above, 2)]
            room = start + measure
            fitted = False
            # From the longest line that fits to shorter ones.
            far = bisect_right(reach, room + shrink * 20)
            for at in range(words[far] if far < len(words) else last, place, -1):
                gap = room - finish[at]
                spaces = blanks[at] - gone
                final = at == last
                if gap < 0:
                    if -gap > spaces * shrink + 1e-6:
                        continue
                    ratio = -gap / (spaces * shrink) if spaces else 0.0
                elif final:
                    ratio = 0.0
                else:
                    ratio = gap / (spaces * stretch) if spaces else _HARD * 2
                    if ratio > limit and (fitted or most < inf):
                        break
                fitted = True
                worth = 1.0 + 100.0 * ratio * ratio * ratio
                worth = spent + worth * worth
                if divides[at]:
                    worth += _HYPHEN
                if hyphened[at]:
                    worth += charge
                elif final:
                    worth += (_LATE if spaces else _STUMP) if above else 0.0
                    worth += _SHORT if gap > measure * (1 - _SLIGHT) else 0.0
                if worth < worths[at]:
                    worths[at], ways[at] = worth, (row, place)
                    ladders[at] = above + 1 if hyphened[at] else 0
    row = min(range(rows), key=lambda row: cost[row][last])
    if cost[row][last] == inf:
        return None, inf
    spent, place, found = cost[row][last], last, list[Point]()
    while place:
        found.append(points[place - 1])
        row, place = before[row][place]
    return found[::-1], spent
