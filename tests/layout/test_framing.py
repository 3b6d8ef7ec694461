"""What stands around the text of a page."""

from dataclasses import replace

from packager.layout import framing
from packager.layout.framing import Surround
from packager.layout.jobs import Heads, Pages

HEADS = Heads("Ann Lee", "The Tide", (False, True))
SURROUND = Surround(b"<html/>", "", HEADS, folio=7, verso=False, bare=False, width=432, height=648, shift=9.0)


def pages(*sections: str) -> Pages:
    return Pages(b"", (1,) * len(sections), (), sections=tuple((section, section) for section in sections))


def test_heads_follow_the_sections() -> None:
    margins = SURROUND.around(pages("", "Ebb")).margins
    assert [around and around.heads for around in margins] == [("Ann Lee", "The Tide"), ("Ann Lee", "Ebb")]


def test_of_several_sections_a_verso_names_the_first_and_a_recto_the_last() -> None:
    heads = Heads("Ann Lee", "The Tide", (True, True))
    assert heads.on(("Ebb", "Flow")) == ("Ebb", "Flow")
    assert heads.on(("", "")) == ("Ann Lee", "The Tide")


def test_a_display_page_has_none() -> None:
    first, second = replace(SURROUND, bare=True).around(pages("", "")).margins
    assert first is None
    assert second is not None


def test_pages_turn_and_count() -> None:
    frame = SURROUND.around(pages("", "", ""))
    assert [(around.folio, around.verso, around.number) for around in frame.margins if around] == [
        (7, False, 0),
        (8, True, 1),
        (9, False, 1),
    ]
    assert (frame.shifted(0), frame.shifted(1)) == (9.0, -9.0)


def test_a_page_is_named_by_what_shows_on_it() -> None:
    one, other = (SURROUND.around(pages("", *rest)) for rest in (("Ebb", "Flow"), ("Ebb", "Tide")))
    assert [one.key(page) == other.key(page) for page in range(3)] == [True, True, False]


def test_a_page_that_moves_takes_no_new_drawing() -> None:
    moved = replace(SURROUND, folio=9).around(pages("", "", ""))
    before = {framing.name(around) for around in SURROUND.around(pages(*[""] * 5)).margins if around}
    assert [framing.name(around) in before for around in moved.margins if around] == [False, True, True]


def test_numbers_of_pages_count_where_a_stylesheet_asks_for_them() -> None:
    counted = replace(SURROUND, css="@page text:nth(3) { color: red }")
    assert [around.number for around in counted.around(pages("", "", "")).margins if around] == [0, 1, 2]
