"""Tables and figures that Quarto's divs hold together, and captions with markup."""

import pytest
from lxml import etree

from packager.book import Asset, Book, Metadata, Section
from packager.galley import Galley, render
from packager.trees import text_of
from tests.test_galley import PIXEL


def _render(text: str) -> Galley:
    assets = {"a.png": Asset("a.png", PIXEL)}
    return render(Book("book", Metadata("A Book"), (Section("one.md", 1, f"# A\n\n{text}", "one"),), assets), {})


def _only(galley: Galley, tag: str) -> etree._Element:
    (element,) = galley.leaves[0].element.iter(tag)
    return element


def test_a_div_is_a_table() -> None:
    galley = _render("::: {#tbl-a}\n| a |\n|---|\n| 1 |\n\nThe caption\n:::\n\n@tbl-a")
    assert (_only(galley, "table").get("id"), text_of(_only(galley, "caption"))) == (
        "one--tbl-a",
        "Table\u00a01. The caption",
    )
    assert not galley.problems


def test_a_div_is_a_figure() -> None:
    galley = _render("::: {#fig-a}\n![One](a.png)\n\n![Two](a.png)\n\nBoth *of* them\n:::\n\n@fig-a")
    figure = _only(galley, "figure")
    assert [image.get("alt") for image in figure.findall("img")] == ["One", "Two"]
    assert text_of(_only(galley, "figcaption")) == "Figure\u00a01. Both of them"
    assert not galley.problems


def test_a_named_figure_has_its_caption_between_the_brackets() -> None:
    galley = _render('![A *map*[^n]](a.png){#fig-a .left fig-alt="Roads" width=40%}\n\n[^n]: Note.')
    figure = _only(galley, "figure")
    assert figure.get("class") == "figure left width-40"
    assert _only(galley, "img").get("alt") == "Roads"
    assert [node.tag for node in _only(galley, "figcaption")] == ["span", "em", "a"]
    assert not galley.problems


def test_a_figure_without_a_description_is_told() -> None:
    (problem,) = _render("![A caption](a.png){#fig-a}").problems
    assert (problem.code, problem.line) == ("image-alt", 3)
    assert "fig-alt" in problem.hint


def test_a_decorative_figure_is_not() -> None:
    assert not _render("![A caption](a.png){#fig-a .decorative}").problems


def test_without_a_name_the_brackets_describe() -> None:
    galley = _render('![Roads](a.png "The *caption*")')
    assert (_only(galley, "img").get("alt"), text_of(_only(galley, "figcaption"))) == ("Roads", "The *caption*")


def test_in_a_line_a_named_image_is_an_image() -> None:
    galley = _render("See ![a *road*](a.png){#fig-a} here.")
    assert _only(galley, "img").get("alt") == "a road"
    assert not list(galley.leaves[0].element.iter("figure"))


@pytest.mark.parametrize("place", ["{}", ": Caption\n\n{}", "- item\n\n    {}", "> {}\n> "])
def test_a_table_that_ends_a_file_has_no_row_more(place: str) -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    indent = {"-": "\n    ", ">": "\n> "}.get(place[0], "\n")
    galley = _render(place.format(table.replace("\n", indent)) + "\n")
    assert [text_of(row) for row in galley.leaves[0].element.iter("tr")] == ["ab", "12"]
