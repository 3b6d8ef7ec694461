"""Turns what layout found into problems with the file and line that an author can mend."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from packager.book import Book
from packager.galley import Leaf
from packager.layout.jobs import ASSET, Pages
from packager.layout.numbering import Numbering
from packager.layout.trims import Printer
from packager.layout.units import Unit
from packager.problems import Problem, error, warning
from packager.words import line_of

_FAULTS = {
    "overflow-wide": ("overflows the text block", "break the line, narrow the table, or make the image smaller"),
    "overflow-long": ("overflows the page at head or foot", "shorten it, or divide it"),
}

_COARSE = "print wants 300: give a larger file, or a smaller width"
_KNOWN = (".notdef", f'Image "{ASSET}')
"""How remarks begin that were made before, with their lines: missing glyphs, images without description."""


def hindrances(units: Sequence[Unit], laid: Sequence[Pages]) -> Iterator[Problem]:
    """Name what stops an edition: every place whose text is not on the pages, every section that never ends."""
    for unit, pages in zip(units, laid, strict=True):
        for loss in pages.losses:
            told = f"text is missing from the pages of {unit.title}: {_short(loss.text)}"
            yield error("word-lost", told, unit.path, loss.line, "please report this, with the paragraph")
        if pages.endless:
            told = f"{unit.title} fills page after page without an end"
            yield error("pages-endless", told, unit.path, hint="look for sizes that leave no room in your CSS or trim")


def layout_problems(units: Sequence[Unit], laid: Sequence[Pages], numbering: Numbering) -> Iterator[Problem]:
    """Name what does not fit its page, and what the layout engine complained of."""
    for unit, pages, place in zip(units, laid, numbering.places, strict=True):
        named = set()
        for fault in pages.faults:
            if (fault.code, fault.line) not in named:
                named.add((fault.code, fault.line))
                what, hint = _FAULTS.get(fault.code, ("", _COARSE))
                told = f"{_short(fault.text)} {what}" if what else fault.text
                told += f" on page {place.label(fault.page)}"
                yield warning(fault.code, told, unit.path, fault.line, hint)
        for remark in pages.remarks:
            if not remark.startswith(_KNOWN):
                yield warning("layout", remark[:1].lower() + remark[1:], unit.path)


def page_count(book: Book, printer: Printer, pages: int) -> Iterator[Problem]:
    """Tell when a printer will not bind so many pages, or so few."""
    least, most = printer.pages
    if not least <= pages <= most:
        told = f"the book has {pages} pages, and the printer ({printer.name}) binds {least} to {most}"
        hint = "choose another printer, or another size of page or type"
        yield warning("pages-count", told, book.path, book.options.style_lines.get("printer"), hint)


def missing_glyphs(leaves: Iterable[Leaf], characters: set[str], level: str = "error") -> Iterator[Problem]:
    """Name every character that no font has, at each line that has it; as an `error`, a `warning`, or not at all.

    On paper nothing else fills in: what has no glyph is not there.
    """
    make = warning if level == "warning" else error
    if not characters or level in ("off", "false"):
        return
    for leaf in leaves:
        told: set[tuple[int | None, str]] = set()
        for element in leaf.element.iter():
            if str(element.tag).startswith("{"):  # formulas have a font of their own
                continue
            for text in (element.text or "", *(child.tail or "" for child in element)):
                for character in characters.intersection(text):
                    line = line_of(element)
                    if (line, character) not in told:
                        told.add((line, character))
                        name = unicodedata.name(character, "unnamed").lower()
                        message = f"no font has a glyph for {character} (U+{ord(character):04X}, {name})"
                        hint = "choose a font that has it, or other words; checks: {glyph-missing: warning} lets it go"
                        yield make("glyph-missing", message, leaf.section.path, line, hint)


def filled_in(leaves: Iterable[Leaf], family: str, has: set[str]) -> Iterator[Problem]:
    """Tell where a font unlike the text's fills in for the first time; `has` are its characters."""
    for leaf in leaves:
        for element in leaf.element.iter(etree.Element):
            for text in (element.text or "", *(child.tail or "" for child in element)):
                if not text.isascii() and (found := "".join(sign for sign in text if sign in has)):
                    message = f"{found[:12]} is set in {family}: the font of the text lacks it"
                    yield warning("glyph-borrowed", message, leaf.section.path, line_of(element))
                    return


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= 50 else f"“{text[:49].rstrip()}…”"
