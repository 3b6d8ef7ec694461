"""Settings of the preview that outlive it."""

from pathlib import Path

import pytest

from packager.preview.state import LARGEST, Settings, folder


def test_settings_come_back(tmp_path: Path) -> None:
    Settings(tmp_path / "book").update({"chapter": "one", "view": "both"})
    assert Settings(tmp_path / "book").values == {"chapter": "one", "view": "both"}
    assert Settings(tmp_path / "other").values == {}


def test_settings_are_merged_and_forgotten(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.update({"chapter": "one", "view": "both"})
    settings.update({"chapter": "two", "view": None})
    assert Settings(tmp_path).values == {"chapter": "two"}


def test_settings_have_an_end(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.update({"a": 1})
    with pytest.raises(ValueError, match="larger than"):
        settings.update({"b": "x" * LARGEST})
    assert settings.values == {"a": 1}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", "null", "\x00", '{"zoom": NaN}', '{"zoom": 1e999}', "[" * 20_000],
    ids=lambda text: text[:9],
)
def test_a_broken_file_is_forgotten(tmp_path: Path, text: str) -> None:
    Settings(tmp_path).update({"a": 1})
    (file,) = folder().iterdir()
    file.write_text(text)
    settings = Settings(tmp_path)
    assert settings.values == {}
    settings.update({"b": 2})
    assert Settings(tmp_path).values == {"b": 2}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_a_browser_could_not_read_again_is_not_taken(tmp_path: Path, value: object) -> None:
    settings = Settings(tmp_path)
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        settings.update({"zoom": value})
    assert settings.values == {}


def test_what_is_half_written_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(tmp_path)
    settings.update({"a": 1})

    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    settings.update({"a": 2})
    (kept,) = folder().iterdir()
    assert kept.read_text() == '{"a": 1}'
    assert settings.values == {"a": 2}


def test_where_nothing_can_be_written_settings_last_as_long_as_the_preview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKAGER_STATE", "/dev/null/nowhere")
    settings = Settings(tmp_path)
    settings.update({"a": 1})
    assert settings.values == {"a": 1}


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACKAGER_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", "/tmp/state")
    assert folder() == Path("/tmp/state/packager")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert folder() == Path.home() / ".local/state/packager"
