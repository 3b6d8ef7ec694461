"""What the preview and its layout process tell each other. Plain data, nothing foreign."""

from dataclasses import dataclass, field

from packager.layout.framing import Frame, Surround
from packager.layout.jobs import Body, Font, Pages, Setup
from packager.layout.lines import Marked, Sight


@dataclass(frozen=True, slots=True)
class Prepare:
    """Be ready for the units of a book."""

    setup: Setup


@dataclass(frozen=True, slots=True)
class Show:
    """Lay a unit out for the eye."""

    ticket: int
    unit: str
    body: Body
    frame: Surround
    see: tuple[int, ...] = ()
    """Pages on screen, from 0: these are drawn first."""
    scale: int = 2


@dataclass(frozen=True, slots=True)
class See:
    """Other pages of a unit are on screen."""

    unit: str
    pages: tuple[int, ...]
    scale: int = 2


@dataclass(frozen=True, slots=True)
class Draw:
    """Paint a page of the unit that is shown, or of a unit that was drawn before."""

    digest: str
    scale: int
    unit: str
    page: int
    frame: Frame | None = None
    """Given with `body`."""
    body: bytes = field(default=b"", repr=False)
    """The PDF of the unit, without its fonts."""
    fonts: tuple[Font, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Work:
    """Lay a unit out for the build; dropped as soon as there is something else to do."""

    ticket: int
    unit: str
    body: Body
    drawn: bool = True
    """Whether its file is wanted, not only what would be marked on its pages."""


Order = Prepare | Show | See | Draw | Work


@dataclass(frozen=True, slots=True)
class Laid:
    """A unit is laid out."""

    ticket: int
    unit: str
    digests: tuple[str, ...]
    """Of each page with what stands around it."""
    sights: tuple[Sight | None, ...] = field(repr=False)
    """None for a page on which everything is as it was last time."""
    pages: Pages = field(repr=False)
    """Without a PDF."""


@dataclass(frozen=True, slots=True)
class Image:
    """A page is painted."""

    digest: str
    scale: int
    png: bytes = field(repr=False)
    """Empty where it could not be."""


@dataclass(frozen=True, slots=True)
class Done:
    """Work for the build is done."""

    ticket: int
    pages: Pages | None = field(repr=False)
    """None where it was dropped."""
    right: bool = True
    """Whether the pages on screen were those of the build, if the unit is the one on screen."""
    marked: Marked = field(default=Marked(), repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """An order could not be carried out."""

    order: Order
    told: str


Answer = Laid | Image | Done | Failed
