"""Puts right how the engine breaks lines."""

from collections.abc import Callable
from typing import Any

from weasyprint.layout import block, inline

_line_boxes: Callable[..., Any] = block.iter_line_boxes
_split: Callable[..., Any] = inline.split_first_line


def apply() -> None:
    """Take the place of the engine's functions."""
    block.iter_line_boxes = _with_one_first_line
    inline.split_first_line = _with_hanging_blank


def _with_one_first_line(context: Any, box: Any, position: float, below: float, skip: Any, *rest: Any) -> Any:
    """Lay out lines, the first styled by `::first-line` only where the paragraph begins.

    The engine styles the first line of each page that a paragraph is divided over (CSS Pseudo-Elements 4, section 2.1).
    """
    if skip is not None:
        rest = (*rest[:-2], None, None)
    return _line_boxes(context, box, position, below, skip, *rest)


def _with_hanging_blank(text: str, style: Any, context: Any, width: Any, *rest: Any, **options: Any) -> Any:
    """Fit a run of text in a line that it fits without the blank at its end.

    The engine counts that blank, finds the line too long, and cuts it after its first word (CSS Text 3, section 4.1.2:
    a blank at a line's end hangs). `width` is in px; only runs that could fit are looked at again.
    """
    result = _split(text, style, context, width, *rest, **options)
    resume = result[2]
    if resume is None or width is None or text[-1:] != " " or style["white_space"] not in ("normal", "pre-line"):
        return result
    bare = text.rstrip(" ")
    if not bare or len(bare) * style["font_size"] > width * 8 or resume >= len(bare.encode()):
        return result
    whole = _split(bare, style, context, width, *rest, **options)
    if whole[2] is None and whole[3] <= width:
        if context is not None and context.excluded_shapes:
            # Beside a float, such as a drop capital, the blank counts again where the line is fitted in: one word less.
            return _split(text, style, context, whole[3] - 1, *rest, **options)
        return _split(text, style, context, width + style["font_size"], *rest, **options)
    return result
