"""Makes pages with their notes: places each when its line is taken, and gives notes carried on what room is left."""

from collections.abc import Callable
from typing import Any

from weasyprint import document
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import block, page
from weasyprint.text.line_break import strut

from packager.layout.patches.floats import tell_initials
from packager.layout.patches.notes import Context, bottoms

Box = Any

_LEFT_FOR_TEXT = 4
"""Lines of text for which notes carried on from the page before leave room."""
_MOVED = (3, 6)
"""Lines that go along to a page which would hold the end of a note alone: so many, or so many more."""


_anonymous: Callable[[Box], Box] = build.create_anonymous_boxes
_block_level: Callable[..., Any] = page.block_level_layout
_remake: Callable[..., Any] = page.remake_page


def apply() -> None:
    """Take the place of the engine's functions."""
    document.LayoutContext = Context
    boxes.FootnoteAreaBox.deepcopy = boxes.FootnoteAreaBox.copy
    build.create_anonymous_boxes = _anonymous_boxes
    block._linebox_layout = _lines
    page.block_level_layout = _block_level_layout
    page.remake_page = _remake_page


def _anonymous_boxes(box: Box) -> Box:
    if isinstance(box, boxes.FootnoteAreaBox):
        return box
    made = _anonymous(box)
    tell_initials(made)
    return made


def _block_level_layout(context: Context, box: Box, *rest: Any, **options: Any) -> Any:
    """Lay out what a page is made of: the text, and the notes below it."""
    area = context.current_footnote_area
    for side in ("margin_top", "margin_bottom"):
        if getattr(area, side) == "auto":
            setattr(area, side, 0)
    if context.carried:
        context.carry()
    if isinstance(box, boxes.FootnoteAreaBox):
        result = _block_level(context, box.copy_with_children([]), *rest, **options)
        context.draw_area(result[0], options["absolute_boxes"])
        return result
    if not box.is_for_root_element:
        return _block_level(context, box, *rest, **options)
    context.page_bottom -= context.short
    result = _block_level(context, box, *rest, **options)
    context.page_bottom += context.short
    if context.reported_footnotes and result[0] is not None:
        context.fill(max(bottoms(result[0]), default=result[0].position_y))
    return result


def _remake_page(index: int, context: Context, root: Box, html: Any) -> Any:
    """Make a page; where the next would hold the end of a note alone, some lines of text go along."""
    resume = context.page_maker[index][0]
    context.reserve = 0 if index and resume is None else _LEFT_FOR_TEXT
    before = context.footnotes.copy(), context.reported_footnotes.copy(), context.broken_out_of_flow.copy()
    line = strut(root.style)[0]
    for short in (0, *_MOVED, 0):
        context.footnotes, context.reported_footnotes, context.broken_out_of_flow = (kept.copy() for kept in before)
        context.short = short * line
        made = _remake(index, context, root, html)
        context.short = 0.0
        ends = made[1] is None or context.page_maker[index + 1][1]["break"] != "any"
        if not (ends and context.reported_footnotes) or context.reserve == 0:
            break
    return made


def _lines(
    context: Context, box: Box, index: int, child: Box, new_children: list[Box], page_is_empty: bool,
    absolute_boxes: list[Any], fixed_boxes: list[Any], adjoining_margins: list[float], bottom_space: float,
    position_y: float, skip_stack: Any, first_letter_style: Any, first_line_style: Any, draw_bottom_decoration: bool,
    max_lines: int | None,
) -> Any:  # fmt: skip
    """Lay out the lines of a paragraph, as the engine's `_linebox_layout`, and place the notes that they call."""
    abort = stop = False
    resume_at = None
    new_footnotes: list[Box] = []
    if adjoining_margins:
        position_y += block.collapse_margin(adjoining_margins)
    lines = block.iter_line_boxes(
        context, child, position_y, bottom_space, skip_stack, box, absolute_boxes, fixed_boxes, first_letter_style,
        first_line_style,
    )  # fmt: skip

    def wanted(line: Box) -> tuple[Box, Box, list[Box], int, bool, int, Any, Any, list[Any], list[Any]]:
        """Look ahead for lines that the next page needs, and give what the engine's way to break here wants."""
        needed = box.style["widows"] - 1
        for ahead, _ in lines if needed else ():
            needed -= 1
            block.remove_placeholders(context, ahead.children, absolute_boxes, fixed_boxes)
            if needed == 0:
                break
        return (box, line, new_children, needed, page_is_empty, index, skip_stack, resume_at, absolute_boxes,
                fixed_boxes)  # fmt: skip

    for line, resume_at in lines:
        if max_lines is not None:
            if max_lines == 0:
                new_children[-1].block_ellipsis = box.style["block_ellipsis"]
                break
            max_lines -= 1
        line.resume_at = resume_at
        bottom = line.position_y + line.height
        draw_bottom_decoration |= resume_at is None
        below = box.border_bottom_width + box.padding_bottom if draw_bottom_decoration else 0
        called = [part.footnote for part in line.descendants() if part.footnote] if context.footnotes else []
        called = [note for note in called if note in context.footnotes]
        free = new_children or not page_is_empty
        over = free and context.overflows_page(bottom_space, bottom + below)
        # The last line of a paragraph cannot go to the next page by itself.
        if over and not (resume_at is None and box.style["widows"] > 1 and context.shorten(bottom + below)):
            breaking = wanted(line)
            lasting, orphans = len(new_children), box.style["orphans"]
            late = breaking[3] <= 0 and lasting < orphans <= lasting + 1
            if late and context.shorten(bottom + below):
                # It can be the last line of the page, but the line before cannot.
                context.place(called, bottom + below, must=True)
                new_footnotes += called
                new_children.append(line)
                stop = True
            else:
                abort, stop, resume_at = block._break_line(context, *breaking)
            break
        if page_is_empty and context.overflows_page(bottom_space, bottom):
            bottom -= box.margin_top
            line.translate(0, -box.margin_top)
            box.margin_top = 0
        if called:
            if not context.place(called, bottom + below + bottom_space, must=not free):
                abort, stop, resume_at = block._break_line(context, *wanted(line))
                break
            new_footnotes += called
        new_children.append(line)
        position_y, skip_stack = bottom, resume_at

    if new_children:
        resume_at = {index: new_children[-1].resume_at}
    return abort, stop, resume_at, position_y, new_footnotes, max_lines
