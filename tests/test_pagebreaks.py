"""Marks of printed pages in a text without pages: where they come to stand, and what they are called."""

import pytest
from lxml import etree

from packager.book import Section
from packager.leaf import Leaf
from packager.pagebreaks import Break, Start, marked


def _leaf(markup: str) -> Leaf:
    return Leaf(Section("one.md", 1, "", "one"), "one", etree.fromstring(markup), "One")


def _shown(leaf: Leaf) -> str:
    """Write a leaf with a bar and its label in the place of each mark."""
    for mark in list(leaf.element.iter("span")):
        if mark.get("role") == "doc-pagebreak":
            mark.text = f"|{mark.get('aria-label')}|"
    etree.strip_tags(leaf.element, "span")
    return etree.tostring(leaf.element, encoding="unicode")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (0, "<s><p>|2|One two</p><p><i>three</i> four-five</p></s>"),
        (3, "<s><p>One |2|two</p><p><i>three</i> four-five</p></s>"),
        (5, "<s><p>One |2|two</p><p><i>three</i> four-five</p></s>"),
        (6, "<s><p>One two</p><p><i>|2|three</i> four-five</p></s>"),
        (11, "<s><p>One two</p><p><i>three</i> |2|four-five</p></s>"),
        (16, "<s><p>One two</p><p><i>three</i> four-|2|five</p></s>"),
        (99, "<s><p>One two</p><p><i>three</i> four-|2|five</p></s>"),
    ],
)
def test_a_mark_stands_before_the_word_that_a_page_begins_in(at: int, shown: str) -> None:
    leaf = _leaf("<s><p>One two</p><p><i>three</i> four-five</p></s>")
    (made,), _ = marked([leaf], {"one": [Start("2", at)]}, ())
    assert _shown(made) == shown
    assert "|" not in _shown(leaf)


def test_marks_of_one_place_keep_their_order() -> None:
    (made,), breaks = marked([_leaf("<s><p>One two</p></s>")], {"one": [Start(n, 3) for n in ("ii", "iii", "1")]}, ())
    assert _shown(made) == "<s><p>One |ii||iii||1|two</p></s>"
    assert breaks == tuple(Break(n, f"one--page-{n}", "one") for n in ("ii", "iii", "1"))


def test_ids_that_are_taken_are_left_alone() -> None:
    leaf = _leaf("<s><h2 id='one--page-2'>Page 2</h2></s>")
    (made,), (mark,) = marked([leaf], {"one": [Start("2", 0)]}, ["one--page-2"])
    assert mark.id == "one--page-2-2"
    assert made.ids == ("one--page-2-2",)


def test_a_leaf_without_text_or_without_pages() -> None:
    picture, other = _leaf("<s><img/></s>"), _leaf("<s>x</s>")
    (made, same), breaks = marked([picture, other], {"one": [Start("2", 0)]}, ())[0], ()
    assert _shown(made) == "<s>|2|<img/></s>"
    assert marked([other], {"two": [Start("2", 0)]}, ()) == ((other,), breaks)
    assert same.id == "one"
