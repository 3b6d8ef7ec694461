"""Orders to the layout process, and what becomes of them."""

from typing import Any

import pytest

from packager.layout.jobs import Body, Pages, Setup
from packager.layout.lines import Marked
from packager.layout.orders import Done, Draw, Failed, Image, Prepare, Show, Work
from packager.preview.foreman import Foreman, PutOffError
from packager.problems import PackagerError

UNIT: Any = type("Unit", (), {"id": "ebb", "title": "Ebb", "path": "01-ebb.md"})
BODY = Body(b"<p/>", "", False, 9)
PAGES = Pages(b"", (1,), ())


class Press:
    """A layout process that answers at once."""

    def __init__(self, **answers: Any) -> None:
        self._answers, self.orders = answers, list[Any]()
        self.heard: Any = None
        self.died: Any = None
        self.lives = 1

    def listen(self, heard: Any, died: Any) -> None:
        """Take down who wants to know."""
        self.heard, self.died = heard, died

    def tell(self, order: Any) -> None:
        """Answer an order as is fit for its kind."""
        self.orders.append(order)
        if answer := self._answers.get(type(order).__name__):
            self.heard(answer(order))

    def restart(self) -> None:
        """Come to life again."""
        self.lives += 1


def foreman(press: Any) -> tuple[Foreman, list[Any], list[int]]:
    """Give a foreman, what is told, and the tickets that are lost."""
    told, lost = list[Any](), list[int]()
    made = Foreman(press, told.append)
    made.begin(lambda laid: None, lost.append)
    return made, told, lost


def test_an_image_is_painted_once() -> None:
    press = Press(Draw=lambda order: Image(order.digest, order.scale, b"png"))
    made, told, _ = foreman(press)
    for _ in range(2):
        assert made.image("abc", 1, lambda digest, scale: Draw(digest, scale, "ebb", 0)) == b"png"
    assert len(press.orders) == 1
    assert made.image("none", 1, lambda digest, scale: None) is None
    assert not told


def test_an_image_that_cannot_be_painted_is_tried_again() -> None:
    press = Press(Draw=lambda order: Failed(order, "no room"))
    made, _, _ = foreman(press)
    for _ in range(2):
        assert made.image("abc", 1, lambda digest, scale: Draw(digest, scale, "ebb", 0)) is None
    assert len(press.orders) == 2


def test_work_is_done_dropped_or_told_of() -> None:
    for answer, error in (
        (lambda order: Done(order.ticket, None), PutOffError),
        (lambda order: Failed(order, "no room"), PackagerError),
    ):
        made, _, _ = foreman(Press(Work=answer))
        with pytest.raises(error):
            made.work(UNIT, BODY, lambda: False)
    made, _, _ = foreman(Press(Work=lambda order: Done(order.ticket, PAGES)))
    assert made.work(UNIT, BODY, lambda: False) == (PAGES, Marked())
    with pytest.raises(PutOffError):
        made.work(UNIT, BODY, lambda: True)


def test_faces_are_sent_once() -> None:
    press = Press()
    made, _, _ = foreman(press)
    assert [made.prepare(Setup("", {}, {})), made.prepare(Setup("", {}, {}))] == [True, False]
    assert [type(order) for order in press.orders] == [Prepare]


def test_pages_that_will_not_come_are_told_of() -> None:
    surround: Any = None
    made, told, lost = foreman(Press(Show=lambda order: Failed(order, "no room")))
    ticket = made.show("ebb", BODY, surround, ())
    assert lost == [ticket]
    assert told == [{"event": "failed", "chapter": "ebb", "message": "no room"}]


def test_a_process_that_died_is_made_ready_again_a_few_times() -> None:
    press, surround = Press(), None
    made, told, lost = foreman(press)
    made.prepare(Setup("", {}, {}))
    ticket = made.show("ebb", BODY, surround, ())  # type: ignore[arg-type]
    for _ in range(5):
        press.died()
    assert press.lives == 4
    assert lost == [ticket] * 3
    assert [type(order) for order in press.orders] == [Prepare, Show, Prepare, Prepare, Prepare]
    assert told[-1]["message"] == "the layout process ends again and again"


def test_of_work_that_is_not_to_be_seen_no_file_is_wanted() -> None:
    press = Press(Work=lambda order: Done(order.ticket, PAGES))
    made, _, _ = foreman(press)
    made.work(UNIT, BODY, lambda: False, drawn=False)
    assert press.orders == [Work(1, "ebb", BODY, drawn=False)]
