"""Paragraphs set as wholes, against what the engine makes of the same text."""

import io
from array import array
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest

from packager.layout.breaking import breaks
from packager.layout.patches import paragraphs, shaping

CSS = """
@font-face { font-family: plain; src: url(plain.ttf) }
@font-face { font-family: plain; font-style: italic; src: url(italic.ttf) }
@page { size: 320px 220px; margin: 20px; @footnote { margin: 0 } }
html { font-family: plain; font-size: 12px; line-height: 20px; orphans: 1; widows: 1 }
body, p { margin: 0 }
p { text-align: justify; hyphens: auto; text-indent: 1em }
aside { float: footnote; footnote-display: block }
aside::footnote-call { content: "\\2060" "1" } aside::footnote-marker { content: "1"; margin-right: 3px }
.plain { text-align: left } .drop { float: left; font-size: 40px; line-height: 60px }
.opening::first-line { font-variant-caps: small-caps; letter-spacing: 0.03em }
"""
TEXT = (
    "The office of the difficult affairs was waffling: “efficient” first-rate baffled officers, fully offended by "
    "Toby’s Avenue, found that VAT was a Wary fjord—flattened, unfortunately—and <em>five fluffy Yaks</em> of the "
    "Wolf family—all fifty-five—went off affably, affixing waffles to the <em>official</em> scaffold. "
)


def boxes(press: Any, body: str, kind: str = "LineBox") -> list[Any]:
    root = ElementTree.fromstring(f"<html lang='en'><head/><body>{body}</body></html>")
    document = press.document(root, (CSS,))
    return [box for page in document.pages for box in page._page_box.descendants() if type(box).__name__ == kind]


def parts(line: Any) -> list[Any]:
    return [box for box in line.descendants() if type(box).__name__ == "TextBox"]


def text(line: Any) -> str:
    return "".join(part.text for part in parts(line))


def joined(lines: list[Any]) -> str:
    found = ""
    for line in lines:
        shown = text(line)
        divided = shown.endswith("\u2010")
        found += shown[:-1] if divided else shown if shown.endswith(("-", "—")) else shown + " "
    return found.strip()


def test_no_character_is_lost_at_the_ends_of_lines(press: Any) -> None:
    whole = " ".join("".join(ElementTree.fromstring(f"<p>{TEXT * 3}</p>").itertext()).split())
    assert joined(boxes(press, f"<p>{TEXT * 3}</p>")) == whole


def test_lines_fill_the_measure_and_blanks_keep_their_bounds(press: Any) -> None:
    *lines, last = boxes(press, f"<p>{TEXT * 3}</p>")
    for line in lines:
        end = parts(line)[-1]
        assert end.position_x + end.width == pytest.approx(300, abs=0.3)
        assert line.width == pytest.approx(280, abs=0.01)
        assert -1 < parts(line)[0].justification_spacing < 12
    assert parts(last)[-1].justification_spacing == 0
    assert last.resume_at is None


def test_texts_are_as_wide_and_high_as_the_engine_finds_them(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [part for line in boxes(press, f"<p>{TEXT * 3}</p>") for part in parts(line)]
    monkeypatch.setattr("weasyprint.layout.inline.get_next_linebox", paragraphs._next_line)
    for part in found:
        blanks = part.text.count(" ")
        if blanks < len(part.text):
            (same,) = boxes(press, f"<p style='white-space: pre; text-indent: 0'>{_styled(part)}</p>", "TextBox")[:1]
            width = part.width - blanks * part.justification_spacing
            assert width == pytest.approx(same.width, abs=0.25), part.text  # the engine draws no glyph near to a blank
            assert (part.height, part.baseline) == (same.height, same.baseline)


def _styled(part: Any) -> str:
    return f"<em>{part.text}</em>" if part.element.tag == "em" else part.text


def test_a_paragraph_goes_on_over_pages_as_if_there_were_none(press: Any) -> None:
    over = [text(line) for line in boxes(press, f"<p>{TEXT * 9}</p>")]
    monument = CSS.replace("320px 220px", "320px 2200px")
    root = ElementTree.fromstring(f"<html lang='en'><head/><body><p>{TEXT * 9}</p></body></html>")
    (page,) = press.document(root, (monument,)).pages
    assert over == [text(line) for line in page._page_box.descendants() if type(line).__name__ == "LineBox"]


def test_calls_and_anchors_are_there_once(press: Any) -> None:
    root = ElementTree.fromstring(
        f"<html lang='en'><head/><body><p><a id='z'/> {TEXT * 2}<a id='x'/><aside>{TEXT}</aside>{TEXT} <a id='y'/></p>"
        "</body></html>"
    )
    pages = press.document(root, (CSS,)).pages
    assert {"x", "y", "z"} <= {name for page in pages for name in page.anchors}
    calls = [box for page in pages for box in page._page_box.descendants() if box.footnote]
    assert [text(call) for call in calls] == ["\u20601"]


def test_anchors_between_words_are_there_wherever_lines_end(press: Any) -> None:
    words = " ".join(f"word{n} <b id='a{n}'/> " for n in range(120))
    root = ElementTree.fromstring(f"<html lang='en'><head/><body><p>{words}</p></body></html>")
    names = [name for page in press.document(root, (CSS,)).pages for name in page.anchors]
    assert {f"a{n}" for n in range(120)} == set(names)


@pytest.mark.parametrize(
    "body",
    [
        f"<p class='plain'>{TEXT}</p>",
        "<p>one<br/>two three</p>",
        "<p dir='rtl' style='direction: rtl'>שלום עולם</p>",
        f"<p>{'W' * 200}</p>",
    ],
)
def test_what_is_not_known_is_left_to_the_engine(press: Any, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [text(line) for line in boxes(press, body)]
    monkeypatch.setattr("weasyprint.layout.inline.get_next_linebox", paragraphs._next_line)
    assert ours == [text(line) for line in boxes(press, body)]


def capital(text: str, kind: str = "opening") -> str:
    return f"<p class='{kind}' style='text-indent: 0'><span class='drop'>{text[0]}</span>{text[1:]}</p>"


def body(press: Any, text: str) -> list[Any]:
    """Give the lines of a text, and not its capital."""
    return [line for line in boxes(press, text) if line.height < 60]


@pytest.mark.parametrize("kind", ["opening", ""])
def test_lines_beside_a_capital_are_weighed_with_those_below(
    press: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    weighed: list[tuple[float, ...]] = []

    def watched(*about: Any) -> Any:
        weighed.append(about[2])
        return breaks(*about)

    monkeypatch.setattr(paragraphs, "breaks", watched)
    lines = body(press, capital(TEXT * 3, kind))
    (measures,) = weighed
    assert measures == pytest.approx((253.2, 253.2, 253.2, 280), abs=0.01)
    assert joined(lines) == joined(body(press, f"<p>{(TEXT * 3)[1:]}</p>"))
    assert [line.position_x for line in lines[:5]] == pytest.approx([46.8] * 3 + [20] * 2, abs=0.01)
    assert [line.position_y for line in lines[:5]] == pytest.approx([20, 40, 60, 80, 100])
    for line in lines[:-1]:
        last = parts(line)[-1]
        assert last.position_x + last.width == pytest.approx(300, abs=0.5)
        assert -1 < parts(line)[0].justification_spacing < 12


@pytest.mark.parametrize("kind", ["opening", ""])
def test_lines_beside_a_capital_stand_where_the_engine_has_them(
    press: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = body(press, capital(TEXT, kind))
    monkeypatch.setattr("weasyprint.layout.inline.get_next_linebox", paragraphs._next_line)
    theirs = body(press, capital(TEXT, kind))
    for line, other in zip(ours[:5], theirs[:5], strict=True):
        assert (line.position_x, line.position_y) == (other.position_x, other.position_y)
        assert (line.height, line.baseline) == (other.height, other.baseline)
        assert [run.position_y for run in parts(line)][:1] == [run.position_y for run in parts(other)][:1]


@pytest.mark.parametrize(("side", "start", "end"), [("left", 110, 300), ("right", 20, 210)])
def test_lines_beside_a_float_are_weighed_with_those_below(press: Any, side: str, start: float, end: float) -> None:
    box = f"<div style='float: {side}; width: 90px; height: 50px'/>"
    lines = boxes(press, f"{box}<p>{TEXT}</p><p>{TEXT * 2}</p>")
    assert [line.position_x for line in lines[:4]] == pytest.approx([start] * 3 + [20])
    for line, stop in zip(lines[:4], [end] * 3 + [300], strict=True):
        last = parts(line)[-1]
        assert last.position_x + last.width == pytest.approx(stop, abs=0.3)
        assert type(last.pango_layout) is shaping.Glyphs
        assert -1 < last.justification_spacing < 12
    assert joined(lines) == joined(boxes(press, f"<p>{TEXT}</p><p>{TEXT * 2}</p>"))


def test_a_paragraph_after_a_short_opening_is_weighed_beside_its_capital(press: Any) -> None:
    first, *lines = body(press, capital("To go, said he.") + f"<p>{TEXT}</p>")
    assert [line.position_x for line in lines[:3]] == pytest.approx([46.8, 46.8, 20], abs=0.01)
    assert all(type(run.pango_layout) is shaping.Glyphs for line in (first, *lines) for run in parts(line))


def test_a_first_line_is_as_wide_as_it_is_drawn(press: Any) -> None:
    first, *_ = body(press, f"<p class='opening'>{TEXT * 3}</p>")
    (run,) = parts(first)
    (alone,) = boxes(press, f"<p class='opening' style='text-indent: 0'>{text(first)}</p>", "TextBox")
    blanks = run.text.count(" ") * run.justification_spacing
    assert run.width - blanks == pytest.approx(alone.width, abs=0.05)
    assert run.width == pytest.approx(288 - 20 + 12 * 0.03, abs=0.05)  # the space behind the last letter hangs


def test_lines_that_a_page_break_parts_from_their_capital_are_full(press: Any) -> None:
    css = CSS.replace("320px 220px", "320px 80px")  # two lines a page
    root = ElementTree.fromstring(f"<html lang='en'><head/><body>{capital(TEXT)}</body></html>")
    pages = press.document(root, (css,)).pages
    lines = [box for page in pages for box in page._page_box.descendants() if type(box).__name__ == "LineBox"]
    lines = [line for line in lines if line.height < 60]
    assert [line.position_x for line in lines[:4]] == pytest.approx([46.8, 46.8, 20, 20], abs=0.01)
    assert joined(lines) == joined(body(press, f"<p>{TEXT[1:]}</p>"))


def test_a_word_with_soft_hyphens_is_divided_there_alone(press: Any) -> None:
    shy = (
        TEXT.replace("waffling", "waf\u00adfling")
        .replace("affixing", "affix\u00ading")
        .replace("offended", "off\u00adended")
    )
    ends = set()
    for width in range(150, 290, 3):
        lines = boxes(press, f"<p style='width: {width}px'>{shy}</p>")
        assert joined(lines).replace("\u00ad", "") == joined(boxes(press, f"<p>{TEXT}</p>"))
        assert not any(text(line).endswith("\u00ad") for line in lines)
        ends |= {text(line).split(" ")[-1] for line in lines if text(line).endswith("\u2010")}
    assert {"waf\u2010", "off\u2010"} <= ends
    assert "offend\u2010" not in ends


@pytest.mark.parametrize("style", ["", "font-variant-caps: small-caps", "letter-spacing: 1px"])
def test_a_soft_hyphen_within_a_line_is_not_there(press: Any, style: str) -> None:
    plain, soft = (boxes(press, f"<p style='{style}'>{word}</p>", "TextBox") for word in ("waffling", "waf\u00adfling"))
    (run,) = soft
    assert run.width == pytest.approx(plain[0].width, abs=1)  # the ligature is gone
    (part, first, last) = run.pango_layout.parts[0]
    assert [part.wide(at, at + 1) for at in range(first, last)][3] == 0


def test_a_text_that_is_never_divided_keeps_its_soft_hyphens_to_itself(press: Any) -> None:
    shy = TEXT.replace("ff", "f\u00adf")
    lines = boxes(press, f"<p style='hyphens: none'>{shy}</p>")
    assert not any(text(line).endswith("\u2010") for line in lines)


def test_drawn_glyphs_stand_where_the_line_has_them(press: Any) -> None:
    root = ElementTree.fromstring(f"<html lang='en'><head/><body><p>{TEXT}</p></body></html>")
    document = press.document(root, (CSS,))
    data, used = press.written(document)
    assert {font.name for font in used}
    pdf = pypdfium2.PdfDocument(io.BytesIO(data))
    layer = pdf[0].get_textpage()
    boxed = [layer.get_charbox(at) for at in range(layer.count_chars())]
    edge = max(right for _, _, right, _ in boxed)
    assert edge == pytest.approx(300 * 0.75, abs=3.5)  # an f leans over the edge
    assert "scaffold" in layer.get_text_range().replace("\ufffe", "").replace("\u2010\r\n", "")
    layer.close()
    pdf.close()


def test_characters_find_their_glyphs_in_texts_of_any_make() -> None:
    for text in ("plain", "“curly” – and 😀 " * 40, "é", ""):
        starts = shaping._starts(text)
        assert [*starts] == [len(text[:at].encode()) for at in range(len(text))]
        for apart in (7, 33, 1000):
            clusters = array("i", (start for at, start in enumerate(starts) if at % apart != 3))
            clusters += array("i", [*starts[-1:]])
            told = {start: number for number, start in reversed([*enumerate(clusters)])}
            assert [*shaping._first(starts, clusters)] == [told.get(start, -1) for start in starts]
