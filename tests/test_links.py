"""Links: what leads to a place of the book, and what is told of what leads nowhere."""

import pytest

from packager.book import Book, Metadata, Section
from packager.galley import Galley, render
from packager.words import words_of


def _render(*texts: str) -> Galley:
    names = ("one", "two")
    sections = (Section(f"{name}.md", 1, text, name) for name, text in zip(names, texts, strict=False))
    return render(Book("book", Metadata("A Book"), tuple(sections)), {})


def _codes(galley: Galley) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in galley.problems]


@pytest.mark.parametrize(
    "link",
    ["two.md", "./two.md", "two.md?x=1", "%74wo.md", "two.html", "two", "two.md#two", "two.md#the-place", "#the-place"],
)
def test_links_lead_to_files_and_headings(link: str) -> None:
    galley = _render(f"# One\n\n[x]({link})", "# Two\n\n## The Place\n\nx")
    assert galley.problems == ()
    (href,) = [a.get("href", "") for a in galley.leaves[0].element.iter("a")]
    assert href[1:] in galley.homes
    assert galley.homes[href[1:]] == "two"


@pytest.mark.parametrize("link", ["nope.md", "#nope", "one.md#nope", "", "../../etc/passwd"])
def test_a_link_that_leads_nowhere_is_an_error_at_its_line(link: str) -> None:
    galley = _render(f"# One\n\ntext\n[x]({link})")
    assert [(problem.severity, problem.line) for problem in galley.problems] == [("error", 4)]
    assert next(galley.leaves[0].element.iter("a"), None) is None


def test_an_unsafe_link_loses_its_target_only() -> None:
    galley = _render("[word](javascript:alert(1))")
    assert _codes(galley) == [("link-unsafe", 1)]
    assert words_of(galley.leaves[0].element) == ["word"]


def test_a_link_to_a_neighbour_of_a_web_site_loses_its_target() -> None:
    galley = _render("# One\n\n[the standard library](../std/index.html#x)")
    assert _codes(galley) == [("link-outside", 3)]
    assert words_of(galley.leaves[0].element) == ["One", "the", "standard", "library"]


def test_a_link_without_its_target_can_still_be_called_by_name() -> None:
    galley = _render("# One\n\n[word](javascript:a){#place}\n\n[there](#place)")
    assert _codes(galley) == [("link-unsafe", 3)]
    place, there = galley.leaves[0].element.iter("a")
    assert (place.get("href"), there.get("href")) == (None, f"#{place.get('id')}")
