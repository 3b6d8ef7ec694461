"""Pages that a book is given at its end: where they stand, and what takes their place."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from packager.book import Asset, Book, Metadata, Options, Section
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


PIECES = (
    "[", "]", "{", "}", ".index", ".index-start", ".index-end", ".term", " term=", "term='a!b'", "see=", "sort=x", "!",
    "@", "-@", "hale", "[@hale, p. 4]", "[see @hale; @x]", "@{hale}", "^[", "[^*a]", "[^*a]: ",
    "*[X]: y", "X", "*", "`",
    "\n", "\n\n",
    "    ", " ", ";", ",", "p. 4--5", "$", "<b>", "| a | b |\n|---|---|\n", "::: a\n", ":::", "# ", "- ", "\\", "é",
    "\u05d0", '"',
)  # fmt: skip
BIB = Asset("r.bib", b"@book{hale, author = {Hale, Ann}, title = {Oil & <b>Salt</b>}, year = 1871}")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["foot", "chapter", "book"]))
def test_no_text_raises_and_all_trees_are_sound(text: str, notes: str) -> None:
    sections = (Section("1.md", 1, text, "one"), Section("g.md", 1, "# G\n\nX\n: y\n\n" + text, "g", role="glossary"))
    made = Options(notes=notes, bibliography=("r.bib",))
    galley = render(Book("b", Metadata("T"), sections, {"r.bib": BIB}, options=made), {})
    ids = [name for leaf in galley.leaves for node in leaf.element.iter() if (name := node.get("id"))]
    assert len(ids) == len(set(ids))
    for leaf in galley.leaves:
        tree = etree.fromstring(etree.tostring(leaf.element))
        for link in tree.iter("a"):
            if (href := link.get("href", "")).startswith("#"):
                assert href[1:] in galley.homes
        assert not [node for node in tree.iter("span") if {"data-cite", "data-mark", "data-gloss"} & set(node.attrib)]
