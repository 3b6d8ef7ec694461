"""Words compared."""

import pytest
from lxml import etree

from packager.words import letters, line_of, lost, words_of


def test_words_ignore_what_shows_nothing() -> None:
    assert words_of(etree.fromstring("<p>un<em>believ</em>able co\u00adop a\u2060—b</p>")) == [
        "unbelievable",
        "coop",
        "a—b",
    ]


def test_blocks_and_breaks_end_words() -> None:
    page = '<body xmlns="http://www.w3.org/1999/xhtml"><p>a<br/>b</p><p>c</p></body>'
    assert words_of(etree.fromstring(page)) == ["a", "b", "c"]


def test_lost_words_are_named() -> None:
    assert list(lost("a b c d".split(), "a c d".split())) == [(1, "b")]
    assert list(lost(["unbelievable"], ["un", "believable"])) == [(0, "unbelievable")]
    assert list(lost(["a"], ["a"])) == []


@pytest.mark.parametrize("text", ["", "abba", "naïve — 水, 😀\n\0", "\ud800a"])
def test_letters_are_all_characters_that_a_text_has(text: str) -> None:
    assert letters(text) == set(text)


def test_line_of() -> None:
    root = etree.fromstring('<div><p data-line="7"><em>x</em></p></div>')
    assert line_of(root[0][0]) == 7
    assert line_of(root) is None
