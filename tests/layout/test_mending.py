"""Notes cut between two lines."""

from xml.etree import ElementTree

import pytest

from packager.layout import mending
from packager.layout.reading import Note, Survey

NOTE = (
    '<aside class="footnote" id="n1" data-mark="1" data-line="7">'
    '<p>One <em id="e">two three</em>, four.</p><p>Five</p></aside>'
)


def text(element: ElementTree.Element) -> str:
    return ElementTree.tostring(element, encoding="unicode")


@pytest.mark.parametrize(
    ("size", "first", "rest"),
    [
        (3, '<p class="cut">One </p>', '<p class="resumed"><em id="e">two three</em>, four.</p><p>Five</p>'),
        (6, '<p class="cut">One <em id="e">two </em></p>', '<p class="resumed"><em>three</em>, four.</p><p>Five</p>'),
        (11, '<p class="cut">One <em id="e">two three</em></p>', '<p class="resumed">, four.</p><p>Five</p>'),
        (17, '<p>One <em id="e">two three</em>, four.</p>', "<p>Five</p>"),
    ],
)
def test_divide(size: int, first: str, rest: str) -> None:
    head = '<aside class="footnote{}"{} data-mark="1" data-line="7">'
    part, second = mending.divide(ElementTree.fromstring(NOTE), size)
    assert text(part) == head.format("", ' id="n1"') + first + "</aside>"
    assert text(second) == head.format(" continued", "") + rest + "</aside>"


def test_hyphens_do_not_count() -> None:
    part, rest = mending.divide(ElementTree.fromstring("<aside><p>a well-known\u00ad thing</p></aside>"), 5)
    assert ("".join(part.itertext()), "".join(rest.itertext())) == ("a well-", "known\u00ad thing")


def test_a_note_in_a_note_stays_whole() -> None:
    note = ElementTree.fromstring("<aside><p>ab<aside>inner</aside>cd</p></aside>")
    part, rest = mending.divide(note, 3)
    assert ("".join(part.itertext()), "".join(rest.itertext())) == ("abinnerc", "d")


def page(note: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<html><body><p>Text,{note} and more.</p><hr class='scene-break'/></body></html>")


def survey(root: ElementTree.Element, lines: tuple[str, ...] = ()) -> Survey:
    crowding = tuple(Note(aside, lines) for aside in root.iter("aside"))
    return Survey((), (), (), (), (), crowding, tuple(root.iter("hr")) if not lines else ())


def test_a_long_note_becomes_several_without_losing_a_letter() -> None:
    root = page("<aside class='footnote' id='n'><p>a b c d e f\u2010g h i</p></aside>")
    before = "".join(root.itertext())
    assert mending.mend(root, survey(root, ("a", "b", "c", "d", "e", "f\u2010", "g", "h", "i")))
    parts = list(root.iter("aside"))
    assert ["".join(part.itertext()).split() for part in parts] == [["a", "b", "c"], ["d", "e", "f\u2010g"], ["h", "i"]]
    assert [part.get("id") for part in parts] == ["n", None, None]
    assert parts[-1].tail == " and more."
    assert "".join(root.itertext()) == before


def test_a_short_note_is_left_alone() -> None:
    root = page("<aside class='footnote' id='n'><p>a b c</p></aside>")
    assert not mending.mend(root, survey(root, ("a", "b", "c")))


def test_a_break_at_the_edge_is_shown_once() -> None:
    root = page("")
    assert mending.mend(root, survey(root))
    assert [rule.get("class") for rule in root.iter("hr")] == ["scene-break at-edge"]
    assert not mending.mend(root, survey(root))
