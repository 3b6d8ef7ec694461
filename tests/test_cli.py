"""The command line: what it prints, and the code it leaves with."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from packager import __version__
from packager.cli import app

Write = Callable[[Mapping[str, str | bytes]], Path]

RUN = CliRunner()
BOOK = {"book.md": "---\ntitle: The Sea\nauthor: Ann Lee\n---\n", "01-one.md": "# One\n\nWords.\n"}
BROKEN = {**BOOK, "01-one.md": "# One\n\n[x](nowhere.md)\n\n![y](z.png)\n"}


def test_version() -> None:
    assert RUN.invoke(app, ["--version"]).output == f"packager {__version__}\n"


def test_build_prints_a_table(manuscript: Write, tmp_path: Path) -> None:
    result = RUN.invoke(app, ["build", str(manuscript(BOOK)), "--to", "epub", "--out", str(tmp_path / "dist")])
    assert result.exit_code == 0, result.output
    head, row = result.stdout.splitlines()
    assert head.split() == ["file", "pages", "words", "size", "seconds"]
    assert row.split()[:2] == [str(tmp_path / "dist" / "book.epub"), "2"]


def test_build_quiet(manuscript: Write, tmp_path: Path) -> None:
    result = RUN.invoke(app, ["build", str(manuscript(BOOK)), "-q", "--to", "epub", "--out", str(tmp_path / "dist")])
    assert (result.exit_code, result.output) == (0, "")


def test_build_json(manuscript: Write, tmp_path: Path) -> None:
    result = RUN.invoke(
        app, ["build", str(manuscript(BOOK)), "--json", "--to", "epub", "--out", str(tmp_path / "dist")]
    )
    report = json.loads(result.stdout)
    assert report["ok"] is True
    (file,) = report["books"][0]["files"]
    assert (file["edition"], file["words"]) == ("epub", 2)


def test_all_problems_in_one_run(manuscript: Write, tmp_path: Path) -> None:
    folder = manuscript(BROKEN)
    result = RUN.invoke(app, ["build", str(folder), "--to", "epub", "--out", str(tmp_path / "dist")])
    assert result.exit_code == 1
    assert f"{folder}/01-one.md:3: error: the link nowhere.md leads nowhere in the book" in result.stderr
    assert f"{folder}/01-one.md:5: error: the image z.png does not exist" in result.stderr
    assert result.stderr.count("hint:") == 2
    assert not (tmp_path / "dist").exists()


def test_check_writes_nothing(manuscript: Write, tmp_path: Path) -> None:
    folder = manuscript(BOOK)
    result = RUN.invoke(app, ["check", str(folder)])
    assert (result.exit_code, result.output) == (0, "book: no problems\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book"]
    broken = RUN.invoke(app, ["check", "--json", str(manuscript(BROKEN))])
    assert broken.exit_code == 1
    assert [problem["line"] for problem in json.loads(broken.stdout)["books"][0]["problems"]] == [3, 5]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "--to", "epub,scroll"], "no edition scroll"),
        (["themes", "baroque"], "no theme baroque"),
        (["new", "x", "--theme", "baroque"], "no theme baroque"),
        (["new", "x", "--lang", "english"], "no language"),
        (["new", "x", "--trim", "huge"], "unknown trim size"),
        (["fly"], "fly"),
    ],
)
def test_usage_errors(arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not [*tmp_path.iterdir()]


def test_no_manuscripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = RUN.invoke(app, ["build"])
    assert result.exit_code == 1
    assert "no manuscripts here" in result.stderr
    assert json.loads(RUN.invoke(app, ["build", "--json"]).stdout)["ok"] is False


def test_missing_path(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["check", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "none" in result.stderr


def test_new_makes_a_manuscript_that_builds(tmp_path: Path) -> None:
    folder = tmp_path / "my book"
    made = RUN.invoke(app, ["new", str(folder), "--title", 'Say "Sea"', "--author", "Ann Lee", "--lang", "en-GB"])
    assert made.exit_code == 0, made.output
    assert made.stdout.endswith(f"packager build '{folder}'\n")
    built = RUN.invoke(app, ["build", str(folder), "--out", str(tmp_path / "dist")])
    assert built.exit_code == 0, built.output
    assert "overflows" not in built.output
    assert RUN.invoke(app, ["new", str(folder)]).exit_code == 1


def test_themes() -> None:
    result = RUN.invoke(app, ["themes"])
    assert [line.split(":")[0] for line in result.output.splitlines()] == ["manual", "novel", "scholar"]
    assert "drop-caps" in RUN.invoke(app, ["themes", "novel"]).output
    assert {info["name"] for info in json.loads(RUN.invoke(app, ["themes", "--json"]).output)} == {
        "manual",
        "novel",
        "scholar",
    }


def test_clean(manuscript: Write, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (out / "book.epub").touch()
    (out / "other.epub").touch()
    result = RUN.invoke(app, ["clean", str(manuscript(BOOK)), "--out", str(out)])
    assert result.output == f"removed {out / 'book.epub'}\n"
    assert [path.name for path in out.iterdir()] == ["other.epub"]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted as Linux tells them")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_build_leaves_nothing(manuscript: Write, tmp_path: Path, number: int, code: int) -> None:
    folder = manuscript({**BOOK, "01-one.md": "# One\n\n" + "Many words make long work. " * 40_000})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "packager", "build", str(folder), "--to", "print", "--out", str(tmp_path / "dist")]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        while not any(scratch.glob("packager-*")) and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(number)
        # Python ends itself by the signal where it struck inside an `exec`, such as that of a dataclass being made.
        assert process.wait(10) in (code, -number)
    assert not any(scratch.iterdir())
    assert not (tmp_path / "dist").exists()
    deadline = time.monotonic() + 5
    while _of_session(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _of_session(process.pid) == []


def _of_session(leader: int) -> list[str]:
    """List the processes of a session that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(path.parent.name)
    return found


def test_a_save_builds_again(manuscript: Write, tmp_path: Path) -> None:
    folder, made = manuscript(BOOK), tmp_path / "dist" / "book.epub"
    command = [sys.executable, "-m", "packager", "build", str(folder), "--to", "epub", "--out", str(made.parent)]
    with subprocess.Popen([*command, "--watch", "--quiet"], stderr=subprocess.PIPE, text=True) as build:
        first = _appears(made, b"")
        time.sleep(1.5)  # while it begins to watch
        (folder / "01-one.md").write_text("# Another\n\nAnother text.\n")
        assert _appears(made, first) != first
        build.send_signal(signal.SIGINT)
        assert build.wait(20) == 130


def _appears(path: Path, before: bytes) -> bytes:
    """Wait for a file to hold something else."""
    for _ in range(400):
        if path.exists() and (data := path.read_bytes()) != before:
            return data
        time.sleep(0.1)
    pytest.fail(f"{path.name} did not change")
