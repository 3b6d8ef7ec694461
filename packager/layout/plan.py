"""What of a book is to be laid out for a paged edition, and with what: units, faces, images, stylesheets, heads.

A plan lays nothing out. Where it needs to know how pages came out, it is told: `laid` are the pages of each unit, in
the order of the units.
"""

from collections.abc import Mapping, Sequence

from packager import matter, stylesheets
from packager import theme as themes
from packager.composition import direction
from packager.galley import Galley
from packager.layout import geometry
from packager.layout import units as cutting
from packager.layout.fitting import text
from packager.layout.framing import Surround
from packager.layout.jobs import Body, Pages, Setup
from packager.layout.numbering import Numbering, Place, number
from packager.layout.problems import filled_in, missing_glyphs
from packager.layout.units import Unit
from packager.problems import Problem
from packager.theme import Theme
from packager.words import letters


class Plan:
    """The units of one edition of a book, and the jobs that lay them out."""

    def __init__(self, galley: Galley, theme: Theme, edition: str) -> None:
        """`edition` is `print` or `screen`. Raises PackagerError for a page size or a printer that does not exist."""
        self.galley, self.theme, self.edition = galley, theme, edition
        self.book = galley.book
        self.geometry = geometry.find(self.book, theme)
        self.front = matter.front_matter(galley, edition)
        ahead, behind = cutting.shown(galley, self.front, edition)
        self.skip = galley.homes.keys() - {
            key for key, home in galley.homes.items() if home in {leaf.id for leaf in (*ahead, *behind)}
        }
        shown = set().union(*(letters(text(leaf.element)) for leaf in (*ahead, *behind)))
        self.faces, missing = themes.needed(theme, shown)
        self.missing = "".join(sorted(missing))
        checks = self.book.options.checks
        level = str(checks.get("glyph-missing", "error")).lower()
        tells = str(checks.get("glyph-borrowed", "warning")).lower() not in ("off", "false")
        borrowed = themes.borrowed(self.faces, shown) if tells else {}
        self.problems: tuple[Problem, ...] = (
            *missing_glyphs((*ahead, *behind), missing, level),
            *(each for family, has in borrowed.items() for each in filled_in((*ahead, *behind), family, has)),
        )
        self.data = {face.file: face.data for face in self.faces}
        listed = sum(1 for entry in galley.contents for _ in entry.walk()) > 1
        contents = matter.contents(galley, {}, self.skip) if listed else None
        self.units = cutting.units(galley, self.front, contents, style=theme.style, edition=edition)
        self._sheets: dict[tuple[float, str], str] = {}

    @property
    def screen(self) -> bool:
        """Whether the edition is the one for the screen: tagged and linked."""
        return self.edition == "screen"

    @property
    def backwards(self) -> bool:
        """Whether the book is bound on the right: its first page lies on the left."""
        return direction(self.book.metadata.lang) == "rtl"

    def shift(self, place: Place, inside: float) -> float:
        """Say how far the text of a unit's first page moves to the right, as it was laid out for a recto; in points."""
        aside = self.geometry.outer(inside) - inside if place.verso else 0.0
        return -aside if self.backwards else aside

    def inside(self) -> float:
        """Guess the inside margin, in points, before any page is laid out."""
        return self.geometry.inside(self.geometry.estimate(self.galley.words))

    def css(self, inside: float, folio: str = "decimal") -> str:
        """Write the stylesheet for an inside margin, in points; `folio` is the style of page numbers."""
        if (inside, folio) not in self._sheets:
            measures = {**self.geometry.measures(inside), "folio-style": folio}
            sides = ("recto", "verso") if self.backwards else ("verso", "recto")
            # To the stylesheet, a verso is what lies on the left.
            heads = {f"head-{to}": f"string(head-{side})" for to, side in zip(("verso", "recto"), sides, strict=True)}
            if self.backwards:
                heads |= {"direction": "rtl", "native": themes.native(self.theme, self.book.metadata.lang)}
            sheet = stylesheets.write(self.theme, self.edition, self.faces, **measures, **heads)
            self._sheets[inside, folio] = sheet
        return self._sheets[inside, folio]

    def setup(self, folder: str) -> Setup:
        """Say what a worker needs to lay units out."""
        return Setup(folder, self.data, self._assets(), self.book.options.hyphenation, self.missing,
                     gray=self.edition == "print" and self.book.options.interior == "mono",
                     frame=(self.geometry.trim.width / 72, self.geometry.trim.height / 72))  # fmt: skip

    def styled(self) -> list[str]:
        """List the images that the stylesheet shows."""
        css = self.css(self.inside()) if self.theme.sheets else ""
        return [path for path in self.book.assets if path in css]

    def _assets(self) -> dict[str, bytes]:
        """Gather the images that pages or stylesheets show."""
        shown = {path for unit in self.units for path in unit.images}.union(self.styled())
        return {path: self.book.assets[path].data for path in self.book.assets if path in shown}

    def body(self, unit: Unit, inside: float) -> Body:
        """Make the job that lays a unit out."""
        return Body(unit.page, self.css(inside), self.screen, _most(unit))

    def number(self, counts: Sequence[int]) -> Numbering:
        """Give every unit its place, by the number of its pages."""
        return number(self.units, counts, even=self.geometry.printer.even)

    def told(self, folios: Mapping[str, str]) -> list[Unit]:
        """Make those units anew that tell folios."""
        return [self.numbered(at, folios) for at in range(len(self.units))]

    def numbered(self, at: int, folios: Mapping[str, str]) -> Unit:
        """Give the unit at `at`, with the folios that it tells."""
        unit = self.units[at]
        return cutting.numbered(self.galley, unit, self.edition, folios) if unit.needs else unit

    def guess(self, unit: Unit) -> int:
        """Guess how many pages a unit has."""
        return max(1, self.geometry.estimate(unit.words) - self.geometry.estimate(0))

    def surround(self, at: int, place: Place, folios: Mapping[str, str], inside: float) -> Surround:
        """Say what stands around the text of the unit at `at`."""
        unit, trim = self.units[at], self.geometry.trim
        css = self.css(inside, folio="lower-roman" if unit.roman else "decimal")
        return Surround(
            unit.shell, css, unit.heads, place.folio, place.verso, unit.display, trim.width, trim.height,
            self.shift(place, inside), self.book.metadata.lang,
            folios if unit.endnotes else None,
        )  # fmt: skip


def folios(numbering: Numbering, laid: Sequence[Pages]) -> dict[str, str]:
    """Give the folio of every id on the pages."""
    return {
        key: place.label(anchor[0])
        for place, pages in zip(numbering.places, laid, strict=True)
        for key, anchor in pages.anchors.items()
    }


def _most(unit: Unit) -> int:
    """Say how many pages a unit can fill at most, if its stylesheet is sane: eight words a page, an image each."""
    return 200 + unit.words // 8 + 2 * len(unit.images)
