"""`{{title}}`, `{{author}}`, `{{isbn}}`, `{{own}}`: words of the front matter, put into the text."""

from collections.abc import Mapping

from lxml import etree

from packager.aliases import nearest, spell
from packager.book import Book
from packager.notices import Notices
from packager.trees import elements, unwrap

NAMES = tuple(
    "title subtitle author authors editor translator illustrator publisher date year edition rights lang series isbn "
    "description".split()
)
"""Variables that every book has."""
ROLES = {"editor": "edt", "translator": "trl", "illustrator": "ill"}
PRODUCTS = {"epub": "epub", "print": "paperback", "screen": "", "web": ""}


def fill(body: etree._Element, book: Book, notices: Notices) -> None:
    """Put the book's words where a section's text names them, in place; a name that means nothing is an error."""
    variables = elements(body, "variable")
    known: Mapping[str, str] | None = None
    for mark in variables:
        known = _values(book) if known is None else known
        written = mark.get("name", "")
        name = written if written in known else spell(written)
        if name == "isbn":
            _isbn(mark, book, notices)
        elif name not in known:
            near = nearest(name, [*known, *NAMES])
            hint = f"did you mean {{{{{near}}}}}?" if near else r"set it in book.md under variables:, or write \{{"
            notices.fail(mark, "variable-unknown", f"nothing is called {{{{{written}}}}}", hint, written)
            mark.text = f"{{{{{written}}}}}"
        elif not known[name]:
            _blank(mark, name, notices)
        else:
            mark.text = known[name]
        unwrap(mark)


def _values(book: Book) -> dict[str, str]:
    about = book.metadata
    people = {
        word: _listed([person.name for person in about.contributors if person.role == code])
        for word, code in ROLES.items()
    }
    authors = _listed(list(about.authors))
    return {
        "title": about.title,
        "subtitle": about.subtitle,
        "author": authors,
        "authors": authors,
        **people,
        "publisher": about.publisher,
        "date": about.date,
        "year": about.date[:4],
        "edition": about.edition,
        "rights": about.rights,
        "lang": about.lang,
        "series": about.series.name if about.series else "",
        "description": about.description,
        "isbn": "",
        **{f"isbn-{product}": number for product, number in about.isbn.items()},
        **{spell(name): value for name, value in book.variables.items()},
        **book.variables,
    }


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _isbn(mark: etree._Element, book: Book, notices: Notices) -> None:
    """Each edition has its own number: put in those there are, each for its edition."""
    numbers = book.metadata.isbn
    pairs = [("epub", numbers.get("epub", "")), ("print", numbers.get("paperback") or numbers.get("hardcover", ""))]
    if not any(number for _, number in pairs):
        _blank(mark, "isbn", notices)
    for edition, number in pairs:
        if number:
            etree.SubElement(mark, "span", {"class": f"only-{edition}"}).text = number


def _blank(mark: etree._Element, name: str, notices: Notices) -> None:
    message = f"the book has no {name}, and {{{{{name}}}}} stands for nothing"
    notices.warn(mark, "variable-empty", message, f"write {name}: in book.md", name)
