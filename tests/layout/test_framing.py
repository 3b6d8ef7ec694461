"""What stands around the text of a page."""

from packager.layout.framing import Surround
from packager.layout.jobs import Furniture, Heads, Pages

SURROUND = Surround(
    Furniture(b"<html/>", "", (), 7, verso=False), Heads("Ann Lee", "The Tide", (False, True)), 432, 648, 9.0
)


def pages(*sections: str) -> Pages:
    return Pages(b"", (1,) * len(sections), (), sections=sections)


def test_heads_follow_the_sections() -> None:
    furniture = SURROUND.around(pages("", "Ebb")).furniture
    assert furniture is not None
    assert furniture.heads == (("Ann Lee", "The Tide"), ("Ann Lee", "Ebb"))


def test_a_display_page_that_stands_alone_has_none() -> None:
    alone = Surround(Furniture(b"", "", (), 1, verso=False, bare=True), Heads(), 432, 648)
    assert alone.around(pages("")).furniture is None
    assert alone.around(pages("", "")).furniture is not None


def test_a_page_is_drawn_with_the_one_before_it() -> None:
    frame = SURROUND.around(pages("", "Ebb", "Flow"))
    job, at = frame.only(2)
    assert (at, job.first, job.verso, job.heads[at]) == (1, 8, True, ("Ann Lee", "Flow"))
    assert (frame.shifted(0), frame.shifted(1)) == (9.0, -9.0)


def test_a_page_is_named_by_what_shows_on_it() -> None:
    one, other = (SURROUND.around(pages("", *rest)) for rest in (("Ebb", "Flow"), ("Ebb", "Tide")))
    assert [one.key(page) == other.key(page) for page in range(3)] == [True, True, False]
