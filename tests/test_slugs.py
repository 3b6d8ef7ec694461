import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packager.slugs import slugify, unique


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("A Scandal in Bohemia", "a-scandal-in-bohemia"),
        ("Évariste & Œuvres", "evariste-oeuvres"),
        ("The Engineer’s Thumb", "the-engineers-thumb"),
        ("don't—stop", "dont-stop"),
        ("Straße nach Łódź", "strasse-nach-lodz"),
        ("--1984--", "1984"),
        ("ﬁne ½", "fine-1-2"),
    ],
)
def test_text_folds_to_small_ascii_words(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_text_without_latin_letters_takes_the_fallback() -> None:
    assert slugify("Глава первая") == "section"
    assert slugify("", "book") == "book"


def test_long_text_is_cut_between_words() -> None:
    assert slugify("word " * 20) == "-".join(["word"] * 12)
    assert slugify("x" * 90) == "x" * 60


@given(st.text())
def test_any_text_gives_a_slug(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 60
    assert slugify(slug) == slug


def test_a_taken_slug_gets_a_number() -> None:
    taken = {"storm"}
    assert [unique("storm", taken), unique("storm", taken), unique("calm", taken)] == ["storm-2", "storm-3", "calm"]
