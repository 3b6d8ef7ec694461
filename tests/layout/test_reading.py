"""What counts as the same text on the page and in the manuscript."""

from xml.etree import ElementTree

import pytest

from packager.layout import reading


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Straße", "STRASSE"),
        ("naïve café", "NAÏVE CAFÉ"),
        ("co\u00adop", "co-op"),
        ("ﬁnd", "find"),
        ("kırmızı", "KIRMIZI"),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
        ("snake_case 42", "snakecase42"),
    ],
)
def test_letters(written: str, set_: str) -> None:
    assert reading.letters(written) == reading.letters(set_)


def test_letters_tell_words_apart() -> None:
    assert reading.letters("of the sea") != reading.letters("of the seas")
    assert reading.letters("1890") != reading.letters("1980")


@pytest.mark.parametrize(("text", "count"), [("a b, 12", 2), ("ﬁ", 2), ("é", 1), ("שלום", 4), ("हिन्दी", 0), ("—", 0)])
def test_count(text: str, count: int) -> None:
    assert reading.count(text) == count


def test_a_page_tells_its_first_and_its_last_section_or_the_one_that_goes_on() -> None:
    root = ElementTree.fromstring("<html><body><h2>Ebb</h2><h2>Slack <aside>n</aside></h2><h2>Flow</h2></body></html>")
    ebb, slack, flow = root.iter("h2")
    pages = [reading.Look((), 0, headings, (), ()) for headings in ((), (ebb, slack), (), (flow,))]
    found = reading.survey(pages, root).sections
    assert found == (("", ""), ("Ebb", "Slack"), ("Slack", "Slack"), ("Flow", "Flow"))
