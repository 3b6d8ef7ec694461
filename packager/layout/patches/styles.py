"""Asks once what the engine asks of stylesheets again and again: of each page, of each box at every visit."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from weasyprint import layout
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background, page, percent

Box = Any

_SIDES = ("top", "right", "bottom", "left")
_USED = (
    *(f"{edge}_{side}" for edge in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *(f"{bound}{size}" for bound in ("", "min_", "max_") for size in ("width", "height")),
)
"""Values that a box is given by its style and the sizes of what is around it."""
_BARE: dict[str, object] = {
    f"border_{side}_{end}_radius": (0, 0) for side in ("top", "bottom") for end in ("left", "right")
}
_BARE |= {"background": None}
"""What a box is given that has nothing behind it."""
_MARGINS = (
    *(f"@{side}-{place}" for side in ("top", "bottom") for place in ("left", "center", "right")),
    *(f"@{side}-{place}" for side in ("left", "right") for place in ("top", "middle", "bottom")),
    *(f"@{side}-{place}-corner" for side in ("top", "bottom") for place in ("left", "right")),
)

_resolve: Callable[[Box, Any], None] = percent.resolve_percentages
_style_page: Callable[..., None] = page.set_page_type_computed_styles
_margin_boxes: Callable[..., Iterator[Box]] = page.make_margin_boxes
_backgrounds: Callable[..., None] = background.layout_box_backgrounds


def apply() -> None:
    """Take the place of the engine's functions, in all modules that have them by name."""
    page.set_page_type_computed_styles = _set_page_type_computed_styles
    layout.make_margin_boxes = _make_margin_boxes
    background.layout_box_backgrounds = _layout_box_backgrounds
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.layout") and getattr(module, "resolve_percentages", None) is _resolve:
            module.resolve_percentages = _resolve_percentages  # type: ignore[attr-defined]


def _set_page_type_computed_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """Give a page the styles of another that the same rules apply to."""
    rules = tuple(
        (id(declarations), kind)
        for sheet, _, _ in style_for._sheets
        for _, selectors, declarations in sheet.page_rules
        for _, kind, selector in selectors
        if style_for._page_type_match(selector, page_type)
    )
    known = style_for.__dict__.setdefault("page_styles", {})
    if rules not in known:
        _style_page(page_type, html, style_for)
        kinds = {None, *(kind for _, kind in rules)}
        known[rules] = {kind: style_for._computed_styles[page_type, kind] for kind in kinds}
    style_for._computed_styles.update(((page_type, kind), style) for kind, style in known[rules].items())


def _make_margin_boxes(context: Any, made: Box, state: Any) -> Iterator[Box]:
    """Make the boxes in the margins of a page, if there is any."""
    for place in _MARGINS:
        style = context.style_for(made.page_type, place)
        if style is not None and style["content"] not in ("normal", "inhibit", "none"):
            yield from _margin_boxes(context, made, state)
            return


def _resolve_percentages(box: Box, containing_block: Any) -> None:
    """Give a box its used values, those of its last visit where the sizes around it are the same."""
    style = box.style
    if style["border_collapse"] == "collapse" or box.is_flex_item or box.is_grid_item:  # which change under way
        _resolve(box, containing_block)
        return
    if isinstance(containing_block, boxes.Box):
        sizes = containing_block.width, containing_block.height, False
    else:
        sizes = *containing_block, isinstance(box, boxes.PageBox)
    known = style.__dict__.get("used")
    if known is None or known[0] != sizes:
        _resolve(box, containing_block)
        style.used = sizes, {name: box.__dict__[name] for name in _USED}
    else:
        box.__dict__.update(known[1])


def _layout_box_backgrounds(page: Box, box: Box, images: Any, layout_children: bool = True, style: Any = None) -> None:
    """Lay out what is behind a box and those in it, if there is anything."""
    if style is not None or box is page or not isinstance(box, boxes.Box) or not _is_bare(box.style):
        _backgrounds(page, box, images, layout_children, style)
        return
    box.__dict__.update(_BARE)
    if layout_children:
        for child in box.all_children():
            _layout_box_backgrounds(page, child, images)


def _is_bare(style: Any) -> bool:
    """Say whether a style sets nothing behind a box, and no round corners."""
    bare: bool | None = style.__dict__.get("bare")
    if bare is None:
        bare = style.bare = (
            style["border_image_source"][0] == style["mask_border_source"][0] == "none"
            and not style["box_shadow"]
            and get_color(style, "background_color").alpha == 0
            and all(kind != "url" and not image for kind, image in style["background_image"])
            and all((0, "px") in style[name] for name in _BARE if name != "background")
        )
    return bare
