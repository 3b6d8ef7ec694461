"""Books that are read from right to left: bound on the right, their pages mirrored, their lines even."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from packager import build

Write = Callable[[Mapping[str, str | bytes]], Path]

PROSE = "המגדלור עומד על הסלע מול הנמל, והים עולה אליו בלילות החורף. "
BOOK = {
    "book.md": "---\ntitle: המגדלור\nauthor: עדה לוי\nlang: he\ntheme: scholar\ntrim: 6x9\n---\n",
    "1.md": f"# ראשון\n\n{PROSE * 60}[^a]\n\n[^a]: הערה.\n",
}


@pytest.mark.parametrize("edition", ["print", "screen"])
def test_a_book_bound_on_the_right(edition: str, manuscript: Write, tmp_path: Path) -> None:
    report = build(manuscript(BOOK), to=(edition,), out=tmp_path / "dist")
    assert not [problem for problem in report.problems if problem.code != "pages-count"]
    file = report.made[0].path
    with pikepdf.open(file) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
    edges = {}
    with pypdfium2.PdfDocument(file) as document:
        for number in range(len(document)):
            label, layer = document.get_page_label(number), document[number].get_textpage()
            boxes = [layer.get_charbox(at) for at in range(layer.count_chars())]
            rows = {round(box[1]) for box in boxes}
            if label.isdecimal() and len(rows) > 15:
                edges[int(label)] = (min(box[0] for box in boxes), 432 - max(box[2] for box in boxes))
    # The gutter is where the spine is: to the right of an odd page, to the left of an even one.
    assert edges[1][0] + 3 < edges[1][1]
    assert edges[2][1] + 3 < edges[2][0]
