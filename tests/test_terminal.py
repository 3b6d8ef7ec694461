"""What the command says."""

import pytest
import typer

from packager.terminal import stopping


def test_want_of_memory_stops_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as stopped, stopping():
        raise MemoryError
    assert stopped.value.exit_code == 1
    assert capsys.readouterr().err.startswith("out of memory: ")
