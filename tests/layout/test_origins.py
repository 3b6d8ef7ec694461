"""Lines of a unit, counted from its first and back."""

from packager.layout.jobs import Body, Fault, Loss, Pages
from packager.layout.origins import counted, restored

PAGE = b'<html><body><section data-line="%d"><p class="a" data-line="%d">of data-line="7" x</p></section></body></html>'


def test_text_that_moves_is_the_same_job() -> None:
    one, first = counted(Body(PAGE % (10, 12), "p {}"))
    other, second = counted(Body(PAGE % (110, 112), "p {}"))
    assert one == other
    assert (first, second) == (9, 109)
    assert b'<p class="a" data-line="3">of data-line="7" x' in one.page


def test_a_page_without_lines_stays() -> None:
    assert counted(Body(b"<html/>", "")) == (Body(b"<html/>", ""), 0)


def test_lines_come_back() -> None:
    pages = Pages(b"", (1,), (), losses=(Loss(3, "a"), Loss(None, "b")), faults=(Fault("c", 1, 0, "d"),))
    moved = restored(pages, 109)
    assert [loss.line for loss in moved.losses] == [112, None]
    assert moved.faults[0].line == 110
    assert restored(pages, 0) is pages
