"""Real books, beside the checkout: whole novels and diaries come out clean, complete and the same each time."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from packager import build

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("corpora")]

Check = Callable[[Iterable[Path]], Mapping[str, list[str]]]


@pytest.fixture(scope="module")
def epubs(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Build the EPUBs of the corpora, by name of the book's folder."""
    out = tmp_path_factory.mktemp("dist")
    made = {}
    for name in ("sherlock", "pepys"):
        report = build(shared / "corpora" / name, to=("epub",), out=out / name)
        assert not [problem for problem in report.problems if problem.severity == "error"]
        (made[name],) = (out / name).glob("*.epub")
    return made


def pages(epub: Path) -> str:
    """Give all XHTML of an EPUB as one text."""
    with zipfile.ZipFile(epub) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xhtml"))


def test_epubcheck_finds_nothing(epubs: Mapping[str, Path], epubcheck: Check) -> None:
    assert epubcheck(epubs.values()) == {str(path): [] for path in epubs.values()}


def test_every_note_of_the_diary_is_there(epubs: Mapping[str, Path]) -> None:
    text = pages(epubs["pepys"])
    assert text.count('epub:type="noteref"') == 4542
    assert text.count('epub:type="footnote"') == 4542


def test_same_bytes_in_another_folder(epubs: Mapping[str, Path], shared: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(shared / "corpora" / "sherlock", tmp_path / "elsewhere" / "sherlock")
    build(copy, to=("epub",), out=tmp_path / "dist")
    (again,) = (tmp_path / "dist").glob("*.epub")
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(epubs["sherlock"].read_bytes()).digest()
