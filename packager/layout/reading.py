"""Reads laid-out pages back: which text came to stand where, what is missing, what does not fit.

Boxes are those of the layout engine. They are read by what they carry, so that this module needs no engine: an
element and its tag (`p`, `p::before` for what a stylesheet makes), a position in CSS pixels, text.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from packager.layout.jobs import ASSET, Fault, Loss

Box = Any

TOLERANCE = 4.0
"""CSS pixels that text may hang into a margin: punctuation, a swash, rounding."""

COARSE = 200
"""Pixels to the inch below which an image looks coarse in print."""

_OTHER = re.compile(r"[\W_]+")
_OURS = ("::first-letter", "::first-line")
"""Tags of boxes that a stylesheet asks for but that hold the author's text."""
_COMPLEX = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1a00-\u1aaf]+")
"""Scripts whose letters melt into glyphs that stand for more or fewer of them: not counted in a finished file."""


@dataclass(frozen=True, slots=True)
class Look:
    """What stands on one page."""

    texts: tuple[tuple[Element, str], ...]
    """The author's text, run by run."""
    letters: int
    """Letters that are drawn, those that stylesheets make included."""
    headings: tuple[Element, ...]
    faults: tuple[tuple[str, Element, str], ...]
    breaks: tuple[Element, ...]
    """Scene breaks without ornament that stand first or last on the page, where nobody sees them."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look at all pages of a unit found."""

    drawn: tuple[int, ...]
    """Letters on each page."""
    losses: tuple[Loss, ...]
    lost: tuple[Element, ...]
    """The elements of the losses."""
    outside: tuple[Element, ...]
    """Elements that run out of their page at its foot, or a turned one's."""
    faults: tuple[Fault, ...]
    sections: tuple[tuple[str, str], ...]
    """For each page, the first and the last section that begin on it, or the one that goes on from the page before."""
    breaks: tuple[Element, ...]
    """Scene breaks without ornament that stand first or last on a page, where nobody sees them."""


def look(page: Box, missing: str = "") -> Look:
    """Read a page; `missing` are the characters that no font has."""
    read = _Reader(page)
    letters = sum(count(text, missing) for text in read.shown)
    return Look(tuple(read.texts), letters, tuple(read.headings), tuple(read.faults), tuple(read.breaks))


def drawn(page: Box, missing: str = "") -> int:
    """Count the letters on a page, those that stylesheets make included."""
    return look(page, missing).letters


def survey(looks: Sequence[Look], root: Element) -> Survey:
    """Hold the pages of a unit, one look a page, against the tree that they were made from."""
    lines = _lines(root)
    found: dict[int, list[str]] = {}
    faults, sections = [], []
    section = "", ""
    for number, page in enumerate(looks):
        for element, text in page.texts:
            found.setdefault(id(element), []).append(text)
        begun = [*filter(None, map(_plain, page.headings))]
        sections.append((begun[0], begun[-1]) if begun else (section[1], section[1]))
        section = sections[-1]
        faults += [Fault(code, lines.get(id(at)), number, text.strip()) for code, at, text in page.faults]
    gone = [(element, text) for element, text in _expected(root) if not _stands(text, found.get(id(element), []))]
    return Survey(
        drawn=tuple(page.letters for page in looks),
        losses=tuple(Loss(lines.get(id(element)), " ".join(text.split())) for element, text in gone),
        lost=tuple(element for element, _ in gone),
        outside=tuple(at for page in looks for code, at, _ in page.faults if code == "overflow-long"),
        faults=tuple(faults),
        sections=tuple(sections),
        breaks=tuple(rule for page in looks for rule in page.breaks),
    )


def letters(text: str) -> str:
    """Reduce a text to its letters and figures, in one case and without accents: what no layout may change."""
    kept = _OTHER.sub("", text)
    if kept.isascii():
        return kept.lower()
    decomposed = unicodedata.normalize("NFKD", kept.replace("ı", "i"))
    return _OTHER.sub("", "".join(c for c in decomposed if not unicodedata.combining(c))).casefold()


def count(text: str, missing: str = "") -> int:
    """Count the letters of a text that a finished file has to give back; not those that no font has."""
    kept = _OTHER.sub("", text.translate(dict.fromkeys(map(ord, missing))) if missing else text)
    if not kept.isascii():
        kept = unicodedata.normalize("NFKD", _COMPLEX.sub("", kept))
    return sum(map(str.isalpha, kept))


class _Reader:
    """One page, walked through once."""

    def __init__(self, page: Box) -> None:
        self.texts: list[tuple[Element, str]] = []
        """The author's text, run by run."""
        self.shown: list[str] = []
        """All text that is drawn."""
        self.headings: list[Element] = []
        self.faults: list[tuple[str, Element, str]] = []
        self.breaks: list[Element] = []
        self._left = page.content_box_x() - TOLERANCE
        self._right = page.content_box_x() + page.width + TOLERANCE
        self._top = page.content_box_y() - TOLERANCE
        self._foot = page.content_box_y() + page.height + TOLERANCE
        self._edges: list[float] = []
        self._rules: list[Box] = []
        areas = [child for child in page.children if type(child).__name__ == "FootnoteAreaBox"]
        bottom = self._foot
        for area in areas:
            self._foot = bottom
            self._read(area)
            self._foot = min(bottom, area.border_box_y() + TOLERANCE)
        self._edges.clear()
        for child in page.children:
            if child not in areas:
                self._read(child)
        self.breaks = [
            rule.element
            for rule in self._rules
            if not any(edge < rule.position_y for edge in self._edges)
            or not any(edge > rule.position_y for edge in self._edges)
        ]

    def _read(self, box: Box) -> None:
        """Take in a box and what is in it."""
        kind, element = type(box).__name__, box.element
        if kind == "TextBox":
            tag = box.element_tag or ""
            if element is not None and ("::" not in tag or tag.endswith(_OURS)):
                self.texts.append((element, box.text))
            if box.style["visibility"] == "visible" and box.text.strip():
                self.shown.append(box.text)
                if tag == "span::before":  # arrows before the lines of code that go on: what is too many is clipped
                    return
                baseline = box.position_y + box.baseline
                self._place(box, baseline - box.style["font_size"] / 2, baseline, box.text)
            return
        if kind.endswith("ReplacedBox"):
            top = box.content_box_y()
            self._place(box, top, top + box.height, element.get("alt", "") or "image")
            self._weigh(box)
            return
        if element is not None and box.element_tag == "h2" and element not in self.headings:
            self.headings.append(element)
        if element is not None and box.element_tag == "hr" and "scene-break" in element.get("class", "").split():
            self._rules.append(box)
        if box.style["transform"]:
            self._read_turned(box)
            return
        for child in box.children:
            self._read(child)

    def _weigh(self, box: Box) -> None:
        """Note an image whose pixels are too few for the size it is placed at."""
        image = box.replacement
        if type(image).__name__ == "RasterImage" and box.width and box.element.tag == "img":
            fine = round(image.width / (box.width / 96))
            if fine < COARSE:
                name = unquote(box.element.get("src", "").removeprefix(ASSET))
                self.faults.append(("image-coarse", box.element, f"{name} has {fine} pixels to the inch"))

    def _read_turned(self, box: Box) -> None:
        """Take in what is turned on the page: its place is that of its box before the turn."""
        limits = self._left, self._right, self._top, self._foot
        left, top = box.content_box_x(), box.content_box_y()
        self._left, self._right = left - TOLERANCE, left + box.width + TOLERANCE
        self._top, self._foot = top - TOLERANCE, top + box.height + TOLERANCE
        for child in box.children:
            self._read(child)
        self._left, self._right, self._top, self._foot = limits

    def _place(self, box: Box, top: float, bottom: float, text: str) -> None:
        """Note where a box with something to see stands, and whether it runs out."""
        self._edges += (top, bottom)
        if box.position_x + box.width > self._right or box.position_x < self._left:
            self.faults.append(("overflow-wide", box.element, text))
        if top < self._top or bottom > self._foot:
            self.faults.append(("overflow-long", box.element, text))


def _expected(root: Element) -> Iterator[tuple[Element, str]]:
    """Give each element of a page's body with the text that stands in it directly."""
    body = root.find("body")
    for element in () if body is None else body.iter():
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        if text.strip() and not str(element.tag).startswith("{"):  # a drawing's title is not set
            yield element, text


def _stands(text: str, runs: list[str]) -> bool:
    """Say whether runs hold a text, once, or as often as the head of a table is repeated."""
    wanted, found = letters(text), letters("".join(runs))
    times, rest = divmod(len(found), len(wanted)) if wanted else (0, 0)
    return not wanted or (times > 0 and not rest and found == wanted * times)


def _lines(root: Element) -> dict[int, int]:
    """Give each element the line of the manuscript that it stems from."""
    lines: dict[int, int] = {}

    def walk(element: Element, line: int) -> None:
        line = int(element.get("data-line", line))
        if line:
            lines[id(element)] = line
        for child in element:
            walk(child, line)

    walk(root, 0)
    return lines


def _plain(element: Element) -> str:
    return " ".join("".join(_own_text(element)).split())


def _own_text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag != "aside":
            yield from _own_text(child)
        yield child.tail or ""
