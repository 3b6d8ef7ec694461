"""Heads and folios, drawn without their pages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from packager.layout.jobs import Drawing, Margins

CSS = """
@font-face { font-family: Plain; src: url(plain.ttf) }
@page { size: 300px 400px; margin: 50px; font-family: Plain }
@page :left { @top-center { content: string(head-verso) } @bottom-left { content: counter(page) } }
@page :right { @top-center { content: string(head-recto) } @bottom-right { content: counter(page) } }
@page :first { @top-center { content: none } }
"""
SHELL = b"<html><head><title/></head><body><section/></body></html>"
PAGE = Margins(SHELL, CSS, ("Left", "Right"), 7, verso=False, number=1)

Draw = Callable[[Margins], Drawing]


@pytest.fixture
def draw(press: Any) -> Draw:
    return lambda margins: press.bed(margins).draw(margins)


def shown(drawing: Drawing) -> set[str]:
    """Give the characters that a drawing shows."""
    return {text for font in drawing.fonts for text, _ in font.glyphs.values()}


def test_each_side_has_its_head_and_its_folio(draw: Draw) -> None:
    recto, verso = draw(PAGE), draw(replace(PAGE, folio=28, verso=True))
    assert shown(recto) == {*"Right", "7"}
    assert shown(verso) == {*"Left", "2", "8"}
    assert (recto.letters, verso.letters) == (5, 4)


def test_a_first_page_has_what_the_stylesheet_says(draw: Draw) -> None:
    assert shown(draw(replace(PAGE, number=0))) == {"7"}


def test_pages_bound_on_the_right_begin_on_the_left(draw: Draw) -> None:
    backwards = replace(PAGE, shell=SHELL.replace(b"<html>", b'<html dir="rtl">'))
    assert "L" in shown(draw(backwards))


def test_a_page_is_drawn_alike_whatever_was_drawn_before(draw: Draw, press: Any) -> None:
    spaced = replace(PAGE, heads=("", "a b"))
    held = replace(PAGE, heads=("", "a\u00a0b"))
    first = draw(held), draw(spaced)
    press.beds.clear()
    assert (draw(held), draw(spaced)) == first
    assert [" " in shown(drawing) for drawing in first] == [False, True]


def test_nothing_is_drawn_of_nothing(draw: Draw) -> None:
    assert draw(replace(PAGE, css="@page { size: 300px 400px }")) == Drawing((), ())


def test_what_is_more_than_text_brings_a_file(draw: Draw) -> None:
    css = CSS + "@page { @top-left { content: '.'; background: linear-gradient(red, blue) } }"
    with pypdfium2.PdfDocument(draw(replace(PAGE, css=css)).file) as pdf:
        layer = pdf[0].get_textpage()
        assert {*layer.get_text_range().split()} == {".", "Right", "7"}
        layer.close()
    assert draw(PAGE).file == b""


def test_what_no_face_has_brings_a_file(draw: Draw) -> None:
    drawing = draw(replace(PAGE, heads=("", "a\U000f1234")))
    assert drawing.file.startswith(b"%PDF")
    assert shown(drawing) == {"a", "7"}


def test_what_is_drawn_is_the_page(draw: Draw, press: Any) -> None:
    """The operators, one edge after the other, are those of the page in one."""
    with pypdfium2.PdfDocument(press.bed(PAGE).document(PAGE).write_pdf()) as pdf:
        layer = pdf[0].get_textpage()
        assert layer.get_text_range().split() == ["Right", "7"]
        layer.close()
    assert [part.count(b"BT") for part, _ in draw(PAGE).parts] == [1, 1]
