"""The package document's metadata: names, roles, titles, series, and what a book is called for ever."""

import pytest

from packager import opf
from packager.accessibility import Accessibility
from packager.book import Contributor, Metadata, Series

NOTHING = Accessibility((), (), (), (), "Said.")


def elements(metadata: Metadata) -> list[opf.Element]:
    return list(opf.elements(metadata, NOTHING))


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (Metadata("T", identifier="doi:10.1/x", isbn={"epub": "9780000000002"}), "doi:10.1/x"),
        (Metadata("T", isbn={"epub": "9780000000002"}), "urn:isbn:9780000000002"),
        (Metadata("T", isbn={"paperback": "9780000000002"}), "urn:uuid:"),
    ],
)
def test_identifier_comes_from_the_author_the_isbn_or_the_name(metadata: Metadata, expected: str) -> None:
    assert opf.identifier(metadata).startswith(expected)
    assert opf.identifier(metadata) == opf.identifier(metadata)


def test_a_title_alone_needs_little() -> None:
    names = [name for name, _, _ in elements(Metadata("T"))]
    assert names == ["title", "meta", "meta", "language", "meta", "meta"]


def test_contributors_keep_order_role_and_sorting_form() -> None:
    made = elements(Metadata("T", contributors=(Contributor("Ann Lee", file_as="Lee, Ann"), Contributor("Bo", "trl"))))
    assert ("creator", "Ann Lee", {"id": "person-1"}) in made
    assert ("contributor", "Bo", {"id": "person-2"}) in made
    assert ("meta", "Lee, Ann", {"refines": "#person-1", "property": "file-as"}) in made
    assert ("meta", "trl", {"refines": "#person-2", "property": "role", "scheme": "marc:relators"}) in made
    assert ("meta", "2", {"refines": "#person-2", "property": "display-seq"}) in made


def test_unnumbered_series_has_no_position() -> None:
    properties = [attributes.get("property") for _, _, attributes in elements(Metadata("T", series=Series("Winds")))]
    assert "belongs-to-collection" in properties
    assert "group-position" not in properties


def test_isbn_stands_beside_the_authors_own_identifier() -> None:
    made = elements(Metadata("T", identifier="doi:10.1/x", isbn={"epub": "9780000000002"}))
    assert made[0] == ("identifier", "urn:isbn:9780000000002", {"id": "isbn"})
