"""Finished editions that are kept: given out again for a book that did not change, and for no other."""

import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from packager import manuscript as reading
from packager import production, program, store, workshop
from packager.production import Report

Write = Callable[[Mapping[str, str | bytes]], Path]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="9"><path d="M0 0h9v9z"/></svg>'
BOOK = {
    "book.md": "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en\n---\n",
    "1.md": "# One\n\nA *morning*.\n\n![A shore](a.svg)\n\n{{< include more/note.md >}}\n\n[Odd]{lang=x_1_}\n",
    "2.md": "# Two\n\nA second one.\n",
    "a.svg": SVG % 9,
    "more/note.md": "A note.\n",
    "draft.md": "---\ndraft: true\n---\n\n# Not yet\n",
    "style.css": ".a { color: red }\n",
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "kept"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note each time that a manuscript is read."""
    load, seen = reading.load, list[Path]()

    def noted(path: Path, *about: object) -> object:
        seen.append(path)
        return load(path, *about)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "load", noted)
    return seen


def _build(folder: Path, *to: str, theme: str = "") -> Report:
    report = production.build(folder, to or ("epub",), folder.parent / "dist", theme=theme)
    assert report.ok, report.problems
    return report


def _same(one: Report, other: Report) -> bool:
    told = [
        (report.name, report.problems, [(each.edition, each.path, each.words, each.pages) for each in report.made])
        for report in (one, other)
    ]
    return told[0] == told[1]


def test_a_book_that_did_not_change_is_not_read(
    manuscript: Write, tmp_path: Path, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, dist = manuscript(BOOK), tmp_path / "dist"
    first = _build(folder, "epub", "print")
    made = {path.name: path.read_bytes() for path in dist.iterdir()}
    for path in dist.iterdir():
        path.unlink()
    second = _build(folder, "epub", "print")
    assert len(read) == 1
    assert first.problems
    assert _same(first, second)
    assert {path.name: path.read_bytes() for path in dist.iterdir()} == made
    monkeypatch.setenv(store.VARIABLE, os.devnull)
    assert _same(first, _build(folder, "epub", "print"))
    assert len(read) == 2
    assert {path.name: path.read_bytes() for path in dist.iterdir()} == made


def test_only_editions_that_are_missing_are_made(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, asked = manuscript(BOOK), list[str]()
    make = workshop.make

    def noted(edition: str, *about: object, **options: object) -> object:
        asked.append(edition)
        return make(edition, *about, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(workshop, "make", noted)
    _build(folder, "epub")
    report = _build(folder, "screen", "epub")
    assert asked == ["epub", "screen"]
    assert [made.edition for made in report.made] == ["screen", "epub"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("1.md", "# One\n\nAnother morning.\n"),
        ("a.svg", SVG % 8),
        ("3.md", "# Three\n\nNew.\n"),
        ("more/note.md", "Another note.\n"),
        ("style.css", ".b { color: red }\n"),
        ("book.md", BOOK["book.md"].replace("Tide", "Ebb")),
        ("draft.md", "# Now\n\nReady.\n"),
        ("book.yaml", "title: What\n"),
    ],
)
def test_an_edit_is_seen(manuscript: Write, read: list[Path], name: str, content: str) -> None:
    folder = manuscript(BOOK)
    _build(folder)
    about = (folder / name).stat() if (folder / name).exists() else None
    (folder / name).write_text(content)
    if about and about.st_size == len(content):
        os.utime(folder / name, ns=(about.st_atime_ns, about.st_mtime_ns))  # content counts, and nothing else
    _build(folder)
    assert len(read) == 2


def test_what_goes_is_seen(manuscript: Write, read: list[Path]) -> None:
    folder = manuscript(BOOK)
    _build(folder)
    (folder / "2.md").unlink()
    assert _build(folder).made[0].words < 100
    assert len(read) == 2


def test_what_stands_beside_the_text_makes_no_difference(manuscript: Write, read: list[Path]) -> None:
    folder = manuscript(BOOK)
    _build(folder)
    for name in ("dist/old.epub", ".git/index", ".3.md.swp"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    _build(folder)
    assert len(read) == 1


def test_a_file_that_is_spelled_anew_is_seen(manuscript: Write, read: list[Path]) -> None:
    name = unicodedata.normalize("NFC", "é.svg")
    folder = manuscript({**BOOK, "2.md": f"# Two\n\n![A shore]({name})\n", name: SVG % 9})
    _build(folder)
    (folder / name).rename(folder / unicodedata.normalize("NFD", name))
    _build(folder)
    assert len(read) == 2


def test_what_the_book_is_made_with_is_seen(
    manuscript: Write, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = manuscript(BOOK)
    _build(folder)
    monkeypatch.setenv(program.MOMENT, "1000000000")
    _build(folder)
    _build(folder, theme="manual")
    monkeypatch.setattr(program, "whole", lambda: b"another program")
    _build(folder, theme="manual")
    assert len(read) == 4


def test_an_entry_that_is_spoilt_is_none(manuscript: Write, place: Path, read: list[Path]) -> None:
    folder = manuscript(BOOK)
    first = _build(folder)
    for path in place.iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"~")
    assert _same(first, _build(folder))
    assert len(read) == 2


def test_a_program_that_is_not_known_keeps_nothing(
    manuscript: Write, place: Path, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "whole", lambda: b"")
    folder = manuscript(BOOK)
    _build(folder)
    _build(folder)
    assert len(read) == 2
    assert not place.exists()


def test_a_book_with_errors_is_read_again(manuscript: Write, read: list[Path]) -> None:
    folder = manuscript({**BOOK, "1.md": "# One\n\n![A shore](b.svg)\n"})
    for _ in range(2):
        report = production.build(folder, ("epub",), folder.parent / "dist")
        assert "image-missing" in [problem.code for problem in report.problems]
    (folder / "b.svg").write_text(SVG % 9)
    _build(folder)
    assert len(read) == 3


def test_an_unchanged_book_loads_no_engine(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "whole", lambda: b"this program")
    folder = manuscript(BOOK)
    _build(folder, "epub", "print")
    script = (
        "import sys\nfrom pathlib import Path\nfrom packager import production, program\n"
        "program.whole = lambda: b'this program'\n"
        f"report = production.build(Path({str(folder)!r}), out=Path({str(folder.parent)!r}))\n"
        "heavy = {'weasyprint', 'lxml', 'yaml', 'pydantic', 'PIL', 'multiprocessing'}\n"
        "print(report.ok, *sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["True"]
