"""What the print side makes of the layout process's answers."""

from typing import Any

from packager.layout.lines import Sight
from packager.layout.orders import Laid
from packager.preview import pages


class Still:
    """A layout process that does nothing by itself."""

    def listen(self, heard: Any, died: Any) -> None:
        """Nothing is to be heard."""

    def close(self) -> None:
        """Nothing is open."""


def test_pages_that_come_too_late_to_be_shown_are_remembered() -> None:
    press: Any = Still()
    proofs = pages.Proofs(lambda event: None, press)
    one, two, other = (Sight(digest) for digest in ("one", "two", "other"))
    pages_: Any = None
    for sights in ((one, two), (None, other), (None, None)):
        proofs._heard(Laid(7, "chapter", ("", ""), sights, pages_))
    assert proofs._sights == (one, other)
    proofs.close()
