"""Lays notes out once each, and carries on over the page what does not fit its foot.

The engine lays all notes of a page out again for every note that comes or goes, and never breaks one. Here a note is
laid out when its call is met, and their heights are added up. A note begins on the page of its call: what does not fit
is carried on to the next page, with two lines at least on either; where not so much as that fits, the line of the call
goes to the next page as well. A note that is carried on stands above the notes of its new page, and leaves room for
some lines of text.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import LayoutContext, block
from weasyprint.text.line_break import strut

Box = Any

_HOLE = 4
"""Lines of blank paper that are worse than a note that only begins on the page after its call."""

_anonymous: Callable[[Box], Box] = build.create_anonymous_boxes

_alive: "WeakSet[Context]" = WeakSet()


@dataclass(frozen=True, slots=True)
class _Laid:
    """A note, or what of it a page holds."""

    box: Box
    height: float
    positioned: list[Any]
    """Absolute boxes in it."""
    resume: Any = None
    """Where it goes on; None at its end."""


class Context(LayoutContext):  # type: ignore[misc]  # WeasyPrint is untyped
    """The state of layout; `page_bottom` is where the text ends, above the notes."""

    page_bottom: float
    footnotes: list[Any]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        _alive.add(self)
        self.carried: list[Box] = []
        """Notes carried on from the page before that are still to be placed."""
        self.laid: dict[Box, _Laid] = {}
        """What of each note stands on the page."""
        self.short = 0.0
        """By how much the text ends early."""
        self.reserve = 0
        """Lines of text for which notes carried on leave room."""
        self.in_note = False

    def layout_footnote(self, footnote: Box) -> bool:
        """Take in a note carried on; it finds its place when the page is ready."""
        self.footnotes.remove(footnote)
        self.carried.append(footnote)
        return False

    def unlayout_footnote(self, footnote: Box) -> None:
        """Take a note back from the page, with what of it was carried on and the notes that it calls."""
        if footnote in self.footnotes:
            return
        self.footnotes.append(footnote)
        if footnote in self.current_page_footnotes:
            self.current_page_footnotes.remove(footnote)
            laid = self.laid.pop(footnote)
            self.reported_footnotes[:] = [rest for rest in self.reported_footnotes if _source(rest) is not footnote]
            for inner in _calls(laid.box):
                self.unlayout_footnote(inner)
        elif footnote in self.reported_footnotes:
            self.reported_footnotes.remove(footnote)
        self._update_footnote_area()

    def report_footnote(self, footnote: Box) -> None:
        """Move a whole note to the next page."""
        self.current_page_footnotes.remove(footnote)
        self.laid.pop(footnote)
        self.reported_footnotes.append(footnote)
        self._update_footnote_area()

    def _update_footnote_area(self) -> bool:
        area = self.current_footnote_area
        if area.height != "auto" and not self.in_column:
            self.page_bottom += area.margin_height()
        area.children = self.current_page_footnotes
        area.height = "auto"
        if area.children:
            area.height = sum(self.laid[note].height for note in area.children)
            if not self.in_column:
                self.page_bottom -= area.margin_height()
        return False

    def place(self, notes: Sequence[Box], bottom: float, *, must: bool) -> bool:
        """Place notes below a text that ends at `bottom`, in order, and say whether they begin on the page.

        Where not all of them do, none is placed; if they `must`, what does not fit goes to the next page, as do all
        but the first where the page would be left with a hole.
        """
        queue = list(notes)
        placed: list[Box] = []
        hole = _HOLE * strut(self.current_footnote_area.page.style)[0]
        wide = self._room(bottom) > hole
        while queue:
            note = queue.pop(0)
            laid = None if self.reported_footnotes else self._fitted(note, self._room(bottom))
            if laid is None:
                if not must and not (placed and wide):
                    for other in placed:
                        self.unlayout_footnote(other)
                    return False
                self.footnotes.remove(note)
                self.reported_footnotes.append(note)
                continue
            self.put(note, laid)
            placed.append(note)
            queue[:0] = [inner for inner in _calls(laid.box) if inner in self.footnotes]
        return True

    def put(self, note: Box, laid: _Laid) -> None:
        """Let a laid-out note stand last on the page."""
        if note in self.footnotes:
            self.footnotes.remove(note)
        if note not in self.current_page_footnotes:
            self.current_page_footnotes.append(note)
        self.laid[note] = laid
        self.reported_footnotes[:] = [rest for rest in self.reported_footnotes if _source(rest) is not note]
        if laid.resume is not None:
            rest = note.copy()
            rest.begin, rest.source = laid.resume, note
            self.reported_footnotes.insert(0, rest)
        self._update_footnote_area()

    def carry(self) -> None:
        """Place the notes carried on from the page before."""
        carried, self.carried = self.carried, []
        least = self.reserve * strut(self.current_footnote_area.page.style)[0] if self.reserve else 0.0
        top = self.current_footnote_area.page.content_box_y()
        for note in carried:
            laid = None
            if not self.reported_footnotes:
                laid = self._fitted(note, self._room(top + least))
                if laid is None and not self.current_page_footnotes:
                    laid = self._lay(note)
            if laid is None:
                self.reported_footnotes.append(note)
            else:
                self.put(note, laid)
                self.reported_footnotes += [inner for inner in _calls(laid.box) if inner in self.footnotes]
                self.footnotes[:] = [one for one in self.footnotes if one not in self.reported_footnotes]

    def fill(self, bottom: float) -> None:
        """Let notes that go on have the room that the text has left."""
        while self.reported_footnotes:
            rest = self.reported_footnotes[0]
            note = _source(rest) if _source(rest) in self.current_page_footnotes else rest
            if note is not rest and note is not self.current_page_footnotes[-1]:
                return
            held = self.laid[note].height if note in self.laid else 0.0
            laid = self._fitted(note, self._room(bottom) + held)
            if laid is None or laid.height <= held:
                return
            if note is rest:
                self.reported_footnotes.remove(note)
            self.put(note, laid)
            if laid.resume is not None:
                return

    def shorten(self, bottom: float) -> bool:
        """Carry so much of the page's last note on that a text ending at `bottom` fits; say whether that can be."""
        if self.in_note or self.in_column or not self.current_page_footnotes:
            return False
        note = self.current_page_footnotes[-1]
        laid = self._fitted(note, self._room(bottom) + self.laid[note].height)
        if laid is None:
            return False
        self.put(note, laid)
        return True

    def _room(self, bottom: float) -> float:
        """Give the height that one more note can have below a text that ends at `bottom`."""
        area = self.current_footnote_area
        held = 0.0 if area.height == "auto" else area.height
        edges = area.margin_top + area.border_top_width + area.padding_top
        edges += area.margin_bottom + area.border_bottom_width + area.padding_bottom
        foot = self.page_bottom + (held + edges if area.height != "auto" else 0.0)
        return float(min(foot - bottom - edges, area.max_height) - held)

    def _fitted(self, note: Box, room: float) -> _Laid | None:
        """Lay out a note, or its first lines, for a room; None where two lines do not fit."""
        whole: _Laid = self._lay(note)
        if self.in_column or whole.height <= room * (1 + 1e-9):  # columns are made for the notes below them
            return whole
        part: _Laid | None = self._lay(note, room) if room > 0 else None
        return part

    def _lay(self, note: Box, room: float = math.inf) -> Any:
        area = self.current_footnote_area.copy()
        area.height = "auto"
        block.block_level_width(area, area.page)
        if not hasattr(note, "prepared"):
            note.prepared = _anonymous(note.deepcopy())
            note.known = {}
        begin = getattr(note, "begin", None)
        known = (repr(begin), room, area.width)
        if known in note.known:
            return note.known[known]
        box = note.prepared
        positioned: list[Any] = []
        box.position_x, box.position_y = area.content_box_x(), 0.0
        kept = self.page_bottom, self.footnotes, self.in_note
        self.page_bottom, self.footnotes, self.in_note = room, [], True
        self.create_block_formatting_context(area)
        made, resume, *_ = block.block_level_layout(
            self, box, -math.inf if room == math.inf else 0.0, begin, area, page_is_empty=False,
            absolute_boxes=positioned, fixed_boxes=positioned,
        )  # fmt: skip
        self.finish_block_formatting_context()
        self.page_bottom, self.footnotes, self.in_note = kept
        laid = None
        if made is not None:
            if resume is not None:
                made.height = max(bottoms(made), default=0.0) - made.content_box_y()
            laid = _Laid(made, made.margin_height(), positioned, resume)
        if room == math.inf:
            note.known[known] = laid
        return laid

    def draw_area(self, area: Box, positioned: list[Any]) -> None:
        """Put the notes of the page into their area."""
        top = area.content_box_y()
        area.children = []
        for note in self.current_page_footnotes:
            laid = self.laid.pop(note)
            note.known.clear()  # a box stands on one page: where another wants it, it is laid out again
            laid.box.translate(area.content_box_x() - laid.box.position_x, top - laid.box.position_y)
            top += laid.height
            area.children.append(laid.box)
            positioned += laid.positioned
        area.height = top - area.content_box_y()


def forget() -> None:
    """Let go of all that was laid out: it holds itself in circles, in which the collector finds it late."""
    for context in list(_alive):
        context.__dict__.clear()
    _alive.clear()


def _source(note: Box) -> Box:
    """Give the note whose rest another is, or itself."""
    return getattr(note, "source", note)


def _calls(box: Box) -> list[Box]:
    return [part.footnote for part in box.descendants() if part.footnote]


def bottoms(box: Box) -> Iterator[float]:
    """Give where what can be seen in a box ends."""
    for part in box.descendants():
        if not isinstance(part, boxes.Box):  # what stands for a box out of the flow
            continue
        if isinstance(part, (boxes.LineBox, boxes.ReplacedBox, boxes.TableBox)) or part.border_bottom_width:
            yield part.position_y + part.margin_height()
