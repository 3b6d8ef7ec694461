"""Watches the engine lay a unit out, and takes down what is to be known to go on from any of its pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import weasyprint
from weasyprint.document import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.layout import layout_document
from weasyprint.layout import page as paging
from weasyprint.pdf.metadata import DocumentMetadata

from packager.layout import blocks, reading, starts
from packager.layout.blocks import Blocks, Box, DoubtError, Elements, Place
from packager.layout.patches import paragraphs
from packager.layout.patches.paragraphs import Row
from packager.layout.press import Press
from packager.layout.reading import Look
from packager.layout.starts import Start

_AREAS = ("@footnote", "@note-area")


class Seen(NamedTuple):
    """A look at a page whose elements are told by their places; plain data."""

    texts: list[tuple[Place, str]]
    letters: int
    headings: list[Place]
    faults: list[tuple[str, Place, str]]
    breaks: list[Place]

    def moved(self, first: int, by: int) -> "Seen":
        """Give the look where the blocks from `first` on have moved by so many."""

        def there(place: Place) -> Place:
            return place if place[0] < first else (place[0] + by, place[1])

        return Seen(
            [(there(place), text) for place, text in self.texts], self.letters, [*map(there, self.headings)],
            [(code, there(place), text) for code, place, text in self.faults], [*map(there, self.breaks)],
        )  # fmt: skip

    def look(self, elements: Elements) -> Look:
        """Give the look with elements."""
        at = elements.at
        return Look(
            tuple((at(place), text) for place, text in self.texts), self.letters, tuple(map(at, self.headings)),
            tuple((code, at(place), text) for code, place, text in self.faults), tuple(map(at, self.breaks)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """What is to be known of a layout to go on from it; plain data."""

    made: Blocks
    sizes: dict[str, Any]
    """What lengths are told in that depend on the first page."""
    starts: Sequence[Start]
    """Of each page, and the state after the last."""
    looked: Sequence[int]
    """The last block that each page looked at; one more than there are where it looked at the end."""
    seen: Sequence[Seen]
    movable: bool
    """Whether a page is the same wherever in the unit it stands."""
    lines: Mapping[bytes, Mapping[tuple[int, float], list[Row]]]
    """Lines of the paragraphs in each block, by the number of the paragraph there and its width."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A unit as it is laid out."""

    pages: Sequence[Any]
    """Of the engine, or what takes the place of one in its documents; None for one that has to be made again."""
    looks: Sequence[Look] = ()
    trace: Trace | None = None
    """None where there is no going on from here."""
    elements: Elements | None = None
    """Those that boxes on the pages belong to; None where pages have no boxes."""
    document: Any = None


class Unit:
    """A unit that is to be laid out."""

    def __init__(self, press: Press, root: Element, css: tuple[str, ...]) -> None:
        self.press, self.root, self.css = press, root, css
        self.html = press.html(root)
        options = {**weasyprint.DEFAULT_OPTIONS, **press.options(css)}
        self.context = Document._build_layout_context(self.html, press.fonts, press.counters, {}, options)
        self.box = build_formatting_structure(
            self.html.etree_element, self.context.style_for, self.context.get_image_from_uri, self.html.base_url,
            self.context.target_collector, press.counters, self.context.footnotes,
        )  # fmt: skip
        self.notes = list(self.context.footnotes)
        self.starts: list[Start] = []
        self.looked: list[int] = []
        self._numbers = {id(note): number for number, note in enumerate(self.notes)}
        self.sizes: dict[str, Any] = {}
        self.made: Blocks | None = None
        """None where it cannot be told what depends on what."""
        self.elements: Elements | None = None
        self.blocks: Sequence[Box] = ()
        self._lines: Mapping[bytes, Mapping[tuple[int, float], list[Row]]] = {}
        try:
            self._read()
        except (DoubtError, KeyError):
            self.made = None

    def _read(self) -> None:
        if self.context.target_collector.counter_lookup_items:
            raise DoubtError("text that tells page numbers")
        self.blocks = blocks.inner(self.box)
        self.made, self.elements = blocks.read(self.root, self.box, self.notes, self.css, self.press.image)

    def recall(self, before: Trace) -> None:
        """Let paragraphs that are as before have the lines that they had."""
        self._lines = before.lines
        known = {}
        for key, inner in self._paragraphs():
            for (number, width), rows in before.lines.get(key, {}).items():
                known[inner[number], width] = rows
        paragraphs.recall(self.context, known)

    def _paragraphs(self) -> Iterator[tuple[bytes, list[Box]]]:
        """Give each block's name and the line boxes in it and in its notes."""
        assert self.made is not None
        for key, block in zip(self.made.keys, self.blocks, strict=True):
            within = [*blocks.walk(block)]
            for box in within:
                if box.footnote is not None:
                    within += blocks.walk(box.footnote)
            yield key, [box for box in within if isinstance(box, boxes.LineBox)]

    def _found(self) -> dict[bytes, Mapping[tuple[int, float], list[Row]]]:
        """Give the lines of paragraphs, those that are as before included."""
        places = {id(box): (key, number) for key, inner in self._paragraphs() for number, box in enumerate(inner)}
        lines = {key: dict(self._lines.get(key, {})) for key, _ in places.values()}
        for box, width, rows in paragraphs.found(self.context):
            if id(box) in places:
                key, number = places[id(box)]
                lines[key][number, width] = rows
        return {key: lines[key] for key in lines if lines[key]}

    def laid(self) -> Laid:
        """Lay the unit out whole."""
        remake = paging.remake_page
        if self.made is not None:
            paging.remake_page = self._watched(remake)
        try:
            pages = [Page(page) for page in layout_document(self.html, self.box, self.context)]
        finally:
            paging.remake_page = remake
        looks = [*map(self.look, pages)]
        trace = None
        if self.made is not None:
            try:
                for page in pages:
                    self.alone(page._page_box)
                if len(self.starts) == len(pages) + 1:
                    trace = self.trace([*map(self.seen, looks)])
            except (DoubtError, KeyError):
                pass
        return self.told(pages, looks, trace)

    def _watched(self, remake: Callable[..., Any]) -> Callable[..., Any]:
        """Let the engine make a page, and take it down; what cannot be is a reason not to go on from it."""

        def made(at: int, *rest: Any) -> Any:
            if self.made is None:
                return remake(at, *rest)
            try:
                self.begin(at)
            except (DoubtError, KeyError):
                self.made = None
                return remake(at, *rest)
            result = remake(at, *rest)
            if self.end(at, result[1]):
                self.starts.append(self.start(at + 1))
            return result

        return made

    def begin(self, at: int) -> Start:
        """Take down the state in which a page begins, which is made next. Raises DoubtError."""
        start = self.start(at)
        if at == len(self.starts):
            self.starts.append(start)
        if at != len(self.starts) - 1:
            raise DoubtError("a page that is made again")
        for block in self.blocks[start.block :]:
            block.__dict__.pop("position_x", None)
        return start

    def end(self, at: int, resume: Any) -> bool:
        """Take down how far a page looked that was just made; say whether it is the last."""
        looked = begins = self.starts[at].block
        for number in range(begins, len(self.blocks)):
            if "position_x" not in self.blocks[number].__dict__:
                break
            looked = number
        whole = resume is None or looked == len(self.blocks) - 1
        self.looked.append(len(self.blocks) if whole else looked)
        if at == 0:
            self.sizes.update(self.context.style_for.initial_page_sizes)
        return resume is None and not self.context.reported_footnotes

    def start(self, at: int) -> Start:
        """Take down the state in which a page begins."""
        return starts.taken(self.context, at, self._numbers)

    def alone(self, page: Box) -> None:
        """Raise DoubtError where a page shows what depends on others."""
        if page.fixed_boxes or any(map(any, self.context.running_elements.values())):
            raise DoubtError("boxes that stand on every page")
        if any(isinstance(child, boxes.MarginBox) for child in page.children):
            raise DoubtError("boxes in the margins")

    def look(self, page: Page) -> Look:
        """Read a page."""
        return reading.look(page._page_box, self.press.missing)

    def seen(self, look: Look) -> Seen:
        """Tell a look as plain data. Raises KeyError where it holds what is of no block."""
        assert self.elements is not None
        at = self.elements.place
        return Seen(
            [(at(element), text) for element, text in look.texts], look.letters, [*map(at, look.headings)],
            [(code, at(element), text) for code, element, text in look.faults], [*map(at, look.breaks)],
        )  # fmt: skip

    def trace(self, seen: Sequence[Seen]) -> Trace:
        """Give what was taken down."""
        assert self.made is not None
        return Trace(self.made, self.sizes, self.starts, self.looked, seen, self._movable(), self._found())

    def _movable(self) -> bool:
        """Say whether no stylesheet tells pages apart by their number."""
        for sheet, _, _ in self.context.style_for._sheets:
            for _, selectors, declarations in sheet.page_rules:
                counts = any(name == "content" and _counts(value) for name, value, _ in declarations)
                if any(kind.index or (area in _AREAS and counts) for _, area, kind in selectors):
                    return False
        return True

    def told(self, pages: Sequence[Any], looks: Sequence[Look], trace: Trace | None) -> Laid:
        """Give the unit as it is laid out."""
        metadata = DocumentMetadata(**get_html_metadata(self.html))
        document = Document([*pages], metadata, self.html.url_fetcher, self.press.fonts, {}, None)
        document._html = self.html
        return Laid(pages, looks, trace, self.elements, document)


def _counts(content: Any) -> bool:
    """Say whether a content may tell a number."""
    return "counter" in repr(content) or hasattr(content, "tokens")
