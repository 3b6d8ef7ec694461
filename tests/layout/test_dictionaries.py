"""Hyphenation from patterns that are read when a word needs them, against Pyphen's own."""

from pathlib import Path

import pyphen
import pytest

from packager.layout.patches import dictionaries

_HyphDict = pyphen.HyphDict.__base__ if pyphen.HyphDict is dictionaries.Patterns else pyphen.HyphDict
WORDS = "hyphenation Universität asszonnyal Schiffahrt project’s l'excellence verbal urin x".split()


@pytest.mark.parametrize("language", ["en_GB", "de_DE", "fr", "hu_HU", "eo"])
def test_words_are_divided_as_by_pyphen(language: str) -> None:
    path = pyphen.LANGUAGES[language]
    theirs, ours = _HyphDict(path), dictionaries.Patterns(path)
    for word in (*WORDS, *(key.strip(".") for key in list(theirs.patterns)[::97])):
        told = [(int(place), place.data) for place in theirs.positions(word)]
        assert [(int(place), place.data) for place in ours.positions(word)] == told


def test_a_file_may_name_characters_by_number_and_have_patterns_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hyph_xx.dic"
    path.write_bytes(b"ISO8859-1\n% 1 remark\nLEFTHYPHENMIN 2\n^^e91t\na1b\nab\n\nc1d/c=d,1,1 \n")
    assert [int(place) for word in ("\xe9t", "ab", "xcd") for place in dictionaries.Patterns(path).positions(word)] == [
        1,
        1,
        2,
    ]
    assert _HyphDict(path).positions("ab") == [1]
