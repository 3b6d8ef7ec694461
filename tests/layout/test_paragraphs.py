"""Paragraphs set as wholes, against what the engine makes of the same text."""

import io
from array import array
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest

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
        f"<p><span class='drop'>T</span>{TEXT}</p>",
        "<p>one<br/>two three</p>",
        "<p dir='rtl' style='direction: rtl'>שלום עולם</p>",
        f"<p>{'W' * 200}</p>",
    ],
)
def test_what_is_not_known_is_left_to_the_engine(press: Any, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [text(line) for line in boxes(press, body)]
    monkeypatch.setattr("weasyprint.layout.inline.get_next_linebox", paragraphs._next_line)
    assert ours == [text(line) for line in boxes(press, body)]


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
