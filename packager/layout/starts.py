"""The state in which a page begins: where in the text, with which counters, and with which notes still to come."""

import marshal
from collections.abc import Mapping
from typing import Any, NamedTuple

from packager.layout.blocks import Box, DoubtError

Resume = dict[int, Any] | None
"""Where in the tree of boxes a page begins: index -> where in that box, and so on; None for its beginning."""


class Start(NamedTuple):
    """The state in which a page begins; plain data."""

    resume: Resume
    next: dict[str, Any]
    right: bool
    state: Any
    """Counters, and named pages that go on."""
    waiting: frozenset[int]
    """Notes that no page holds yet, by number."""
    carried: tuple[tuple[int, Resume], ...]
    """Notes carried on from the page before, by number, and where they go on."""
    afloat: bool
    """Whether something beside the text is carried on as well."""

    @property
    def block(self) -> int:
        """The block with which the page begins. Raises DoubtError where it does not begin in a block."""
        resume = self.resume
        for _ in ("body", "section"):
            if resume is None:
                return 0
            ((at, resume),) = resume.items()
            if at:
                raise DoubtError("a page that begins outside the section")
        return 0 if resume is None else next(iter(resume))

    @property
    def pending(self) -> frozenset[int]:
        """Notes that stand on this page or on later ones."""
        return self.waiting | {number for number, _ in self.carried}

    def among(self, before: int, now: int) -> "Start":
        """Give the state where there are `now` notes instead of `before`, all of them still to come."""
        gone = frozenset(range(before)) - self.waiting
        return self._replace(waiting=frozenset(range(now)) - gone)

    def shifted(self, first: int, blocks: int, notes: int, pages: int) -> "Start":
        """Give the state where the blocks from `first` on, all notes to come and the page have moved by so many."""

        def moved(resume: Resume) -> Resume:
            inside = resume and resume[0] and resume[0][0]
            if not inside:
                return resume
            ((at, rest),) = inside.items()
            return resume if at < first else {0: {0: {at + blocks: rest}}}

        depth, counters, scopes, groups = self.state
        if pages and "page" in counters:
            counters = {**counters, "page": [number + pages for number in counters["page"]]}
        groups = [[name, index + pages, moved(resume)] for name, index, resume in groups]
        return Start(
            moved(self.resume), self.next, self.right, (depth, counters, scopes, groups),
            frozenset(number + notes for number in self.waiting),
            tuple((number + notes, begin) for number, begin in self.carried), self.afloat,
        )  # fmt: skip


def taken(context: Any, at: int, numbers: Mapping[int, int]) -> Start:
    """Take down the state in which the engine begins a page; `numbers` are those of notes, by their ids."""
    resume, following, right, state = _copied(context.page_maker[at][:4])
    carried = tuple(
        (numbers[id(getattr(note, "source", note))], _copied(getattr(note, "begin", None)))
        for note in context.reported_footnotes
    )
    waiting = frozenset(numbers[id(note)] for note in context.footnotes)
    return Start(
        resume, following, right, state, waiting - {number for number, _ in carried}, carried,
        bool(context.broken_out_of_flow),
    )  # fmt: skip


def restore(context: Any, starts: list[Start], notes: list[Box]) -> None:
    """Put the engine into the last of the states; `notes` are all of the unit."""
    context.page_maker = [
        (*_copied((start.resume, start.next, start.right, start.state)), untouched()) for start in starts
    ]
    start = starts[-1]
    context.footnotes = [note for number, note in enumerate(notes) if number in start.waiting]
    context.reported_footnotes = [_rest(notes[number], begin) for number, begin in start.carried]


def untouched() -> dict[str, Any]:
    """Give the marks of a page that is made for the first time."""
    return {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}


def _rest(note: Box, begin: Resume) -> Box:
    """Give what of a note goes on."""
    if begin is None:
        return note
    rest = note.copy()
    rest.begin, rest.source = _copied(begin), note
    return rest


def _copied(plain: Any) -> Any:
    """Copy plain data, at a tenth of the cost of `copy.deepcopy`. Raises DoubtError where it is not plain."""
    try:
        return marshal.loads(marshal.dumps(plain))
    except ValueError as fault:
        raise DoubtError("a state that is not plain") from fault
