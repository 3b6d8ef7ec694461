"""Numbers and references: what is counted, how it is called, what is told of those that lead nowhere."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from packager.book import Book, Metadata, Options, Section
from packager.crossrefs import Place, called
from packager.galley import Galley, render
from packager.trees import text_of
from packager.words import words_of

TABLE = "| a |\n|---|\n| 1 |\n\n: Caption {#tbl-%s}\n\n"


def _render(
    *texts: str,
    lang: str = "en",
    numbered: bool = True,
    roles: tuple[str, ...] = (),
    style: Mapping[str, object] | None = None,
) -> Galley:
    sections = tuple(
        Section(f"{at}.md", 1, text, f"s{at}", role=roles[at] if roles else "chapter") for at, text in enumerate(texts)
    )
    return render(
        Book("book", Metadata("A Book", lang=lang), sections, options=Options(numbered=numbered)), style or {}
    )


def _references(galley: Galley) -> list[str]:
    links = [link for leaf in galley.leaves for link in leaf.element.iter("a") if link.get("class") == "crossref"]
    return [f"{link.text}".replace("\u00a0", " ") for link in links]


def test_numbers_run_by_chapter() -> None:
    galley = _render("# A\n\n" + TABLE % "a" + TABLE % "b", "# B\n\n" + TABLE % "c" + "@tbl-a @tbl-b @tbl-c")
    assert _references(galley) == ["Table 1.1", "Table 1.2", "Table 2.1"]
    labels = [text_of(caption) for leaf in galley.leaves for caption in leaf.element.iter("caption")]
    assert labels[0] == "Table\u00a01.1. Caption"
    assert not galley.problems


def test_numbers_run_through_a_book_without_chapter_numbers() -> None:
    galley = _render(*(f"# T\n\n{TABLE % name}" for name in "ab"), "# R\n\n@tbl-b", numbered=False)
    assert _references(galley) == ["Table 2"]


def test_an_appendix_counts_by_letter() -> None:
    galley = _render("# A\n\n@tbl-b", "# B\n\n" + TABLE % "b", roles=("chapter", "appendix"))
    assert _references(galley) == ["Table A.1"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@tbl-a", ["Table 1.1"]),
        ("@Tbl-a", ["Table 1.1"]),
        ("[-@tbl-a]", ["1.1"]),
        ("[Tab. @tbl-a; Eq. @eq-e]", ["1.1", "1.1"]),
        ("[@tbl-a; -@eq-e]", ["Table 1.1", "1.1"]),
        ("@sec-a", ["Chapter One"]),
        ("[-@sec-a]", ["One"]),
        ("@sec-in", ["“Inside”"]),
        ("@eq-e", ["Equation 1.1"]),
        ("@lst-l", ["Listing 1.1"]),
        ("mail@tbl-a.org and `@tbl-a` and \\@tbl-a", []),
    ],
)
def test_how_a_place_is_called(source: str, expected: list[str]) -> None:
    places = TABLE % "a" + '## Inside {#sec-in}\n\n$$x$$ {#eq-e}\n\n```{.c #lst-l title="T"}\nx\n```\n\n'
    galley = _render(f"# A {{#sec-a}}\n\n{places}{source}", style={"chapter-number": "words"})
    assert _references(galley) == expected
    assert not galley.problems


@pytest.mark.parametrize(
    ("lang", "expected"), [("fr", ["tableau 1.1", "Tableau 1.1"]), ("de", ["Tabelle 1.1", "Tabelle 1.1"])]
)
def test_languages_say_it_their_way(lang: str, expected: list[str]) -> None:
    assert _references(_render("# A\n\n" + TABLE % "a" + "@tbl-a @Tbl-a", lang=lang)) == expected


def test_paper_tells_the_page() -> None:
    galley = _render("# A\n\n" + TABLE % "a" + "See @tbl-a.")
    (page,) = [span for span in galley.leaves[0].element.iter("span") if span.get("class") == "print-only"]
    assert (page.text, page[0].get("data-page-of"), page.tail) == (", page\u00a0", "s0--tbl-a", ".")


def test_an_undefined_reference_is_told_with_the_nearest() -> None:
    galley = _render("# A\n\n" + TABLE % "planets" + "\n\nSee\n@tbl-planet.")
    (problem,) = galley.problems
    assert (problem.code, problem.line) == ("reference-undefined", 12)
    assert problem.hint == "did you mean @tbl-planets?"
    assert "@tbl-planet." in words_of(galley.leaves[0].element)


def test_two_places_of_one_name_are_told() -> None:
    galley = _render("# A\n\n" + TABLE % "a", "# B\n\n" + TABLE % "a")
    (problem,) = galley.problems
    assert (problem.code, problem.path, problem.line) == ("id-duplicate", "1.md", 7)


def test_a_heading_is_no_table() -> None:
    galley = _render("# A\n\n## Tbl top\n\n@tbl-top")
    assert [problem.code for problem in galley.problems] == ["reference-undefined"]


def test_a_place_without_a_number_is_called_by_its_title() -> None:
    assert called(Place("x", "sec", "", "The Sea"), "fr") == "«\u202fThe Sea\u202f»"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["@fig-a", "[-@tbl-a]", "[@eq-a; @sec-b]", "$$x$$ {#eq-a}", TABLE % "a", "# H {#sec-b}", " ", "\n\n"]
        ),
        max_size=12,
    ).map("".join)
)
def test_anything_gives_pages(text: str) -> None:
    galley = _render(text)
    for leaf in galley.leaves:
        assert not list(leaf.element.iter("crossref", "math"))
        assert etree.fromstring(etree.tostring(leaf.element)).tag == "section"
