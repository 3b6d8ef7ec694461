"""The folder of what is kept between builds: whole entries or none, bounded, in the right place."""

import os
from pathlib import Path

import pytest

from packager import store
from packager.store import Store

KEY = "0" * 64


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "kept"


def test_bytes_come_back_as_they_went() -> None:
    Store().put(KEY, b"data")
    assert Store().get(KEY) == b"data"
    assert Store().get("1" * 64) is None


def test_an_entry_that_is_not_whole_is_none(place: Path) -> None:
    Store().put(KEY, b"data" * 9)
    whole = (place / KEY).read_bytes()
    for spoilt in (whole[:-1], b"", whole[:40] + b"~" + whole[41:], whole + b"~"):
        (place / KEY).write_bytes(spoilt)
        assert Store().get(KEY) is None
        assert not (place / KEY).exists()
    Store().put("3" * 64, b"data")
    (place / ("3" * 64)).rename(place / ("4" * 64))
    assert Store().get("4" * 64) is None


def test_the_longest_unused_go_first(place: Path) -> None:
    kept = Store()
    for age, name in enumerate("abc"):
        kept.put(name * 64, bytes(1000))
        os.utime(place / (name * 64), (age, age))
    kept.get("a" * 64)
    kept.trim(2500)
    assert sorted(path.name[0] for path in place.iterdir()) == ["a", "c"]


def test_what_would_drive_out_all_else_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGEST", 3)
    Store().put(KEY, b"data")
    assert Store().get(KEY) is None


def test_clearing_takes_entries_and_nothing_else(place: Path) -> None:
    Store().put("a" * 64, b"x")
    (place / "letter.txt").write_text("mine")
    (place / f"{'b' * 64}.123").write_text("left by a build that was killed")
    store.clear()
    assert [path.name for path in place.iterdir()] == ["letter.txt"]


def test_no_folder_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "file"))
    kept = Store()
    kept.put(KEY, b"data")
    kept.trim()
    store.clear()
    assert kept.get(KEY) is None
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "xdg"}, "xdg/packager/kept"),
        ({"HOME": "home"}, "home/.cache/packager/kept"),
        ({"HOME": "home", "XDG_CACHE_HOME": ""}, "home/.cache/packager/kept"),
        ({"XDG_CACHE_HOME": "xdg", store.VARIABLE: "own"}, "own/kept"),
    ],
)
def test_where_entries_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str],
                           expected: str) -> None:  # fmt: skip
    for name in ("HOME", "XDG_CACHE_HOME", store.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value) if value else "")
    assert store.folder() == tmp_path / expected
