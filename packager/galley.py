"""The book rendered to XHTML trees, once, for all editions: ids and links book-wide, numbers, notes, contents.

The tree of each leaf is in the EPUB's form (`packager.composition`); editions copy it before they change it.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import unquote

from lxml import etree

from packager import apparatus, citations, crossrefs, rawhtml
from packager.book import Book, Section
from packager.composition import Composed
from packager.crossrefs import Count
from packager.memo import Memo
from packager.notices import REACH
from packager.problems import Problem, error, in_order, warning
from packager.terms import ordinal_label, part_label
from packager.trees import ids, plain, take, unwrap
from packager.words import line_of

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
    sources = citations.load(book)
    memo = memo or Memo(once=True)
    composed = memo.sheets(book, style, sources)
    made = apparatus.prepare(book, composed, style, sources)
    book = replace(book, sections=tuple(section for section, _ in made.sheets))
    composed = [sheet for _, sheet in made.sheets]
    links = _Links(book, composed)
    numbers = _numbers(book, composed, style)
    for section, sheet in zip(book.sections, composed, strict=True):
        links.resolve(section, sheet)
    places, faults = crossrefs.resolve(
        [
            crossrefs.Sheet(section, sheet.element, sheet.names, count, sheet.title)
            for section, sheet, count in zip(book.sections, composed, numbers, strict=True)
        ],
        book.metadata.lang,
    )
    shown = apparatus.finish(made, book, [count.label for count in numbers], style)
    book = replace(book, sections=tuple(section for section, _ in made.sheets))
    leaves = []
    for (section, sheet), number in zip(made.sheets, shown, strict=True):
        title = sheet.title if section.title else _told(sheet)
        _show_number(sheet.element, number)
        short = section.short_title or title
        words, mark = memo.words(sheet.element)
        leaves.append(Leaf(section, section.slug, sheet.element, title, short, number, words, mark))
    homes = {name: leaf.id for leaf in leaves for name in ids(leaf.element)}
    told = (problem for sheet in composed for problem in sheet.problems)
    problems = [*book.problems, *told, *links.problems, *faults, *made.problems]
    if all(_is_empty(leaf) for leaf in leaves):
        problems.append(
            error(
                "book-empty",
                "the book has no text",
                book.path,
                hint="write a chapter: a file with a # heading and a paragraph",
            )
        )
    for section, leaf in zip(book.sections, leaves, strict=True):
        if _is_empty(leaf) and section.role != "part":
            problems.append(
                warning("section-empty", f"the section {leaf.title} has no text", section.path, section.line)
            )
    depth = book.options.toc_depth
    depth = int(str(style.get("toc-depth", 2))) if depth is None else depth
    return Galley(book, tuple(leaves), _contents(leaves, depth), homes, in_order(problems), style, places)


def _is_empty(leaf: Leaf) -> bool:
    return not leaf.words and next(leaf.element.iter("img"), None) is None


def _numbers(book: Book, composed: list[Composed], style: Mapping[str, object]) -> list[Count]:
    """Number parts and the body's chapters, each in its own run, where the book or the section asks for it."""
    counts = {"part": 0, "chapter": 0, "appendix": 0}
    manner = str(style.get("chapter-number", "arabic"))
    numbers = []
    for section, sheet in zip(book.sections, composed, strict=True):
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


class _Links:
    """Finds what the author's links mean."""

    def __init__(self, book: Book, composed: list[Composed]) -> None:
        self.problems: list[Problem] = []
        self.files: dict[str, list[tuple[Section, Composed]]] = {}
        self.anywhere: dict[str, str] = {}
        for section, sheet in zip(book.sections, composed, strict=True):
            for name in _names(section.path):
                self.files.setdefault(name, []).append((section, sheet))
            self.anywhere.setdefault(section.slug, section.slug)
        for sheet in composed:
            for name, target in sheet.names.items():
                if name:
                    self.anywhere.setdefault(name, target)

    def resolve(self, section: Section, sheet: Composed) -> None:
        """Point every link of a section at an id of the book or at the web; tell those that lead nowhere."""
        for link in list(sheet.element.iter("a")):
            href = link.get("href")
            if link.get("class") in ("noteref", "backlink"):
                continue
            if href is None or not href.strip():
                if href is not None:
                    self._tell(section, link, "", "link-empty", "a link without a target")
                take(link, "href")
                if not link.get("id"):
                    unwrap(link)
                continue
            scheme = rawhtml.scheme_of(href)
            if scheme:
                if scheme not in rawhtml.SCHEMES:
                    self.problems.append(
                        warning(
                            "link-unsafe",
                            f"a {scheme}: link is left out",
                            section.path,
                            self._line(section, link, href),
                            "link to a web address or a chapter",
                        )
                    )
                    unwrap(link)
                else:
                    link.set("href", href.strip().replace(" ", "%20").replace("\\", "%5C"))
                continue
            target = self._find(section, sheet, href)
            if target is None:
                if _is_site_page(section.path, href):
                    # mdBook's books link to their neighbours on a web site; a book has none.
                    message, line = f"the link {href} leads to another book's page", self._line(section, link, href)
                    hint = "its words stay; link to the page's address on the web"
                    self.problems.append(warning("link-outside", message, section.path, line, hint))
                else:
                    self._tell(section, link, href, "link-broken", f"the link {href} leads nowhere in the book")
                unwrap(link)
            else:
                link.set("href", f"#{target}")

    def _find(self, section: Section, sheet: Composed, href: str) -> str | None:
        file, _, name = href.strip().partition("#")
        file, name = unquote(file.partition("?")[0]), unquote(name)
        if not file:
            return (
                sheet.names.get(name) or sheet.names.get(name.lower()) or self.anywhere.get(name)
                if name
                else section.slug
            )
        path = posixpath.normpath(posixpath.join(posixpath.dirname(section.path), file))
        for other, sheet in self.files.get(path, ()):
            if not name:
                return other.slug
            if target := sheet.names.get(name) or sheet.names.get(name.lower()):
                return target
        return None

    def _tell(self, section: Section, link: etree._Element, href: str, code: str, message: str) -> None:
        hint = "name a chapter's file, or #id of a heading" if href else "write a target between the brackets"
        self.problems.append(error(code, message, section.path, self._line(section, link, href), hint))

    def _line(self, section: Section, link: etree._Element, href: str) -> int:
        start = section.index_of(line_of(link) or section.line)
        for offset, line in enumerate(section.text.split("\n")[start : start + REACH]):
            if (href and (href in line or unquote(href) in line)) or (not href and "]()" in line):
                return section.line_at(start + offset)
        return section.line_at(start)


def _is_site_page(path: str, href: str) -> bool:
    """Say whether a link names an HTML page above the manuscript's folder."""
    file = unquote(href.strip().partition("#")[0].partition("?")[0])
    above = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)).startswith("..")
    # The sections of an mdBook lie in src/, which its site does not have.
    above = above or (path.startswith("src/") and file.startswith("../"))
    return above and file.endswith((".html", ".htm"))


def _names(path: str) -> Iterator[str]:
    """Yield the names links use for a file: with `.md`, `.html`, `.xhtml`, or no ending."""
    yield path
    stem, dot, ending = path.rpartition(".")
    if dot and ending in ("md", "markdown"):
        yield stem
        yield from (f"{stem}.{other}" for other in ("html", "xhtml", "htm", "md") if other != ending)


__all__ = ["Entry", "Galley", "Leaf", "Memo", "render"]
