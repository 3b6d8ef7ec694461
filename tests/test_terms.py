"""Words and numbers of the furniture."""

import tomllib
from pathlib import Path

import pytest

from packager import terms
from packager.terms import in_words, ordinal_label, part_label, roman, term


def test_every_language_has_every_term() -> None:
    tables = tomllib.loads(Path(terms.__file__).with_suffix(".toml").read_text("utf-8"))
    assert {frozenset(table) for table in tables.values()} == {frozenset(tables["en"])}


def test_term() -> None:
    assert term("contents", "de-AT") == "Inhalt"
    assert term("contents", "xx") == "Contents"


@pytest.mark.parametrize(
    ("number", "numeral"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (49, "xlix"), (1994, "mcmxciv")]
)
def test_roman(number: int, numeral: str) -> None:
    assert roman(number) == numeral


@pytest.mark.parametrize(
    ("number", "words"), [(1, "One"), (13, "Thirteen"), (20, "Twenty"), (42, "Forty-two"), (120, "120")]
)
def test_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


@pytest.mark.parametrize(
    ("style", "lang", "label"),
    [
        ("none", "en", ""),
        ("arabic", "en", "3"),
        ("roman", "en", "III"),
        ("words", "en", "Three"),
        ("words", "fr", "3"),
        ("label", "de", "Kapitel 3"),
    ],
)
def test_ordinal_label(style: str, lang: str, label: str) -> None:
    assert ordinal_label(style, 3, "chapter", lang) == label


def test_part_label() -> None:
    assert part_label("words", 2, "part", "en") == "Part Two"
    assert part_label("label", 2, "part", "fr") == "Partie 2"
    assert part_label("roman", 4, "appendix", "en") == "Appendix IV"
