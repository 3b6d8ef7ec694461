"""Punctuation by language."""

import pytest
from lxml import etree

from packager.typography import hold_last_words, marks_for, punctuate, smarten


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", '"Hello," she said.', "“Hello,” she said."),
        (
            "en",
            "It's the dogs' 'quiet' hour, '90s style; 'tis late.",
            "It’s the dogs’ ‘quiet’ hour, ’90s style; ’tis late.",
        ),
        ("en", '"\'Yours,\' he said---"no."', "“‘Yours,’ he said—“no.”"),
        ("en", "pp. 4--9 and so on...", "pp. 4–9 and so on…"),
        ("en", "a ---- b", "a ---- b"),
        ("en-GB", '("Yes")', "(“Yes”)"),
        ("fr", 'Il dit: "Bonjour!" Vraiment?', "Il dit\u00a0: «\u202fBonjour\u202f!\u202f» Vraiment\u202f?"),
        ("fr", "L'homme; « oui » à 10:30, http://a.b", "L’homme\u202f; «\u202foui\u202f» à 10:30, http://a.b"),
        ("de", '"Ja", sagte er, "\'gut\' so"', "„Ja“, sagte er, „‚gut‘ so“"),
        ("es", '"Hola", dijo', "«Hola», dijo"),
        ("it", 'l\'uomo "disse"', "l’uomo «disse»"),
        ("ru", '"Да", --- сказал он', "«Да», — сказал он"),
        ("sv", '"Hej"', "”Hej”"),
    ],
)
def test_punctuate(lang: str, text: str, expected: str) -> None:
    assert punctuate(text, lang) == expected


def test_region_goes_before_language() -> None:
    assert marks_for("de-CH").outer == ("«", "»")
    assert marks_for("de-AT") == marks_for("de")
    assert marks_for("tlh") == marks_for("en")


def _smart(markup: str, lang: str = "en") -> str:
    root = etree.fromstring(f"<div>{markup}</div>")
    smarten(root, lang)
    return etree.tostring(root, encoding="unicode")[5:-6]


def test_marks_see_across_inline_elements() -> None:
    assert _smart('<p>"<em>Go</em>" he said</p>') == "<p>“<em>Go</em>” he said</p>"
    assert _smart('<p>say <code>x</code>"</p>') == "<p>say <code>x</code>”</p>"


def test_blocks_do_not_see_each_other() -> None:
    assert _smart('<p>word</p><p>"Go"</p>') == "<p>word</p><p>“Go”</p>"


@pytest.mark.parametrize(
    ("markup", "held"),
    [
        ("A Quarter of an Ounce", "A Quarter of an\u00a0Ounce"),
        ("The Sea", "The Sea"),
        ("One of the <em>New</em> and the very Old", "One of the <em>New</em> and the very\u00a0Old"),
        ("A Study of Electromagnetism", "A Study of Electromagnetism"),
    ],
)
def test_titles_leave_no_short_word_alone(markup: str, held: str) -> None:
    root = etree.fromstring(f"<h1>{markup}</h1>")
    hold_last_words(root)
    assert etree.tostring(root, encoding="unicode")[4:-5] == held


def test_code_stays_straight() -> None:
    assert _smart("<pre>\"a\" -- 'b'</pre>") == "<pre>\"a\" -- 'b'</pre>"


def test_a_phrase_in_another_language_has_its_own_marks() -> None:
    assert _smart('<p>"a" <span lang="de">"b"</span></p>') == '<p>“a” <span lang="de">„b“</span></p>'


def test_a_row_of_marks_behind_a_mark_is_set() -> None:
    assert punctuate("'''\"x", "en", before='"').endswith("x")
    assert _smart("<p><i>'</i>''''x</p>").endswith("x</p>")
