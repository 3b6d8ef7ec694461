"""What is known of the whole book while a chapter of it is written: how many pages, where each unit begins."""

from packager.layout.jobs import Pages
from packager.layout.numbering import Numbering
from packager.layout.plan import Plan, folios
from packager.layout.settling import Settled

_NOTHING = Pages(b"", (), ())


class Book:
    """What is known of the whole book."""

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.settled: Settled | None = None
        """The last layout of the whole book."""
        self.proved: Plan | None = None
        """The plan that was laid out whole last."""
        self.laid: dict[str, Pages] = {}
        """Pages of each unit as they were last laid out, for the eye or for the build."""

    def turn_to(self, plan: Plan, *, same: bool) -> None:
        """Take another plan; where it asks for nothing new, the last layout of the whole book holds for it too.

        `same` says whether faces and images are those of before.
        """
        before = self.plan
        kept = same and before is not None and self.fresh and before.units == plan.units
        if kept and before and before.css(self.inside) == plan.css(self.inside):
            self.proved = plan
        self.plan = plan

    @property
    def fresh(self) -> bool:
        """Whether the last layout of the whole book was of the book as it is."""
        return self.plan is not None and self.plan is self.proved

    def settle(self, plan: Plan, settled: Settled) -> None:
        """Take in the layout of the whole book by a plan."""
        self.settled, self.proved = settled, plan
        self.laid = {unit.id: pages for unit, pages in zip(settled.units, settled.laid, strict=True)}

    @property
    def pages(self) -> int | None:
        """Count the pages of the book; None while some unit was never laid out."""
        assert self.plan is not None
        return self.numbering().pages if all(unit.id in self.laid for unit in self.plan.units) else None

    @property
    def inside(self) -> float:
        """The inside margin, in points."""
        assert self.plan is not None
        return self.settled.inside if self.settled else self.plan.inside()

    def numbering(self) -> Numbering:
        """Number the units, guessing how many pages those have that were never laid out."""
        assert self.plan is not None
        counts = [len(self.laid.get(unit.id, _NOTHING).letters) or self.plan.guess(unit) for unit in self.plan.units]
        return self.plan.number(counts)

    def folios(self, numbering: Numbering) -> dict[str, str]:
        """Give the folio of every id on the pages that are known."""
        assert self.plan is not None
        return folios(numbering, [self.laid.get(unit.id, _NOTHING) for unit in self.plan.units])

    def first_changed(self) -> int:
        """Say which unit is the first that is not as it was when the whole book was laid out."""
        assert self.plan is not None
        before = self.proved.units if self.proved else ()
        pairs = enumerate(zip(self.plan.units, before, strict=False))
        same = min(len(self.plan.units), len(before))
        return next((at for at, (new, old) in pairs if new.page != old.page), same)
