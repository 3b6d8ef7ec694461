"""Breaks a justified paragraph into lines, all of them weighed against one another.

After Knuth and Plass, *Breaking Paragraphs into Lines* (1981): of all ways to break, the one whose blanks are most even
is taken, with as few hyphens as that allows. What is weighed are numbers; of text and fonts this module knows nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple

STRETCH, SHRINK = 0.5, 0.2
"""Parts of a blank by which it may grow with ease, and shrink at most."""

_EASY, _HARD = 0.75, 6.0
"""How many times the easy growth a blank is given, in lines without and with hyphens, before all else is given up."""
_HYPHEN, _LADDER, _STACK = 2_000.0, 30_000.0, 1_000_000.0
"""What is charged for a hyphen, for one below another, and for a third."""
_LATE, _STUMP = 6_000.0, 5_000_000.0
"""What is charged for a hyphen before the last line, and where nothing but the end of that word is left for it."""
_SHORT, _SLIGHT = 60_000.0, 0.15
"""What is charged for a last line that is shorter than this part of the measure."""


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


Place = tuple[int, int]
"""A point: the number of the word that it ends, or is in, and of the point in the word, or -1 for the word's end."""


def breaks(
    ends: Sequence[Point], hyphens: Callable[[int], Sequence[Point]], measure: float, blank: float, *,
    indent: float = 0.0,
) -> list[Place] | None:  # fmt: skip
    """Break words that end at `ends` into lines; None where a word is wider than the `measure`.

    `hyphens` gives the points in a word; `blank` is the width of a blank.
    """
    for most, points in ((_EASY, _none), (_HARD, hyphens), (inf, hyphens)):
        found = _pass(ends, points, measure, blank, indent, most)
        if found is not None:
            return found
    return None


def _none(word: int) -> Sequence[Point]:
    return ()


def _pass(
    ends: Sequence[Point], hyphens: Callable[[int], Sequence[Point]], measure: float, blank: float, indent: float,
    most: float,
) -> list[Place] | None:  # fmt: skip
    """Find the cheapest way from each point on, in order of points; `most` bounds the growth of blanks."""
    stretch, shrink = blank * STRETCH, blank * SHRINK
    limit = min(most, _HARD)
    reach = [point.end for point in ends]
    last = len(ends) - 1
    cost: dict[Place, float] = {}
    before: dict[Place, Place | None] = {}
    ladder: dict[Place, int] = {}
    inside: dict[int, Sequence[Point]] = {}

    def relax(place: Place | None, start: float, passed: int, spent: float) -> None:
        """Weigh the lines that start at a place, from the longest that fits to shorter ones."""
        first, least, above = 0, 0, 0
        if place is not None:
            first, least = (place[0] + 1, 0) if place[1] < 0 else (place[0], place[1] + 1)
            above = ladder[place]
        charge = (0.0, _LADDER, _STACK)[min(above, 2)]
        fitted = False
        for word in range(min(bisect_right(reach, start + measure + shrink * 20), last), first - 1, -1):
            points = inside.get(word)
            if points is None:
                points = inside[word] = hyphens(word)
            inner = range(len(points) - 1, least - 1 if word == first else -1, -1) if points else ()
            for number in (-1, *inner):
                point = ends[word] if number == -1 else points[number]
                gap = measure - point.end + start
                blanks = point.blanks - passed
                final = word == last and number == -1
                if gap < 0:
                    if -gap > blanks * shrink + 1e-6:
                        continue
                    ratio = -gap / (blanks * shrink) if blanks else 0.0
                elif final:
                    ratio = 0.0
                else:
                    ratio = gap / (blanks * stretch) if blanks else _HARD * 2
                    if ratio > limit and (fitted or most < inf):
                        return
                fitted = True
                worth = 1.0 + 100.0 * ratio * ratio * ratio
                worth = spent + worth * worth
                if number >= 0:
                    worth += _HYPHEN
                if point.hyphened:
                    worth += charge
                elif final:
                    worth += (_LATE if blanks else _STUMP) if above else 0.0
                    worth += _SHORT if gap > measure * (1 - _SLIGHT) else 0.0
                name = (word, number)
                if worth < cost.get(name, inf):
                    cost[name], before[name] = worth, place
                    ladder[name] = above + 1 if point.hyphened else 0

    relax(None, -indent, 0, 0.0)
    for word in range(last + 1):
        for number, point in enumerate(inside.get(word, ())):
            if (word, number) in cost:
                relax((word, number), point.start, point.passed, cost[word, number])
        if word < last and (word, -1) in cost:
            relax((word, -1), ends[word].start, ends[word].passed, cost[word, -1])
    found: list[Place] = []
    place: Place | None = (last, -1)
    if place not in cost:
        return None
    while place is not None:
        found.append(place)
        place = before[place]
    return found[::-1]
