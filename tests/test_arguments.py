"""Words of the command line are taken as they stand, as typer would take them, without what it takes to check them."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer

from packager.arguments import lightened

app = typer.Typer(rich_markup_mode=None)
taken: list[object] = []


@app.callback()
def start() -> None:
    """Make a group of it."""


@app.command()
def take(
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    to: Annotated[str, typer.Option()] = "epub",
    out: Annotated[Path, typer.Option()] = Path("dist"),
    jobs: Annotated[int | None, typer.Option(min=1)] = None,
    quiet: Annotated[bool, typer.Option()] = False,
    hosts: Annotated[list[str] | None, typer.Option()] = None,
) -> None:
    """Take them."""
    taken.append((paths, to, out, jobs, quiet, hosts))


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a", "b c", "--to", "print", "--out", "x/y"],
        ["--jobs", "2", "--quiet"],
        ["--hosts", "a", "--hosts", "b"],
        ["--jobs", "0"],
        ["--jobs", "many"],
        ["--help"],
        ["--bogus"],
    ],
)
def test_what_is_taken_is_what_typer_takes(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    taken.clear()
    told = []
    for command in (typer.main.get_command(app), lightened(typer.main.get_command(app))):
        with pytest.raises(SystemExit) as end:
            command(["take", *words], prog_name="it")
        told.append((end.value.code, *capsys.readouterr()))
    assert told[0] == told[1]
    assert len(taken) in (0, 2)
    assert not taken or taken[0] == taken[1]


def test_commands_that_do_little_load_no_pydantic(tmp_path: Path) -> None:
    script = "import sys, atexit, packager.cli\natexit.register(lambda: print('pydantic' in sys.modules))\n"
    script += "sys.argv = ['packager', 'clean', '--out', 'x']\npackager.cli.main()"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert not done.returncode
    assert done.stdout.split() == ["False"]
