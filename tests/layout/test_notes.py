"""Notes at the foot of their pages, laid out by the engine; pages hold eight lines of 20 px."""

from typing import Any
from xml.etree import ElementTree

CSS = """
@font-face { font-family: plain; src: url(plain.ttf) }
@page { size: 300px 200px; margin: 20px; @footnote { margin: 0 } }
html { font-family: plain; font-size: 10px; line-height: 20px; orphans: 2; widows: 2 }
body, p { margin: 0 }
aside { float: footnote; footnote-display: block; line-height: 10px }
aside::footnote-call { content: "*" } aside::footnote-marker { content: "* " }
"""


def lines(count: int, name: str = "text") -> str:
    return "<br/>".join(f"{name}{n}" for n in range(1, count + 1))


def note(count: int, name: str = "note") -> str:
    return f"<aside>{lines(count, name)}</aside>"


def pages(press: Any, body: str) -> list[tuple[str, str]]:
    """Lay a body out and give the text and the notes of each page."""
    root = ElementTree.fromstring(f"<html><head/><body>{body}</body></html>")
    found = []
    for page in press.document(root, (CSS,)).pages:
        text, *below = (
            " ".join(part.text.strip() for part in box.descendants() if type(part).__name__ == "TextBox")
            for box in page._page_box.children
        )
        found.append((" ".join(text.split()), " ".join(" ".join(below).split())))
    return found


def test_a_note_stands_below_its_call(press: Any) -> None:
    found = pages(press, f"<p>{lines(3)}{note(2)}</p>")
    assert found == [("text1 text2 text3 *", "* note1 note2")]


def test_a_note_begins_on_the_page_of_its_call_and_goes_on(press: Any) -> None:
    (first, second) = pages(press, f"<p>{lines(7)}{note(6)}</p><p>{lines(4, 'more')}</p>")
    assert first == ("text1 text2 text3 text4 text5 text6 text7 *", "* note1 note2")
    assert second == ("more1 more2 more3 more4", "note3 note4 note5 note6")


def test_where_not_two_lines_of_a_note_fit_its_call_goes_along(press: Any) -> None:
    (first, second) = pages(press, f"<p>{lines(8)}{note(4)}</p>")
    assert first == ("text1 text2 text3 text4 text5 text6", "")
    assert second == ("text7 text8 *", "* note1 note2 note3 note4")


def test_a_note_of_three_lines_is_not_divided(press: Any) -> None:
    (first, second) = pages(press, f"<p>{lines(7)}{note(3)}<br/>text8<br/>text9</p>")
    assert first == ("text1 text2 text3 text4 text5 text6", "")
    assert second == ("text7 * text8 text9", "* note1 note2 note3")


def test_no_page_holds_the_end_of_a_note_alone(press: Any) -> None:
    found = pages(press, f"<p>{lines(5)}{note(10)}<br/>text6</p>")
    assert [text.count("text") > 1 for text, _ in found] == [True, True]
    assert " ".join(notes for _, notes in found).count("note") == 10


def test_notes_carried_on_leave_room_for_text_and_keep_their_order(press: Any) -> None:
    found = pages(press, f"<p>{lines(1)}{note(30)}{note(2, 'other')}</p><p>{lines(20, 'more')}</p>")
    notes = " ".join(below for _, below in found).replace("*", "").split()
    assert notes == [*(f"note{n}" for n in range(1, 31)), "other1", "other2"]
    text = " ".join(above for above, _ in found).replace("*", "").split()
    assert text == ["text1", *(f"more{n}" for n in range(1, 21))]
    assert all(above for above, _ in found)


def test_a_note_that_a_note_calls_stands_behind_it(press: Any) -> None:
    inner = f"<aside>outer{note(1, 'inner')}</aside>"
    assert pages(press, f"<p>text{inner}</p>") == [("text *", "* outer * * inner1")]


def test_every_note_is_there_once_whatever_the_page(press: Any) -> None:
    for count in range(1, 9):
        calls = "".join(f"<br/>call{n}{note(n, f'n{n}x')}" for n in range(1, 8))
        found = pages(press, f"<p>{lines(count)}{calls}</p><p>{lines(3, 'more')}</p>")
        notes = " ".join(below for _, below in found).replace("*", "").split()
        assert notes == [f"n{n}x{m}" for n in range(1, 8) for m in range(1, n + 1)], count


def test_columns_stand_above_their_notes(press: Any) -> None:
    calls = "<br/>".join(f"call{n}{note(2, f'n{n}x')}" for n in range(1, 5))
    found = pages(press, f"<div style='columns: 2'><p>{lines(3)}<br/>{calls}</p></div>")
    notes = " ".join(below for _, below in found).replace("*", "").split()
    assert notes == [f"n{n}x{m}" for n in range(1, 5) for m in (1, 2)]
    assert found[0][0].startswith("text1 text2 text3 call1")
