"""The author's CSS: what stays, what goes, what is told."""

import pytest

from packager import css
from packager.authorcss import lint
from packager.book import Asset, Book, Metadata, Stylesheet
from packager.problems import Problem, Severity


def check(*sheets: str, assets: tuple[str, ...] = ()) -> tuple[str, tuple[Problem, ...]]:
    """Lint stylesheets named a.css, b.css, …; give what stays and the problems."""
    given = tuple(Stylesheet(f"{chr(97 + index)}.css", text) for index, text in enumerate(sheets))
    found = {path: Asset(path, b"no font") for path in assets}
    kept, _, problems = lint(Book("b", Metadata("T"), (), assets=found, stylesheets=given))
    return "".join(css.write(sheet.rules) for sheet in kept), problems


def test_sound_css_stays_as_it_is() -> None:
    kept, problems = check(".a { margin: 1em 0;\n  font-style: italic }")
    assert kept == ".a {\n  margin: 1em 0;\n  font-style: italic;\n}\n"
    assert problems == ()


def test_broken_css_is_told_with_its_line_and_left_out() -> None:
    kept, problems = check(".a { margin: 0 }\n}} .b { margin: 0 }")
    assert kept == ".a {\n  margin: 0;\n}\n"
    assert [(p.severity, p.place) for p in problems] == [(Severity.WARNING, "a.css:2")]


@pytest.mark.parametrize(
    "declaration",
    [
        "behavior: url(#x)",
        "-moz-binding: url(x.xml#y)",
        "width: expression(alert(1))",
        "position: fixed",
        "position: running(head)",
        "display: none",
        "visibility: hidden",
        "opacity: 0",
        "font-size: 0",
        "text-indent: -9999px",
        "height: 0",
        "overflow: hidden",
        "color: transparent",
        "content: target-counter(attr(href), page)",
        "content: element(head)",
        "string-set: head content()",
        "counter-increment: c 999999999",
        "float: footnote",
        "font-size: 5000pt",
    ],
)
def test_what_hides_text_or_eats_the_machine_is_left_out(declaration: str) -> None:
    kept, problems = check(f".a {{ {declaration}; margin: 0 }}")
    assert kept == ".a {\n  margin: 0;\n}\n"
    assert problems[0].place == "a.css:1"
    assert problems[0].severity is Severity.WARNING


def test_the_page_is_the_front_matters_to_set() -> None:
    kept, problems = check("@page { size: 2mm 2mm; margin: 0; @top-center { content: string(t) } }")
    assert kept == ""
    assert len(problems) == 3
    assert all("@page" in problem.message for problem in problems)


@pytest.mark.parametrize(
    "address",
    ["http://example.org/x.png", "file:///etc/passwd", "../x.png", "/x.png", "//h/x.png", "\\\\h\\x.png", "nope.png"],
)
def test_addresses_outside_the_book_are_errors(address: str) -> None:
    kept, problems = check(f'.a {{ background-image: url("{address}") }}', assets=("x.png",))
    assert kept == ""
    assert problems[0].severity is Severity.ERROR


def test_addresses_become_relative_to_the_book() -> None:
    given = (Stylesheet("css/a.css", '.a { list-style-image: url("../img/b c.png") }'),)
    book = Book("b", Metadata("T"), (), assets={"img/b c.png": Asset("img/b c.png", b"")}, stylesheets=given)
    kept, _, problems = lint(book)
    assert 'url("img/b c.png")' in css.write(kept[0].rules)
    assert problems == ()


def test_imports_are_taken_in_once() -> None:
    kept, problems = check('@import "b.css"; .a { margin: 0 }', ".b { margin: 0 }")
    assert kept == ".b {\n  margin: 0;\n}\n.a {\n  margin: 0;\n}\n"
    assert problems == ()


def test_imports_in_a_circle_are_an_error() -> None:
    _, problems = check('@import "b.css";', '@import url("a.css");')
    assert [(p.severity, p.place) for p in problems] == [(Severity.ERROR, "b.css:1")]


def test_an_import_of_what_is_not_there_is_an_error() -> None:
    _, problems = check('@import "http://example.org/x.css";')
    assert problems[0].severity is Severity.ERROR


@pytest.mark.parametrize("source", ["url(http://h/f.woff2)", 'local("Arial")', "url(nope.ttf)", "url(bad.ttf)"])
def test_fonts_must_be_sound_files_of_the_book(source: str) -> None:
    _, problems = check(f"\n@font-face {{ font-family: q; src: {source} }}", assets=("bad.ttf",))
    assert [(p.severity, p.place) for p in problems] == [(Severity.ERROR, "a.css:2")]


def test_what_the_epub_goes_without_is_told() -> None:
    kept, problems = check(".a { display: flex }")
    assert "flex" in kept
    assert [(p.code, p.severity) for p in problems] == [("css-epub", Severity.WARNING)]
