"""Pages that a book is given at its end: where they stand, and what takes their place."""

from packager.book import Book, Metadata, Options, Section
from packager.frontmatter import parse
from packager.galley import Galley, render
from packager.metadata import book_keys
from packager.trees import plain


def _render(*roles: str, **options: object) -> Galley:
    first = Section("1.md", 1, "# One\n\nText [a]{.index}.", "one")
    sections = (first, *(Section(f"{role}.md", 1, f"# My {role}\n\nMine.", role, role=role) for role in roles))
    made = Options(**options)  # type: ignore[arg-type]
    style = {"body-font": "EB Garamond", "heading-font": "Cardo"}
    return render(Book("b", Metadata("T"), sections, options=made), style)


def test_pages_stand_in_the_manuals_order() -> None:
    galley = _render("appendix", "about-the-author", also_by=("A Book", "B"), colophon=True)
    assert [leaf.section.role for leaf in galley.leaves] == [
        "chapter",
        "appendix",
        "index",
        "colophon",
        "also-by",
        "about-the-author",
    ]
    colophon, also = galley.leaves[3].element, galley.leaves[4].element
    assert plain(colophon) == "ColophonSet in EB Garamond, headings in Cardo.Made from plain text with packager."
    assert [plain(line) for line in also.iter("p")] == ["A Book", "B"]


def test_a_file_takes_a_pages_place() -> None:
    galley = _render("colophon", "also-by", also_by=("A Book",), colophon=True)
    assert [leaf.title for leaf in galley.leaves] == ["One", "Index", "My colophon", "My also-by"]


def test_nothing_is_made_that_nobody_asks_for() -> None:
    book = Book("b", Metadata("T"), (Section("1.md", 1, "# One\n\nText.", "one"),))
    assert [leaf.id for leaf in render(book, {}).leaves] == ["one"]


def test_keys_of_the_front_matter() -> None:
    yaml = "title: T\nnotes: book\neditor-notes: letters\nbibliography: a.bib\nalso-by: [X, Y]\ncolophon: yes\n"
    keys, front = book_keys(parse(yaml, "book.md"))
    assert not front.problems
    assert (keys.notes, keys.editor_notes, keys.bibliography) == ("book", "letters", ("a.bib",))
    assert (keys.also_by, keys.colophon) == (("X", "Y"), True)
    _, front = book_keys(parse("title: T\nnotes: margin\ncolophon: maybe\n", "book.md"))
    assert [problem.code for problem in front.problems] == ["key-value", "key-value"]
