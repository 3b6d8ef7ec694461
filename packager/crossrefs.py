"""Numbers of figures, tables, equations and listings, and the references that call them: `@fig-x` -> `Figure 3.2`.

Kinds and spellings are Quarto's (https://quarto.org/docs/authoring/cross-references.html). Numbers run by chapter where
chapters are numbered, else through the book.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from packager.aliases import nearest
from packager.book import Section
from packager.notices import REACH
from packager.problems import Problem, error
from packager.terms import term
from packager.trees import classes, elements, plain, take, unwrap
from packager.typography import marks_for
from packager.words import line_of

KINDS = {"fig": "figure", "tbl": "table", "eq": "equation", "lst": "listing", "sec": "section"}
"""What a name begins with -> the term it is called by."""
_NAME = re.compile(rf"({'|'.join(KINDS)})-")
_LOWER = ("es", "fr", "it", "ru")
"""Languages that begin the word with a small letter in running text."""


@dataclass(frozen=True, slots=True)
class Count:
    """How a section is counted: `kind` is `part`, `chapter` or `appendix`, `label` as its heading shows it."""

    kind: str = ""
    number: int = 0
    label: str = ""

    @property
    def prefix(self) -> str:
        """What numbers inside the section begin with: `3.`, `B.`; empty where the section has none."""
        if self.kind not in ("chapter", "appendix"):
            return ""
        letter = chr(64 + self.number) if self.kind == "appendix" and self.number <= 26 else str(self.number)
        return f"{letter}."


@dataclass(frozen=True, slots=True)
class Place:
    """What a reference calls."""

    id: str
    kind: str
    number: str
    """Without the word: `3.2`; empty where the place has none."""
    title: str
    """Plain text of the caption or heading."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference can call in a section, before it has a number."""

    name: str
    kind: str
    id: str
    title: str
    is_head: bool = False
    """Whether it is the section itself."""


def named(element: etree._Element, names: Mapping[str, str], title: str) -> tuple[Named, ...]:
    """Find what of a section's tree has a name of a kind, in reading order.

    `names` says what its places are called -> their ids; `title` is the section's.
    """
    wanted: dict[str, list[str]] = {}
    for name, target in names.items():
        if _NAME.match(name):
            wanted.setdefault(target, []).append(name)
    return tuple(_named(element, title, wanted)) if wanted else ()


def _named(element: etree._Element, title: str, wanted: dict[str, list[str]]) -> Iterator[Named]:
    for node in element.iter("*"):
        id = node.get("id", "")
        for name in wanted.pop(id, ()):
            kind = name.partition("-")[0]
            if kind == "sec":
                yield Named(name, kind, id, title if node is element else plain(node), node is element)
            elif _is(kind, node):
                caption = _caption(node)
                yield Named(name, kind, id, plain(caption) if caption is not None else "")


def number(sections: Iterable[tuple[Sequence[Named], Count]]) -> dict[str, Place]:
    """Number what can be called, section by section; of two places of one name, the first has it."""
    places: dict[str, Place] = {}
    counters: dict[tuple[str, str], int] = {}
    for found, count in sections:
        for each in found:
            if each.kind == "sec":
                label = count.label if each.is_head else ""
                place = Place(each.id, count.kind if label else each.kind, label, each.title)
            else:
                key = each.kind, count.prefix
                counters[key] = counters.get(key, 0) + 1
                place = Place(each.id, each.kind, f"{count.prefix}{counters[key]}", each.title)
            places.setdefault(each.name, place)
    return places


def resolve(
    section: Section, element: etree._Element, own: Sequence[Named], places: Mapping[str, Place], lang: str
) -> Iterator[Problem]:
    """Show the numbers of a section's own places, and turn its references into links; yield what is wrong with them.

    A reference whose place is not there stays as its author wrote it.
    """
    nodes = {node.get("id"): node for node in element.iter("*")} if own else {}
    for each in own:
        node, place = nodes[each.id], places[each.name]
        if place.id == each.id:
            _show(node, place, lang)
        else:
            message, hint = f"two places of the book are called #{each.name}", "give one of them another id"
            yield error("id-duplicate", message, section.path, _line(section, node, each.name), hint)
    marks = elements(element, "crossref")
    for mark in marks:
        name = mark.get("name", "")
        found = places.get(name) or places.get(name[:1].lower() + name[1:])
        if found:
            _refer(mark, found, section.lang or lang)
            continue
        message, hint = f"@{name} refers to nothing in the book", _hint(name, places)
        yield error("reference-undefined", message, section.path, _line(section, mark, f"@{name}"), hint)
        mark.text = f"@{name}"
        unwrap(mark)
    for group in elements(element, "span") if marks else ():
        if group.get("class") == "crossrefs":
            unwrap(group)


def _is(kind: str, node: etree._Element) -> bool:
    """Say whether an element is what its name says, so that a heading called `Table-top` counts as none."""
    if kind == "eq":
        return "equation" in classes(node)
    return node.tag in {"fig": ("figure", "img"), "tbl": ("table", "figure"), "lst": ("figure", "pre")}[kind]


def _caption(node: etree._Element) -> etree._Element | None:
    return node.find("caption" if node.tag == "table" else "figcaption")


def _show(node: etree._Element, place: Place, lang: str) -> None:
    """Write the number where the place shows it: before the caption, behind the equation."""
    if place.kind == "eq":
        # Before the formula: what floats stands no higher than what it follows.
        number = etree.Element("span", {"class": "equation-number"})
        number.text, number.tail = f"({place.number})", " "
        node.insert(0, number)
        return
    if place.kind not in KINDS or place.kind == "sec":
        return
    caption = _caption(node)
    if caption is None:
        if node.tag not in ("figure", "table"):
            return
        caption = etree.Element("caption" if node.tag == "table" else "figcaption")
        node.insert(0 if node.tag == "table" else len(node), caption)
    label = etree.Element("span", {"class": "label"})
    text = caption.text or ""
    stop = "." if text.strip() or len(caption) else ""
    label.text, label.tail = f"{_word(place.kind, lang)}\u00a0{place.number}{stop}", f" {text}" if stop else None
    caption.text = None
    caption.insert(0, label)


def _refer(mark: etree._Element, place: Place, lang: str) -> None:
    """Turn a mark into a link, with the page it leads to for paper."""
    name, alone = take(mark, "name"), take(mark, "form") == "number"
    mark.tag = "a"
    mark.set("href", f"#{place.id}")
    mark.set("class", "crossref")
    mark.text = place.number if alone and place.number else called(place, lang, capital=name[:1].isupper())
    if alone:
        return
    page = etree.Element("span", {"class": "print-only"})
    page.text = f", {term('page', lang)}\u00a0"
    etree.SubElement(page, "span", {"class": "page-of", "data-page-of": place.id})
    page.tail, mark.tail = mark.tail, None
    mark.addnext(page)


def called(place: Place, lang: str, *, capital: bool = False) -> str:
    """Name a place as running text does: `Figure 3.2`, `Chapter One`, or its title in quotation marks."""
    if not place.number:
        marks = marks_for(lang)
        return f"{marks.outer[0]}{place.title}{marks.outer[1]}"
    word = _word(place.kind, lang)
    if place.number.startswith(word):
        return place.number.replace(" ", "\u00a0") if capital else place.number
    small = not capital and lang.split("-")[0] in _LOWER
    return f"{word[:1].lower() + word[1:] if small else word}\u00a0{place.number}"


def _word(kind: str, lang: str) -> str:
    return term(KINDS.get(kind, kind), lang)


def _hint(name: str, places: Mapping[str, Place]) -> str:
    near = nearest(name[:1].lower() + name[1:], places)
    if near:
        return f"did you mean @{near}?"
    return f"give the place an id: {{#{name}}}"


def _line(section: Section, node: etree._Element, needle: str) -> int:
    start = section.index_of(line_of(node) or section.line)
    for offset, line in enumerate(section.text.split("\n")[start : start + REACH]):
        if needle in line:
            return section.line_at(start + offset)
    return section.line_at(start)
