"""What stands around the text of a unit, page by page: heads, folio, and the side on which the text stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from packager.layout.jobs import Furniture, Heads, Pages
from packager.terms import term


@dataclass(frozen=True, slots=True)
class Surround:
    """What is known of a unit's furniture before its pages are."""

    furniture: Furniture = field(repr=False)
    """Without heads."""
    heads: Heads
    width: float
    """Of the page, in points."""
    height: float
    shift: float = 0.0
    """See `Frame`."""
    lang: str = "en"
    folios: Mapping[str, str] | None = None
    """Folio of every id, for heads above endnotes."""

    def around(self, pages: Pages) -> "Frame":
        """Give the frame of the unit's pages."""
        count = len(pages.letters)
        furniture = None if self.furniture.bare and count == 1 else replace(self.furniture, heads=self._heads(pages))
        return Frame(furniture, self.width, self.height, self.shift)

    def _heads(self, pages: Pages) -> tuple[tuple[str, str], ...]:
        """Give what the running heads of a unit's pages say; above endnotes, which pages they belong to (CMOS 1.65)."""
        heads = [self.heads.on(section) for section in pages.sections]
        if self.folios is None:
            return tuple(heads)
        from packager import endnotes, indexing  # they load much, and few books have such notes

        found: dict[int, list[str]] = {}
        for key, (page, *_) in pages.anchors.items():
            told = (self.folios[call] for call in endnotes.calls([key]) if call in self.folios)
            found.setdefault(page, []).extend(told)
        head = ""
        for page in range(len(heads)):
            if merged := indexing.merge([(folio, folio) for folio in found.get(page, ())]):
                first, last = merged[0][0], merged[-1][1]
                head = f"{term('notes-to-pages', self.lang)} {first}–{last}"
                if first == last:
                    head = f"{term('notes-to-page', self.lang)} {first}"
            heads[page] = (head, head) if head else heads[page]
        return tuple(heads)


@dataclass(frozen=True, slots=True)
class Frame:
    """The furniture of a unit whose pages are drawn one by one."""

    furniture: Furniture | None = field(repr=False)
    """Of all its pages; None where no page has any."""
    width: float
    """Of the page, in points."""
    height: float
    shift: float = 0.0
    """Points by which the text moves to the right on the first, third, … page and to the left on the others."""

    def shifted(self, page: int) -> float:
        """Give the points by which the text of a page, from 0, moves to the right."""
        return self.shift if page % 2 == 0 else -self.shift

    def only(self, page: int) -> tuple[Furniture, int]:
        """Make the job that draws the furniture of a page, and say which of its pages is that page.

        The page before is drawn with it: stylesheets tell first pages from others.
        """
        assert self.furniture is not None
        start = max(0, page - 1)
        job = replace(
            self.furniture,
            heads=self.furniture.heads[start : page + 1],
            first=self.furniture.first + start,
            verso=self.furniture.verso ^ (start % 2 == 1),
            bare=self.furniture.bare and start == 0,
        )
        return job, page - start

    def key(self, page: int) -> str:
        """Name all that shows around the text of a page."""
        told: tuple[object, ...] = ()
        if self.furniture is not None:
            job, at = self.only(page)
            told = (job.shell, job.css, job.heads[at], job.first + at, job.verso ^ (at % 2 == 1), at, job.bare)
        return sha256(repr((told, round(self.shifted(page), 4))).encode()).hexdigest()
