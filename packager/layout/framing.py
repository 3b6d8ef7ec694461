"""What stands around the text of a unit, page by page: heads, folio, and the side on which the text stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from packager.layout.jobs import Heads, Margins, Pages
from packager.terms import term

_COUNTED = re.compile(r"@page[^{]*:nth\(")


@dataclass(frozen=True, slots=True)
class Surround:
    """What is known of a unit's margins before its pages are."""

    shell: bytes = field(repr=False)
    """The unit's outer elements, without content."""
    css: str = field(repr=False)
    heads: Heads
    folio: int
    """Of the first page."""
    verso: bool
    """Whether the first page is a left-hand one."""
    bare: bool
    """Whether the first page has neither head nor folio."""
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
        counted = _counted(self.css)
        margins = [
            Margins(self.shell, self.css, heads, self.folio + page, self.verso ^ (page % 2 == 1),
                    page if counted else min(page, 1))
            for page, heads in enumerate(self._heads(pages))
        ]  # fmt: skip
        shown = (*([None] if self.bare else margins[:1]), *margins[1:])
        return Frame(shown, self.width, self.height, self.shift)

    def _heads(self, pages: Pages) -> tuple[tuple[str, str], ...]:
        """Give what the running heads of a unit's pages say; above endnotes, which pages they belong to (CMOS 1.65)."""
        heads = [self.heads.on(sections) for sections in pages.sections]
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
    """What stands around the text of a unit's pages."""

    margins: tuple[Margins | None, ...] = field(repr=False)
    """Of each page; None where nothing stands there."""
    width: float
    """Of the page, in points."""
    height: float
    shift: float = 0.0
    """Points by which the text moves to the right on the first, third, … page and to the left on the others."""

    def shifted(self, page: int) -> float:
        """Give the points by which the text of a page, from 0, moves to the right."""
        return self.shift if page % 2 == 0 else -self.shift

    def key(self, page: int) -> str:
        """Name all that shows around the text of a page."""
        margins = self.margins[page]
        return sha256(repr((margins and name(margins), round(self.shifted(page), 4))).encode()).hexdigest()


def name(margins: Margins) -> str:
    """Name what shows in a page's margins, apart from fonts."""
    told = (margins.shell, _digest(margins.css), margins.heads, margins.folio, margins.verso, margins.number)
    return sha256(repr(told).encode()).hexdigest()


@lru_cache(maxsize=16)
def _digest(css: str) -> bytes:
    return sha256(css.encode()).digest()


@lru_cache(maxsize=16)
def _counted(css: str) -> bool:
    """Say whether a stylesheet knows more of a page's number than whether it is the first."""
    return bool(_COUNTED.search(css))
