"""What is laid out apart: each leaf of a book that begins a page becomes a unit, a small XHTML document.

A unit's page never depends on other units: numbers that cross them (folios, the contents) are written in as text, and
links go by way of a table, `packager:7`, which the joining resolves.
"""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import lxml.etree

from packager import formulas, indexing
from packager.book import BACK_ROLES, FRONT_ROLES
from packager.composition import direction
from packager.galley import Galley, Leaf
from packager.layout.jobs import ASSET, FORMULA
from packager.matter import in_edition
from packager.problems import PackagerError, error
from packager.trees import MATHML
from packager.words import line_of

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
class Heads:
    """What the running heads of a unit say."""

    verso: str = ""
    recto: str = ""
    section: tuple[bool, bool] = (False, False)
    """Whether verso and recto give way to the section that the page is in."""

    def on(self, section: str) -> tuple[str, str]:
        """Give what a verso and a recto say in a section; empty before the first."""
        verso, recto = self.section
        return section if verso and section else self.verso, section if recto and section else self.recto


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


def plain(element: lxml.etree._Element) -> str:
    """Give the text of an element without notes and their calls, white space run together."""
    return " ".join("".join(_text(element)).replace("\u2060", "").split())


def text(element: lxml.etree._Element) -> str:
    """Give all text of an element as it stands, without its formulas."""
    if next(formulas.formulas(element), None) is not None:
        element = copy.deepcopy(element)
        lxml.etree.strip_elements(element, f"{{{MATHML}}}math", with_tail=False)
    return "".join(map(str, element.itertext()))


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
        _head_columns(root)
        _place_notes(root)
        _draw_formulas(root, path)
        _frame(root)
        links = tuple(self._links(root))
        images = tuple(_images(root))
        for element in root.iter():
            for name in [name for name in element.attrib if str(name).startswith("{")]:
                del element.attrib[name]
        shell = lxml.etree.Element(root.tag, {str(key): str(root.attrib[key]) for key in root.attrib})
        return Unit(
            id=root.get("id", ""), title=title, path=path, roman=roman, recto=recto, display=role in DISPLAY,
            heads=heads, page=self._page(root, title), shell=self._page(shell, title), links=links, images=images,
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


def _head_columns(root: lxml.etree._Element) -> None:
    """Make an empty cell of a table's head a header again: PDF/UA asks one of every column, HTML wants text in one."""
    for row in root.iterfind(".//thead/tr"):
        for cell in row.iterfind("td"):
            cell.tag = "th"
            cell.set("scope", "col")


def _place_notes(root: lxml.etree._Element) -> None:
    """Move each note to its first call, whose mark it takes over; what is never called stays where it is."""
    for notes in [section for section in root.iter("section") if "at-end" in section.get("class", "").split()]:
        for note in notes.findall("aside"):
            note.tag = "div"
            note.set("class", note.get("class", "").replace("footnote", "endnote"))
    asides = {aside.get("id"): aside for aside in root.iter("aside") if "footnote" in aside.get("class", "").split()}
    for call in [anchor for anchor in root.iter("a") if "noteref" in anchor.get("class", "").split()]:
        aside = asides.pop(call.get("href", "").removeprefix("#"), None)
        parent = call.getparent()
        if aside is None or parent is None:
            continue
        for back in [anchor for anchor in aside.iter("a") if "backlink" in anchor.get("class", "").split()]:
            _drop(back)
        aside.set("data-mark", plain(call) or text(call))
        holder = aside.getparent()
        if holder is not None:
            holder.remove(aside)
        aside.tail = call.tail
        parent.replace(call, aside)
    for notes in [section for section in root.iter("section") if section.get("class") == "notes"]:
        if not len(notes):
            _drop(notes)


def _draw_formulas(root: lxml.etree._Element, path: str) -> None:
    """Put drawings in the place of formulas. Raises PackagerError for what cannot be drawn."""
    for formula in formulas.formulas(root):
        try:
            drawing = formulas.draw(formula)
        except formulas.FormulaFault as fault:
            told = f"the formula ${formula.get('alttext')}$: {fault}"
            raise PackagerError(error("math-undrawn", told, path, line_of(formula))) from fault
        drawing[0].text = f"{FORMULA}{drawing[0].text}"
        parent = formula.getparent()
        if parent is not None:
            drawing.tail = formula.tail
            parent.replace(formula, drawing)
            _hold(drawing, parent)


def _hold(drawing: lxml.etree._Element, parent: lxml.etree._Element) -> None:
    """Keep a drawing in the line with what touches it: brackets, a comma, the `th` of `$n$th`."""
    before = drawing.getprevious()
    lead = (parent.text if before is None else before.tail) or ""
    head, tail = re.search(r"[^\s—–-]{0,20}$", lead), re.match(r"[^\s—–-]{0,20}", drawing.tail or "")
    if head is None or tail is None or not (head[0] or tail[0]):
        return
    holder = lxml.etree.Element("span", {"class": "held"})
    parent.replace(drawing, holder)
    holder.text, holder.tail = head[0], (drawing.tail or "")[tail.end() :]
    drawing.tail = tail[0]
    holder.append(drawing)
    if before is None:
        parent.text = lead[: head.start()]
    else:
        before.tail = lead[: head.start()]


def _frame(root: lxml.etree._Element) -> None:
    """Hold together what may not be divided, and give what is turned a page: the engine divides floats and tables."""
    for figure in root.iter("figure"):
        if {"left", "right"}.intersection(figure.get("class", "").split()):
            whole = lxml.etree.Element("div", {"class": "whole"})
            whole[:] = list(figure)
            figure.append(whole)
    for table in [table for table in root.iter("table") if "landscape" in table.get("class", "").split()]:
        page = lxml.etree.Element("div", {"class": "turned-page"})
        parent = table.getparent()
        if parent is not None:
            page.tail, table.tail = table.tail, None
            parent.replace(table, page)
            turned = lxml.etree.SubElement(page, "div", {"class": "turned"})
            turned.append(table)


def _drop(element: lxml.etree._Element) -> None:
    """Take an element out of its tree, with the white space after it; other text after it stays."""
    parent, before, rest = element.getparent(), element.getprevious(), (element.tail or "").lstrip()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + rest
    else:
        parent.text = (parent.text or "") + rest
    element.tail = None
    parent.remove(element)


def _images(root: lxml.etree._Element) -> Iterator[str]:
    for image in root.iter("img"):
        path = image.get("src", "")
        image.set("src", ASSET + quote(path))
        yield path


def _text(element: lxml.etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag != "aside" and "noteref" not in child.get("class", "").split():
            yield from _text(child)
        yield child.tail or ""


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
