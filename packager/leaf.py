"""One section of the book as the galley holds it: its tree with every link and number in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from packager.book import Section
from packager.composition import Composed
from packager.crossrefs import Count, Place
from packager.links import Names
from packager.problems import Problem


@dataclass(frozen=True, slots=True)
class Leaf:
    """One section of the book, rendered."""

    section: Section
    id: str
    """The section's slug, and the id of the tree's root."""
    element: etree._Element = field(repr=False, compare=False)
    """The `section` tree; shared, so never changed: copy it first."""
    title: str
    """Plain text, never empty."""
    short_title: str = ""
    """For running heads; the title where the author gave no shorter one."""
    number: str = ""
    words: int = 0
    mark: bytes = field(default=b"", repr=False, compare=False)
    """Digest of the tree's markup; empty where nobody took one."""
    ids: tuple[str, ...] = field(default=(), repr=False)
    """All ids of the tree, where somebody listed them."""
    varies: bool = field(default=True, repr=False)
    """Whether an edition may show it otherwise than another."""


@dataclass(frozen=True, slots=True)
class Around:
    """All that a section's links and numbers take from the rest of the book."""

    lang: str
    names: tuple[tuple[str, str, Names], ...]
    """File and slug of each section, and what links may call its places -> their ids."""
    places: Mapping[str, Place]
    """By the names that references call them."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A leaf, what it was made of, and what was found wrong on the way."""

    leaf: Leaf
    sheet: Composed
    """The section before its links and numbers were in place."""
    count: Count
    problems: tuple[Problem, ...]

    def holds(self, section: Section, sheet: Composed, count: Count) -> bool:
        """Say whether a leaf made of these would be the same, as long as nothing around it is another."""
        return self.sheet is sheet and self.count == count and self.leaf.section == section
