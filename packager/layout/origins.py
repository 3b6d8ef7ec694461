"""Counts the lines of a unit from its own first one, so that text that only moved in its file is not laid out anew."""

import re
from dataclasses import replace

from packager.layout.jobs import Body, Pages
from packager.trees import LINE

# Neither text nor a value in lxml's XML has a bracket that is not escaped.
_STAMP = re.compile(rb'(<[^<>]*? %b=")(-?\d+)(?=")' % LINE.encode())


def counted(body: Body) -> tuple[Body, int]:
    """Give a job whose lines count from the first that is told, which is 1, and what they have to be moved by again."""
    first = _STAMP.search(body.page)
    if first is None:
        return body, 0
    origin = int(first[2]) - 1
    page = _STAMP.sub(lambda found: b"%b%d" % (found[1], int(found[2]) - origin), body.page)
    return replace(body, page=page), origin


def restored(pages: Pages, origin: int) -> Pages:
    """Move the lines of pages to where they are in the file."""
    if not origin or not (pages.losses or pages.faults):
        return pages
    return replace(
        pages,
        losses=tuple(replace(loss, line=None if loss.line is None else loss.line + origin) for loss in pages.losses),
        faults=tuple(
            replace(fault, line=None if fault.line is None else fault.line + origin) for fault in pages.faults
        ),
    )
