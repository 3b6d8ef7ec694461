"""Editors: how each is called, and that no shell is."""

import shutil
from pathlib import Path

import pytest

from packager.preview.editor import Editor, known
from packager.problems import PackagerError

FILE = Path("/books/a b;$(touch x)/01 'q'.md")


@pytest.fixture(autouse=True)
def _all_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "missing" else f"/usr/bin/{name}")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("code", ["code", "-g", f"{FILE}:7"]),
        ("code --reuse-window", ["code", "--reuse-window", "-g", f"{FILE}:7"]),
        ("/usr/local/bin/codium", ["/usr/local/bin/codium", "-g", f"{FILE}:7"]),
        ("subl", ["subl", f"{FILE}:7"]),
        ("zed", ["zed", f"{FILE}:7"]),
        ("vim --remote +{line} {file}", ["vim", "--remote", "+7", str(FILE)]),
        ("gvim --remote-silent", ["gvim", "--remote-silent", "+7", str(FILE)]),
        ("emacsclient -n", ["emacsclient", "-n", "+7", str(FILE)]),
        ("kate", ["kate", "--line", "7", str(FILE)]),
        ("something", ["something", str(FILE)]),
        ("xterm -e vim +{line} {file}", ["xterm", "-e", "vim", "+7", str(FILE)]),
        ("edit '--at={file}:{line}:1'", ["edit", f"--at={FILE}:7:1"]),
    ],
)
def test_an_editor_is_called_in_its_own_way(command: str, words: list[str]) -> None:
    assert known(command).command(FILE, 7) == words


def test_what_a_file_is_called_is_not_read_again() -> None:
    assert Editor(("e", "{file}", "{line}")).command(Path("/x/{line}{file}"), 3) == ["e", "/x/{line}{file}", "3"]


@pytest.mark.parametrize("command", ["missing", "'unclosed", "   "])
def test_an_editor_that_is_not_there_is_told_at_the_start(command: str) -> None:
    with pytest.raises(PackagerError) as told:
        known(command)
    assert told.value.problems[0].code == "editor-unknown"
    assert "--editor" in told.value.problems[0].hint


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("/usr/bin/nvim -p", '--editor "xterm -e /usr/bin/nvim -p +{line} {file}"'),
        ("hx", '--editor "xterm -e hx {file}:{line}"'),
    ],
)
def test_an_editor_that_wants_a_terminal_is_told_how_to_get_one(command: str, wanted: str) -> None:
    with pytest.raises(PackagerError) as told:
        known(command)
    (problem,) = told.value.problems
    assert "wants a terminal" in problem.message
    assert wanted in problem.hint
