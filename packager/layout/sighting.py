"""Reads laid-out pages as somebody who looks at them: which line stands where, and a digest of all that is drawn.

Boxes are those of the layout engine, read by what they carry, as in `packager.layout.reading`.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

from packager.layout.lines import Line, Picture, Sight, Turn

Box = Any
Source = tuple[int | None, str]
"""Line of the chapter's file, and `file:line` in that which it was included from, if it was."""

PT = 0.75
"""Points in a CSS pixel."""
_NOISE = 1e-7
"""Keeps what the order of sums changes, the fifteenth digit, from being seen where rounding tips over."""
_PAINT = ("color", "font_family", "font_size", "font_style", "font_weight", "font_stretch", "font_variant_caps",
          "font_variant_numeric", "font_variant_ligatures", "font_variant_position", "font_variant_alternates",
          "font_feature_settings", "letter_spacing", "text_decoration_line", "text_decoration_color",
          "text_decoration_style", "visibility", "opacity", "lang")  # fmt: skip
"""Properties that change how text looks in its place."""
_ARROWS = "span::before"
_SIDES = ("top", "right", "bottom", "left")


def blocks(root: ElementTree.Element) -> dict[ElementTree.Element, int]:
    """Number the elements of a unit's page."""
    return {element: at for at, element in enumerate(root.iter())}


def look(page: Box, order: Mapping[ElementTree.Element, int]) -> Sight:
    """Look at a page; `order` is that of `blocks`."""
    eye = _Eye(order)
    eye.read(page, (None, ""), page, note=False)
    return Sight(
        eye.digest.hexdigest(), tuple(_placed(eye.lines)), tuple(eye.pictures),
        _points(page.content_box_x()), _points(page.content_box_x() + page.width),
        _points(page.content_box_y()), _points(page.content_box_y() + page.height), tuple(eye.turns),
    )  # fmt: skip


def _placed(lines: list[Line]) -> Iterator[Line]:
    """Give lines as they are read: the text first, then its notes."""
    yield from (line for line in lines if not line.note)
    yield from (line for line in lines if line.note)


def _gaps(run: Box) -> Iterator[tuple[float, float]]:
    """Give where the blanks of a justified run of text begin and end, if its glyphs are known."""
    glyphs: Any = getattr(run, "pango_layout", None)
    if not run.justification_spacing or not hasattr(glyphs, "parts"):
        return
    at = run.position_x
    for part, first, last in glyphs.parts:
        for number in range(first, last):
            wide = part.wide(number, number + 1)
            if part.glyphs[number] in part.blanks:
                wide += run.justification_spacing
                yield at, at + wide
            at += wide


def _points(pixels: float) -> float:
    return round(pixels * PT + _NOISE, 3)


class _Eye:
    """Walks over one page."""

    def __init__(self, order: Mapping[ElementTree.Element, int]) -> None:
        self.order = order
        self.digest = sha256()
        self.lines: list[Line] = []
        self.pictures: list[Picture] = []
        self.turns: list[Turn] = []
        self._styles: dict[int, str] = {}

    def read(self, box: Box, source: Source, block: Box, *, note: bool) -> None:
        """Take in a box; `block` is that whose lines are read."""
        kind, element = type(box).__name__, box.element
        line = element.get("data-line") if element is not None and hasattr(element, "get") else None
        source = (int(line), element.get("data-place", "")) if line else source
        if kind == "TextBox":
            self._note(box.text, box.position_x, box.position_y, box.justification_spacing, self._style(box.style))
            return
        if kind.endswith("ReplacedBox"):
            self._picture(box, source[0])
            return
        self._surface(box)
        if kind == "LineBox":
            self._line(box, source, block, note=note)
        elif kind.endswith(("BlockBox", "TableCellBox", "BlockContainerBox")) or kind == "TableCellBox":
            block = box
        note = note or kind == "FootnoteAreaBox"
        lines, pictures = len(self.lines), len(self.pictures)
        for child in box.children:
            self.read(child, source, block, note=note)
        if box.style["transform"]:
            self._turn(box, self.lines[lines:], self.pictures[pictures:])
            del self.lines[lines:], self.pictures[pictures:]

    def _turn(self, box: Box, lines: list[Line], pictures: list[Picture]) -> None:
        """Note what is in a box as it stood before the box was turned, and how it is turned."""
        matrix = box.transformation_matrix
        if matrix is not None and (lines or pictures):
            (e, f), (a, b), (c, d) = (matrix.transform_point(*point) for point in ((0, 0), (1, 0), (0, 1)))
            linear = (round(part, 6) for part in (a - e, b - f, c - e, d - f))
            right = _points(box.content_box_x() + box.width)
            self.turns.append(Turn((*linear, _points(e), _points(f)), right, tuple(_placed(lines)), tuple(pictures)))

    def _line(self, box: Box, source: Source, block: Box, *, note: bool) -> None:
        # Not the arrows before the lines of code that go on: what is too many is clipped.
        parts = [part for part in box.descendants() if type(part).__name__ == "TextBox" and part.element_tag != _ARROWS]
        runs = [part for part in parts if part.text.strip()]
        if not runs:
            return
        text = "".join(part.text for part in parts)
        left, right = min(run.position_x for run in runs), max(run.position_x + run.width for run in runs)
        start, width = block.content_box_x(), block.width
        self.lines.append(
            Line(
                text=text,
                x=_points(left),
                y=_points(box.position_y),
                w=_points(right - left),
                h=_points(box.height),
                line=source[0],
                block=self.order.get(block.element, -1),
                tag=block.element_tag or "",
                left=_points(start),
                right=_points(start + (width if isinstance(width, int | float) else box.width)),
                size=_points(max(run.style["font_size"] for run in runs)),
                stretch=_points(max(run.justification_spacing for run in runs)),
                ends=getattr(box, "resume_at", None) is None,
                note=note,
                gaps=tuple((_points(start), _points(end)) for run in runs for start, end in _gaps(run)),
                place=source[1],
            )
        )

    def _picture(self, box: Box, source: int | None) -> None:
        left, top, element = box.content_box_x(), box.content_box_y(), box.element
        address = element.get("src", "") if element is not None else ""
        drawn = address or (ElementTree.tostring(element) if element is not None else "")
        self._note(drawn, left, top, box.width, box.height)
        self._surface(box)
        image = box.replacement
        pixels = (image.width, image.height) if type(image).__name__ == "RasterImage" else (0, 0)
        self.pictures.append(
            Picture(_points(left), _points(top), _points(box.width), _points(box.height), source, pixels, address)
        )

    def _surface(self, box: Box) -> None:
        """Note background, borders and turns, where a box has any."""
        style = box.style
        edges = tuple(style[f"border_{side}_width"] for side in _SIDES)
        background = style["background_color"]
        if any(edges) or getattr(background, "alpha", False) or style["transform"] or style["opacity"] != 1:
            looks = [style[f"border_{side}_{part}"] for side in _SIDES for part in ("color", "style")]
            self._note(box.position_x, box.position_y, box.width, box.height, edges, str(looks), str(background),
                       str(style["transform"]), style["opacity"])  # fmt: skip
        if any(image[0] != "none" for image in style["background_image"]):
            self._note(box.position_x, box.position_y, box.width, box.height, str(style["background_image"]))

    def _style(self, style: Any) -> str:
        known = self._styles.get(id(style))
        if known is None:
            known = self._styles[id(style)] = str([str(style[name]) for name in _PAINT])
        return known

    def _note(self, *facts: object) -> None:
        self.digest.update(
            repr([round(fact + _NOISE, 3) if isinstance(fact, float) else fact for fact in facts]).encode()
        )
