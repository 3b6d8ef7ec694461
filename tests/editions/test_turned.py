"""Turned tables in print: too long for a page, they go on over pages, below their heads again."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2
import pytest

from packager import build

Write = Callable[[Mapping[str, str | bytes]], Path]

ROWS = "".join(
    f"| Port {n}{'[^n]' if n == 3 else ''} | " + " | ".join(f"b{n}x{k}" for k in range(7)) + " |\n"
    for n in range(1, 61)
)
HEAD = "| Port | " + " | ".join(f"Year {k}" for k in range(7)) + " |\n|" + "---|" * 8 + "\n"
BOOK = {
    "book.md": "---\ntitle: Turned\nauthor: Ann Lee\nlang: en\ntheme: scholar\ntrim: 5.5x8.5\n---\n",
    "one.md": f"# One\n\nSee @tbl-x.\n\n{HEAD}{ROWS}\n: Boats {{#tbl-x .landscape}}\n\nAfter.\n\n[^n]: A note.\n",
}


@pytest.mark.parametrize("edition", ["print", "screen"])
def test_a_turned_table_goes_on_over_pages(edition: str, manuscript: Write, tmp_path: Path) -> None:
    report = build(manuscript(BOOK), to=(edition,), out=tmp_path / "dist")
    assert not [problem for problem in report.problems if problem.code != "pages-count"]
    with pypdfium2.PdfDocument(report.made[0].path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    tables = [page for page in pages if "b1x" in page or re.search(r"\bb\d+x0", page)]
    assert len(tables) > 2
    assert all("Year 6" in page for page in tables)
    assert "Boats" in tables[0]
    assert "A note." in tables[0]
    found = [cell for page in tables for cell in re.findall(r"b\d+x\d", page)]
    assert found == [f"b{n}x{k}" for n in range(1, 61) for k in range(7)]
