"""Tells how far what floats reaches into the lines beside it."""

from collections.abc import Sequence
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline

Box = Any
Place = tuple[float, float]
"""How far floats reach into a line, from the left and from the right, in pixels."""

NEAR = 1e-6
"""Pixels that sums of lengths may be off by."""
FREE = 0.0, 0.0
"""The place of a line that nothing floats beside."""
_LEFT, _RIGHT = ("left", "inline-start"), ("right", "inline-end")


def place(context: Any, block: Box, position_y: float, height: float) -> Place:
    """Tell how far floats reach into a line of a block."""
    left, right = FREE
    start, end = block.content_box_x(), block.content_box_x() + block.width
    for shape in context.excluded_shapes:
        top, side = shape.position_y, shape.style["float"]
        if top < position_y + height - NEAR and position_y + NEAR < top + shape.margin_height():
            if side in _LEFT:
                left = max(left, shape.position_x + shape.margin_width() - start)
            elif side in _RIGHT:
                right = max(right, end - shape.position_x)
    return left, right


def places(context: Any, block: Box, position_y: float, height: float) -> list[Place]:
    """Tell how far floats reach into each line of a paragraph that begins at a height, up to the last that any does."""
    found: list[Place] = []
    foot = max((shape.position_y + shape.margin_height() for shape in context.excluded_shapes), default=-inf)
    while position_y + NEAR < foot:
        found.append(place(context, block, position_y, height))
        position_y += height
    while found and found[-1] == FREE:
        found.pop()
    return found


def alike(places: Sequence[Place], others: Sequence[Place]) -> bool:
    """Say whether places are the same but for what sums of lengths may be off by."""
    return len(places) == len(others) and all(
        abs(left - other) < NEAR and abs(right - another) < NEAR
        for (left, right), (other, another) in zip(places, others, strict=True)
    )


def tell_initials(box: Box) -> None:
    """Tell lines in a box before layout what floats at the left of their first, as a capital does."""
    for child in box.children:
        if not isinstance(child, boxes.BlockBox):
            continue
        if len(child.children) == 2 and _is_initial(child.children[0]):
            initial, rest = child.children
            if rest.element_tag == child.element_tag and isinstance(rest.children[0], boxes.LineBox):
                rest.children[0].initial = initial
                rest.first_line_style = child.first_line_style  # which is passed on where the paragraph begins
        tell_initials(child)


def initial_places(context: Any, linebox: Box, block: Box, height: float) -> list[Place]:
    """Tell how far what floats at the left of a paragraph's own first line reaches into its lines, wherever that is."""
    initial = linebox.__dict__.get("initial")
    if initial is None:
        return []
    kept, context.excluded_shapes = context.excluded_shapes, []
    initial.position_x, initial.position_y = block.content_box_x(), 0.0
    inline.float_layout(context, initial, block, [], [], -inf, skip_stack=None)
    found = places(context, block, 0.0, height)
    context.excluded_shapes = kept
    return found


def _is_initial(box: Box) -> bool:
    """Say whether a box is some letters at the left."""
    if not isinstance(box, boxes.BlockBox) or box.style["float"] not in _LEFT:
        return False
    lines = all(isinstance(line, boxes.LineBox) for line in box.children)
    return lines and all(isinstance(part, boxes.TextBox) for line in box.children for part in line.children)
