"""Generated pages."""

import pytest
from lxml import etree

from packager.book import Book, Contributor, Metadata, Section, Series
from packager.galley import render
from packager.matter import contents, copyright_page, front_matter, titlepage

ABOUT = Metadata(
    "The Sea",
    subtitle="A Tale",
    contributors=(Contributor("Ann Lee"), Contributor("Bo Ek"), Contributor("Cy Dunn", "trl")),
    lang="en-GB",
    date="2024-05-01",
    publisher="Quay",
    rights="© 2024 Ann Lee",
    series=Series("Waters", "2"),
    isbn={"epub": "9780306406157", "paperback": "9783161484100"},
    edition="Second edition",
)


def _lines(element: etree._Element) -> list[str]:
    return [" ".join(str(text) for text in line.itertext()) for line in element]


def test_title_page() -> None:
    assert _lines(titlepage(Book("b", ABOUT, ())).element) == [
        "The Sea", "A Tale", "Ann Lee and Bo Ek", "Translated by Cy Dunn", "Waters 2", "Quay",
    ]  # fmt: skip


def test_copyright_page_carries_its_own_isbn() -> None:
    book = Book("b", ABOUT, ())
    assert "ISBN 978-0-306-40615-7" in _lines(copyright_page(book, "epub").element)
    assert "ISBN 978-3-16-148410-0" in _lines(copyright_page(book, "print").element)
    assert not any("ISBN" in line for line in _lines(copyright_page(book, "screen").element))


def test_front_matter_by_edition() -> None:
    sections = (Section("d.md", 1, "For you", "d", role="dedication"), Section("a.md", 1, "# A\n\nx", "a"))
    galley = render(Book("b", ABOUT, sections), {})
    assert [leaf.id for leaf in front_matter(galley, "print")] == ["half-title", "title-page", "copyright", "d"]
    assert [leaf.id for leaf in front_matter(galley, "epub")] == ["title-page", "copyright", "d"]


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("halftitlepage", ["mine", "title-page", "copyright"]),
        ("titlepage", ["half-title", "mine", "copyright"]),
        ("copyright-page", ["half-title", "title-page", "mine"]),
    ],
)
def test_an_authors_own_page_takes_the_place(role: str, pages: list[str]) -> None:
    sections = (Section("t.md", 1, "# Mine\n\nText.", "mine", role=role), Section("a.md", 1, "# A\n\nx", "a"))
    galley = render(Book("b", ABOUT, sections), {})
    assert [leaf.id for leaf in front_matter(galley, "print")] == pages
    # A half-title is a thing of paper.
    reflowing = [page for page in pages if page != "half-title" and (page, role) != ("mine", "halftitlepage")]
    assert [leaf.id for leaf in front_matter(galley, "epub")] == reflowing


def test_contents_with_pages() -> None:
    galley = render(Book("b", ABOUT, (Section("a.md", 1, "# A\n\nx", "a"),)), {})
    nav = contents(galley, {"a": "7"})
    assert [span.text for span in nav.iter("span")] == [None, "A", " ", "7"]
    assert [span.text for span in contents(galley).iter("span")] == ["A"]
    assert len(contents(galley, skip=["a"]).findall(".//li")) == 0
