"""Lays a unit out again after an edit: only the pages that the edit can have changed.

Layout goes on from the start of the first page that looked at a changed block, in the state in which that page began
last time, and stops where a page begins as it did last time; the pages before and after are those of last time. This
stands on functions that the engine does not promise to keep, so it is for one version, is dropped at any doubt, and
its pages are compared with those of a whole layout whenever there is time (`packager.layout.live`).
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element, tostring

import weasyprint
from weasyprint.document import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.layout import initialize_page_maker
from weasyprint.layout import page as paging
from weasyprint.layout.background import layout_backgrounds
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.pdf.metadata import DocumentMetadata

from packager.layout.press import Press

VERSION = "70.0"
"""The version of the engine that this is for; on another every layout is a whole one."""
SOURCE = ("data-line", "data-place")
"""Attributes that an edit elsewhere changes, and that nothing on a page depends on."""

Box = Any
Key = tuple[Any, ...]
Resume = dict[int, Any] | None
"""Where in the tree of boxes a page begins: index -> where in that box, and so on; None for its beginning."""


class _DoubtError(Exception):
    """Raised where pages may depend on what is not looked at here."""


@dataclass(frozen=True, slots=True)
class _Start:
    """The state in which a page began."""

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


@dataclass(slots=True)
class _Made:
    """A unit as it was laid out."""

    root: Element
    frame: Key
    """What the blocks stand in, and the stylesheets."""
    keys: list[Key]
    """All that the layout of each block depends on."""
    elements: list[list[Element]]
    """Of each block."""
    notes: list[int]
    """The block of each note."""
    sizes: dict[str, Any]
    starts: list[_Start] = field(default_factory=list)
    """Of each page, and the state after the last."""
    looked: list[int] = field(default_factory=list)
    """The last block that each page looked at; one more than there are where it looked at the end."""
    pages: list[Page] = field(default_factory=list)


class Paginator:
    """Lays out one unit again and again."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._made: list[_Made | None] = []
        """The last layout of each round."""
        self._round = 0
        self.fresh: frozenset[int] = frozenset()
        """Pages, from 0, laid out since `begin`; the others are those of before."""

    def begin(self) -> None:
        """Begin the first round of a layout: what is laid out next is compared with what was so last time."""
        self._round, self.fresh = 0, frozenset()

    def lay(self, root: Element, css: Iterable[str]) -> Document:
        """Lay a tree out; what was laid out before in the same round helps."""
        css, at = tuple(css), self._round
        self._round += 1
        self._made += [None] * (self._round - len(self._made))
        before, self._made[at] = self._made[at], None
        if weasyprint.__version__ != VERSION:
            return self._press.document(root, css)
        try:
            document, self._made[at] = self._lay(root, css, before)
        except (_DoubtError, AttributeError, KeyError, IndexError, TypeError, ValueError, AssertionError):
            document = self._press.document(root, css)
            self.fresh = frozenset(range(len(document.pages)))
        except BaseException:
            self._made[at] = before  # dropped for something newer, which can still go on from there
            raise
        return document

    def _lay(self, root: Element, css: Sequence[str], before: _Made | None) -> tuple[Document, _Made]:
        press = self._press
        html = press.html(root)
        options = {**weasyprint.DEFAULT_OPTIONS, **press.options(css)}
        context = Document._build_layout_context(html, press.fonts, press.counters, {}, options)
        box = build_formatting_structure(
            html.etree_element, context.style_for, context.get_image_from_uri, html.base_url,
            context.target_collector, press.counters, context.footnotes,
        )  # fmt: skip
        if context.target_collector.counter_lookup_items:
            raise _DoubtError("text that tells page numbers")
        made = _made(root, box, context.footnotes, css)
        run = _Run(context, box, html, made, before)
        run.pages()
        self.fresh |= frozenset(run.fresh)
        document = Document(
            made.pages, DocumentMetadata(**get_html_metadata(html)), html.url_fetcher, press.fonts, {}, None
        )
        document._html = html
        return document, made


class _Run:
    """The making of a unit's pages."""

    def __init__(self, context: Any, box: Box, html: Any, made: _Made, before: _Made | None) -> None:
        self.context, self.box, self.html, self.made, self.before = context, box, html, made, before
        self.blocks = _blocks(box)
        self.notes = list(context.footnotes)
        self.numbers = {id(note): number for number, note in enumerate(self.notes)}
        self.head, self.tail = _common(before, made)
        """Blocks that are as before, at the beginning and at the end."""
        self.moved = len(made.keys) - len(before.keys) if before else 0
        """By how many places the blocks at the end have moved."""
        self.fresh: list[int] = []
        self.taken: list[int] = []
        """Pages of before that are taken over, by their numbers then."""

    def pages(self) -> None:
        """Make all pages, or take them from before. Raises _DoubtError."""
        context, made, before = self.context, self.made, self.before
        first = self._resume()
        at = first
        self._restore(at)
        context.rendered_notes = []
        while True:
            PROGRESS_LOGGER.info("Step 5 - Creating layout - Page %d", at + 1)
            start = self._start(at)
            if before is not None and at > first and self._stands(at, start):
                self._take(range(at, len(before.pages)), self.moved)
                made.starts += map(self._shifted, before.starts[at:])
                break
            made.starts.append(start)
            made.pages.append(self._page(at))
            self.fresh.append(at)
            at += 1
            if context.page_maker[at][0] is None and not context.reported_footnotes:
                made.starts.append(self._start(at))
                break
        if any(flag for number in self.fresh for flag in list(context.page_maker[number][-1].values())[:2]):
            raise _DoubtError("a page that wants to be made again")
        for number in self.fresh:
            made.pages[number] = self._finished(number)
        self._adopt()  # last: a layout that is dropped before shall leave the pages of before alone

    def _resume(self) -> int:
        """Say which page is the first that an edit can have changed, and take those before it over."""
        before = self.before
        if before is None:
            return 0
        # What is last in its parent is laid out in another way.
        same = min(self.head, len(before.keys) - 1, len(self.made.keys) - 1)
        first = next((at for at, looked in enumerate(before.looked) if looked >= same), len(before.looked) - 1)
        while first and (before.starts[first].afloat or not self._known(before.starts[first], same)):
            first -= 1
        self._take(range(first), 0)
        for start in before.starts[:first]:
            gone = frozenset(range(len(before.notes))) - start.waiting
            self.made.starts.append(replace(start, waiting=frozenset(range(len(self.made.notes))) - gone))
        return first

    def _known(self, start: _Start, same: int) -> bool:
        """Say whether all notes that a page began with, or that stand before it, are in blocks that are as before."""
        before, after = self.before, self.made
        assert before is not None
        gone = [number for number in range(len(before.notes)) if number not in start.waiting]
        return all(before.notes[number] < same and after.notes[number : number + 1] == [before.notes[number]]
                   for number in (*gone, *(number for number, _ in start.carried)))  # fmt: skip

    def _restore(self, at: int) -> None:
        """Put the engine into the state in which a page began."""
        context = self.context
        initialize_page_maker(context, self.box)
        if at == 0:
            return
        assert self.before is not None
        context.page_maker = [
            (*copy.deepcopy((start.resume, start.next, start.right, start.state)), _untouched())
            for start in self.before.starts[: at + 1]
        ]
        start = self.before.starts[at]
        gone = {number for number in range(len(self.before.notes)) if number not in start.waiting}
        gone.update(number for number, _ in start.carried)
        context.footnotes = [note for number, note in enumerate(self.notes) if number not in gone]
        context.reported_footnotes = [self._rest(number, begin) for number, begin in start.carried]
        context.style_for.initial_page_sizes.update(self.before.sizes)

    def _rest(self, number: int, begin: Resume) -> Box:
        note = self.notes[number]
        if begin is None:
            return note
        rest = note.copy()
        rest.begin, rest.source = copy.deepcopy(begin), note
        return rest

    def _start(self, at: int) -> _Start:
        """Take down the state in which a page begins."""
        context = self.context
        resume, following, right, state, _ = context.page_maker[at]
        carried = tuple(
            (self.numbers[id(getattr(note, "source", note))], copy.deepcopy(getattr(note, "begin", None)))
            for note in context.reported_footnotes
        )
        waiting = frozenset(self.numbers[id(note)] for note in context.footnotes)
        return _Start(
            *copy.deepcopy((resume, following, right, state)), waiting - {number for number, _ in carried}, carried,
            bool(context.broken_out_of_flow),
        )  # fmt: skip

    def _page(self, at: int) -> Box:
        """Make a page, and take down how far it looked."""
        made, start = self.made, self.made.starts[at]
        begins = _block(start.resume)
        for block in self.blocks[begins:]:
            block.__dict__.pop("position_x", None)
        self.context.page_maker[at][-1].update(_untouched())
        page, resume = paging.remake_page(at, self.context, self.box, self.html)
        if page.fixed_boxes or any(map(any, self.context.running_elements.values())):
            raise _DoubtError("boxes that stand on every page")
        looked = begins
        for number in range(begins, len(self.blocks)):
            if "position_x" not in self.blocks[number].__dict__:
                break
            looked = number
        made.looked.append(len(self.blocks) if looked == len(self.blocks) - 1 or resume is None else looked)
        if at == 0:
            made.sizes.update(self.context.style_for.initial_page_sizes)
        return page

    def _stands(self, at: int, start: _Start) -> bool:
        """Say whether a page begins as it did before, and all that follows is as it was."""
        before, made = self.before, self.made
        assert before is not None
        if at >= len(before.pages) or start.afloat or before.starts[at].afloat or start.resume is None:
            return False
        first = len(made.keys) - self.tail
        if _block(start.resume) < first:
            return False
        notes = [*start.waiting, *(number for number, _ in start.carried)]
        if any(made.notes[number] < first for number in notes):
            return False
        old = [*before.starts[at].waiting, *(number for number, _ in before.starts[at].carried)]
        if any(before.notes[number] < len(before.keys) - self.tail for number in old):
            return False
        return self._shifted(before.starts[at]) == start

    def _shifted(self, start: _Start) -> _Start:
        """Give a state of before, past the edit, with its blocks and notes numbered anew."""
        before, made = self.before, self.made
        assert before is not None
        first, notes = len(before.keys) - self.tail, len(made.notes) - len(before.notes)

        def moved(resume: Resume) -> Resume:
            return _moved(resume, self.moved) if resume is not None and _block(resume) >= first else resume

        depth, counters, scopes, groups = start.state
        groups = [[name, index, moved(resume)] for name, index, resume in groups]
        return _Start(
            moved(start.resume), start.next, start.right, (depth, counters, scopes, groups),
            frozenset(number + notes for number in start.waiting),
            tuple((number + notes, begin) for number, begin in start.carried), start.afloat,
        )  # fmt: skip

    def _take(self, numbers: range, moved: int) -> None:
        """Take pages of before over, whose blocks have moved by so many places."""
        assert self.before is not None
        for number in numbers:
            self.made.pages.append(self.before.pages[number])
            self.made.looked.append(self.before.looked[number] + moved)
            self.taken.append(number)

    def _adopt(self) -> None:
        """Give the pages taken over the elements of now. Raises _DoubtError."""
        before, made = self.before, self.made
        if before is None or not self.taken:
            return
        elements = dict(zip(map(id, _outer(before.root)), _outer(made.root), strict=True))
        ahead = zip(before.elements[: self.head], made.elements[: self.head], strict=True)
        behind = [] if not self.tail else zip(before.elements[-self.tail :], made.elements[-self.tail :], strict=True)
        for old, new in (*ahead, *behind):
            elements |= dict(zip(map(id, old), new, strict=True))
        for number in self.taken:
            for box in _walk(before.pages[number]._page_box):
                if id(box.element) in elements:
                    box.element = elements[id(box.element)]
                elif isinstance(box.element, Element):
                    raise _DoubtError("a box of a block that is no more")

    def _finished(self, number: int) -> Page:
        """Do to a page what the engine does once all pages are made."""
        page, context = self.made.pages[number], self.context
        root, footnotes, notes = page.children
        context.current_page = number + 1
        children = [root, *(area for area in (footnotes, notes) if area.children)]
        children += paging.make_margin_boxes(context, page, context.page_maker[number + 1][3])
        page.children = tuple(children)
        layout_backgrounds(page, context.get_image_from_uri)
        return Page(page)


def _made(root: Element, box: Box, notes: Sequence[Box], css: Sequence[str]) -> _Made:
    """Take down what a unit is made of. Raises _DoubtError."""
    blocks = _blocks(box)
    section = box.children[0].children[0].element
    elements = [_elements(block, section) for block in blocks]
    homes = {id(element): number for number, inner in enumerate(elements) for element in inner}
    keys = [(_key(block), [_told(element) for element in inner]) for block, inner in zip(blocks, elements, strict=True)]
    outer = (box, box.children[0], box.children[0].children[0])
    frame = (*css, *(_key(each, deep=False) for each in outer), *map(_told, _outer(root)))
    return _Made(root, frame, keys, elements, [homes[id(note.element)] for note in notes], {})


def _blocks(box: Box) -> Sequence[Box]:
    """Give the blocks of a unit: what its one section holds. Raises _DoubtError where there is no one section."""
    for _ in ("body", "section"):
        if len(box.children) != 1:
            raise _DoubtError("more than one section")
        box = box.children[0]
    if not all(isinstance(block, boxes.BlockLevelBox) for block in box.children):
        raise _DoubtError("a section that holds lines")
    return box.children  # type: ignore[no-any-return]  # WeasyPrint is untyped


def _elements(block: Box, section: Element) -> list[Element]:
    """Give the elements of a block; one without an element of its own has those of what is in it."""
    if block.element is not section:
        return list(block.element.iter())
    found: dict[int, Element] = {}
    for box in _walk(block):
        if box.element is not section:
            found |= {id(element): element for element in box.element.iter()}
    return list(found.values())


def _outer(root: Element) -> Iterator[Element]:
    """Give the elements that all blocks stand in."""
    yield root
    for element in root:
        yield element
        yield from element if element.tag == "body" else ()


def _key(box: Box, *, deep: bool = True) -> Key:
    """Name all that the layout of a box depends on, besides what it inherits."""
    style = [getattr(each, "cascaded", None) for each in (box.style, *_firsts(box))]
    content: object = None
    if isinstance(box, boxes.TextBox):
        content = box.text
    elif isinstance(box, boxes.ReplacedBox):
        content = box.replacement if box.element.get("src") else tostring(box.element)
    note = _key(box.footnote) if box.footnote is not None else None
    inner = tuple(_key(child) for child in box.children) if deep and isinstance(box, boxes.ParentBox) else ()
    return type(box), box.element_tag, style, content, note, inner


def _firsts(box: Box) -> Iterator[Any]:
    for name in ("first_line_style", "first_letter_style"):
        style = getattr(box, name, None)
        if style is not None:
            yield style


def _told(element: Element) -> tuple[object, ...]:
    return element.tag, {name: value for name, value in element.attrib.items() if name not in SOURCE}


def _common(before: _Made | None, made: _Made) -> tuple[int, int]:
    """Count the blocks that are as before, at the beginning and at the end."""
    if before is None or before.frame != made.frame:
        return 0, 0
    old, new = before.keys, made.keys
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return head, tail


def _walk(box: Box) -> Iterator[Box]:
    """Give a box and all boxes in it."""
    yield box
    for child in getattr(box, "children", ()):
        yield from _walk(child)


def _block(resume: Resume) -> int:
    """Say with which block a page begins. Raises _DoubtError where it does not begin in a block."""
    for _ in ("body", "section"):
        if resume is None:
            return 0
        ((at, resume),) = resume.items()
        if at:
            raise _DoubtError("a page that begins outside the section")
    return 0 if resume is None else next(iter(resume))


def _moved(resume: Resume, by: int) -> Resume:
    """Move the block with which a page begins."""
    if resume is None or resume[0] is None:
        return resume
    ((at, rest),) = resume[0][0].items()
    return {0: {0: {at + by: rest}}}


def _untouched() -> dict[str, Any]:
    """Give the marks of a page that is made for the first time."""
    return {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}
