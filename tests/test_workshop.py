"""Several editions and books at once, with workers that stay."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from packager import store, workshop
from packager.layout import nursery, pool
from packager.workshop import Workshop

Write = Callable[[Mapping[str, str | bytes]], Path]

PROSE = "It was a dark morning, and the tide had gone further out than anyone on the quay remembered. "


def _books(folder: Path, count: int) -> list[Path]:
    made = []
    for number in range(count):
        book = folder / f"book-{number}"
        book.mkdir(parents=True)
        (book / "book.md").write_text(f"---\ntitle: Book {number}\nauthor: Ann Lee\nlang: en\n---\n")
        for chapter in range(2):
            (book / f"{chapter}.md").write_text(f"# Chapter {chapter}\n\n{PROSE * (20 + 10 * number)}\n")
        made.append(book)
    return made


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_books_made_at_once_are_those_made_alone(tmp_path: Path) -> None:
    books = _books(tmp_path, 3)
    (books[1] / "1.md").write_text("# Broken\n\n![gone](gone.png)\n")
    with Workshop(2) as shop:
        reports = list(shop.build_all(books, ("epub", "print", "screen"), tmp_path / "together"))
    assert [report.name for report in reports] == ["book-0", "book-1", "book-2"]
    assert [report.ok for report in reports] == [True, False, True]
    assert [len(report.made) for report in reports] == [3, 0, 3]
    for book in (books[0], books[2]):
        with Workshop(1) as shop:
            for edition in ("epub", "print", "screen"):
                assert shop.build(book, (edition,), tmp_path / "alone").ok
    assert _files(tmp_path / "together") == _files(tmp_path / "alone")


def test_workers_stay_and_find_their_book_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "cache"))
    (book,) = _books(tmp_path, 1)
    hired: list[int] = []
    hire = pool.Pool._hired

    def noted(self: pool.Pool) -> object:
        hired.append(1)
        return hire(self)

    monkeypatch.setattr(pool.Pool, "_hired", noted)
    with Workshop(1, warm=True) as shop:
        assert shop.build(book, ("print",), tmp_path / "dist").ok
        (book / "1.md").write_text(f"# Chapter 1\n\n{PROSE * 60}\n")
        report = shop.build(book, ("print",), tmp_path / "dist")
    assert len(hired) == 1
    done = [span.part for span in report.spans if span.stage == "layout" and not span.kept]
    assert "Chapter 1" in done
    assert "Chapter 0" not in done
    monkeypatch.setenv(store.VARIABLE, os.devnull)
    with Workshop(2) as shop:
        assert shop.build(book, ("print",), tmp_path / "fresh").ok
    assert _files(tmp_path / "dist") == _files(tmp_path / "fresh")


def test_the_engine_is_loaded_only_where_pages_are_laid_out_and_then_while_the_book_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "cache"))
    (book,) = _books(tmp_path, 1)
    told: list[str] = []
    begin, read = nursery.begin, workshop.proof

    def begun(engine: str) -> nursery.Nursery:
        told.append("engine")
        return begin(engine)

    def proof(*about: Any, **more: Any) -> Any:
        told.append("read")
        return read(*about, **more)

    monkeypatch.setattr(nursery, "begin", begun)
    monkeypatch.setattr(workshop, "proof", proof)
    with Workshop(1) as shop:
        assert shop.build(book, ("epub",), tmp_path / "dist").ok
        assert told == ["read"]
        assert shop.build(book, ("epub", "print"), tmp_path / "dist").ok
        assert told[1:3] == ["engine", "read"]
        told.clear()
        assert shop.build(book, ("epub", "print"), tmp_path / "dist").ok
    assert not told


def test_two_builds_at_once_share_cache_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (book,) = _books(tmp_path, 1)
    command = [sys.executable, "-m", "packager", "build", str(book), "--quiet", "--out"]
    about = {**os.environ, store.VARIABLE: str(tmp_path / "cache")}
    builds = [subprocess.Popen([*command, str(tmp_path / "dist")], env=about) for _ in range(3)]
    assert [build.wait(120) for build in builds] == [0, 0, 0]
    monkeypatch.setenv(store.VARIABLE, os.devnull)
    with Workshop(1) as shop:
        assert shop.build(book, ("epub", "print"), tmp_path / "fresh").ok
    assert _files(tmp_path / "dist") == _files(tmp_path / "fresh")


def test_an_interruption_ends_all_books_at_once(tmp_path: Path) -> None:
    pressed: list[str] = []

    def interrupt(stage: str, done: int, total: int) -> None:
        if "layout" in stage and not pressed:
            pressed.append(stage)
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt), Workshop(2) as shop:
        list(shop.build_all(_books(tmp_path, 2), ("epub", "print"), tmp_path / "dist", progress=interrupt))
    assert not nursery.children()
    assert not (tmp_path / "dist").exists()


def test_progress_tells_whose_it_is(tmp_path: Path) -> None:
    told: set[str] = set()
    with Workshop(2) as shop:
        books = _books(tmp_path, 2)
        list(shop.build_all(books, ("epub", "print"), tmp_path / "dist", progress=lambda stage, *_: told.add(stage)))
    assert {"book-0: epub: pages", "book-1: print: layout"} <= told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no file that is always full")
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ENGINE", "tests.layout.full")
    with Workshop(1) as shop:
        report = shop.build(_books(tmp_path, 1)[0], ("epub", "print"), tmp_path / "dist")
    assert [str(problem) for problem in report.problems] == [
        "No space left on device (make room, or set TMPDIR to a folder that has some)"
    ]
    assert not (tmp_path / "dist").exists()
