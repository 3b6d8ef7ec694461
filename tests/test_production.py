"""Building: what is found, made, and put in place."""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from packager import production, workshop
from packager.editions import Output
from packager.problems import PackagerError, error

Write = Callable[[Mapping[str, str | bytes]], Path]

BOOK = {"book.md": "---\ntitle: The Sea\nauthor: Ann Lee\n---\n", "01-one.md": "# One\n\nWords.\n"}


def test_find(tmp_path: Path) -> None:
    for name in ("b/01.md", "a/book.md", "_draft/01.md", "c.md", "README.md", "notes/x.txt"):
        (tmp_path / "manuscripts" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "manuscripts" / name).write_text("# x")
    assert [path.name for path in production.find((), tmp_path)] == ["a", "b", "c.md"]
    assert production.find([Path("x")], tmp_path) == (Path("x"),)
    assert production.find((), tmp_path / "manuscripts" / "a") == (tmp_path / "manuscripts" / "a",)
    with pytest.raises(PackagerError, match="no manuscripts here"):
        production.find((), tmp_path / "notes")


def test_a_folder_of_manuscripts_stands_for_them(manuscript: Write) -> None:
    folder = manuscript({"a/book.md": "x", "b/book.yaml": "x", "notes/x.md": "x", "map.png": "x"})
    assert production.find([folder]) == (folder / "a", folder / "b")
    inner = folder.rename(folder.parent / "manuscripts")
    assert production.find([inner.parent]) == (inner / "a", inner / "b")
    inner.rename(folder)
    assert production.find([folder / "a", folder / "notes"]) == (folder / "a", folder / "notes")
    (folder / "01-one.md").write_text("# One")
    assert production.find([folder]) == (folder,)


def test_two_manuscripts_whose_files_would_have_one_name_are_told(manuscript: Write) -> None:
    folder = manuscript({"My B\u00f6ok/book.md": "x", "my-book/book.md": "x"})
    with pytest.raises(PackagerError, match="make files of the same name, my-book"):
        production.find([folder])
    assert production.find([folder / "my-book", folder / "my-book"]) == (folder / "my-book",)
    with pytest.raises(PackagerError, match="same name"):
        production.find([folder / "my-book", folder / "my-book" / "book.md"])


def test_build_puts_the_file_in_place(manuscript: Write, tmp_path: Path) -> None:
    report = production.build(manuscript(BOOK), ["epub"], tmp_path / "dist")
    assert report.ok
    (made,) = report.made
    assert made.path == tmp_path / "dist" / "book.epub"
    assert made.size == made.path.stat().st_size
    assert made.words == 2
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["book.epub"]


def test_two_builds_give_the_same_bytes(manuscript: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = manuscript(BOOK)
    production.build(folder, ["epub"], tmp_path / "a")
    (tmp_path / "deeper").mkdir()
    moved = folder.rename(tmp_path / "deeper" / "book")
    os.utime(moved / "01-one.md", (0, 0))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    production.build(moved, ["epub"], tmp_path / "b")
    assert (tmp_path / "a" / "book.epub").read_bytes() == (tmp_path / "b" / "book.epub").read_bytes()


def test_an_error_leaves_yesterdays_file(manuscript: Write, tmp_path: Path) -> None:
    folder = manuscript(BOOK)
    out = tmp_path / "dist"
    production.build(folder, ["epub"], out)
    before = (out / "book.epub").read_bytes()
    (folder / "01-one.md").write_text("# One\n\n[x](nowhere.md)\n")
    report = production.build(folder, ["epub"], out)
    assert not report.ok
    assert [(problem.path, problem.line) for problem in report.problems] == [("01-one.md", 3)]
    assert (out / "book.epub").read_bytes() == before


def test_editions_appear_together(manuscript: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(edition: str, *_: object, **__: object) -> Output:
        if edition == "print":
            raise PackagerError(error("word-lost", "a word is lost", "01-one.md", 3))
        return Output({"book.epub": b"x"})

    monkeypatch.setattr(workshop, "make", make)
    report = production.build(manuscript(BOOK), ["epub", "print"], tmp_path / "dist")
    assert [problem.code for problem in report.problems] == ["word-lost"]
    assert not (tmp_path / "dist").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder(manuscript: Write, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    out.chmod(stat.S_IREAD | stat.S_IEXEC)
    (problem,) = production.build(manuscript(BOOK), ["epub"], out).problems
    assert "Permission denied" in problem.message


def test_output_that_is_a_folder(manuscript: Write, tmp_path: Path) -> None:
    (tmp_path / "dist" / "book.epub").mkdir(parents=True)
    (problem,) = production.build(manuscript(BOOK), ["epub"], tmp_path / "dist").problems
    assert problem.code == "output-unwritable"


def test_clean(tmp_path: Path) -> None:
    for name in ("a.epub", "a-print.pdf", "b.epub", "notes.txt", "my.pdf"):
        (tmp_path / name).touch()
    assert [path.name for path in production.clean(tmp_path, ["a"])] == ["a-print.pdf", "a.epub"]
    assert [path.name for path in production.clean(tmp_path)] == ["b.epub"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.pdf", "notes.txt"]
    assert production.clean(tmp_path / "none") == ()


def test_unknown_edition(manuscript: Write, tmp_path: Path) -> None:
    (problem,) = production.build(manuscript(BOOK), ["scroll"], tmp_path).problems
    assert problem.code == "edition-unknown"


def test_check_reads_trim_and_printer(manuscript: Write) -> None:
    head = "---\ntitle: The Sea\ntrim: 6y9\nprinter: gutenberg\n---\n"
    report = production.check(manuscript({**BOOK, "book.md": head}))
    assert [(problem.code, problem.line) for problem in report.problems] == [
        ("trim-unknown", 3),
        ("printer-unknown", 4),
    ]
