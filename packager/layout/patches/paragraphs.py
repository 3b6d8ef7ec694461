"""Sets justified paragraphs as wholes: shapes their text once, weighs all ways to break it, and builds the lines.

The engine fills line after line with as much as fits, and shapes the text of each some four times for it. Here a run of
text is shaped once, its lines are broken by `packager.layout.breaking`, and drawn with the glyphs that it has. What
this knows nothing of (other alignments, pictures in a paragraph, other directions) is left to the engine, and so is a
line that does not stand beside what it was made for, such as one that a page break has parted from its drop capital.
A blank may shrink a little; the engine's can only grow.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import compress, starmap
from typing import Any

import pyphen
from weasyprint.layout import inline
from weasyprint.layout.percent import percentage
from weasyprint.text.line_break import get_log_attrs, strut

from packager.layout.breaking import Point, breaks
from packager.layout.patches.building import Line, Maker, Run, spread
from packager.layout.patches.floats import FREE, Place, alike, initial_places, place, places
from packager.layout.patches.setting import Setting, UnfitError, first_style
from packager.layout.patches.shaping import SOFT, breakable

Box = Any
Row = tuple[int, int, int, bool, bool]
"""A line as plain data; see `packager.layout.patches.building.Line`."""

_STRANGE = re.compile("[\n\t\f\r\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that break lines by rules of their own."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
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
            lines = plan.base.lines.values()
            yield linebox, width, [(line.start, line.stop, line.after, line.broken, line.hyphen) for line in lines]


def _with_paragraphs(
    context: Any, linebox: Box, position_y: float, bottom_space: float, skip_stack: Any, containing_block: Box,
    absolute_boxes: list[Any], fixed_boxes: list[Any], first_letter_style: Any, first_line_style: Any,
) -> Any:  # fmt: skip
    """Make the next line, from the paragraph's plan where it has one."""
    if not first_letter_style:
        plans = context.__dict__.setdefault("paragraphs", {})
        key = linebox, containing_block.width
        if key not in plans:
            known = context.__dict__.get("known", {}).get(key)
            try:
                plans[key] = _Paragraph(context, linebox, containing_block, known)
            except UnfitError:
                plans[key] = None
        paragraph = plans[key]
        if paragraph:
            made = paragraph.next_line(context, position_y, skip_stack, containing_block, first_line_style)
            if made:
                return made
    return _next_line(
        context, linebox, position_y, bottom_space, skip_stack, containing_block, absolute_boxes, fixed_boxes,
        first_letter_style, first_line_style,
    )  # fmt: skip


class _Plan:
    """The lines of a paragraph, by where they start, and the places that they are made for."""

    def __init__(self, lines: Iterable[Line], places: Sequence[Place]) -> None:
        """`places` are those of the first lines; the others are free."""
        self.lines = {line.start: line for line in lines}
        self.places = places
        self.taken = dict(zip(self.lines, places, strict=False))

    def place(self, line: Line) -> Place:
        """Give the place that a line is made for."""
        return self.taken.get(line.start, FREE)


class _Paragraph:
    """A line box that is still whole."""

    def __init__(self, context: Any, linebox: Box, block: Box, known: Iterable[Row] | None = None) -> None:
        """`known` are its lines, where these are known already."""
        style = linebox.style
        if style["text_align_all"] != "justify" or style["text_align_last"] not in ("auto", "start", "left"):
            raise UnfitError
        if style["direction"] != "ltr":
            raise UnfitError
        self.box, self.block = linebox, block
        self.width = block.width
        self.indent = percentage(style["text_indent"], style, block.width)
        self.body = Setting(linebox, block)
        self.text = self.body.text
        if not self.text.strip(" ") or _STRANGE.search(self.text):
            raise UnfitError
        self.look = first_style(block)
        self.head = Setting(linebox, block, self.look) if self.look else self.body
        """The text as its first line shows it."""
        self.high = strut(style)[0]
        if self.high <= 0:
            raise UnfitError
        self.soft = SOFT in self.text
        self.least = 0 if self.soft else min(run.box.style["hyphenate_limit_chars"][0] for run in self.body.runs)
        taken = initial_places(context, linebox, block, self.high)
        self.base = _Plan(self._lines(taken) if known is None else starmap(Line, known), taken)
        """The plan for wherever nothing floats at the side that does not belong to the paragraph."""
        self.plan = self.base
        """The one that is gone by."""
        self.first = next(iter(self.base.lines))
        self.next: tuple[Any, Line | None, float] = None, None, 0.0
        """Where the engine goes on after the line that was built last, the line that is there, and where that ended."""

    def _lines(self, taken: Sequence[Place]) -> Iterator[Line]:
        """Break the text into lines of which the first have places beside floats."""
        text, lefts = self.text, self.body.lefts()
        heads = self.head.lefts() if self.look else lefts
        start, stop = len(text) - len(text.lstrip(" ")), len(text.rstrip(" "))
        first, *rest = (self.width - left - right for left, right in (*taken, FREE))
        measures = (first - self.indent, *(rest or [first])) if self.indent or rest else (first,)
        if heads[stop] - heads[start] <= measures[0]:
            yield Line(start, stop, len(text))
            return

        def opening(point: Point) -> float:
            at, _ = point.text
            return heads[at] - heads[start] + ((self.head.run(at - 1).hyphen or 0.0) if point.inside else 0.0)

        words = self._words(lefts)
        blank = max(run.glyphs.blank for run in self.body.runs) or self.box.style["font_size"] / 4
        divided = partial(self._divided, words, lefts)
        points = breaks(words, divided, measures, blank, opening if self.look else None)
        if points is None:
            raise UnfitError
        broken = False
        for point in points:
            stop, after = point.text
            yield Line(start, stop, after, broken, point.inside)
            start, broken = after, point.inside

    def _words(self, lefts: Sequence[float]) -> list[Point]:
        """Find the places between words where a line may end."""
        text, size = self.text, len(self.text)
        marks = (
            self.body.runs[0].glyphs.marks
            if len(self.body.runs) == 1
            else breakable(get_log_attrs(text, self.box.style["lang"]), size)
        )
        whole = all(-1 not in run.glyphs.first for run in self.body.runs)
        at = size - len(text.lstrip(" "))
        origin, blanks, words = lefts[at], 0, list[Point]()
        for after in (*compress(range(at + 1, size), marks[at + 1 :]), size):
            stop = after
            while text[stop - 1] == " ":
                stop -= 1
            if (
                stop <= at or (stop == after < size and (text[after] in _DASHES or text[after - 1] == SOFT))
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
        run = self.body.run(at)
        return run.glyphs.first[at - run.start] >= 0

    def _divided(self, words: Sequence[Point], lefts: Sequence[float]) -> Iterator[Point]:
        """Find the places where a line may end, those inside words included."""
        text = self.text
        start = len(text) - len(text.lstrip(" "))
        origin, blanks = lefts[start], 0
        for word in words:
            stop, after = word.text
            for at, below, wide in self._hyphens(start, stop) if stop - start >= self.least else ():
                before = blanks + text.count(" ", start, at) + text.count("\u00a0", start, at)
                ends = lefts[at] - origin + wide, lefts[below] - origin, before, before, True, True, (at, below)
                yield _point(Point, ends)
            yield word
            start, blanks = after, word.passed

    def _hyphens(self, start: int, stop: int) -> Iterator[tuple[int, int, float]]:
        """Find where what stands between two blanks can be divided, where it goes on, and how wide the hyphen is."""
        run = self.body.run(start)
        if self.soft and SOFT in self.text[start:stop]:  # the author knows better than any dictionary
            for at in range(start + 1, stop - 1):
                wide = self.body.run(at).hyphen
                if self.text[at] == SOFT and wide is not None:
                    yield at, at + 1, wide
            return
        if stop <= run.stop:
            wide = run.hyphen
            if wide is not None:
                for at in _divisions(run.box.style, self.text[start:stop]):
                    yield start + at, start + at, wide
            return
        for match in _WORD.finditer(self.text, start, stop):
            run = self.body.run(match.start())
            wide = run.hyphen
            if wide is not None and match.end() <= run.stop:
                for at in _divisions(run.box.style, match[0]):
                    yield match.start() + at, match.start() + at, wide

    def next_line(self, context: Any, position_y: float, skip: Any, block: Box, look: Any) -> tuple[Box, Any] | None:
        """Make the next line; None where it is left to the engine. `look` is the style of a first line."""
        resume, line, foot = self.next
        if skip is None or skip is not resume or position_y != foot:
            self.plan = self.base if skip is not None else self._planned(context, position_y, block)
            line = self._at(skip)
        if line is None or (line.start == self.first and (look or {}) != self.look):
            return None
        here = place(context, block, position_y, self.high) if context.excluded_shapes else FREE
        if not alike([here], [self.plan.place(line)]):
            return None
        return self._built(line, here, position_y, block)

    def _planned(self, context: Any, position_y: float, block: Box) -> _Plan:
        """Give the plan for a paragraph that begins here."""
        taken = places(context, block, position_y, self.high)
        if alike(taken, self.base.places):
            return self.base
        try:
            return _Plan(self._lines(taken), taken)
        except UnfitError:
            return self.base

    def _at(self, skip: Any) -> Line | None:
        """Find the line that starts where the engine resumes."""
        at, node = 0, self.body.root
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
        while at not in self.plan.lines and self.text[at : at + 1] == " ":
            at += 1
        return self.plan.lines.get(at)

    def _resume(self, at: int) -> Any:
        """Say where a character is as the engine does."""
        path: list[int] = []
        children: Sequence[Any] = self.body.root.children
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

    def _built(self, line: Line, here: Place, position_y: float, block: Box) -> tuple[Box, Any]:
        """Make the box of a line at its place."""
        left = block.content_box_x() + here[0]
        opening = line.start == self.first
        root = self.head.root if opening else self.body.root
        maker = Maker(self.text, line, position_y, opening=opening)
        children, end = maker.children(root, left + self.indent if opening else left)
        end -= maker.loss
        gap = block.content_box_x() + self.width - here[1] - end
        final = line.after >= len(self.text)
        extra = gap / maker.blanks if maker.blanks and (gap < 0 or not final) else 0.0
        box = self.box.copy_with_children(children)
        box.__dict__ |= root.heights
        box.position_x, box.position_y = left, position_y
        box.width = end - left + spread(children, extra, 0.0)
        bottom, top = inline.line_box_verticality(box)
        box.baseline, box.position_y, box.height = -top, top, bottom - top
        box.margin_top = box.margin_bottom = 0
        box.translate(0, position_y - top)
        box.position_y = position_y
        if final:
            return box, None
        self.next = self._resume(line.after), self.plan.lines.get(line.after), position_y + box.height
        return box, self.next[0]


def _divisions(style: Any, text: str) -> Sequence[int]:
    """Find where the words of a text can be divided, as the engine does."""
    if style["hyphens"] != "auto" or not style["lang"]:
        return ()
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
