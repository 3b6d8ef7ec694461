"""Lists of figures and of tables, for the pages behind the contents."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from packager import crossrefs
from packager.book import Section
from packager.galley import Galley, Leaf
from packager.terms import term
from packager.trees import EPUB, TYPE
from packager.words import words_of

ROLES = {"figures": ("loi", "fig"), "tables": ("lot", "tbl")}
"""What the option `lists` names -> role of the section, kind of its places."""


def made(galley: Galley, edition: str, written: set[str]) -> Iterator[Leaf]:
    """Make the lists that the book asks for, but those that it has `written` itself, by role."""
    for name in galley.book.options.lists:
        role, kind = ROLES[name]
        title = term(role, galley.book.metadata.lang)
        if role in written or (entries := _entries(galley, kind, edition)) is None:
            continue
        element = etree.Element("section", nsmap={"epub": EPUB})
        element.set("id", f"list-of-{name}")
        element.set("class", f"{role} toc front")
        element.set(TYPE, role)
        etree.SubElement(element, "h1").text = title
        element.append(entries)
        section = Section(path="", line=1, text="", slug=f"list-of-{name}", title=title, role=role, toc=False)
        yield Leaf(section, section.slug, element, title, title, "", len(words_of(element)))


def completed(leaf: Leaf, galley: Galley, edition: str) -> Leaf:
    """Put the list into a section that an author wrote for it; others stay as they are."""
    kind = next((kind for role, kind in ROLES.values() if role == leaf.section.role), "")
    entries = _entries(galley, kind, edition) if kind else None
    if entries is None:
        return leaf
    element = deepcopy(leaf.element)
    notes = element.find("section[@class='notes']")
    element.insert(len(element) if notes is None else element.index(notes), entries)
    return replace(leaf, element=element, words=len(words_of(element)), mark=b"")


def _entries(galley: Galley, kind: str, edition: str) -> etree._Element | None:
    """List the places of a kind with their captions, for paper with their pages; None where there are none."""
    places = [place for place in galley.places if place.kind == kind and place.id in galley.homes]
    if not places:
        return None
    paged = edition in ("print", "screen")
    lang = galley.book.metadata.lang
    entries = etree.Element("ol", {"class": "toc-list"})
    for place in places:
        item = etree.SubElement(entries, "li", {"class": "depth-0"})
        link = etree.SubElement(item, "a", {"href": f"#{place.id}"})
        label = etree.SubElement(link, "span", {"class": "toc-label"}) if paged else link
        number = etree.SubElement(label, "span", {"class": "number"})
        number.text, number.tail = crossrefs.called(place, lang, capital=True), " "
        etree.SubElement(label, "span", {"class": "title"}).text = place.title
        if paged:
            etree.SubElement(link, "span", {"class": "leader"}).text = " "
            etree.SubElement(link, "span", {"class": "folio page-of", "data-page-of": place.id})
    return entries
