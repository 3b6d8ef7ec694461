"""What is laid out apart: each leaf of a book that begins a page becomes a unit, a small XHTML document.

A unit's page never depends on other units: numbers that cross them (folios, the contents) are written in as text, and
links go by way of a table, `packager:7`, which the joining resolves.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import lxml.etree

from packager import indexing
from packager.book import BACK_ROLES, FRONT_ROLES
from packager.composition import direction
from packager.galley import Galley, Leaf
from packager.layout.fitting import fit, plain
from packager.layout.jobs import ASSET, Heads
from packager.matter import in_edition

DISPLAY = frozenset({"halftitlepage", "titlepage", "copyright-page", "dedication", "epigraph", "seriespage", "part"})
"""Roles whose first page stands alone: neither running head nor folio."""
LINK = "packager:"
"""Scheme of links in a unit's page; the number of the link in the unit's table follows."""
CONTENTS = "contents"

_BEFORE_CONTENTS = frozenset(FRONT_ROLES[: FRONT_ROLES.index("seriespage") + 1])
_ANYWHERE = frozenset({"copyright-page", "seriespage", "loi", "lot"})
"""Roles that take the next page, usually the back of the leaf before."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link in a unit leads."""

    target: str
    """`#id` of an element of the book, or an address of the web."""
    text: str
    """What stands on the page, for readers who cannot see the link."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A run of pages that begins on a fresh page and is laid out by itself."""

    id: str
    title: str
    """For messages."""
    path: str
    """File of the manuscript, for messages; empty for what we wrote."""
    roman: bool
    """Whether its folios are roman: front matter."""
    recto: bool
    """Whether it has to begin on a right-hand page."""
    display: bool
    """Whether its first page has neither head nor folio."""
    heads: Heads
    page: bytes = field(repr=False)
    """XHTML, UTF-8."""
    shell: bytes = field(repr=False)
    """The page's outer elements without content, for the furniture."""
    links: tuple[Link, ...] = field(default=(), repr=False)
    images: tuple[str, ...] = ()
    """Paths of assets shown."""
    words: int = 0
    needs: tuple[str, ...] = field(default=(), repr=False)
    """Ids whose folios its text tells."""
    tree: lxml.etree._Element | None = field(default=None, repr=False, compare=False)
    """What the page was made from, where it has to be made again for its folios."""
    endnotes: bool = False
    """Whether its heads say which pages its notes belong to."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the outline."""

    id: str
    title: str
    level: int
    """From 0, the outermost."""


def units(galley: Galley, front: Iterable[Leaf], contents: lxml.etree._Element | None, *, style: Mapping[str, object],
          edition: str) -> tuple[Unit, ...]:  # fmt: skip
    """Cut a book into units, in order of pages; the contents follow the epigraph."""
    ahead, behind = shown(galley, front, edition)
    ids = {identity for leaf in (*ahead, *behind) for identity in _ids(leaf.element)}
    make = _Maker(galley, style, edition, ids | ({CONTENTS} if contents is not None else set()))
    made = [make.unit(leaf, recto=leaf.section.role not in _ANYWHERE) for leaf in ahead]
    if contents is not None:
        place = next((i for i, leaf in enumerate(ahead) if leaf.section.role not in _BEFORE_CONTENTS), len(ahead))
        made.insert(place, make.contents(contents))
    fresh = galley.book.options.chapter_start == "recto"
    before = ""
    for leaf in behind:
        role = leaf.section.role
        first_of_back = role in BACK_ROLES and before not in BACK_ROLES
        made.append(make.unit(leaf, recto=fresh or not before or "part" in (role, before) or first_of_back))
        before = role
    return tuple(made)


def numbered(galley: Galley, unit: Unit, edition: str, folios: Mapping[str, str]) -> Unit:
    """Make the page of a unit again, with the folios that its text tells."""
    assert unit.tree is not None
    return _Maker(galley, {}, edition, {*folios, CONTENTS}, folios).again(unit)


def shown(galley: Galley, front: Iterable[Leaf], edition: str) -> tuple[list[Leaf], list[Leaf]]:
    """Give the leaves of an edition: those of the front matter, and those behind it."""
    behind = (leaf for leaf in galley.leaves if leaf.section.matter != "front")
    ahead, after = ([leaf for leaf in leaves if in_edition(leaf, edition)] for leaves in (front, behind))
    return ahead, after


def marks(galley: Galley, front: Iterable[Leaf], edition: str, depth: int = 3) -> tuple[Mark, ...]:
    """List the outline: sections of the book, and their headings to a depth of `depth` heading levels."""
    return tuple(_marks(galley, front, edition, depth))


class _Maker:
    """Makes units of one book: knows what heads say and which ids there are to link to."""

    def __init__(self, galley: Galley, style: Mapping[str, object], edition: str, ids: set[str],
                 folios: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self.book = galley.book
        self.style = style
        self.edition = edition
        self.ids = ids
        self.folios = folios
        self.part = ""

    def again(self, unit: Unit) -> Unit:
        assert unit.tree is not None
        made = self._unit(copy.deepcopy(unit.tree), unit.title, unit.path, "", recto=unit.recto, roman=unit.roman,
                          heads=unit.heads, words=unit.words)  # fmt: skip
        return replace(unit, page=made.page, links=made.links)

    def unit(self, leaf: Leaf, *, recto: bool) -> Unit:
        section = leaf.section
        self.part = leaf.short_title if section.role == "part" else self.part if section.matter == "body" else ""
        return self._unit(copy.deepcopy(leaf.element), leaf.title, section.path, section.role, recto=recto,
                          roman=section.matter == "front", heads=self._heads(leaf), words=leaf.words)  # fmt: skip

    def contents(self, element: lxml.etree._Element) -> Unit:
        title = plain(next(element.iter("h1"), element))
        return self._unit(copy.deepcopy(element), title, "", CONTENTS, recto=True, roman=True,
                          heads=Heads(title, title), words=0)  # fmt: skip

    def _unit(self, root: lxml.etree._Element, title: str, path: str, role: str, *, recto: bool, roman: bool,
              heads: Heads, words: int) -> Unit:  # fmt: skip
        needs = indexing.wanted(root)
        tree = copy.deepcopy(root) if needs else None
        if needs:
            # Before any page is laid out, numbers of two figures hold the place of those to come.
            folios = dict.fromkeys(needs, "00") if self.folios is None else self.folios
            indexing.fill(root, folios, links=self.edition == "screen")
        fit(root, path)
        links = tuple(self._links(root))
        images = tuple(_images(root))
        for element in root.iter():
            for name in [name for name in element.attrib if str(name).startswith("{")]:
                del element.attrib[name]
        # Margins know nothing of a unit but its kind: units of one kind share what they need.
        shell = lxml.etree.Element(root.tag, {str(key): str(root.attrib[key]) for key in root.attrib if key != "id"})
        return Unit(
            id=root.get("id", ""), title=title, path=path, roman=roman, recto=recto, display=role in DISPLAY,
            heads=heads, page=self._page(root, title), shell=self._page(shell, ""), links=links, images=images,
            words=words, needs=needs, tree=tree, endnotes=role == "endnotes",
        )  # fmt: skip

    def _page(self, root: lxml.etree._Element, title: str) -> bytes:
        lang = self.book.metadata.lang
        page = lxml.etree.Element("html", {"lang": root.get("lang") or lang})
        if direction(lang) == "rtl":
            page.set("dir", "rtl")
        lxml.etree.SubElement(lxml.etree.SubElement(page, "head"), "title").text = title
        lxml.etree.SubElement(page, "body", {"class": f"{self.edition} edition"}).append(root)
        return lxml.etree.tostring(page, encoding="utf-8")

    def _links(self, root: lxml.etree._Element) -> Iterator[Link]:
        """Number the links of a page and give where they lead; in print, and where the target is left out, unlink."""
        count = 0
        for anchor in root.iter("a"):
            target = anchor.get("href", "")
            for name in {"href", "rel"} & set(anchor.keys()):
                del anchor.attrib[name]
            if self.edition == "print" or not target or (target.startswith("#") and target[1:] not in self.ids):
                continue
            anchor.set("href", f"{LINK}{count}")
            count += 1
            image = next(anchor.iter("img"), None)
            yield Link(target, plain(anchor) or (image.get("alt", "") if image is not None else "") or target)

    def _heads(self, leaf: Leaf) -> Heads:
        verso, recto = (str(self.style.get(f"running-head-{side}", "none")) for side in ("verso", "recto"))
        return Heads(self._head(verso, leaf), self._head(recto, leaf), (verso == "section", recto == "section"))

    def _head(self, wanted: str, leaf: Leaf) -> str:
        title = self.book.metadata.title
        match wanted:
            case "author":
                return ", ".join(leaf.section.authors or self.book.metadata.authors) or title
            case "book":
                return title
            case "part":
                return self.part or title
            case "chapter" | "section":
                return leaf.short_title or leaf.title
            case _:
                return ""


def _ids(element: lxml.etree._Element) -> Iterator[str]:
    return (identity for item in element.iter() if (identity := item.get("id")))


def _images(root: lxml.etree._Element) -> Iterator[str]:
    for image in root.iter("img"):
        path = image.get("src", "")
        image.set("src", ASSET + quote(path))
        yield path


def _marks(galley: Galley, front: Iterable[Leaf], edition: str, depth: int) -> Iterator[Mark]:
    ahead, behind = shown(galley, front, edition)
    for leaf in (*ahead, *behind):
        level = leaf.section.depth
        yield Mark(leaf.id, _label(leaf), level)
        for heading in leaf.element.iter(*(f"h{rank}" for rank in range(2, depth + 1))):
            if heading.get("id") and plain(heading) and "unlisted" not in heading.get("class", "").split():
                yield Mark(heading.get("id", ""), plain(heading), level + int(heading.tag[1]) - 1)


def _label(leaf: Leaf) -> str:
    if not leaf.number or leaf.number == leaf.title:
        return leaf.title
    return f"{leaf.number}{':' if ' ' in leaf.number else '.'} {leaf.title}"
