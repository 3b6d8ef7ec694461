"""Lines of pages as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page; lengths in points, from the page's upper left corner."""

    text: str
    x: float
    y: float
    w: float
    """Of its text, from the first letter to the last."""
    h: float
    line: int | None
    """Of the manuscript, where its block begins."""
    block: int
    """The block that it is of, counted through the unit."""
    tag: str = "p"
    left: float = 0.0
    """Of the measure that the line is set to."""
    right: float = 0.0
    size: float = 0.0
    """Of the type."""
    stretch: float = 0.0
    """Points added to each word space."""
    starts: bool = False
    """Whether its block begins with it."""
    ends: bool = False
    """Whether its block ends with it."""
    note: bool = False
    """Whether it stands among the notes at the foot."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image on a page; lengths in points, from the page's upper left corner."""

    x: float
    y: float
    w: float
    h: float
    line: int | None
    pixels: tuple[int, int]
    """Wide and high; zeros for a drawing."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to see on a page."""

    digest: str
    """Of everything that is drawn."""
    lines: tuple[Line, ...] = ()
    pictures: tuple[Picture, ...] = ()
    left: float = 0.0
    """Edges of the type area."""
    right: float = 0.0
    top: float = 0.0
    foot: float = 0.0
