"""Sizes of the page and what a printer asks of its margins: names and measures in, points out.

The numbers stand in `printers.toml`, with the day on which each was last checked.
"""

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BREATHING = 1.0
"""Points added to a printer's least margin, because what stands exactly on the line is refused now and then."""

_POINTS = {"in": 72.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "pt": 1.0, "pc": 12.0, "px": 0.75}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(in|mm|cm|pt|pc|px)?", re.ASCII)
_LEAST, _MOST = 3 * 72, 17 * 72
"""Sides that a book's page can have, in points: below, no line holds words; above, no printer binds it."""


class TrimError(ValueError):
    """A size that names no page; the message says why and what is near."""


@dataclass(frozen=True, slots=True)
class Trim:
    """The size of a page after cutting, in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Printer:
    """What a printer asks of an interior; lengths in points."""

    key: str
    name: str
    verified: str
    """Day on which the numbers were last read, ISO 8601."""
    gutter: tuple[tuple[int, float], ...]
    """Last page count of a band and its least inside margin, in rising order."""
    margin: float
    """Least margin at head, foot and outside."""
    pages: tuple[int, int]
    """Fewest and most pages."""
    even: bool
    """Whether the number of pages has to be even."""
    blanks: int
    """Most blank pages in a row."""
    trims: tuple[str, ...]
    spine: tuple[float, float]
    """Thickness of a page of white paper, and what the cover adds."""

    def thickness(self, pages: int) -> float:
        """Give the width of the spine of a paperback with so many pages."""
        return pages * self.spine[0] + self.spine[1]

    def inside(self, pages: int) -> float:
        """Give the least inside margin of a book with so many pages."""
        return next((width for last, width in self.gutter if pages <= last), self.gutter[-1][1]) + BREATHING


def points(length: str) -> float:
    """Turn a length with its unit, `0.75in`, into points. Raises ValueError."""
    match = _LENGTH.fullmatch(length.strip())
    if match is None or match[2] is None:
        raise ValueError(f"no length: {length!r}")
    return float(match[1]) * _POINTS[match[2]]


def trim(text: str) -> Trim:
    """Read a trim size: a name (`a5`, `b-format`), inches (`6x9`) or measures (`148mm x 210mm`). Raises TrimError."""
    name = text.strip().lower().replace("_", "-").replace(" ", "-")
    return _measures(_sheet()["names"].get(name, text))


def names() -> tuple[str, ...]:
    """List the sizes that go by a name, then those that printers list."""
    listed = {size for printer in printers() for size in printer.trims}
    return (*_sheet()["names"], *sorted(listed, key=lambda size: (trim(size).width, trim(size).height)))


def printers() -> tuple[Printer, ...]:
    """List the printers whose tables are known."""
    return tuple(printer(key) for key in _sheet() if key != "names")


@cache
def printer(key: str) -> Printer:
    """Find a printer by its key. Raises KeyError."""
    if key == "names":
        raise KeyError(key)
    row = _sheet()[key]
    return Printer(
        key=key,
        name=row["name"],
        verified=row["verified"].isoformat(),
        gutter=tuple((last, width * 72) for last, width in row["gutter"]),
        margin=row["margin"] * 72,
        pages=(row["pages"][0], row["pages"][1]),
        even=row["even"],
        blanks=row["blanks"],
        trims=tuple(row["trims"]),
        spine=(row["spine"][0] * 72, row["spine"][1] * 72),
    )


def _measures(text: str) -> Trim:
    sides = re.split(r"\s*[x×*]\s*", text.strip().lower())
    lengths = [_LENGTH.fullmatch(side) for side in sides]
    if len(lengths) != 2 or lengths[0] is None or lengths[1] is None:
        near = difflib.get_close_matches(text.strip().lower(), names(), n=1)
        raise TrimError(f"unknown trim size `{text}`" + (f", did you mean `{near[0]}`" if near else ""))
    unit = lengths[0][2] or lengths[1][2] or "in"
    width, height = (float(match[1]) * _POINTS[match[2] or unit] for match in lengths if match is not None)
    if not (_LEAST <= width <= _MOST and _LEAST <= height <= _MOST):
        raise TrimError(f"trim size `{text}` is no size for a book: a side has 3 to 17 inches")
    return Trim(round(width, 4), round(height, 4))


@cache
def _sheet() -> dict[str, dict]:  # type: ignore[type-arg]  # as the file has it
    return tomllib.loads((files("packager.layout") / "printers.toml").read_text(encoding="utf-8"))
