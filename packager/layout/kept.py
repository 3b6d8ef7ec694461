"""Writes down what is to be known of a laid-out unit to go on from it in another process, and reads that again.

It is kept with the unit's pages, as Python's own plain data: both are believed by those alone that are the same program
on the same Python, see `packager.layout.cache`.
"""

import marshal
from collections.abc import Sequence
from typing import Any

from packager.layout.blocks import Blocks
from packager.layout.jobs import Pages
from packager.layout.plates import Face, Plate, Printed
from packager.layout.press import Press
from packager.layout.starts import Start
from packager.layout.tracing import Laid, Seen, Trace


def packed(trace: Trace | None, plates: Sequence[Plate | None]) -> bytes:
    """Write down what a layout was; empty where there is no going on from it."""
    if trace is None or not any(plates):
        return b""
    drawn = [plate and (*plate[:-3], tuple(map(tuple, plate.faces)), *plate[-2:]) for plate in plates]
    told: Any = (
        tuple(trace.made), trace.sizes, [*map(tuple, trace.starts)], list(trace.looked), [*map(tuple, trace.seen)],
        trace.movable, dict(trace.lines), drawn,
    )  # fmt: skip
    try:
        return marshal.dumps(told)
    except ValueError:  # something that is not plain
        return b""


def opened(pages: Pages, press: Press) -> Laid | None:
    """Give a layout to go on from; None where nothing is known of it."""
    if not pages.trace or pages.remarks:
        return None
    try:
        made, sizes, starts, looked, seen, movable, lines, drawn = marshal.loads(pages.trace)
        plates = [told and Plate(*told) for told in drawn]
        trace = Trace(Blocks(*made), sizes, [Start(*told) for told in starts], looked, [Seen(*told) for told in seen],
                      movable, lines)  # fmt: skip
    except (EOFError, TypeError, ValueError):
        return None
    printed = [
        plate and Printed(plate._replace(faces=[Face(*face) for face in plate.faces]), pages.pdf, press)
        for plate in plates
    ]
    return Laid(printed, trace=trace)
