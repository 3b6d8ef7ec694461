"""Themes: knobs and faces."""

from collections.abc import Mapping

import pytest

from packager import theme
from packager.book import Asset, Book, Metadata, Options, Stylesheet
from packager.problems import Severity
from packager.theme import Theme

THEMES = ("manual", "novel", "scholar")
KNOBS = (
    "trim body-font heading-font code-font font-size leading note-size margin-top margin-bottom margin-inside "
    "margin-outside measure scene-break chapter-opener chapter-number drop-caps first-line-small-caps paragraphs "
    "justify hyphenate running-head-verso running-head-recto folio accent cover-colour cover-ink highlight toc-depth"
).split()


def book(
    name: str = "novel",
    style: Mapping[str, object] | None = None,
    sheet: str = "",
    assets: Mapping[str, bytes] | None = None,
) -> Book:
    knobs = {knob.replace("_", "-"): value for knob, value in (style or {}).items()}
    lines = {knob: line for line, knob in enumerate(knobs, 7)} | {"theme": 3}
    return Book(
        name="b",
        metadata=Metadata(title="T"),
        sections=(),
        assets={path: Asset(path, data) for path, data in (assets or {}).items()},
        stylesheets=(Stylesheet("style.css", sheet),) if sheet else (),
        options=Options(theme=name, style=knobs, style_lines=lines),
        path="book.md",
    )


def look(name: str = "novel", **style: object) -> Theme:
    loaded = theme.load(book(name, style))
    assert loaded.problems == ()
    return loaded


def test_there_are_three_themes_and_each_has_every_knob() -> None:
    assert theme.names() == THEMES
    for name in THEMES:
        info = theme.describe(name)
        assert info.title
        assert info.purpose
        assert [knob.name for knob in info.knobs] == KNOBS
        assert all(knob.meaning and knob.type for knob in info.knobs)


def test_a_theme_that_is_not_there_is_an_error_with_the_nearest() -> None:
    problem = theme.load(book("novle")).problems[0]
    assert (problem.severity, problem.place) == (Severity.ERROR, "book.md:3")
    assert "`novel`" in problem.hint


@pytest.mark.parametrize("name", THEMES)
def test_defaults_pass_their_own_checks(name: str) -> None:
    defaults = {k.name.replace("-", "_"): k.default for k in theme.describe(name).knobs if "var(" not in str(k.default)}
    defaults.pop("measure")
    assert theme.load(book(name, defaults)).problems == ()


def test_an_unknown_knob_is_a_warning_with_the_nearest() -> None:
    problem = theme.load(book(style={"drop-cap": True})).problems[0]
    assert (problem.severity, problem.place) == (Severity.WARNING, "book.md:7")
    assert "`drop-caps`" in problem.hint


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("drop_caps", "maybe"),
        ("font_size", "11"),
        ("font_size", "3pt"),
        ("font_size", "11em"),
        ("leading", "9"),
        ("margin_top", "2"),
        ("chapter_opener", "fancy"),
        ("running_head_verso", "title"),
        ("accent", "reddish"),
        ("body_font", "Nowhere Serif"),
        ("paragraphs", True),
        ("justify", [1]),
    ],
)
def test_a_wrong_value_is_an_error_at_its_line(knob: str, value: object) -> None:
    problem = theme.load(book(style={knob: value})).problems[0]
    assert (problem.severity, problem.place) == (Severity.ERROR, "book.md:7")
    assert knob.replace("_", "-") in problem.message


def test_fallbacks_are_taken_only_for_what_is_missing() -> None:
    loaded = look()
    faces, lacking = theme.needed(loaded, "plain words — “quoted”, naïve, ἄειδε")
    assert {face.family for face in faces} == {"EB Garamond", "Source Code Pro"}
    assert lacking == set()
    faces, lacking = theme.needed(loaded, "a ∴ ✓ ⋮ 漢 😆 𒀀")
    assert {"Cardo", "Source Sans 3", "Noto Serif JP", "Noto Emoji"} <= {face.family for face in faces}
    assert lacking == {"𒀀"}


def test_a_fallback_is_there_for_what_the_text_lacks_only() -> None:
    loaded = look("manual")
    faces, _ = theme.needed(loaded, "ab☞")
    shares = {face.family: theme.share(loaded, face, "ab☞") for face in faces}
    assert shares["Source Serif 4"] == {"a", "b", "☞"}
    assert shares["EB Garamond"] == {"☞"}
