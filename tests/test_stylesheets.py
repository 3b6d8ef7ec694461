"""Style sheets: what of a theme reaches each edition."""

import re

import pytest

from packager import css, fonts, formulas, stylesheets, theme
from packager.readersafe import reader_safe
from tests.test_theme import THEMES, book, look

EDITIONS = ("epub", "print", "screen", "web")


def rules(text: str) -> dict[str, dict[str, str]]:
    """Gather a stylesheet's declarations by selector; later ones win."""
    found: dict[str, dict[str, str]] = {}
    for rule in css.parse(text)[0]:
        head = f"@{rule.keyword} {rule.prelude}".strip() if rule.keyword else rule.prelude
        for selector in [head] if rule.keyword else css.split(head):
            found.setdefault(selector, {}).update({item.name: item.value for item in rule.declarations})
    return found


def test_knobs_reach_the_page() -> None:
    page = stylesheets.write(look(font_size="12pt", leading=1.5, justify=False, hyphenate=False), "print")
    styles = rules(page)
    assert styles["html"]["font-size"] == "12pt"
    assert styles["html"]["line-height"] == "18pt"
    assert "text-align" not in styles["body"]
    assert "hyphens" not in styles["body"]


def test_the_text_block_holds_whole_lines() -> None:
    sheet = stylesheets.write(look(leading="15pt"), "print", page_width="6in", page_height="9in", margin_inside="1in")
    top, outer, foot, inner = (css.points(value) for value in rules(sheet)["@page"]["margin"].split())
    assert (648 - top - foot) % 15 == pytest.approx(0, abs=0.01)
    assert foot >= 9 * 72 * 0.1
    assert inner == 72
    assert outer < inner


def test_a_measure_leaves_the_outer_margin_what_is_left() -> None:
    sheet = stylesheets.write(look(measure="4in"), "print", page_width="6in", margin_inside="1in")
    assert rules(sheet)["@page"]["margin"].split()[1] == "72pt"


def test_lengths_of_the_page_are_told_in_points() -> None:
    assert stylesheets.length(look(margin_inside="20mm"), "margin-inside") == pytest.approx(56.69, abs=0.01)
    assert stylesheets.length(look(), "margin-inside", page_width="5in") == pytest.approx(0.14 * 360, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_print_is_black_ink_only_and_the_screen_has_colour(name: str) -> None:
    printed = stylesheets.write(look(name, accent="#aa3300"), "print")
    assert rules(printed)["html"]["color"] == "device-cmyk(0 0 0 1)"
    assert "#" not in printed.replace("url(#", "")
    assert rules(stylesheets.write(look(name), "screen"))["html"]["color"] == "black"


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_token_is_resolved(name: str, edition: str) -> None:
    sheet = stylesheets.write(look(name), edition)
    assert css.parse(sheet)[1] == ()
    assert not [word for word in ("var(", "--", "@container", "calc(NaN") if word in sheet.replace("--webkit", "")]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("opener", ["classic", "plain", "banner"])
@pytest.mark.parametrize("paragraphs", ["indent", "space"])
def test_the_epub_is_reader_safe_as_it_is_written(name: str, opener: str, paragraphs: str) -> None:
    loaded = look(name, chapter_opener=opener, paragraphs=paragraphs, first_line_small_caps=True, drop_caps=True)
    places = [(place, file) for file in ("book.css", "epub.css") for place in ("common", name)]
    own = [rule for place in places for rule in theme.own_rules(*place)]
    resolved = css.resolve(own, stylesheets._tokens(loaded, "epub", {}))
    assert reader_safe(resolved)[1] == []


@pytest.mark.parametrize("name", THEMES)
def test_headings_of_the_epub_say_how_they_are_aligned(name: str) -> None:
    styles = rules(stylesheets.write(look(name), "epub"))
    assert all("text-align" in styles[f"h{level}"] for level in range(1, 7))
    assert {"font-size", "line-height", "color"}.isdisjoint(styles["p"])


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_face_named_is_there_and_every_family_used_is_named(name: str, edition: str) -> None:
    loaded = look(name)
    parsed = css.parse(stylesheets.write(loaded, edition))[0]
    named = {d.value for rule in parsed if rule.keyword == "font-face" for d in rule.declarations if d.name == "src"}
    assert named <= {f"url(fonts/{face.file})" for face in loaded.faces}
    families = {face.family for face in loaded.faces if f"url(fonts/{face.file})" in named}
    generic = {"serif", "sans-serif", "monospace", "math", "inherit"}
    # The face of formulas comes with the book that has some.
    assert css.families(parsed) - generic - {formulas.FAMILY} == families


def test_font_rules_keep_to_the_faces_that_are_there() -> None:
    loaded = look()
    sheet = stylesheets.write(loaded, "epub", loaded.faces[:1])
    assert sheet.count("@font-face") == 1


def test_rare_faces_are_named_only_where_they_are_needed() -> None:
    loaded = look()
    assert "Noto Serif JP" not in stylesheets.write(loaded, "epub")
    faces, _ = theme.needed(loaded, "a 漢")
    assert stylesheets.write(loaded, "epub", faces).count('"Noto Serif JP"') > 1
    assert theme.borrowed(faces, "a 漢") == {"Noto Serif JP": {"漢"}}


def test_drop_capitals_sit_on_the_third_line() -> None:
    loaded = look(font_size="11pt", leading="15pt")
    initial = rules(stylesheets.write(loaded, "print"))[".initial"]
    size, drop = css.points(initial["font-size"]), css.points(initial["margin-top"])
    measured = fonts.metrics(loaded.faces[0])
    middle = (measured.ascent - measured.descent) / 2
    assert size * measured.capital == pytest.approx(2 * 15 + 11 * measured.capital, abs=0.05)
    assert drop + 1.5 * 15 + size * middle == pytest.approx(2.5 * 15 + 11 * middle, abs=0.05)


def test_the_authors_css_comes_last_and_its_black_is_ink() -> None:
    loaded = theme.load(book(sheet=".red { color: #c00; border: 1px solid black }"))
    for edition in EDITIONS:
        assert ".red {" in stylesheets.write(loaded, edition).rsplit("}\n", 2)[1]
    assert "device-cmyk(0 0 0 1)" in stylesheets.write(loaded, "print").rsplit(".red", 1)[1]
    assert "color" not in stylesheets.write(loaded, "epub").rsplit(".red", 1)[1]


def test_the_authors_font_serves_as_body_font() -> None:
    data = fonts.subset(fonts.find("EB Garamond")[0], "abcdefgH ")
    sheet = '@font-face { font-family: "My Own"; src: url(own.ttf) }'
    loaded = theme.load(book(sheet=sheet, assets={"own.ttf": data}, style={"body-font": "My Own"}))
    assert loaded.problems == ()
    assert loaded.faces[0].file == "own-my-own-400.ttf"
    assert '"My Own"' in rules(stylesheets.write(loaded, "print"))["body"]["font-family"]


def test_the_same_book_has_the_same_css() -> None:
    assert stylesheets.write(look(), "print") == stylesheets.write(theme.load(book()), "print")


def test_words_of_another_script_stand_in_one_face_with_their_blanks() -> None:
    loaded = look()
    faces, _ = theme.needed(loaded, "a אב")
    assert ':lang(he){font-family:"Cardo",' in re.sub(r"\s+", "", stylesheets.write(loaded, "print", faces))
    assert ":lang(" not in stylesheets.write(loaded, "epub", faces)
    assert theme.native(loaded, "ar-EG") == "Amiri"
    assert theme.native(loaded, "fr") == ""
