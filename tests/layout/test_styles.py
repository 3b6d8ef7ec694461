"""Styles asked for once give what styles asked for each time give."""

import sys
from typing import Any
from xml.etree import ElementTree

import pytest

from packager.layout.patches import styles
from tests.layout.chapters import drawn

CSS = """
@font-face { font-family: plain; src: url(plain.ttf) }
@page { size: 300px 200px; margin: 20px; @top-center { content: "head" } @bottom-left { content: counter(page) } }
@page :left { margin-left: 40px; @top-center { content: "left" } }
@page :first { @top-center { content: none } }
@page wide { size: 500px 200px; @top-center { content: none } @bottom-left { content: none } }
html { font-family: plain; font-size: 12px; line-height: 20px }
.wide { page: wide; width: 50% }
.flex { display: flex } .flex > * { width: 40%; padding: 5% }
table { width: 80% } td { padding: 1%; border: 1px solid }
.tight { border-collapse: collapse }
.round { border-radius: 4px; border: 1px solid } .filled { background: #ccc } .gone { visibility: hidden }
"""
BODY = f"""
<p>{"Some words. " * 120}</p>
<div class="flex"><p>One</p><p>Two and more</p></div>
<table><tr><td>1</td><td>2</td></tr></table>
<table class="tight"><tr><td>1</td><td>2</td></tr></table>
<p class="round">Round</p><p class="filled">Filled <span class="round">and round</span></p><p class="gone">Gone</p>
<div class="wide"><p>{"Wide words. " * 90}</p></div>
"""


def test_pages_are_the_same_as_without(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = drawn(press, BODY, (CSS,))
    monkeypatch.setattr("weasyprint.layout.page.set_page_type_computed_styles", styles._style_page)
    monkeypatch.setattr("weasyprint.layout.make_margin_boxes", styles._margin_boxes)
    monkeypatch.setattr("weasyprint.layout.background.layout_box_backgrounds", styles._backgrounds)
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.layout") and hasattr(module, "resolve_percentages"):
            monkeypatch.setattr(module, "resolve_percentages", styles._resolve)
    assert ours == drawn(press, BODY, (CSS,))


def test_pages_of_a_kind_share_their_style(press: Any) -> None:
    root = ElementTree.fromstring(f"<html lang='en'><head/><body>{BODY}</body></html>")
    pages = [page._page_box for page in press.document(root, (CSS,)).pages]
    assert len(pages) > 7
    assert len({id(page.style) for page in pages}) <= 5
