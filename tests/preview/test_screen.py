"""What the print side makes of the layout process's answers."""

from typing import Any

from packager.layout.lines import Sight
from packager.layout.orders import Laid
from packager.preview.foreman import Foreman
from packager.preview.screen import Screen


class Still:
    """A layout process that does nothing by itself."""

    def listen(self, heard: Any, died: Any) -> None:
        """Nothing is to be heard."""


def test_pages_that_come_too_late_to_be_shown_are_remembered() -> None:
    press: Any = Still()
    foreman = Foreman(press, lambda event: None)
    screen = Screen(foreman, lambda event: None)
    one, two, other = (Sight(digest) for digest in ("one", "two", "other"))
    pages_: Any = None
    for sights in ((one, two), (None, other), (None, None)):
        foreman._heard(Laid(7, "chapter", ("", ""), sights, pages_))
    assert screen._sights == (one, other)
