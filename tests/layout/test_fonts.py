"""Layouts set up from what is known of a style, against those that the engine sets up."""

import io
from typing import Any

import pikepdf
import pytest
from weasyprint.text import line_break
from weasyprint.text.line_break import Layout

from packager.layout.patches import fonts
from tests.layout.chapters import drawn

CSS = """
@font-face { font-family: plain; src: url(plain.ttf) }
@font-face { font-family: plain; font-style: italic; src: url(italic.ttf) }
@page { size: 300px 200px; margin: 20px }
html { font-family: plain; font-size: 12px; line-height: 20px }
.caps { font-variant-caps: small-caps; font-feature-settings: "kern" 0 } .wide { letter-spacing: 2px }
.old { font-variant-numeric: oldstyle-nums } u { text-decoration: underline }
.tongue { font-language-override: "TRK" } .large { font-size: 20px }
"""
BODY = """
<p>Waffling officers <em>found</em> 1896 fjords. <span class="caps">Small <u>Capitals</u></span></p>
<p class="caps">Wide <span class="wide">capitals</span> and again capitals</p>
<p class="old">1896 <span class="large">1896</span></p><p class="tongue">fjord <span class="wide">fjord</span></p>
<p lang="tr" style="direction: rtl">fjord fjord</p>
"""


def test_text_is_set_as_by_the_engine(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = drawn(press, BODY, (CSS,))
    press.fonts.strut_layouts.clear()
    press.fonts.__dict__.pop("shaped", None)
    monkeypatch.setattr(Layout, "setup", fonts._setup)
    monkeypatch.setattr(line_break, "_font_style_cache_key", fonts._key)
    assert ours == drawn(press, BODY, (CSS,))


def test_a_bare_file_has_no_programs_of_fonts(press: Any) -> None:
    with fonts.bare():
        data = drawn(press, BODY, (CSS,))
    whole = drawn(press, BODY, (CSS,))
    assert len(data) < len(whole) / 2
    with pikepdf.open(io.BytesIO(data)) as cut, pikepdf.open(io.BytesIO(whole)) as full:
        assert cut.pages[0].Contents.read_bytes() == full.pages[0].Contents.read_bytes()
