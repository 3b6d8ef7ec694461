"""The pages a book is given rather than written: half-title, title page, copyright page, contents.

Order and content follow the Chicago Manual (CMOS 1.16-1.38); a section of the same role in the manuscript takes
a page's place.
"""

from collections.abc import Iterable, Mapping

from lxml import etree

from packager import lists
from packager.book import Book, Section
from packager.galley import Entry, Galley, Leaf
from packager.terms import term
from packager.trees import EPUB, TYPE
from packager.typography import hold_last_words
from packager.words import words_of

EDITION_PRODUCTS = {"epub": "epub", "print": "paperback", "screen": "", "web": ""}
"""Which ISBN an edition carries."""

HALF_TITLE = "half-title"
"""Id of the half-title that is made."""

CREDITED = ("edt", "trl", "ill", "aui", "pht", "ctb")
"""Contributors' roles that the title page names, in this order."""


def front_matter(galley: Galley, edition: str) -> tuple[Leaf, ...]:
    """Return the front leaves of an edition, generated ones among them, in the order they are bound; without contents.

    The EPUB has no half-title: a reading system opens at the text.
    """
    written = [leaf for leaf in galley.leaves if leaf.section.matter == "front" and in_edition(leaf, edition)]
    roles = {leaf.section.role for leaf in written}
    book = galley.book
    made = []
    if edition == "print" and "halftitlepage" not in roles:
        made.append(halftitle(book))
    if "titlepage" not in roles:
        made.append(titlepage(book))
    if "copyright-page" not in roles:
        made.append(copyright_page(book, edition))
    made += lists.made(galley, edition, roles)
    written = [lists.completed(leaf, galley, edition) for leaf in written]
    order = ("halftitlepage", "seriespage", "titlepage", "copyright-page", "dedication", "epigraph", "loi", "lot")

    def rank(leaf: Leaf) -> int:
        return order.index(leaf.section.role) if leaf.section.role in order else len(order)

    return tuple(
        sorted(
            [*made, *(leaf for leaf in written if edition == "print" or leaf.section.role != "halftitlepage")], key=rank
        )
    )


def in_edition(leaf: Leaf, edition: str) -> bool:
    """Say whether an edition carries the leaf."""
    return not leaf.section.editions or edition in leaf.section.editions


def halftitle(book: Book) -> Leaf:
    """Make the half-title: the title alone."""
    element = _section(HALF_TITLE, "halftitlepage")
    hold_last_words(_line(element, "half-title", book.metadata.title))
    return _leaf(element, "halftitlepage", book.metadata.title)


def titlepage(book: Book) -> Leaf:
    """Make the title page: title, subtitle, authors, contributors, publisher."""
    about = book.metadata
    element = _section("title-page", "titlepage")
    head = etree.SubElement(element, "h1", {"class": "book-title"})
    head.text = about.title
    hold_last_words(head)
    if about.subtitle:
        hold_last_words(_line(element, "book-subtitle", about.subtitle))
    if about.authors:
        _line(element, "book-author", _listed(about.authors, about.lang))
    for role in CREDITED:
        names = [person.name for person in about.contributors if person.role == role]
        if names:
            _line(element, "book-contributor", f"{term(role, about.lang)} {_listed(names, about.lang)}")
    if about.series:
        _line(element, "book-series", " ".join(filter(None, (about.series.name, about.series.number))))
    if about.publisher:
        _line(element, "book-publisher", about.publisher)
    return _leaf(element, "titlepage", term("title-page", about.lang))


def copyright_page(book: Book, edition: str) -> Leaf:
    """Make the copyright page of an edition: rights, publisher, edition line, the ISBN of this product."""
    about = book.metadata
    element = _section("copyright", "copyright-page")
    year = about.date[:4]
    _line(element, "copyright-title", about.title)
    if about.rights:
        _line(element, "copyright-rights", about.rights)
    elif about.authors:
        _line(element, "copyright-rights", " ".join(filter(None, ("©", year, _listed(about.authors, about.lang)))))
    if about.edition:
        _line(element, "copyright-edition", about.edition)
    if about.publisher:
        _line(
            element,
            "copyright-publisher",
            ", ".join(filter(None, (f"{term('published', about.lang)} {about.publisher}", year))),
        )
    elif year and about.rights:
        _line(element, "copyright-publisher", f"{term('first', about.lang)} {year}")
    isbn = about.isbn.get(EDITION_PRODUCTS.get(edition, ""), "")
    if not isbn and edition == "print":
        isbn = about.isbn.get("hardcover", "")
    if isbn:
        _line(element, "copyright-isbn", f"ISBN {_hyphenated(isbn)}")
    return _leaf(element, "copyright-page", term("copyright", about.lang))


def contents(galley: Galley, pages: Mapping[str, str] | None = None, skip: Iterable[str] = ()) -> etree._Element:
    """Make the contents list; `pages` gives the folio of each id for print, `skip` the ids an edition leaves out."""
    nav = etree.Element("nav", nsmap={"epub": EPUB})
    nav.set("id", "contents")
    nav.set("class", "toc front")
    nav.set(TYPE, "toc")
    nav.set("role", "doc-toc")
    etree.SubElement(nav, "h1").text = term("contents", galley.book.metadata.lang)
    nav.append(_list(galley.contents, pages, frozenset(skip)))
    return nav


def _list(entries: tuple[Entry, ...], pages: Mapping[str, str] | None, skip: frozenset[str]) -> etree._Element:
    ol = etree.Element("ol", {"class": "toc-list"})
    for entry in entries:
        if entry.id in skip:
            continue
        item = etree.SubElement(ol, "li", {"class": f"depth-{entry.depth} role-{entry.role or 'heading'}"})
        link = etree.SubElement(item, "a", {"href": f"#{entry.id}"})
        label = etree.SubElement(link, "span", {"class": "toc-label"}) if pages is not None else link
        if entry.number:
            number = etree.SubElement(label, "span", {"class": "number"})
            number.text, number.tail = entry.number, " "
        etree.SubElement(label, "span", {"class": "title"}).text = entry.title
        if pages is not None:
            etree.SubElement(link, "span", {"class": "leader"}).text = " "
            folio = etree.SubElement(link, "span", {"class": "folio", "data-page-of": entry.id})
            folio.text = pages.get(entry.id, "")
        if entry.children:
            inner = _list(entry.children, pages, skip)
            if len(inner):
                item.append(inner)
    return ol


def _section(name: str, role: str) -> etree._Element:
    element = etree.Element("section", nsmap={"epub": EPUB})
    element.set("id", name)
    element.set("class", f"{role} front")
    element.set(TYPE, role)
    return element


def _line(element: etree._Element, name: str, text: str) -> etree._Element:
    line = etree.SubElement(element, "p", {"class": name})
    line.text = text
    return line


def _leaf(element: etree._Element, role: str, title: str) -> Leaf:
    section = Section(path="", line=1, text="", slug=element.get("id", role), title=title, role=role, toc=False)
    return Leaf(section, section.slug, element, title, title, "", len(words_of(element)))


def _listed(names: Iterable[str], lang: str) -> str:
    """Join names as prose does: `A`, `A and B`, `A, B and C`."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {term('and', lang)} {names[-1]}"


def _hyphenated(isbn: str) -> str:
    """Hyphenate an ISBN-13 by its ranges where they are known (ISO 2108)."""
    import isbnlib

    return isbnlib.mask(isbn) or isbn
