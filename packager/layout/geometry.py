"""The page's measures: what theme and printer ask for, settled for a number of pages."""

from dataclasses import dataclass
from functools import cached_property

from packager import stylesheets
from packager.book import Book
from packager.layout import trims
from packager.layout.trims import BREATHING, Printer, Trim
from packager.problems import PackagerError, Problem, error
from packager.theme import Theme

_LETTERS_IN_EM = 2.35
"""Characters of running text to the width of an em: old-style text faces lie between 2.2 and 2.5."""
_LETTERS_IN_WORD = 5.8
"""With the space after it."""
_FILLED = 0.9
"""Share of a page's lines that text fills, over openers, short lines and ends of chapters."""
_EXTRA = 8
"""Pages of front matter."""


@dataclass(frozen=True)
class Geometry:
    """A page's size, margins and what fits on it; lengths in points."""

    theme: Theme
    trim: Trim
    printer: Printer

    def measures(self, inside: float) -> dict[str, str]:
        """Give the measures that a stylesheet takes, for an inside margin."""
        page = {"page-width": f"{self.trim.width:g}pt", "page-height": f"{self.trim.height:g}pt"}
        least = self.printer.margin + BREATHING
        for side in ("margin-top", "margin-bottom", "margin-outside"):
            if stylesheets.length(self.theme, side, **page) < least:
                page[side] = f"{least:g}pt"
        return page | {"margin-inside": f"{inside:g}pt"}

    def inside(self, pages: int) -> float:
        """Give the inside margin of a book with so many pages: the theme's, or the printer's least if that is wider."""
        own = stylesheets.length(self.theme, "margin-inside", **self._page())
        return round(max(own, self.printer.inside(pages)), 2)

    def outer(self, inside: float) -> float:
        """Give the outside margin that goes with an inside margin."""
        return stylesheets.length(self.theme, "outer", **self.measures(inside))

    def estimate(self, words: int) -> int:
        """Guess how many pages so many words take."""
        return round(words / max(1, self._words_on_page)) + _EXTRA

    @cached_property
    def _words_on_page(self) -> float:
        page = self._page()
        size, leading = (stylesheets.length(self.theme, token, **page) for token in ("font-size", "leading"))
        across = self.trim.width - sum(
            stylesheets.length(self.theme, f"margin-{side}", **page) for side in ("inside", "outside")
        )
        down = self.trim.height - sum(
            stylesheets.length(self.theme, f"margin-{side}", **page) for side in ("top", "bottom")
        )
        return across / size * _LETTERS_IN_EM / _LETTERS_IN_WORD * (down // leading) * _FILLED

    def _page(self) -> dict[str, str]:
        return {"page-width": f"{self.trim.width:g}pt", "page-height": f"{self.trim.height:g}pt"}


def find(book: Book, theme: Theme) -> Geometry:
    """Find the page's size and the printer's table. Raises PackagerError for what names none."""
    problems = []
    trim = printer = None
    try:
        trim = trims.trim(str(theme.style["trim"]))
    except trims.TrimError as fault:
        hint = "name a size (6x9, a5, b-format) or give two lengths (148mm x 210mm)"
        problems.append(error("trim-unknown", str(fault), book.path, book.options.style_lines.get("trim"), hint))
    try:
        printer = trims.printer(book.options.printer)
    except KeyError:
        known = ", ".join(printer.key for printer in trims.printers())
        line = book.options.style_lines.get("printer")
        problems.append(
            error(
                "printer-unknown", f"unknown printer `{book.options.printer}`", book.path, line, f"name one of {known}"
            )
        )
    if trim is None or printer is None:
        raise PackagerError(*problems)
    return Geometry(theme, trim, printer)


def faults(book: Book, theme: Theme) -> tuple[Problem, ...]:
    """Name what is wrong with the book's trim and printer, before anything is laid out."""
    try:
        find(book, theme)
    except PackagerError as stop:
        return stop.problems
    return ()
