"""What the main process and its workers tell each other: jobs out, pages back. Plain data, nothing foreign."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ASSET = "packager-asset:"
"""Scheme of images in a unit's page; the quoted path of the asset follows."""
FORMULA = "\u2061"
"""Begins the text alternative of a drawing that is a formula: an operator that shows nothing."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a book needs once."""

    folder: str
    """Folder for temporary files; whoever made it takes it away."""
    faces: Mapping[str, bytes] = field(repr=False)
    """Fonts by file name."""
    assets: Mapping[str, bytes] = field(repr=False)
    """Images by path in the manuscript."""
    hyphenation: tuple[str, ...] = ()
    """Words with their only break points, `man-u-script`."""
    missing: str = ""
    """Characters that no font has; whether they come out of a finished file is not to be asked."""
    gray: bool = False
    """Whether images turn grey."""
    frame: tuple[float, float] = (0.0, 0.0)
    """Inches of a page, wide and high: no image is placed larger; zeros set no bound."""


@dataclass(frozen=True, slots=True)
class Body:
    """A unit to be laid out, without heads and folios."""

    page: bytes = field(repr=False)
    css: str = field(repr=False)
    tagged: bool = False
    """Whether the structure of the text goes into the PDF."""
    most: int = 10_000
    """Pages at which layout is given up: so many, so few words can only fill when a stylesheet is wrong."""
    before: "Pages | None" = field(default=None, repr=False)
    """The unit as it was laid out earlier, to go on from; whatever it is, the pages come out the same."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What the running heads of a unit say."""

    verso: str = ""
    recto: str = ""
    section: tuple[bool, bool] = (False, False)
    """Whether verso and recto give way to the section that the page is in."""

    def on(self, sections: tuple[str, str]) -> tuple[str, str]:
        """Give what a verso and a recto say: of a page's sections, the first and the last (CMOS 1.11).

        They are empty before a unit's first section.
        """
        (verso, recto), (first, last) = self.section, sections
        return first if verso and first else self.verso, last if recto and last else self.recto


@dataclass(frozen=True, slots=True)
class Margins:
    """Head and folio of a page: all that they depend on."""

    shell: bytes = field(repr=False)
    """The outer elements of the page's unit, without content."""
    css: str = field(repr=False)
    heads: tuple[str, str]
    """What a verso and a recto would say."""
    folio: int
    verso: bool
    """Whether it is a left-hand page."""
    number: int
    """Of the page in its unit, from 0, as far as stylesheets tell pages apart by it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Pages of the finished file whose letters are counted."""

    file: str
    pages: tuple[int, ...]
    """From 0."""


@dataclass(frozen=True, slots=True)
class Font:
    """A face as pages use it."""

    name: str
    """As the engine's PDF has it, `/ABCDEF+EB-Garamond`."""
    family: str
    flags: int
    """Of its descriptor (ISO 32000-1, 9.8.2)."""
    digest: str
    """SHA-256 of the whole face."""
    glyphs: Mapping[int, tuple[str, int]] = field(default_factory=dict, repr=False)
    """What pages show: each glyph's text, and its width in thousandths of the font's size."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn in the margins of a page."""

    parts: tuple[tuple[bytes, int], ...] = field(repr=False)
    """Content streams, drawn one after the other, and the letters that each shows.

    A stream leaves no trace in what follows it; it names fonts by the letters before the plus sign.
    """
    fonts: tuple[Font, ...]
    file: bytes = field(default=b"", repr=False)
    """A PDF of this page, where more shows on it than text."""

    @property
    def letters(self) -> int:
        """Count the letters of all parts."""
        return sum(letters for _, letters in self.parts)


@dataclass(frozen=True, slots=True)
class Loss:
    """Text that should stand on the pages and does not."""

    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something on a page that an author should look at."""

    code: str
    line: int | None
    page: int
    """From 0, in the unit."""
    text: str


@dataclass(frozen=True, slots=True)
class Pages:
    """A laid-out layer of a unit."""

    pdf: bytes = field(repr=False)
    letters: tuple[int, ...]
    """Letters drawn on each page."""
    fonts: tuple[Font, ...]
    anchors: Mapping[str, tuple[int, float, float]] = field(default_factory=dict, repr=False)
    """Each id's page, from 0, and its upper left corner in points from the page's lower left."""
    sections: tuple[tuple[str, str], ...] = ()
    """For each page, the first and the last section that begin on it, or the one that goes on from the page before."""
    openings: tuple[int, ...] = ()
    """Letters of the text before each page, as `packager.flow` counts them."""
    losses: tuple[Loss, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the engine complained of."""
    rounds: int = 1
    """How often it had to be laid out."""
    trace: bytes = field(default=b"", repr=False)
    """What is to be known to go on from these pages after an edit; see `packager.layout.kept`."""
    endless: bool = False
    """Whether layout was given up, after too many pages."""
