"""Lays a book's units out until their numbers stand still: folios that are told, and the gutter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from packager.layout.jobs import Body, Pages
from packager.layout.numbering import Numbering
from packager.layout.plan import Plan, folios
from packager.layout.units import Unit

_TRIES = 6
"""How often units are laid out at most while gutter and folios settle."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A book whose units are laid out."""

    units: tuple[Unit, ...]
    """With the folios that they tell."""
    laid: tuple[Pages, ...] = field(repr=False)
    """Of each unit."""
    bodies: tuple[Body, ...] = field(repr=False)
    """What each unit was laid out from."""
    inside: float
    """The inside margin, in points."""
    numbering: Numbering
    unsettled: tuple[Unit, ...] = ()
    """Those whose folios change whenever they are told."""


def settle(plan: Plan, lay_out: Callable[[Sequence[Unit], Sequence[Body]], Sequence[Pages]]) -> Settled:
    """Lay out all units by `lay_out`, and those again whose folios or gutter turn out others, until none is left.

    Numbers may not settle: a reference to page 99 can pull its own target back from page 100, or a gutter's width
    its book over the limit that asks for it. Of two gutters the wider one stays.
    """
    wanted = plan.inside()
    done: dict[int, Body] = {}
    laid = [Pages(b"", (), ())] * len(plan.units)
    tried: set[float] = set()
    units, stale = list(plan.units), list(range(len(plan.units)))
    for _ in range(_TRIES):
        settled, inside = units, wanted
        jobs = [plan.body(unit, inside) for unit in units]
        for at, pages in zip(stale, lay_out([units[at] for at in stale], [jobs[at] for at in stale]), strict=True):
            laid[at], done[at] = pages, jobs[at]
        numbering = plan.number([len(pages.letters) for pages in laid])
        tried.add(inside)
        right = plan.geometry.inside(numbering.pages)
        wanted = right if right > inside or right not in tried else inside
        units = plan.told(folios(numbering, laid))
        stale = [at for at, unit in enumerate(units) if plan.body(unit, wanted) != done[at]]
        if not stale:
            break
    restless = [units[at] for at in stale] if wanted == inside else []
    bodies = tuple(done[at] for at in range(len(units)))
    return Settled(tuple(settled), tuple(laid), bodies, inside, numbering, tuple(restless))
