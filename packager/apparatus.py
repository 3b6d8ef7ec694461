"""What a book is given at its end for what stands in its text: notes, bibliography, index, and the links to them.

A section of the role in the manuscript gives such a part its place and title; else it is made, in the order of the
Chicago Manual (CMOS 1.4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from packager import citations, endnotes, glossary, indexing
from packager.book import BACK_ROLES, Book, Section
from packager.citations import Sources
from packager.citing import Citing
from packager.composition import Composed, compose
from packager.problems import Problem
from packager.slugs import slugify, unique
from packager.terms import term

Sheets = list[tuple[Section, Composed]]

GLOSSARIES = ("glossary", "abbreviations")
"""Roles of sections that define terms."""


@dataclass(slots=True)
class Apparatus:
    """The parts that a book's text asks for."""

    sheets: Sheets
    """All sections of the book, those that are made among them."""
    sources: Sources | None = None
    bibliography: Composed | None = None
    notes: Composed | None = None
    indexes: dict[str, Composed] = field(default_factory=dict)
    """By name; empty for the unnamed one."""
    problems: list[Problem] = field(default_factory=list)


def is_bare(book: Book, composed: Sequence[Composed], sources: Sources | None) -> bool:
    """Say whether no part is made of what stands all over the text, and nothing in the text leads to one."""
    asked = _asked(composed)
    cited = sources is not None and (bool(sources.uncited) or "data-cite" in asked)
    defined = any(section.role in GLOSSARIES for section in book.sections)
    return not (cited or defined or _has_endnotes(book, composed) or asked & {"data-mark", "data-gloss"})


def prepare(
    book: Book, composed: Sequence[Composed], style: Mapping[str, object], sources: Sources | None
) -> Apparatus:
    """Find what the text asks for, and give each part its section."""
    made = Apparatus(list(zip(book.sections, composed, strict=True)), sources)
    made.problems += sources.problems if sources else ()
    asked = _asked(composed)

    def home(role: str, name: str = "") -> Composed:
        for section, sheet in made.sheets:
            if section.role == role and section.index == name:
                return sheet
        title = term({"endnotes": "notes"}.get(role, role), book.metadata.lang)
        title = f"{title}: {name.replace('-', ' ')}" if name else title
        taken = {section.slug for section, _ in made.sheets}
        slug = unique("-".join(filter(None, ("notes" if role == "endnotes" else role, slugify(name, "")))), taken)
        section = Section(path="", line=1, text="", slug=slug, title=title, role=role, index=name)
        sheet = compose(book, section, style)
        made.sheets.insert(_place(role, [section for section, _ in made.sheets]), (section, sheet))
        return sheet

    if _has_endnotes(book, composed):
        made.notes = home("endnotes")
    if sources and (sources.uncited or "data-cite" in asked):
        made.bibliography = home("bibliography")
    if "data-mark" in asked:
        names = dict.fromkeys(
            mark.get("data-ask-index", "")
            for sheet in composed
            for mark in sheet.element.iter("span")
            if "data-mark" in mark.attrib
        )
        made.indexes = {name: home("index", name) for name in names}
    _add_pages(made, book, style)
    return made


def _add_pages(made: Apparatus, book: Book, style: Mapping[str, object]) -> None:
    """Make the pages that `also-by:` and `colophon:` ask for, unless the manuscript has one of the role."""
    lang = book.metadata.lang
    roles = {section.role for section, _ in made.sheets}
    pages: list[tuple[str, str, list[str]]] = []
    if book.options.also_by and "also-by" not in roles:
        title = " ".join((term("also-by", lang), *book.metadata.authors[:1]))
        pages.append(("also-by", title, list(book.options.also_by)))
    if book.options.colophon and "colophon" not in roles:
        pages.append(("colophon", term("colophon", lang), [_typeface(style, lang), f"{term('made-with', lang)}."]))
    for role, title, lines in pages:
        taken = {section.slug for section, _ in made.sheets}
        section = Section(path="", line=1, text="", slug=unique(role, taken), title=title, role=role)
        sheet = compose(book, section, style)
        for at, text in enumerate(lines):
            line = etree.SubElement(sheet.element, "p", {"class": "first" if at == 0 else f"{role}-line"})
            if role == "also-by":
                line.set("class", "also-by-line")
                etree.SubElement(line, "i").text = text
            else:
                line.text = text
        made.sheets.insert(_place(role, [section for section, _ in made.sheets]), (section, sheet))


def _typeface(style: Mapping[str, object], lang: str) -> str:
    """Tell the faces of a theme: `Set in EB Garamond, headings in Cardo.`"""
    body, heading = (str(style.get(knob, "")) for knob in ("body-font", "heading-font"))
    parts = [f"{term('set-in', lang)} {body}"] + (
        [f"{term('headings-in', lang)} {heading}"] if heading not in ("", body) else []
    )
    return f"{', '.join(parts)}."


def _asked(composed: Iterable[Composed]) -> frozenset[str]:
    """Name the marks of the text that ask for a part."""
    return frozenset().union(*(sheet.asks for sheet in composed))


def _has_endnotes(book: Book, composed: Iterable[Composed]) -> bool:
    if book.options.notes != "book":
        return False
    return any(sheet.element.find("section[@class='notes']") is not None for sheet in composed)


def _place(role: str, sections: Sequence[Section]) -> int:
    """Find where a part belongs that the manuscript does not place."""
    rank = BACK_ROLES.index(role)
    behind = [
        at
        for at, section in enumerate(sections)
        if section.role in BACK_ROLES and BACK_ROLES.index(section.role) > rank
    ]
    body = max((at for at, section in enumerate(sections) if section.matter != "back"), default=-1)
    return next((at for at in behind if at > body), len(sections))


def finish(
    made: Apparatus, book: Book, numbers: Sequence[str], style: Mapping[str, object], set_all: Citing
) -> list[str]:
    """Fill all parts, once links and numbers of the text are settled; return the numbers of all sections.

    `set_all` is that of `citing`, or does what it does. More sections may come in: notes beyond what one file holds.
    """
    lang = book.metadata.lang
    labels = {sheet.element.get("id", ""): number for (_, sheet), number in zip(made.sheets, numbers, strict=True)}
    trees = [sheet.element for _, sheet in made.sheets]
    places = [(section.path, sheet.element) for section, sheet in made.sheets]
    if made.bibliography is not None and made.sources is not None:
        listed = citations.fill(trees, made.sources, lang, made.bibliography.element.get("id", ""), set_all)
        if listed is not None:
            made.bibliography.element.append(listed)
    glossaries = [sheet.element for section, sheet in made.sheets if section.role in GLOSSARIES]
    if glossaries or "data-gloss" in _asked(sheet for _, sheet in made.sheets):
        made.problems += glossary.refer(places, glossary.define(glossaries))
    if made.indexes:
        found = indexing.gather(places, lang)
        made.problems += found.problems
        for name, sheet in made.indexes.items():
            entries = found.indexes.get(name, {})
            if entries:
                sheet.element.append(indexing.listing(entries, sheet.element.get("id", ""), lang))
    if made.notes is not None:
        _place_notes(made, book, labels, style)
    return [labels.get(sheet.element.get("id", ""), "") for _, sheet in made.sheets]


def _place_notes(made: Apparatus, book: Book, labels: Mapping[str, str], style: Mapping[str, object]) -> None:
    assert made.notes is not None
    named = [
        (sheet.element, _named(labels.get(sheet.element.get("id", ""), ""), sheet.title))
        for _, sheet in made.sheets
        if sheet is not made.notes
    ]
    first, *more = endnotes.gather(named)
    made.notes.element.extend(first)
    at = next(index for index, (_, sheet) in enumerate(made.sheets) if sheet is made.notes)
    section = made.sheets[at][0]
    taken = {section.slug for section, _ in made.sheets}
    for groups in more:
        at += 1
        going_on = replace(section, path="", text="", slug=unique(section.slug, taken), title="", toc=False)
        sheet = replace(compose(book, going_on, style), title=made.notes.title)
        sheet.element.extend(groups)
        made.sheets.insert(at, (going_on, sheet))


def _named(number: str, title: str) -> str:
    if not number or number == title:
        return title
    return f"{number}{':' if ' ' in number else '.'} {title}"
