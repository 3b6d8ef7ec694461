"""Real books, beside the checkout: whole novels and diaries come out clean, complete and the same each time."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import page
import pikepdf
import pytest

from packager import build, check

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


@pytest.mark.parametrize("name", ["sherlock", "pepys"])
def test_the_checks_have_little_to_say(shared: Path, name: str) -> None:
    report = check(shared / "corpora" / name)
    assert report.ok
    assert len(report.problems) < 40


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


@pytest.fixture(scope="module")
def pdfs(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Lay the novel out for printer and screen, by edition."""
    report = build(shared / "corpora" / "sherlock", to=("print", "screen"), out=tmp_path_factory.mktemp("pdf"))
    assert report.ok, report.problems
    return {made.edition: made.path for made in report.made}


def test_printer_gets_what_it_wants(pdfs: Mapping[str, Path]) -> None:
    with pikepdf.open(pdfs["print"]) as pdf:
        assert len(pdf.pages) > 250
        assert {tuple(map(float, leaf.trimbox)) for leaf in pdf.pages} == {(0, 0, 432, 648)}
        assert not [leaf.index for leaf in pdf.pages if "/Annots" in leaf]
        assert "/Outlines" not in pdf.Root
        fonts = {font.objgen: font for leaf in pdf.pages for font in leaf.resources.get("/Font", {}).values()}
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts.values()]
        assert descriptors
        assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


def test_screen_edition_is_accessible(pdfs: Mapping[str, Path]) -> None:
    result = page.validate_pdf(str(pdfs["screen"]), profile="ua1")
    assert result.is_compliant, [failure.message for failure in result.failures][:5]


def test_same_bytes_in_another_folder(epubs: Mapping[str, Path], shared: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(shared / "corpora" / "sherlock", tmp_path / "elsewhere" / "sherlock")
    build(copy, to=("epub",), out=tmp_path / "dist")
    (again,) = (tmp_path / "dist").glob("*.epub")
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(epubs["sherlock"].read_bytes()).digest()
