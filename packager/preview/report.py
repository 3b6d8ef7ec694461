"""What a save did to the page breaks, in a sentence."""

from collections.abc import Sequence
from typing import Any

from packager.layout.lines import Sight


def report(before: Sequence[Sight], after: Sequence[Sight], book: tuple[int, int] | None = None) -> dict[str, Any]:
    """Compare a chapter's pages with those before a save; `book` is the whole book's pages before and now, if known."""
    old, new = ([_first(sight) for sight in sights] for sights in (before, after))
    moved = sum(old[at : at + 1] != new[at : at + 1] for at in range(1, max(len(old), len(new))))
    was, now = book or (len(before), len(after))
    lines = sum(not line.note for line in after[-1].lines) if after else 0
    breaks = "no page break moved" if not moved else f"moved {moved} page break{'s' * (moved != 1)}"
    told = f"{breaks}, {_counted(was, now)}, last page has {lines} line{'s' * (lines != 1)}"
    return {"text": told, "moved": moved, "pages": now, "before": was, "last_lines": lines}


def _first(sight: Sight) -> str:
    """Tell pages apart by the line that they begin with."""
    return sight.lines[0].text if sight.lines else ""


def _counted(was: int, now: int) -> str:
    pages = f"{now} page{'s' * (now != 1)}"
    if was == now:
        return f"{pages} as before"
    return f"{pages}, {abs(now - was)} {'more' if now > was else 'fewer'} than before"
