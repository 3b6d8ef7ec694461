"""Names of blocks: the same for what is laid out alike, others for all else."""

from typing import Any
from xml.etree import ElementTree

import pytest

from packager.layout.blocks import Blocks
from packager.layout.tracing import Unit

CSS = """@font-face { font-family: F; src: url(plain.ttf) } body { font-family: F }
.red { color: red } h2 + p { text-indent: 0 } p.drop::first-letter { font-size: 3em } aside { float: footnote }"""
PAGE = '<html lang="en"><head><title>T</title></head><body><section>{}</section></body></html>'


def made(press: Any, inner: str, css: str = CSS, page: str = PAGE) -> Blocks | None:
    unit = Unit(press, ElementTree.fromstring(page.format(inner)), (css,))
    assert not unit.made or len(unit.made.keys) == len(unit.blocks)
    return unit.made


@pytest.mark.parametrize("other", [
    "<p>One!</p>", '<p class="red">One.</p>', '<p class="x">One.</p>', '<p id="one">One.</p>', '<p lang="de">One.</p>',
    "<p><i>One.</i></p>", '<p style="color: red">One.</p>', '<p class="drop">One.</p>', "<p>One.<aside>A.</aside></p>",
    "<blockquote>One.</blockquote>", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
])  # fmt: skip
def test_a_block_has_another_name_for_each_thing_that_shows(press: Any, other: str) -> None:
    before, now = (made(press, f"<p>Before.</p>{one}<p>After.</p>") for one in ("<p>One.</p>", other))
    assert before
    assert now
    assert before.frame == now.frame
    assert (before.keys[0], before.keys[2]) == (now.keys[0], now.keys[2])
    assert before.keys[1] != now.keys[1]


def test_a_block_is_named_by_what_its_neighbours_change_in_it(press: Any) -> None:
    plain, headed = made(press, "<p>One.</p><p>Two.</p>"), made(press, "<h2>One.</h2><p>Two.</p>")
    assert plain
    assert headed
    assert plain.keys[1] != headed.keys[1]


def test_where_a_block_comes_from_does_not_show(press: Any) -> None:
    here, there = (made(press, f'<p data-line="{line}" data-place="{line}">One.</p>') for line in (1, 7))
    assert here == there


def test_a_note_is_in_the_block_of_its_call(press: Any) -> None:
    found = made(press, "<p>One.</p><p>Two<aside>A.</aside> and three<aside>B.</aside>.</p>")
    assert found
    assert found.notes == (1, 1)


def test_the_frame_is_named_by_what_all_blocks_stand_in(press: Any) -> None:
    frames = {
        found.frame
        for css, page in (
            (CSS, PAGE), (CSS + " ", PAGE), (CSS, PAGE.replace("en", "de")), (CSS, PAGE.replace(">{", " id='a'>{")),
        )
        if (found := made(press, "<p>One.</p>", css, page))
    }  # fmt: skip
    assert len(frames) == 4


@pytest.mark.parametrize("inner", [
    "Only words.", '<p>One.</p></section><section><p>Two.</p>', '<p style="background: url(a.png)">One.</p>',
])  # fmt: skip
def test_what_cannot_be_told_has_no_names(press: Any, inner: str) -> None:
    assert made(press, inner) is None
