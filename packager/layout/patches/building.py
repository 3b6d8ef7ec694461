"""Builds the boxes of a line whose characters are known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import line_size

from packager.layout.patches.shaping import Glyphs, Shaped, shaped

Box = Any

_UNBROKEN = re.compile("[^ \u00a0]*")


@dataclass(slots=True)
class Run:
    """A text box with its place in the paragraph."""

    box: Box
    start: int
    """In characters of the paragraph."""
    stop: int
    glyphs: Shaped
    heights: dict[str, float]
    hyphen: float | None
    """How wide the hyphen is with which words are divided; None where they never are."""


@dataclass(slots=True)
class Inline:
    """An inline box with what it holds."""

    box: Box
    start: int
    heights: dict[str, float]
    stop: int = 0
    children: list["Run | Inline"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its characters: where it starts, ends without the blank after it, and where the next starts."""

    start: int
    stop: int
    after: int
    broken: bool = False
    """Whether it starts within a word."""
    hyphen: bool = False


class Maker:
    """Makes the boxes of a line."""

    def __init__(self, paragraph: str, line: Line, position_y: float, *, opening: bool) -> None:
        """`opening` says whether the paragraph begins with the line."""
        self.paragraph, self.line, self.position_y = paragraph, line, position_y
        self.least = 0 if opening else line.start
        self.blanks = 0
        self.loss = 0.0
        """By how much the last glyph ends before where it leaves off among others."""

    def children(self, parent: Inline, left: float) -> tuple[list[Box], float]:
        """Make what of a box stands in the line, from a position on; give it and where it ends."""
        line, size = self.line, len(self.paragraph)
        made: list[Box] = []
        limit = line.after - 1 if line.after < size else size
        for child in parent.children:
            if child.start > limit or child.stop < self.least:
                continue
            if isinstance(child, Run):
                start, stop = max(child.start, line.start), min(child.stop, line.stop)
                if start < stop:
                    box = self._text(child, start, stop, left)
                    left += box.width
                    made.append(box)
                continue
            starts, ends = child.start >= self.least, child.stop <= line.after
            inner = left + (edge(child.box, "left") if starts else 0.0)
            held, inner = self.children(child, inner)
            if not held and not (starts and ends and (child.start < line.after or line.after >= size)):
                continue
            box = child.box.copy_with_children(held)
            box.__dict__ |= child.heights
            box.remove_decoration(start=not starts, end=not ends)
            box.position_x, box.position_y = left, self.position_y
            box.width = inner - left - (edge(child.box, "left") if starts else 0.0)
            left = inner + (edge(child.box, "right") if ends else 0.0)
            made.append(box)
        return made, left

    def _text(self, run: Run, start: int, stop: int, left: float) -> Box:
        shown, style = self.paragraph[start:stop], run.box.style
        if self.line.hyphen and stop == self.line.stop:
            shown += style["hyphenate_character"]
        parts = self._parts(run, start, stop, shown)
        if None in parts:
            layout, width = _measured(shown, style)
        else:
            layout = Glyphs(shown, parts)
            width = sum(part.wide(first, last) for part, first, last in parts)
            if stop == self.line.stop:
                self.loss = parts[-1][0].excess(parts[-1][2])
        box = run.box.copy_with_text(shown)
        box.__dict__ |= run.heights
        box.position_x, box.position_y, box.width = left, self.position_y, width
        box.pango_layout = layout
        self.blanks += shown.count(" ") + shown.count("\u00a0")
        return box

    def _parts(self, run: Run, start: int, stop: int, shown: str) -> tuple[Any, ...]:
        """Give the glyphs of a text.

        What of a divided word is in the line is shaped by itself, as ligatures end at a hyphen; None stands for what
        by itself has marks or another font.
        """
        text, style, glyphs = self.paragraph, run.box.style, run.glyphs
        head, tail = start, stop
        if self.line.broken and start == self.line.start:
            match = _UNBROKEN.match(text, start, stop)
            head = match.end() if match else start
        if len(shown) > stop - start:
            tail = max(text.rfind(" ", start, stop), text.rfind("\u00a0", start, stop)) + 1 or start
        while head < tail and glyphs.first[head - run.start] < 0:
            head += 1
        while head < tail < stop and glyphs.first[tail - run.start] < 0:
            tail -= 1
        if head >= tail and (head > start or tail < stop):
            return (_whole(shown, style),)
        before = (_whole(text[start:head], style),) if head > start else ()
        after = (_whole(shown[tail - start :], style),) if tail < stop else ()
        return (*before, (glyphs, glyphs.first[head - run.start], glyphs.index(tail - run.start)), *after)


def heights(box: Box) -> dict[str, float]:
    """Give what sets the height of a line that a box stands in."""
    inline._adjust_line_height(box)
    return {name: getattr(box, name) for name in ("height", "margin_top", "margin_bottom", "baseline")}


def _whole(text: str, style: Any) -> tuple[Shaped, int, int] | None:
    made = shaped(text, style)
    return None if made is None else (made, 0, len(made.glyphs))


def _measured(text: str, style: Any) -> tuple[Any, float]:
    """Let the engine shape a text, and say how wide it is."""
    layout = inline.create_layout(text, style, None, None, 0)
    width, _ = line_size(layout.get_first_line()[0], style)
    layout.deactivate()
    return layout, width


def edge(box: Box, side: str) -> float:
    """Give what stands between a box's outer edge and its content."""
    return float(
        getattr(box, f"margin_{side}") + getattr(box, f"border_{side}_width") + getattr(box, f"padding_{side}")
    )


def spread(children: Sequence[Box], extra: float, moved: float) -> float:
    """Widen the blanks in boxes; give how much wider they are together with those before."""
    for box in children:
        box.position_x += moved
        before = moved
        if isinstance(box, boxes.TextBox):
            box.justification_spacing = box.pango_layout.justification_spacing = extra
            moved += (box.text.count(" ") + box.text.count("\u00a0")) * extra
        else:
            moved = spread(box.children, extra, moved)
        box.width += moved - before
    return moved
