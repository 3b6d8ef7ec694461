"""Sets justified paragraphs as wholes: shapes their text once, weighs all ways to break it, and builds the lines.

The engine fills line after line with as much as fits, and shapes the text of each some four times for it. Here a run of
text is shaped once, its lines are broken by `packager.layout.breaking`, and drawn with the glyphs that it has. What
this knows nothing of (other alignments, floats at the paragraph's side, pictures in it, other directions) is left to
the engine. A blank may shrink a little; the engine's can only grow.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, starmap
from typing import Any

import pyphen
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.layout.percent import percentage, resolve_percentages
from weasyprint.text.line_break import get_log_attrs, strut

from packager.layout.breaking import Point, breaks
from packager.layout.patches.building import Inline, Line, Maker, Run, edge, heights, spread
from packager.layout.patches.shaping import Shaped, breakable, shaped

Box = Any
Row = tuple[int, int, int, bool, bool]
"""A line as plain data; see `packager.layout.patches.building.Line`."""

_STRANGE = re.compile("[\n\t\f\r\u00ad\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that break lines by rules of their own."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_EDGES = {f"{edge}_{side}": 0 for edge in ("margin", "padding") for side in ("top", "right", "bottom", "left")}
_EDGES |= {f"border_{side}_width": 0 for side in ("top", "right", "bottom", "left")}
"""What a text box has around it: nothing."""
_DASHES = ("\u2013", "\u2014")
"""What a line may end with, and not begin with."""

_point: Callable[[type[Point], tuple[Any, ...]], Point] = tuple.__new__
"""Makes a point of its values: in a third of the time, and there are many."""
_next_line: Callable[..., Any] = inline.get_next_linebox


def apply() -> None:
    """Take the place of the engine's function."""
    inline.get_next_linebox = _with_paragraphs


def recall(context: Any, known: Mapping[tuple[Box, float], Iterable[Row]]) -> None:
    """Let a layout go by the lines of paragraphs that are known, by line boxes and widths."""
    context.known = known


def found(context: Any) -> Iterator[tuple[Box, float, list[Row]]]:
    """Give the lines of paragraphs that a layout has found, with their line boxes and widths."""
    for (linebox, width), plan in context.__dict__.get("paragraphs", {}).items():
        if plan is not None:
            lines = plan.lines.values()
            yield linebox, width, [(line.start, line.stop, line.after, line.broken, line.hyphen) for line in lines]


class _UnfitError(Exception):
    """Raised for a paragraph that is left to the engine."""


def _with_paragraphs(
    context: Any, linebox: Box, position_y: float, bottom_space: float, skip_stack: Any, containing_block: Box,
    absolute_boxes: list[Any], fixed_boxes: list[Any], first_letter_style: Any, first_line_style: Any,
) -> Any:  # fmt: skip
    """Make the next line, from the paragraph's plan where it has one."""
    if not (first_letter_style or first_line_style or _beside(context, position_y)):
        plans = context.__dict__.setdefault("paragraphs", {})
        key = linebox, containing_block.width
        if key not in plans:
            try:
                plans[key] = _Paragraph(linebox, containing_block, context.__dict__.get("known", {}).get(key))
            except _UnfitError:
                plans[key] = None
        plan = plans[key]
        line = plan and plan.at(skip_stack)
        if line:
            return plan.build(line, position_y, containing_block)
    return _next_line(
        context, linebox, position_y, bottom_space, skip_stack, containing_block, absolute_boxes, fixed_boxes,
        first_letter_style, first_line_style,
    )  # fmt: skip


def _beside(context: Any, position_y: float) -> bool:
    """Say whether a float reaches below a height."""
    return any(shape.position_y + shape.margin_height() > position_y for shape in context.excluded_shapes)


class _Paragraph:
    """The lines of a line box that is still whole."""

    def __init__(self, linebox: Box, block: Box, known: Iterable[Row] | None = None) -> None:
        """`known` are its lines, where these are known already."""
        style = linebox.style
        if style["text_align_all"] != "justify" or style["text_align_last"] not in ("auto", "start", "left"):
            raise _UnfitError
        if style["direction"] != "ltr":
            raise _UnfitError
        self.box, self.block = linebox, block
        self.width = block.width
        self.runs: list[Run] = []
        self.root = Inline(linebox, 0, heights(linebox))
        self._take(self.root, 0)
        self.text = "".join(run.box.text for run in self.runs)
        if not self.text.strip(" ") or _STRANGE.search(self.text):
            raise _UnfitError
        self.starts = [run.start for run in self.runs]
        self.least = min(run.box.style["hyphenate_limit_chars"][0] for run in self.runs)
        self.lines = {line.start: line for line in (self._lines() if known is None else starmap(Line, known))}
        self.next: tuple[Any, Line | None] = None, None
        """Where the engine goes on after the line that was built last, and the line that is there."""

    def _take(self, parent: Inline, at: int) -> int:
        """Take in what a box holds; give where it ends."""
        for child in parent.box.children:
            style = child.style
            kind = type(child)
            if kind is boxes.TextBox:
                if (
                    style["white_space"] != "normal" or style["letter_spacing"] not in ("normal", 0)
                    or style["word_spacing"] or style["text_decoration_line"] != "none" or not style["font_size"]
                    or style["word_break"] != "normal"
                ):  # fmt: skip
                    raise _UnfitError
                glyphs = shaped(child.text, style) if child.text else None
                if glyphs is None:
                    raise _UnfitError
                half = (strut(style)[0] - glyphs.height) / 2
                high = {**_EDGES, "height": glyphs.height, "margin_top": half, "margin_bottom": half,
                           "baseline": glyphs.baseline + half}  # fmt: skip
                run = Run(child, at, at + len(child.text), glyphs, high, _hyphen(glyphs, style))
                parent.children.append(run)
                self.runs.append(run)
                at = run.stop
            elif kind is boxes.InlineBox and child.is_in_normal_flow() and style["position"] == "static":
                resolve_percentages(child, self.block)
                if child.is_leader or "auto" in (child.margin_left, child.margin_right):
                    raise _UnfitError
                if style["box_decoration_break"] == "clone" or style["direction"] != "ltr":
                    raise _UnfitError
                inner = Inline(child, at, heights(child))
                parent.children.append(inner)
                at = self._take(inner, at)
            else:
                raise _UnfitError
        parent.stop = at
        return at

    def _lefts(self) -> list[float]:
        """Give where each character of the paragraph stands if it is one line, and where the last one ends."""
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

    def _run(self, at: int) -> Run:
        """Find the run that a character is in."""
        return self.runs[bisect_right(self.starts, at) - 1]

    def _lines(self) -> Iterator[Line]:
        text, lefts, style = self.text, self._lefts(), self.box.style
        start, stop = len(text) - len(text.lstrip(" ")), len(text.rstrip(" "))
        indent = percentage(style["text_indent"], style, self.block.width)
        measures = (self.width - indent, self.width) if indent else (self.width,)
        if lefts[stop] - lefts[start] <= measures[0]:
            yield Line(start, stop, len(text))
            return
        words = self._words(lefts)
        blank = max(run.glyphs.blank for run in self.runs) or style["font_size"] / 4
        points = breaks(words, lambda: self._divided(words, lefts), measures, blank)
        if points is None:
            raise _UnfitError
        broken = False
        for point in points:
            stop, after = point.text
            yield Line(start, stop, after, broken, point.inside)
            start, broken = after, point.inside

    def _words(self, lefts: Sequence[float]) -> list[Point]:
        """Find the places between words where a line may end."""
        text, size = self.text, len(self.text)
        marks = (
            self.runs[0].glyphs.marks
            if len(self.runs) == 1
            else breakable(get_log_attrs(text, self.box.style["lang"]), size)
        )
        whole = all(-1 not in run.glyphs.first for run in self.runs)
        at = size - len(text.lstrip(" "))
        origin, blanks, words = lefts[at], 0, list[Point]()
        for after in (*compress(range(at + 1, size), marks[at + 1 :]), size):
            stop = after
            while text[stop - 1] == " ":
                stop -= 1
            if (
                stop <= at or (stop == after and text[after : after + 1] in _DASHES)
                or not (whole or self._divisible(after))
            ):  # fmt: skip
                continue
            blanks += text.count(" ", at, stop) + text.count("\u00a0", at, stop)
            passed = blanks + after - stop
            hyphened = text[stop - 1] in "-\u2010"
            ends = lefts[stop] - origin, lefts[after] - origin, blanks, passed, hyphened, False, (stop, after)
            words.append(_point(Point, ends))
            at, blanks = after, passed
        return words

    def _divisible(self, at: int) -> bool:
        """Say whether no glyph stands for characters on both sides of a place."""
        if at >= len(self.text):
            return True
        run = self._run(at)
        return run.glyphs.first[at - run.start] >= 0

    def _divided(self, words: Sequence[Point], lefts: Sequence[float]) -> Iterator[Point]:
        """Find the places where a line may end, those inside words included."""
        text = self.text
        start = len(text) - len(text.lstrip(" "))
        origin, blanks = lefts[start], 0
        for word in words:
            stop, after = word.text
            for place, wide in self._hyphens(start, stop) if stop - start >= self.least else ():
                before = blanks + text.count(" ", start, place) + text.count("\u00a0", start, place)
                left = lefts[place] - origin
                yield _point(Point, (left + wide, left, before, before, True, True, (place, place)))
            yield word
            start, blanks = after, word.passed

    def _hyphens(self, start: int, stop: int) -> Iterator[tuple[int, float]]:
        """Find where what stands between two blanks can be divided, and how wide the hyphen is."""
        run = self._run(start)
        if stop <= run.stop:
            wide = run.hyphen
            if wide is not None:
                for place in _divisions(run.box.style, self.text[start:stop]):
                    yield start + place, wide
            return
        for match in _WORD.finditer(self.text, start, stop):
            run = self._run(match.start())
            wide = run.hyphen
            if wide is not None and match.end() <= run.stop:
                yield from ((match.start() + place, wide) for place in _divisions(run.box.style, match[0]))

    def at(self, skip: Any) -> Line | None:
        """Find the line that starts where the engine resumes."""
        if skip is not None and skip is self.next[0]:
            return self.next[1]
        at, node = 0, self.root
        children: Sequence[Any] = node.children
        while skip is not None:
            ((index, skip),) = skip.items()
            if index >= len(children):
                return None
            child = children[index]
            at = child.start
            if isinstance(child, Run):
                if skip is not None:
                    at += len(child.box.text.encode()[: next(iter(skip))].decode())
                break
            children = child.children
        while at not in self.lines and self.text[at : at + 1] == " ":
            at += 1
        return self.lines.get(at)

    def _resume(self, at: int) -> Any:
        """Say where a character is as the engine does."""
        path: list[int] = []
        children: Sequence[Any] = self.root.children
        while True:
            index = next(
                number for number, child in enumerate(children) if child.start <= at < child.stop
            )  # fmt: skip
            path.append(index)
            child = children[index]
            if isinstance(child, Run):
                break
            children = child.children
        skip: Any = None
        if at > child.start:
            skip = {len(child.box.text[: at - child.start].encode()): None}
        else:
            while len(path) > 1 and path[-1] == 0:
                path.pop()
        for index in reversed(path):
            skip = {index: skip}
        return skip

    def build(self, line: Line, position_y: float, block: Box) -> tuple[Box, Any]:
        """Make the box of a line."""
        left = block.content_box_x()
        indent = percentage(self.box.style["text_indent"], self.box.style, block.width)
        opening = line is next(iter(self.lines.values()))
        begin = left + (indent if opening else 0.0)
        maker = Maker(self.text, line, position_y, opening=opening)
        children, end = maker.children(self.root, begin)
        gap = self.width - (end - maker.loss - left)
        final = line.after >= len(self.text)
        extra = gap / maker.blanks if maker.blanks and (gap < 0 or not final) else 0.0
        box = self.box.copy_with_children(children)
        box.__dict__ |= self.root.heights
        box.position_x, box.position_y = left, position_y
        box.width = end - maker.loss - left + spread(children, extra, 0.0)
        bottom, top = inline.line_box_verticality(box)
        box.baseline, box.position_y, box.height = -top, top, bottom - top
        box.margin_top = box.margin_bottom = 0
        box.translate(0, position_y - top)
        box.position_y = position_y
        if final:
            return box, None
        self.next = self._resume(line.after), self.lines.get(line.after)
        return box, self.next[0]


def _hyphen(glyphs: Shaped, style: Any) -> float | None:
    """Say how wide the hyphen is with which words are divided; None where they are not."""
    if style["hyphens"] != "auto" or not style["lang"]:
        return None
    hyphen = shaped(style["hyphenate_character"], style)
    return hyphen.width if hyphen is not None and hyphen.font is glyphs.font else None


def _divisions(style: Any, text: str) -> Sequence[int]:
    """Find where the words of a text can be divided, as the engine does."""
    total, left, right = style["hyphenate_limit_chars"]
    tongues = style.font_config.__dict__.setdefault("tongues", {})
    tongue = style["lang"], total, left, right
    if tongue not in tongues:
        lang = pyphen.language_fallback(style["lang"])
        tongues[tongue] = lang and pyphen.Pyphen(lang=lang, left=left, right=right), {}
    dictionary, known = tongues[tongue]
    places: Sequence[int] | None = known.get(text)
    if places is None:
        places = known[text] = tuple(
            match.start() + place
            for match in (_WORD.finditer(text) if dictionary else ())
            if len(match[0]) >= total
            for place in map(int, dictionary.positions(match[0]))
        )
    return places
