"""Pages that are laid out by themselves, against those of a whole layout: every line of every page."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from queue import Queue
from typing import TypeVar

import pytest

from packager.galley import Memo
from packager.layout.orders import Answer, Done, Failed, Laid, Prepare, Show, Work
from packager.preview.press import Press
from tests.layout.chapters import planned
from tests.preview.edits import PICTURE, Author

A = TypeVar("A", Laid, Done)
BOOK = {
    "book.md": "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\ntheme: novel\ntrim: 5x8\n---\n",
    "boat.svg": PICTURE,
}


class Lab:
    """A layout process, and a manuscript of one chapter to lay out in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.answers, self.memo = folder, Queue[Answer](), Memo()
        self.press = Press()
        self.press.listen(self.answers.put, lambda: None)
        self.setup: object = None
        self.ticket = 0

    def lay_out(self, text: str) -> tuple[Laid, Done]:
        """Lay a chapter out page by page, and then whole."""
        plan = planned(self.folder, text, self.memo)
        setup = plan.setup(str(self.folder))
        if setup != self.setup:
            self.setup = setup
            self.press.tell(Prepare(setup))
        at = next(at for at, unit in enumerate(plan.units) if unit.id == "tide")
        numbering = plan.number([1] * len(plan.units))
        body, surround = plan.body(plan.units[at], 54.0), plan.surround(at, numbering.places[at], {}, 54.0)
        self.ticket += 1
        self.press.tell(Show(self.ticket, "tide", body, surround))
        laid = self._answer(Laid)
        self.press.tell(Work(self.ticket, "tide", body, drawn=False))
        return laid, self._answer(Done)

    def _answer(self, kind: type[A]) -> A:
        while not isinstance(answer := self.answers.get(timeout=60), kind):
            assert not isinstance(answer, Failed), answer.told
        return answer


@pytest.fixture
def lab(manuscript: Callable[[Mapping[str, str | bytes]], Path]) -> Iterator[Lab]:
    made = Lab(manuscript({**BOOK, "tide.md": "# The Tide\n"}))
    yield made
    made.press.close()


def kept(laid: Laid) -> int:
    """Count the pages that were taken from before."""
    return sum(sight is None for sight in laid.sights)


def check(lab: Lab, author: Author, edits: int) -> int:
    """Compare every page after every edit; count the pages that were not laid out again."""
    lab.lay_out(author.text)
    taken = 0
    for text in author.edits(edits):
        laid, done = lab.lay_out(text)
        assert done.right, text
        taken += kept(laid)
    return taken


def test_pages_after_edits_are_those_of_a_whole_layout(lab: Lab) -> None:
    assert check(lab, Author(seed=1, paragraphs=25), edits=25) > 25


@pytest.mark.slow
def test_pages_of_a_longer_chapter_are_those_of_a_whole_layout(lab: Lab) -> None:
    # A hundred edits of a shorter one are compared with a full build, see tests/preview/test_exactness.py.
    assert check(lab, Author(seed=2, paragraphs=40), edits=40) > 50


def test_a_word_changed_lays_out_its_page_only(lab: Lab) -> None:
    author = Author(seed=9, paragraphs=40)
    lab.lay_out(author.text)
    laid, done = lab.lay_out(author.text.replace(author.blocks[20].split()[1], "tide", 1))
    assert done.right
    assert len(laid.sights) - kept(laid) <= 2


def test_a_want_of_room_for_temporary_files_is_told_and_survived(lab: Lab) -> None:
    text, gone = "# The Tide\n\nOne.\n", lab.folder / "gone"
    plan = planned(lab.folder, text, lab.memo)
    lab.press.tell(Prepare(plan.setup(str(gone))))
    lab.setup = plan.setup(str(lab.folder))
    with pytest.raises(AssertionError, match="No such file"):
        lab.lay_out(text)
    gone.mkdir()
    laid, done = lab.lay_out(text)
    assert laid.sights
    assert done.right


def test_another_stylesheet_lays_out_everything(lab: Lab) -> None:
    author = Author(seed=9, paragraphs=10)
    lab.lay_out(author.text)
    book = lab.folder / "book.md"
    book.write_text(book.read_text().replace("5x8", "6x9"))
    laid, done = lab.lay_out(author.text)
    assert done.right
    assert kept(laid) == 0


def test_lines_tell_the_lines_of_the_manuscript(lab: Lab) -> None:
    first, _ = lab.lay_out("# The Tide\n\nOne.\n\nTwo.\n")
    second, _ = lab.lay_out("# The Tide\n\nOne.\n\nAnd a half.\n\nTwo.\n")
    told = [[(line.text, line.line) for sight in laid.sights if sight for line in sight.lines][-1]
            for laid in (first, second)]  # fmt: skip
    assert told == [("Two.", 5), ("Two.", 7)]
