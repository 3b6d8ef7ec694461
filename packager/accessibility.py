"""What an edition may truthfully claim of its accessibility, found in its pages.

After EPUB Accessibility 1.1 (https://www.w3.org/TR/epub-a11y-11/#sec-discovery) and schema.org's vocabulary of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Accessibility:
    """Values of the schema.org properties, in the order they are written."""

    modes: tuple[str, ...]
    """`accessMode`: the senses that the content speaks to."""
    sufficient: tuple[str, ...]
    """`accessModeSufficient`: senses that suffice to take all of it in."""
    features: tuple[str, ...]
    hazards: tuple[str, ...]
    summary: str
    """The same facts as sentences."""


def describe(pages: Iterable[etree._Element], *, animated: bool = False, paged: bool = False) -> Accessibility:
    """Say what holds for the pages; the cover counts as none of them.

    `animated` where an image moves, `paged` where the text tells the pages of the printed book.
    """
    pictures = described = headings = tables = notes = 0
    roles = formulas = False
    for page in pages:
        for element in page.iter(etree.Element):
            name = etree.QName(element).localname
            roles = roles or element.get("role") is not None
            if name in ("img", "svg") and not _decorative(element):
                pictures += 1
                described += bool(_description(element))
            formulas = formulas or name == "math"
            headings += name in _HEADINGS
            tables += name == "table"
            notes += element.get("role") == "doc-footnote" or "endnote" in element.get("class", "").split()
    told = pictures == described
    features = (
        "tableOfContents",
        "readingOrder",
        *(["structuralNavigation"] if headings else []),
        *(["alternativeText"] if pictures and told else []),
        *(["MathML", "latex"] if formulas else []),
        *(["ARIA"] if roles else []),
        *(["pageBreakMarkers", "pageNavigation"] if paged else []),
        "displayTransformability",
    )
    return Accessibility(
        modes=("textual", "visual") if pictures else ("textual",),
        sufficient=(("textual",) if told else ()) or ("textual,visual",),
        features=features,
        hazards=("unknown",) if animated else ("none",),
        summary=_summary(pictures, described, headings, tables, notes, animated, paged),
    )


def _summary(pictures: int, described: int, headings: int, tables: int, notes: int, animated: bool, paged: bool) -> str:
    said = ["The text can be read aloud, enlarged and restyled by the reading system"]
    said.append("A table of contents" + (" and headings lead" if headings else " leads") + " through the book")
    if paged:
        said.append("The pages of the printed book can be found by their numbers")
    if notes:
        said.append("Notes are linked with their places in the text, both ways")
    if tables:
        said.append("Tables are marked up as tables")
    if pictures and described == pictures:
        said.append("Every image that carries meaning has a description")
    elif pictures:
        said.append(f"{pictures - described} of {pictures} images have no description")
    if animated:
        said.append("Some images move; whether they flash is not known")
    return ". ".join(said) + "."


def _decorative(element: etree._Element) -> bool:
    """Say whether an image is marked as mere ornament."""
    hidden = element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none")
    return hidden or (element.tag == "img" and element.get("alt") is not None and not element.get("alt", "").strip())


def _description(element: etree._Element) -> str:
    title = next((child.text for child in element if etree.QName(child).localname == "title"), None)
    return (element.get("alt") or element.get("aria-label") or title or "").strip()
