"""Styles that are computed once for elements that are alike, against those that the engine computes."""

from typing import Any
from xml.etree import ElementTree

import pytest
from weasyprint.css import INITIAL_VALUES, StyleFor

from packager.layout.patches import cascade

CSS = """
@font-face { font-family: plain; src: url(plain.ttf) }
@page { size: 300px 200px; margin: 20px }
html { font-family: plain; font-size: 12px; --far: 3px }
@layer low { p { color: #030; margin: 1px } }
p { margin: 2px; text-indent: 1em } p + p { text-indent: 0 } p:lang(fr) { hyphens: none }
#two { color: #300 !important } .x em { font-size: 80%; text-decoration: underline }
aside { float: footnote; padding: var(--far); font-size: .8em } aside p { margin: inherit }
li::marker { color: #003 } p.x::before { content: attr(id) } p::first-letter { font-size: 2em }
table { border-collapse: collapse; margin: 4px } td { padding: 5px; width: calc(1em + 10px) }
"""
BODY = """
<p id="one">One <em>em</em><aside id="n1"><p>Note</p></aside></p><p id="two" class="x">Two <em id="e">em</em></p>
<p class="x" style="margin-left: 7px">Three <em>em</em></p><p lang="fr" id="four">Quatre <em>em</em></p>
<p lang="fr">Cinq<aside id="n2" class="x"><p>Note <em>em</em></p></aside></p><p style="margin-left: 7px">Six</p>
<ul id="u"><li>a</li><li id="i">b</li></ul><p><a name="place">c</a> <a name="other">d</a></p>
<table id="t"><tr><td align="right">1</td><td id="c" width="20">2</td></tr></table><table><tr><td>3</td></tr></table>
"""


def styles(press: Any, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str | None], Any]:
    """Lay the page out, and give the style of each element and pseudo-element by its path."""
    kept: list[Any] = []
    compute = StyleFor.__init__

    def keeping(self: Any, *arguments: Any) -> None:
        compute(self, *arguments)
        kept.append(self)

    root = ElementTree.fromstring(f"<html lang='en'><head/><body>{BODY}</body></html>")
    with monkeypatch.context() as patch:
        patch.setattr(StyleFor, "__init__", keeping)
        press.document(root, (CSS,))
    numbers = {element: f"{number} {element.tag}" for number, element in enumerate(root.iter())}
    return {
        (numbers[element], pseudo): style
        for (element, pseudo), style in kept[0]._computed_styles.items()
        if element in numbers
    }


def test_all_values_are_as_the_engine_computes_them(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = styles(press, monkeypatch)
    monkeypatch.setattr(StyleFor, "__init__", cascade._styles)
    theirs = styles(press, monkeypatch)
    assert ours.keys() == theirs.keys()
    for name, style in theirs.items():
        for key in INITIAL_VALUES:
            assert str(ours[name][key]) == str(style[key]), (name, key)


def test_elements_that_are_alike_share_their_style(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = styles(press, monkeypatch)
    for asked in (None, "footnote-call"):
        all_of = [id(style.__dict__.get("shared", style)) for (_, pseudo), style in found.items() if pseudo == asked]
        assert len({*all_of}) < len(all_of) * 0.8
    anchors = [style["anchor"] for (_, pseudo), style in found.items() if pseudo is None and style["anchor"]]
    assert anchors == ["one", "n1", "two", "e", "four", "n2", "u", "i", "place", "other", "t", "c"]


def test_a_copy_can_be_changed_by_itself(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = styles(press, monkeypatch)
    style = next(style for style in found.values() if style["anchor"] == "two")
    copy = style.copy()
    copy["float"] = "left"
    assert (style["float"], copy["anchor"], copy["color"] == style["color"]) == ("none", "two", True)
