"""Formulas, figures, tables and code in finished files of the editions."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import page as validation
import pikepdf
import pypdfium2
import pytest

from packager import galley, manuscript, production, theme, variants
from packager.editions import Output

BOOK = {
    "book.md": "---\ntitle: Curves\nauthor: Ann Lee\nlang: en-GB\ntheme: {}\nnumbered: true\nlists: [tables]\n---\n",
    "01-one.md": """# One

The root $\\sqrt{{x}}$, of @eq-a and @tbl-a, stands ($y$), here.

$$
a = \\frac{{b}}{{c}}
$$ {{#eq-a}}

| Long heads that would fill a whole line of the page | and another of the same size | and one more for luck |
|---|---|---|
| 1 | 2 | 3 |

: A turned table {{#tbl-a .landscape}}

```python
value = call("a very long line of code that no page of this size could ever hold without a break", 1, 2, 3)
```
""",
}


def _make(folder: Path, edition: str, name: str = "scholar") -> Output:
    folder.mkdir()
    for file, content in BOOK.items():
        (folder / file).write_text(content.format(name))
    book = manuscript.load(folder)
    look = theme.load(book)
    rendered = galley.render(book, look.style)
    assert not rendered.problems
    return production.make(edition, variants.variant(rendered, edition), look, jobs=1)


def _data(output: Output) -> bytes:
    (data,) = output.files.values()
    return data


def _text(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    text = " ".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
    return " ".join(text.split())


@pytest.mark.parametrize("name", theme.names())
def test_print(tmp_path: Path, name: str) -> None:
    output = _make(tmp_path / "curves", "print", name)
    assert {problem.code for problem in output.problems} <= {"pages-count"}
    text = _text(_data(output))
    assert "of Equation 1.1, page 1 and Table 1.1, page 2, stands" in text
    assert re.search(r"T ?able 1\.1 A turned table[ .]+2", text, re.IGNORECASE)


def test_screen_tells_formulas_to_those_who_hear_it(tmp_path: Path) -> None:
    output = _make(tmp_path / "curves", "screen")
    data = _data(output)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        told = [
            str(item.Alt)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Formula" and "/Alt" in item
        ]
    assert sorted(told) == ["\\sqrt{x}", "a = \\frac{b}{c}", "y"]
    file = tmp_path / "screen.pdf"
    file.write_bytes(data)
    report = validation.validate_pdf(str(file), profile="ua1")
    assert "0 failed, 104 total" in str(report)


def test_epub(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(_data(_make(tmp_path / "curves", "epub")))) as archive:
        files: Mapping[str, str] = {
            name: archive.read(name).decode() for name in archive.namelist() if name.endswith(("xhtml", "opf"))
        }
    (page,) = [text for name, text in files.items() if name.endswith("one.xhtml")]
    (opf,) = [text for name, text in files.items() if name.endswith("opf")]
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="\\sqrt{x}">' in page
    assert "print-only" not in page
    assert re.search(r'href="one\.xhtml"[^>]*properties="mathml"|properties="mathml"[^>]*href="one\.xhtml"', opf)
    assert "MathML" in opf
    assert any('epub:type="lot"' in text for text in files.values())
