"""Tells Pango once what the engine tells it of a font for every piece of text, and leaves fonts out of parts of a book.

A layout of Pango has a context, a font's description and features. The engine makes them anew for every piece of text
that it measures, from names and strings; here those of one style are made once.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.pdf import fonts as pdf_fonts
from weasyprint.pdf.fonts import Font
from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.fonts import font_features, get_font_description
from weasyprint.text.line_break import Layout

_LENGTH = re.compile(r"\[\d+\]$")

_setup: Callable[[Any, Any], None] = Layout.setup
_key: Callable[..., str] = line_break._font_style_cache_key
_clean: Callable[..., None] = Font.clean


def apply() -> None:
    """Take the place of the engine's functions."""
    line_break._font_style_cache_key = style_key
    pdf_fonts.ffi = _Types()
    Layout.setup = _set_up


class _Types:
    """Makes what is to be filled with a list by the name of its type without a length, which is known already."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)

    def new(self, name: str, *content: Any) -> Any:
        """Make a value of C."""
        return ffi.new(_LENGTH.sub("[]", name) if content else name, *content)


def style_key(style: Any, include_size: bool = False) -> str:
    """Name all of a style that decides how its text is shaped, with the sizes of font and line or without.

    Styles are changed before they are used, and copies do not know the names of what they were made of.
    """
    told: str | None = style.__dict__.get("font_key")
    if told is None:
        told = style.font_key = _key(style)
    return f"{told}{style['font_size']}{style['line_height']}" if include_size else told


def _set_up(layout: Any, style: Any) -> None:
    """Set a layout up for a style."""
    if style["text_decoration_line"] != "none":  # which needs the font's metrics
        _setup(layout, style)
        return
    known = style.font_config.__dict__.setdefault("contexts", {})
    key = style_key(style, include_size=True), style["font_kerning"], style["direction"]
    if key not in known:
        known[key] = _context(style)
    context, description, features, layout.language = known[key]
    layout.style, layout.first_line_direction = style, 0
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, description)
    if features is not None:  # in a list of the layout's own, as spacing may come to them
        attributes = pango.pango_attr_list_new()
        pango.pango_attr_list_insert(attributes, features)
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _context(style: Any) -> tuple[Any, Any, Any, Any]:
    """Make a context, a description of the font and its features as the engine does; give them and the language."""
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    lang = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    language = pango.pango_language_get_default()
    if lang:
        language = pango.pango_language_from_string(lang.encode())
        pango.pango_context_set_language(context, language)
    wanted = font_features(
        *(style[f"font_{name}"] for name in ("kerning", "variant_ligatures", "variant_position", "variant_caps",
          "variant_numeric", "variant_alternates", "variant_east_asian", "feature_settings"))
    )  # fmt: skip
    told = ",".join(f"{name} {value}" for name, value in wanted.items()).encode()
    features = style.font_config.font_features
    if told and told not in features:
        features[told] = pango.pango_attr_font_features_new(told)
    return context, get_font_description(style), features[told] if told else None, language


@contextmanager
def bare() -> Iterator[None]:
    """Leave the programs of fonts out of the PDFs that are written: of pages that are joined with others.

    Two thirds of the time for a unit's fonts go into subsets that are thrown away, as a book has one for all its units.
    """
    Font.clean = _cut_off
    try:
        yield
    finally:
        Font.clean = _clean


def _cut_off(font: Any, to_unicode: Any, hinting: Any) -> None:
    """Leave of a font what tells its format."""
    font.file_content = font.file_content[:4]
