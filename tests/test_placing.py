"""Finished files in the output folder: whole or not at all, and never over what somebody else made."""

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from packager import placing
from packager.problems import PackagerError

START = b'<html><head><meta name="generator" content="packager"/></head></html>'


def site(folder: Path, *pages: str) -> dict[Path, bytes]:
    return {folder / name: START if name == "index.html" else b"page" for name in ("index.html", *pages)}


def dead() -> int:
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True, text=True
    )
    return int(ended.stdout)


def full(_: object) -> None:
    raise OSError(28, "No space left on device")


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "book.epub"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PackagerError, match="No space left"):
        placing.publish({target: b"new"})
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_builds_put_their_files_in_place_one_after_the_other(tmp_path: Path) -> None:
    begun, folder = threading.Event(), tmp_path / "book-web"
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # as another build does

    def build() -> None:
        begun.set()
        placing.publish(site(folder), {folder})

    other = threading.Thread(target=build)
    other.start()
    assert begun.wait(10)
    other.join(0.2)
    assert not list(tmp_path.iterdir())
    os.close(handle)
    other.join(10)
    assert list(tmp_path.iterdir()) == [folder]


def test_leftovers_of_killed_builds_go(tmp_path: Path) -> None:
    left = tmp_path / f".book.epub.{dead()}.packager"
    alive = tmp_path / f".other.epub.{os.getppid()}.packager"
    left.touch()
    alive.touch()
    placing.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [alive]


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    folder = tmp_path / "book-web"
    placing.publish(site(folder, "one.html", "two.html"), {folder})
    placing.publish(site(folder, "two.html", "fonts/a.woff2"), {folder})
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "fonts/a.woff2",
        "index.html",
        "two.html",
    ]
    assert list(tmp_path.iterdir()) == [folder]


def test_full_disk_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "book-web"
    placing.publish(site(folder, "one.html"), {folder})
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PackagerError, match="No space left"):
        placing.publish(site(folder, "two.html") | {tmp_path / "book.epub": b"new"}, {folder})
    assert (folder / "one.html").is_file()
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("name", ["CNAME", "images/plan.webp", "notes/index.html"])
def test_a_folder_with_what_others_made_stays(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "book-web"
    placing.publish(site(folder), {folder})
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"mine")
    with pytest.raises(PackagerError, match="book-web holds what packager did not make"):
        placing.publish(site(folder), {folder})
    assert placing.clean(tmp_path) == ()
    assert (folder / name).read_bytes() == b"mine"


def test_a_folder_of_pages_from_elsewhere_stays(tmp_path: Path) -> None:
    folder = tmp_path / "book-web"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Mine</h1>")
    with pytest.raises(PackagerError, match="did not make"):
        placing.publish(site(folder), {folder})
    assert placing.clean(tmp_path, ["book"]) == ()


def test_a_folder_moved_away_by_a_killed_build_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "book-web"
    placing.publish(site(folder, "one.html"), {folder})
    folder.rename(tmp_path / f".book-web.before.{dead()}.packager")
    placing.sweep(tmp_path)
    assert (folder / "one.html").is_file()
    (tmp_path / f".book-web.{dead()}.packager").mkdir()
    placing.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [folder]


def test_clean_removes_folders(tmp_path: Path) -> None:
    folder = tmp_path / "book-web"
    placing.publish(site(folder, "one.html"), {folder})
    (tmp_path / "other-web").write_text("a file")
    assert placing.clean(tmp_path) == (folder,)
    assert not folder.exists()
