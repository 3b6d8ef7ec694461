"""The book rendered to XHTML trees, once, for all editions: ids and links book-wide, numbers, notes, contents.

The tree of each leaf is in the EPUB's form (`packager.composition`); editions copy it before they change it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from lxml import etree

from packager import apparatus, conditions, crossrefs, links
from packager.apparatus import Apparatus
from packager.book import Book, Section
from packager.composition import Composed
from packager.crossrefs import Count
from packager.leaf import Around, Leaf, Settled
from packager.memo import Memo
from packager.problems import Problem, error, in_order, warning
from packager.terms import ordinal_label, part_label
from packager.trees import ids, plain

UNLISTED = ("halftitlepage", "titlepage", "copyright-page", "dedication", "epigraph")
"""Roles that the contents leave out (CMOS 1.38)."""
UNNUMBERED = ("prologue", "epilogue", "interlude", "conclusion", "afterword")
"""Roles of the body that never carry a number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    id: str
    title: str
    """Plain text, never empty."""
    number: str = ""
    """`Chapter 1`, `IV`, … or empty."""
    role: str = ""
    """The section's role; empty for a heading inside a section."""
    depth: int = 0
    """0 for a part or a chapter outside parts."""
    children: tuple["Entry", ...] = ()

    def walk(self) -> Iterator["Entry"]:
        """Yield the entry and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Galley:
    """A book, rendered and checked."""

    book: Book
    leaves: tuple[Leaf, ...]
    """In reading order, front matter first; generated pages are not among them (see `packager.matter`)."""
    contents: tuple[Entry, ...]
    """Parts, chapters and headings down to the depth asked for."""
    homes: Mapping[str, str] = field(repr=False)
    """Every id in the book -> id of its leaf."""
    problems: tuple[Problem, ...] = ()
    """Faults of the manuscript and of its text, in the order an author mends them."""
    style: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """The theme's knobs it was rendered with."""
    places: tuple[crossrefs.Place, ...] = field(default=(), repr=False)
    """Figures, tables and what else has a number or a name to call it by, in reading order."""

    @property
    def words(self) -> int:
        """Words of the whole book."""
        return sum(leaf.words for leaf in self.leaves)


def render(book: Book, style: Mapping[str, object], memo: Memo | None = None) -> Galley:
    """Render a book with a theme's knobs: `scene-break`, `drop-caps`, `chapter-number`, `toc-depth`.

    With a memo of the same manuscript, only sections that changed are composed; the galley is the same. Never raises on
    the author's text; what is wrong stands in `Galley.problems`.
    """
    memo = memo or Memo(once=True)
    sources = memo.sources(book)
    composed = memo.sheets(book, style, sources)
    bare = apparatus.is_bare(book, composed, sources)
    made = apparatus.prepare(book, composed if bare else [memo.own(sheet) for sheet in composed], style, sources)
    counts = _numbers(book, made.sheets, style)
    places = crossrefs.number((sheet.named, count) for (_, sheet), count in zip(made.sheets, counts, strict=True))
    around = Around(book.metadata.lang, tuple((s.path, s.slug, sheet.names) for s, sheet in made.sheets), places)
    told, leaves = _alone(made, counts, around, memo) if bare else _together(book, made, counts, around, memo, style)
    book = replace(book, sections=tuple(leaf.section for leaf in leaves))
    homes = {name: leaf.id for leaf in leaves for name in leaf.ids}
    depth = book.options.toc_depth
    depth = int(str(style.get("toc-depth", 2))) if depth is None else depth
    problems = in_order([*book.problems, *told, *made.problems, *_wanting(book, leaves)])
    return Galley(book, tuple(leaves), _contents(leaves, depth), homes, problems, style, tuple(places.values()))


def _alone(made: Apparatus, counts: Sequence[Count], around: Around, memo: Memo) -> tuple[list[Problem], list[Leaf]]:
    """Put links and numbers in place in each section by itself, but in those that the memo holds as they would be."""
    targets, known, settled = links.Targets(around.names), memo.settled(around), []
    for (section, sheet), count in zip(made.sheets, counts, strict=True):
        before = known.get(section.slug)
        if before is None or not before.holds(section, sheet, count):
            own = memo.own(sheet)
            problems = tuple(_tie(section, own, targets, around))
            before = Settled(_leaf(section, own, count.label, memo), sheet, count, problems)
        settled.append(before)
    memo.remember(settled, around)
    return [problem for each in settled for problem in each.problems], [each.leaf for each in settled]


def _together(
    book: Book, made: Apparatus, counts: Sequence[Count], around: Around, memo: Memo, style: Mapping[str, object]
) -> tuple[list[Problem], list[Leaf]]:
    """Put links and numbers in place in all sections, and then what is gathered from all of them."""
    targets = links.Targets(around.names)
    problems = [problem for section, sheet in made.sheets for problem in _tie(section, sheet, targets, around)]
    labels = apparatus.finish(made, book, [count.label for count in counts], style, memo.set_all)
    return problems, [
        _leaf(section, sheet, label, memo) for (section, sheet), label in zip(made.sheets, labels, strict=True)
    ]


def _tie(section: Section, sheet: Composed, targets: links.Targets, around: Around) -> Iterator[Problem]:
    """Put a section's links and references in place, in its own tree; yield what is wrong with it."""
    yield from sheet.problems
    yield from links.resolve(section, sheet.element, sheet.names, targets)
    yield from crossrefs.resolve(section, sheet.element, sheet.named, around.places, around.lang)


def _leaf(section: Section, sheet: Composed, number: str, memo: Memo) -> Leaf:
    """Finish a section's tree, whose links and references are in place, and count its words."""
    title = sheet.title if section.title else _told(sheet)
    _show_number(sheet.element, number)
    words, mark = memo.words(section.slug, sheet.element)
    short, names = section.short_title or title, tuple(ids(sheet.element))
    varies = conditions.may_differ(sheet.element)
    return Leaf(section, section.slug, sheet.element, title, short, number, words, mark, names, varies)


def _wanting(book: Book, leaves: Sequence[Leaf]) -> Iterator[Problem]:
    """Tell of what has no text."""
    if all(_is_empty(leaf) for leaf in leaves):
        hint = "write a chapter: a file with a # heading and a paragraph"
        yield error("book-empty", "the book has no text", book.path, hint=hint)
    for leaf in leaves:
        if _is_empty(leaf) and leaf.section.role != "part":
            message = f"the section {leaf.title} has no text"
            yield warning("section-empty", message, leaf.section.path, leaf.section.line)


def _is_empty(leaf: Leaf) -> bool:
    return not leaf.words and next(leaf.element.iter("img"), None) is None


def _numbers(book: Book, sheets: apparatus.Sheets, style: Mapping[str, object]) -> list[Count]:
    """Number parts and the body's chapters, each in its own run, where the book or the section asks for it."""
    counts = {"part": 0, "chapter": 0, "appendix": 0}
    manner = str(style.get("chapter-number", "arabic"))
    numbers = []
    for section, sheet in sheets:
        kind = section.role if section.role in ("part", "appendix") else "chapter" if section.matter == "body" else ""
        asked = section.numbered if section.numbered is not None else book.options.numbered
        if not kind or not asked or sheet.unnumbered or section.role in UNNUMBERED:
            numbers.append(Count())
            continue
        counts[kind] += 1
        label = ordinal_label if kind == "chapter" else part_label
        numbers.append(Count(kind, counts[kind], label(manner, counts[kind], kind, book.metadata.lang)))
    return numbers


def _told(sheet: Composed) -> str:
    """Give a title with what its citations say by now."""
    heading = sheet.element.find("div[@class='opener']/h1")
    cited = heading is not None and heading.find(".//a[@class='citation']") is not None
    return plain(heading) if heading is not None and cited else sheet.title


def _show_number(element: etree._Element, number: str) -> None:
    heading = element.find("div[@class='opener']/h1")
    if number and heading is not None:
        label = etree.Element("span", {"class": "number"})
        label.text, label.tail = number, " "
        heading.insert(0, label)


def _contents(leaves: list[Leaf], depth: int) -> tuple[Entry, ...]:
    """Build the contents tree: sections by their depth, and their headings below them."""
    flat: list[tuple[int, Entry]] = []
    for leaf in leaves:
        section = leaf.section
        if not section.toc or section.role in UNLISTED:
            continue
        level = section.depth
        flat.append((level, Entry(leaf.id, leaf.title, leaf.number, section.role, level)))
        for heading in leaf.element.iter("h2", "h3", "h4", "h5", "h6"):
            rank = int(heading.tag[1])
            if rank <= depth and heading.get("id") and "unlisted" not in heading.get("class", "").split():
                title = plain(heading)
                if title:
                    flat.append((level + rank - 1, Entry(heading.get("id", ""), title, "", "", level + rank - 1)))
    return _nested(flat, 0)[0]


def _nested(flat: list[tuple[int, Entry]], start: int, floor: int = -1) -> tuple[tuple[Entry, ...], int]:
    """Nest a flat list by level: (entries deeper than `floor` from `start` on, index of the first that is not)."""
    entries = []
    index = start
    while index < len(flat) and flat[index][0] > floor:
        level, entry = flat[index]
        children, index = _nested(flat, index + 1, level)
        entries.append(Entry(entry.id, entry.title, entry.number, entry.role, entry.depth, children))
    return tuple(entries), index


__all__ = ["Entry", "Galley", "Leaf", "Memo", "render"]
