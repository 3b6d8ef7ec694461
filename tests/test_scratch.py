"""Temporary folders: there as long as their process, swept up after one that was killed."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from packager.scratch import Scratch

_KILLED = """
import os, signal, sys, tempfile
tempfile.tempdir = sys.argv[1]
from packager.scratch import Scratch
print(Scratch().path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of temporary files to this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_there_until_it_is_removed() -> None:
    scratch = Scratch()
    folder = Path(scratch.path)
    (folder / "pages").write_text("1")
    scratch.remove()
    assert not folder.exists()
    scratch.remove()


def test_what_a_killed_process_left_is_swept_up_and_nothing_else(place: Path) -> None:
    (place / "packager-notes").write_text("a file")
    (place / "elsewhere").mkdir()
    (place / "packager-link").symlink_to("elsewhere")
    command = [sys.executable, "-c", _KILLED, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        left = Path(process.stdout.readline().strip())
        (left / "page").write_text("1")
        own = Scratch()
        assert (left / "page").exists()
        process.kill()
        process.wait()
    other = Scratch()
    assert not left.exists()
    kept = {"packager-notes", "packager-link", "elsewhere", Path(own.path).name, Path(other.path).name}
    assert {path.name for path in place.iterdir()} == kept
    for scratch in (own, other):
        scratch.remove()


def test_a_folder_that_is_swept_up_before_it_is_locked_is_made_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = [], tempfile.mkdtemp

    def swept(prefix: str) -> str:
        made.append(make(prefix=prefix))
        if len(made) == 1:
            Path(made[0]).rmdir()
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", swept)
    scratch = Scratch()
    assert made[1:] == [scratch.path]
    scratch.remove()
