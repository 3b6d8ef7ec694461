"""SVG from strangers: what is active or external goes, what is too much to draw is refused."""

import pytest

from packager import svg
from packager.svg import SvgFault

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'


def cleaned(inner: str, before: str = "") -> tuple[str, tuple[str, ...]]:
    data, removed = svg.clean(f"{before}{OPEN}{inner}</svg>".encode())
    return data.decode(), removed


def test_plain_drawing_stays() -> None:
    inner = '<style>.a{fill:url(#g)}</style><path class="a" d="M0 0"/><use xlink:href="#g"/><text>Word</text>'
    text, removed = cleaned(inner)
    assert removed == ()
    for part in ('d="M0 0"', "url(#g)", 'href="#g"', "Word", 'viewBox="0 0 9 9"'):
        assert part in text


@pytest.mark.parametrize(
    ("inner", "gone", "named"),
    [
        ("<script>1</script>", "script", "<script>"),
        ('<rect onclick="x"/>', "onclick", "the handler onclick"),
        ("<foreignObject><p/></foreignObject>", "foreignObject", "<foreignObject>"),
        ('<image href="http://x/y.png"/>', "http://x", "the link http://x/y.png"),
        ('<use xlink:href="other.svg#a"/>', "other", "the link other.svg#a"),
        ('<rect style="fill:url(http://x)"/>', "http://x", "the attribute style"),
        ('<style>@import "x"</style>', "@import", "a style sheet that reaches outside"),
        ('<set attributeName="href" to="javascript:1"/>', "javascript", "<set>"),
        ('<x:iframe xmlns:x="http://www.w3.org/1999/xhtml" src="x"/>', "iframe", "<iframe>"),
        ('<image href="data:image/svg+xml;base64,AAAA"/>', "data:", "the link data:image/svg+xml;base64,AAAA"),
    ],
)
def test_active_and_external_parts_go(inner: str, gone: str, named: str) -> None:
    text, removed = cleaned(f"{inner}<text>Word</text>")
    assert gone not in text
    assert "Word" in text
    assert named in removed


def test_drawing_inside_a_link_stays() -> None:
    text, removed = cleaned('<a href="javascript:1"><rect width="3"/></a>')
    assert '<g><rect width="3"/></g>' in text
    assert "<a>" in removed


def test_drawing_programs_leftovers_go_without_a_word() -> None:
    inner = (
        '<i:view xmlns:i="http://inkscape.example"/><metadata>me</metadata><rect xmlns:i="http://i.example" i:x="1"/>'
    )
    text, removed = cleaned(inner)
    assert removed == ()
    assert "me" not in text
    assert "i:" not in text


def test_external_entity_is_dropped_and_plain_ones_are_written_out() -> None:
    declared = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY w "Word">]>'
    text, removed = cleaned("<text>&w; <title>t</title>&x;&w;</text>", declared)
    assert removed == ("the entity &x;",)
    assert "<text>Word <title>t</title>Word</text>" in text
    assert "ENTITY" not in text
    assert "DOCTYPE" not in text


def test_nested_entities_are_refused() -> None:
    with pytest.raises(SvgFault):
        cleaned("<text>&b;</text>", '<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&#38;a;&#38;a;">]>')


def test_doubling_use_is_refused() -> None:
    groups = "".join(f'<g id="u{n}"><use href="#u{n - 1}"/><use href="#u{n - 1}"/></g>' for n in range(1, 29))
    with pytest.raises(SvgFault, match="shapes"):
        cleaned(f'<defs><rect id="u0"/>{groups}</defs>')


def test_use_of_itself_is_refused() -> None:
    with pytest.raises(SvgFault, match="deeper"):
        cleaned('<g id="a"><use href="#a"/></g>')


@pytest.mark.parametrize("levels", [150, 20_000])
def test_deep_nesting_is_refused(levels: int) -> None:
    with pytest.raises(SvgFault):
        cleaned("<g>" * levels + "</g>" * levels)


def test_other_xml_is_refused() -> None:
    with pytest.raises(SvgFault, match="<html>"):
        svg.clean(b"<html/>")


def test_missing_namespace_is_mended() -> None:
    assert b'<svg xmlns="http://www.w3.org/2000/svg"' in svg.clean(b"<svg><rect/></svg>")[0]


def test_embedded_picture_stays() -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
    text, removed = cleaned(f'<image href="data:image/png;base64,{pixel}"/><image href="data:image/png;base64,AAAA"/>')
    assert pixel in text
    assert removed == ("the link data:image/png;base64,AAAA",)
