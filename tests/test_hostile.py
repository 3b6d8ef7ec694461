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
    to = ("epub", "print") if case["category"] in PRINTED else ("epub",)
    return build(folder / "books" / case["id"], to=to, out=folder / "dist" / case["id"])


def texts(path: Path) -> Iterable[str]:
    """Give everything in an output that could be read or run, as text."""
    data = path.read_bytes()
    if path.suffix == ".epub":
        with zipfile.ZipFile(BytesIO(data)) as parts:
            for name in parts.namelist():
                if not name.endswith((".png", ".jpg", ".gif", ".ttf", ".otf")):
                    # The identifier is digits by chance, not content.
                    yield re.sub(r"urn:uuid:[-0-9a-f]+", "", parts.read(name).decode())
    else:
        with pikepdf.open(BytesIO(data)) as pdf:
            plain = BytesIO()
            pdf.save(
                plain,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )
        yield plain.getvalue().decode("latin-1")
        with pypdfium2.PdfDocument(data) as document:
            yield "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case_comes_out_as_listed(case: Mapping[str, Any], folder: Path) -> None:
    report = make(case, folder)
    messages = "\n".join(map(str, report.problems))
    assert report.ok == bool(report.made)
    if case["expected"] != "limit":
        assert report.ok == (case["expected"] != "error"), messages
    if not report.ok or case["expected"] == "neutralised":
        assert re.search(case["message"], messages), messages
    content = "\n".join(text for made in report.made for text in texts(made.path))
    assert not [text for text in case["absent"] if text in content]
    read = unescape(re.sub(r"<[^>]+>", "", content))
    assert not [text for text in case["present"] if report.made and text not in read]


def test_epubcheck_finds_nothing(folder: Path, epubcheck: Callable[[Iterable[Path]], Mapping[str, list[str]]]) -> None:
    books = sorted(folder.glob("dist/*/*.epub"))
    assert books
    assert not {Path(book).parent.name: found for book, found in epubcheck(books).items() if found}


def test_messages_do_not_steer_the_terminal(folder: Path) -> None:
    (case,) = [case for case in CASES if case["id"] == "G11-ansi"]
    assert "\x1b" not in "".join(map(str, make(case, folder).problems))
