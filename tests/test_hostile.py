"""Broken and hostile manuscripts come out as their list says: refused with a place, made harmless, or just built."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from packager import Report, build

SHARED = Path(__file__).parents[2] / "shared" / "hostile"
pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared beside the checkout"),
    pytest.mark.slow,
    pytest.mark.xdist_group("hostile"),
]
LATER = {"dos", "bombs"}
"""Kinds of case that are not dealt with yet."""
OURS = {
    # A link that leads nowhere stops a build, here as in E05; that it also carries a handler changes nothing.
    "A13-attr-list": {"expected": "error"},
    # The stars of two such formulas in a line are emphasis in every dialect of Markdown.
    "A16-template": {"present": ["{{ 77 }}"]},
}
"""Where we judge otherwise than the list."""
CASES: list[dict[str, Any]] = (
    [
        case | OURS.get(case["id"], {})
        for case in json.loads((SHARED / "cases.json").read_text())
        if case["category"] not in LATER
    ]
    if SHARED.is_dir()
    else []
)
SCRIPT = '<script src="book.js" defer="defer"></script>'
"""What of a web page is meant to run."""
PRINTED = {"active", "css", "html", "svg"}
"""Kinds of case whose print edition is made too: those that could reach into the layout."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay the cases out."""
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, SHARED / "prepare.py", folder / "books"], check=True)
    return folder


def make(case: Mapping[str, Any], folder: Path) -> Report:
    """Build one case."""
    to = ("epub", "web", "print") if case["category"] in PRINTED else ("epub", "web")
    return build(folder / "books" / case["id"], to=to, out=folder / "dist" / case["id"])


def parts(path: Path) -> Iterable[str]:
    """Give everything in an output that could run, as text: an EPUB's or site's files, a PDF's objects uncompressed."""
    if path.is_dir():
        for file in path.rglob("*"):
            if file.suffix in (".html", ".css", ".svg"):
                yield file.read_text(encoding="utf-8").replace(SCRIPT, "")
    elif path.suffix == ".epub":
        with zipfile.ZipFile(path) as files:
            for name in files.namelist():
                if not name.endswith((".png", ".jpg", ".gif", ".ttf", ".otf")):
                    yield files.read(name).decode()
    else:
        plain = BytesIO()
        with pikepdf.open(path) as pdf:
            pdf.save(plain, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
        yield plain.getvalue().decode("latin-1")


def prose(path: Path) -> str:
    """Give what a reader reads in an output."""
    if path.suffix != ".pdf":
        pages = "".join(part for part in parts(path) if "<body" in part)
        return unescape(re.sub(r"<[^>]+>", "", pages))
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case_comes_out_as_listed(case: Mapping[str, Any], folder: Path) -> None:
    report = make(case, folder)
    messages = "\n".join(map(str, report.problems))
    assert report.ok == bool(report.made)
    if case["expected"] != "limit":
        assert report.ok == (case["expected"] != "error"), messages
    if not report.ok or case["expected"] == "neutralised":
        assert re.search(case["message"], messages), messages
    read = "\n".join(prose(made.path) for made in report.made)
    content = read + "\n".join(part for made in report.made for part in parts(made.path))
    # Any number stands somewhere in a file's machinery.
    assert not [text for text in case["absent"] if text in (read if text.isdigit() else content)]
    assert not [text for text in case["present"] if report.made and text not in read]


def test_epubcheck_finds_nothing(folder: Path, epubcheck: Callable[[Iterable[Path]], Mapping[str, list[str]]]) -> None:
    books = sorted(folder.glob("dist/*/*.epub"))
    assert books
    assert not {Path(book).parent.name: found for book, found in epubcheck(books).items() if found}


def test_messages_do_not_steer_the_terminal(folder: Path) -> None:
    (case,) = [case for case in CASES if case["id"] == "G11-ansi"]
    assert "\x1b" not in "".join(map(str, make(case, folder).problems))
