"""Reads the boxes of a paragraph, as they are before layout, as one text: what stands in which, and how wide it is."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.percent import resolve_percentages
from weasyprint.text.line_break import strut

from packager.layout.patches.building import Inline, Run, edge, heights
from packager.layout.patches.shaping import Shaped, shaped

Box = Any

_EDGES = {f"{edge}_{side}": 0 for edge in ("margin", "padding") for side in ("top", "right", "bottom", "left")}
_EDGES |= {f"border_{side}_width": 0 for side in ("top", "right", "bottom", "left")}
"""What a text box has around it: nothing."""
_LINE_STYLES = ("font_", "color", "letter_spacing")
"""What a first line may have of its own."""


class UnfitError(Exception):
    """Raised for a paragraph that is left to the engine."""


class Setting:
    """The text of a line box that is still whole, in its styles."""

    def __init__(self, linebox: Box, block: Box, changes: Mapping[str, Any] | None = None) -> None:
        """`changes` are what a first line has of its own. Raises UnfitError."""
        self.block, self.changes = block, changes
        self.runs: list[Run] = []
        self.root = Inline(linebox, 0, heights(linebox))
        self._take(self.root, linebox.children, 0)
        self.text = "".join(run.box.text for run in self.runs)
        self.starts = [run.start for run in self.runs]

    def _take(self, parent: Inline, children: Any, at: int) -> int:
        """Take in what a box holds; give where it ends."""
        for child in children:
            kind = type(child)
            if kind is boxes.TextBox:
                at = self._text(parent, self._styled(child), at)
            elif kind is boxes.InlineBox and child.is_in_normal_flow() and child.style["position"] == "static":
                box = self._styled(child)
                style = box.style
                resolve_percentages(box, self.block)
                if box.is_leader or "auto" in (box.margin_left, box.margin_right):
                    raise UnfitError
                if style["box_decoration_break"] == "clone" or style["direction"] != "ltr":
                    raise UnfitError
                inner = Inline(box, at, heights(box))
                parent.children.append(inner)
                at = self._take(inner, child.children, at)
            else:
                raise UnfitError
        parent.stop = at
        return at

    def _text(self, parent: Inline, box: Box, at: int) -> int:
        style = box.style
        if (
            style["white_space"] != "normal" or style["word_spacing"] or style["text_decoration_line"] != "none"
            or not style["font_size"] or style["word_break"] != "normal"
        ):  # fmt: skip
            raise UnfitError
        glyphs = shaped(box.text, style) if box.text else None
        if glyphs is None:
            raise UnfitError
        half = (strut(style)[0] - glyphs.height) / 2
        high = {**_EDGES, "height": glyphs.height, "margin_top": half, "margin_bottom": half,
                "baseline": glyphs.baseline + half}  # fmt: skip
        run = Run(box, at, at + len(box.text), glyphs, high, _hyphen(glyphs, style))
        parent.children.append(run)
        self.runs.append(run)
        return run.stop

    def _styled(self, box: Box) -> Box:
        """Give a box as it stands in the first line, if that has a style of its own."""
        if not self.changes:
            return box
        box = box.copy()
        box.style = box.style.copy()
        for name, value in self.changes.items():
            box.style[name] = value
        return box

    def lefts(self) -> list[float]:
        """Give where each character stands if all is one line, and where the last one ends."""
        lefts: list[float] = []
        end = self._place(self.root, 0.0, lefts)
        lefts.append(end)
        return lefts

    def _place(self, parent: Inline, left: float, lefts: list[float]) -> float:
        for child in parent.children:
            if isinstance(child, Run):
                ways = child.glyphs.ways
                lefts += [left + way for way in ways] if left else ways
                left += child.glyphs.width
            else:
                left = self._place(child, left + edge(child.box, "left"), lefts) + edge(child.box, "right")
        return left

    def run(self, at: int) -> Run:
        """Find the run that a character is in."""
        return self.runs[bisect_right(self.starts, at) - 1]


def first_style(block: Box) -> dict[str, Any]:
    """Give what the first line of a block has of its own. Raises UnfitError where that is more than a look."""
    style = block.first_line_style
    changes = {} if style is None else {name: style[name] for name in style.cascaded}
    if not all(name.startswith(_LINE_STYLES) for name in changes):
        raise UnfitError
    return changes


def _hyphen(glyphs: Shaped, style: Any) -> float | None:
    """Say how wide the hyphen is with which words are divided; None where they never are."""
    if style["hyphens"] == "none":
        return None
    hyphen = shaped(style["hyphenate_character"], style)
    return hyphen.width if hyphen is not None and hyphen.font is glyphs.font else None
