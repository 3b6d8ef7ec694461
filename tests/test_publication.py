"""What reflowing editions have in common."""

import pytest
from lxml import etree

from packager import publication
from packager.book import Asset, Book, Metadata, Section
from packager.galley import Galley, Leaf
from packager.problems import PackagerError
from packager.theme import load


def leaf(slug: str, inner: str = "", role: str = "chapter", editions: tuple[str, ...] = ()) -> Leaf:
    element = etree.fromstring(f'<section id="{slug}">{inner}</section>')
    section = Section(f"{slug}.md", 1, "", slug, title=slug, role=role, editions=editions)
    return Leaf(section, slug, element, slug)


ONE, TWO = (
    leaf("one", '<p data-line="3">It blew <em id="one--a">hard</em>.</p>'),
    leaf("two", '<p id="two--b">Calm.</p>'),
)
PAPER = leaf("paper", editions=("print",))
HALF = leaf("half", role="halftitlepage")
GALLEY = Galley(
    Book("book", Metadata("A Book", lang="he"), ()),
    (HALF, ONE, TWO, PAPER),
    (),
    {"one": "one", "one--a": "one", "two": "two", "two--b": "two", "paper": "paper"},
)


def test_leaves_are_those_of_the_edition_without_the_half_title() -> None:
    assert [each.id for each in publication.leaves(GALLEY, "web")] == ["title-page", "copyright", "one", "two"]


def test_homes_are_those_that_are_shown() -> None:
    assert publication.homes(GALLEY, (ONE,)) == {"one": "one", "one--a": "one"}


def test_links_lead_within_the_page_to_others_or_nowhere() -> None:
    link = publication.links(ONE, publication.homes(GALLEY, (ONE, TWO)), lambda id, home: f"{home}/{id}")
    assert [link(id) for id in ("one--a", "two--b", "paper")] == ["#one--a", "two/two--b", None]


def test_language_and_direction_are_the_sections_or_the_books() -> None:
    assert publication.language(GALLEY.book, ONE) == ("he", "rtl")
    french = leaf("three")
    french.element.set("lang", "fr")
    assert publication.language(GALLEY.book, french) == ("fr", "ltr")


def test_a_missing_word_is_told_with_its_line() -> None:
    page = etree.fromstring("<section><p>It hard.</p></section>")
    (problem,) = publication.missing(ONE, page, "web edition")
    assert str(problem) == "one.md:3: the word `blew` is missing from the web edition after `It blew`"
    assert not list(publication.missing(ONE, ONE.element, "web edition"))


def test_what_is_wrong_with_a_picture_is_told_in_one_sentence() -> None:
    shown = leaf("one", '<p data-line="3"><img src="map.jpg"/><img src="none.png"/></p>')
    book = Book("book", Metadata("A Book", cover="map.jpg"), (), {"map.jpg": Asset("map.jpg", b"BM")})
    with pytest.raises(PackagerError) as told:
        publication.pictures(book, [shown])
    broken, missing = told.value.problems
    assert str(broken) == "one.md:3: the image map.jpg is BMP, which books cannot show"
    assert str(missing) == "one.md:3: the image none.png does not exist"
    with pytest.raises(PackagerError, match=r"^the cover map\.jpg is BMP, which books cannot show$"):
        publication.cover(book, load(book))


def test_letters_are_those_of_the_text_not_of_formulas() -> None:
    assert publication.letters("<p>é<math alttext='∑'>∑</math></p>".encode()) == set("<p>é</p>")
