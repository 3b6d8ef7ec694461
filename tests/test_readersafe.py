"""CSS for reading systems."""

import pytest

from packager import css
from packager.readersafe import reader_safe


def safe(text: str) -> str:
    return css.write(reader_safe(css.parse(text)[0])[0])


@pytest.mark.parametrize(
    "text",
    [
        "div { display: flex }",
        ".a { display: grid }",
        ".a { position: absolute }",
        "p { color: black }",
        "body { background: white }",
        "body { margin: 5% }",
        "p { font-size: 12pt }",
        "p { line-height: 1.5 }",
        ".a { width: calc(100% - 1em) }",
        ".a { margin: var(--x) }",
        ".a { margin-left: -1em }",
        ".a { font-size: 10px }",
        ".a { height: 50vh }",
        ".a { direction: rtl; unicode-bidi: embed }",
        ".a { hyphens: auto }",
        "p:nth-child(2) { margin: 0 }",
        "a[href] { margin: 0 }",
        ":is(h1, h2) { margin: 0 }",
        "@media print { p { margin: 0 } }",
        "@page { margin: 1in }",
        "@supports (display: grid) { p { margin: 0 } }",
    ],
)
def test_what_reading_systems_break_on_goes(text: str) -> None:
    assert safe(text) == ""


def test_safe_selectors_of_a_list_stay() -> None:
    assert safe("h1, a[href] { margin: 0 }") == "h1 {\n  margin: 0;\n}\n"


def test_breaks_get_their_old_names_too() -> None:
    assert safe("h1 { break-before: page }") == "h1 {\n  page-break-before: always;\n  break-before: page;\n}\n"


def test_per_cent_sizes_become_ems() -> None:
    assert "font-size: 0.85em" in safe(".small { font-size: 85% }")


def test_headings_may_have_sizes_of_their_own() -> None:
    assert "font-size: 1.5em" in safe("h1 { font-size: 1.5em }")


def test_what_went_is_told() -> None:
    _, removed = reader_safe(css.parse("p { color: red;\n margin: 0 }")[0])
    assert [(item.line, getattr(item, "name", "")) for item in removed] == [(1, "color")]
