"""Lays a unit out again after an edit: only the pages that the edit can have changed.

Layout goes on from the start of the first page that looked at a changed block, in the state in which that page began
last time, and stops where a page begins as one did last time; the pages before and after are those of last time, be
they in memory or on disk. This stands on functions that the engine does not promise to keep, so it is for one version,
and is dropped at any doubt.
"""

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

import weasyprint
from weasyprint.document import Page
from weasyprint.layout import initialize_page_maker
from weasyprint.layout import page as paging
from weasyprint.layout.background import layout_backgrounds
from weasyprint.logger import PROGRESS_LOGGER

from packager.layout import blocks, reading, starts
from packager.layout.blocks import Blocks, DoubtError
from packager.layout.press import Press
from packager.layout.starts import Start
from packager.layout.tracing import Laid, Seen, Unit

VERSION = "70.0"
"""The version of the engine that this is for; on another every layout is a whole one."""

_DOUBTS = (DoubtError, AttributeError, KeyError, IndexError, TypeError, ValueError, AssertionError)


class Paginator:
    """Lays out one unit again and again."""

    def __init__(self, press: Press, before: Iterable[Laid] = ()) -> None:
        """`before` are layouts of the unit to go on from."""
        self._press = press
        self._before = [*before]
        self._now: list[Laid] = []
        """The last layout, round by round."""

    def begin(self) -> None:
        """Begin the first round of a layout: what is laid out next goes on from what was laid out last time."""
        if self._now:
            self._before, self._now = self._now, []

    @property
    def fresh(self) -> frozenset[int]:
        """Pages, from 0, of the last layout that are not the ones that stood at their place in the layout before."""
        before = self._before[-1].pages if self._before else ()
        return frozenset(
            number
            for number, page in enumerate(self._now[-1].pages)
            if number >= len(before) or before[number] is not page
        )

    def lay(self, root: Element, css: Iterable[str]) -> Laid:
        """Lay a tree out; what was laid out before helps."""
        laid = self._lay(root, tuple(css)) if weasyprint.__version__ == VERSION else whole(self._press, root, css)
        self._now.append(laid)
        return laid

    def _lay(self, root: Element, css: tuple[str, ...]) -> Laid:
        unit = Unit(self._press, root, css)
        base = _nearest(unit.made, [*self._before, *self._now])
        if base is not None:
            try:
                if base.trace:
                    unit.recall(base.trace)
                return _Run(unit, base).laid()
            except _DOUBTS:
                unit = Unit(self._press, root, css)
        return unit.laid()


def whole(press: Press, root: Element, css: Iterable[str], *, tagged: bool = False) -> Laid:
    """Lay a tree out as the engine does, with nothing to go on from."""
    document = press.document(root, css, tagged=tagged)
    looks = [reading.look(page._page_box, press.missing) for page in document.pages]
    return Laid(document.pages, looks, document=document)


def _nearest(made: Blocks | None, laid: Iterable[Laid]) -> Laid | None:
    """Choose the layout that has most blocks in common with a unit, the last of several; None where none has any."""
    best, most = None, 0
    for one in laid:
        alike = sum(_common(one.trace.made, made)) if one.trace is not None and made is not None else 0
        if alike and alike >= most:
            best, most = one, alike
    return best


def _common(before: Blocks, now: Blocks) -> tuple[int, int]:
    """Count the blocks that are as before, at the beginning and at the end."""
    if before.frame != now.frame:
        return 0, 0
    old, new = before.keys, now.keys
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return head, tail


class _Run:
    """The making of a unit's pages from those of before."""

    def __init__(self, unit: Unit, base: Laid) -> None:
        assert base.trace is not None
        assert unit.made is not None
        self.unit, self.context, self.base, self.before = unit, unit.context, base, base.trace
        self.made, old = unit.made, base.trace.made
        self.head, self.tail = _common(old, self.made)
        """Blocks that are as before, at the beginning and at the end."""
        self.behind = len(old.keys) - self.tail
        """The first of the blocks at the end, as they were numbered."""
        self.moved = len(self.made.keys) - len(old.keys)
        """By how many places the blocks at the end have moved."""
        self.more = len(self.made.notes) - len(old.notes)
        """By how many places the notes at the end have moved."""
        self.pages: list[Any] = []
        self.seen: list[Seen] = []
        self.taken: list[int] = []
        """Pages of before that are taken over, by their numbers then."""

    def laid(self) -> Laid:
        """Make all pages, or take them from before. Raises DoubtError."""
        unit, context = self.unit, self.context
        first = at = self._resume()
        context.rendered_notes = []
        fresh = []
        while True:
            start = unit.start(at)
            old = self._same(at, start) if at > first else None
            if old is not None:
                self._take(range(old, len(self.before.seen)), self.moved, at - old)
                break
            unit.begin(at)
            context.page_maker[at][-1].update(starts.untouched())
            PROGRESS_LOGGER.info("Step 5 - Creating layout - Page %d", at + 1)
            page, resume = paging.remake_page(at, context, unit.box, unit.html)
            unit.alone(page)
            fresh.append(at)
            self.pages.append(page)
            at += 1
            if unit.end(at - 1, resume):
                unit.starts.append(unit.start(at))
                break
        if any(flag for number in fresh for flag in list(context.page_maker[number][-1].values())[:2]):
            raise DoubtError("a page that wants to be made again")
        looks = {}
        for number in fresh:
            self.pages[number] = self._finished(number)
            looks[number] = unit.look(self.pages[number])
            self.seen.insert(number, unit.seen(looks[number]))
        for number, page in enumerate(self.pages):
            if page is None:
                self.pages[number] = self._again(number)
        assert unit.elements is not None
        every = [looks.get(number) or seen.look(unit.elements) for number, seen in enumerate(self.seen)]
        self._adopt()  # last: a layout that is dropped before shall leave the pages of before alone
        return unit.told(self.pages, every, unit.trace(self.seen))

    def _resume(self) -> int:
        """Take the pages over that come before all that an edit can have changed, and go on where they end."""
        before, unit, context = self.before, self.unit, self.context
        old, new = len(before.made.notes), len(self.made.notes)
        # What is last in its parent is laid out in another way.
        same = min(self.head, len(before.made.keys) - 1, len(self.made.keys) - 1)
        first = next((at for at, looked in enumerate(before.looked) if looked >= same), len(before.looked) - 1)
        while first and (before.starts[first].afloat or not self._known(before.starts[first], same)):
            first -= 1
        initialize_page_maker(context, unit.box)
        if first:
            begun = [start.among(old, new) for start in before.starts[: first + 1]]
            starts.restore(context, begun, unit.notes)
            context.style_for.initial_page_sizes.update(before.sizes)
            unit.sizes.update(before.sizes)
            unit.starts += begun[:first]
            self._take(range(first), 0, 0)
        return first

    def _known(self, start: Start, same: int) -> bool:
        """Say whether all notes that a page began with, or that stand before it, are in blocks that are as before."""
        old, new = self.before.made.notes, self.made.notes
        gone = [number for number in range(len(old)) if number not in start.waiting]
        return all(old[number] < same and new[number : number + 1] == old[number : number + 1] for number in gone)

    def _same(self, at: int, start: Start) -> int | None:
        """Find the page of before that begins as one does now, with all that follows as it was."""
        first = self.behind + self.moved
        if start.afloat or start.resume is None or start.block < first:
            return None
        if any(self.made.notes[number] < first for number in start.pending):
            return None
        for old, was in enumerate(self.before.starts[:-1]):
            if not old or was.block + self.moved != start.block or was.afloat or was.resume is None:
                continue
            if old != at and (not self.before.movable or (at - old) % 2):
                continue
            if any(self.before.made.notes[number] < self.behind for number in was.pending):
                continue
            if was.shifted(self.behind, self.moved, self.more, at - old) == start:
                return old
        return None

    def _take(self, numbers: range, moved: int, pages: int) -> None:
        """Take pages of before over, whose blocks and which themselves have moved by so many places."""
        before, unit = self.before, self.unit
        for number in numbers:
            self.pages.append(self.base.pages[number])
            unit.looked.append(before.looked[number] + moved)
            self.seen.append(before.seen[number].moved(self.behind, self.moved))
            self.taken.append(number)
        if numbers.stop == len(before.seen):
            unit.starts += [start.shifted(self.behind, moved, self.more, pages)
                            for start in before.starts[numbers.start :]]  # fmt: skip

    def _again(self, number: int) -> Page:
        """Make a page that is as before, but cannot be taken over. Raises DoubtError."""
        unit, context = self.unit, self.context
        if unit.starts[number].afloat or context.broken_out_of_flow:
            raise DoubtError("a page that begins with what floats")
        starts.restore(context, unit.starts[: number + 1], unit.notes)
        page, _ = paging.remake_page(number, context, unit.box, unit.html)
        unit.alone(page)
        if any([*context.page_maker[number][-1].values()][:2]) or unit.start(number + 1) != unit.starts[number + 1]:
            raise DoubtError("a page that is not as before")
        self.pages[number] = page
        return self._finished(number)

    def _adopt(self) -> None:
        """Give the boxes on pages that are taken over the elements of now. Raises DoubtError."""
        was, now = self.base.elements, self.unit.elements
        if was is None or now is None:
            return
        for number in self.taken:
            page = self.base.pages[number]
            for box in blocks.walk(page._page_box) if isinstance(page, Page) else ():
                if was.has(box.element) and not now.has(box.element):
                    block, at = was.place(box.element)
                    if self.head <= block < self.behind:
                        raise DoubtError("a box of a block that is no more")
                    box.element = now.at((block if block < self.behind else block + self.moved, at))
                elif isinstance(box.element, Element) and not now.has(box.element):
                    raise DoubtError("a box of another tree")

    def _finished(self, number: int) -> Page:
        """Do to a page what the engine does once all pages are made. Raises DoubtError."""
        page, context = self.pages[number], self.context
        root, footnotes, notes = page.children
        context.current_page = number + 1
        children = [root, *(area for area in (footnotes, notes) if area.children)]
        children += paging.make_margin_boxes(context, page, context.page_maker[number + 1][3])
        page.children = tuple(children)
        self.unit.alone(page)
        layout_backgrounds(page, context.get_image_from_uri)
        return Page(page)
