"""What is kept between builds, and when it is believed."""

import os
from pathlib import Path

import pytest

from packager.layout import cache
from packager.layout.cache import Cache
from packager.layout.jobs import Body, Fault, Font, Loss, Pages, Setup

SETUP = Setup("/nowhere", {"a.ttf": b"face"}, {"a.png": b"a", "b.png": b"b"})
PAGES = Pages(b"%PDF", (3, 4), (Font("/ABCDEF+A", "d1", frozenset({7, 1})),), {"one": (1, 2.5, 0.1)}, ("", "S"),
              faults=(Fault("overflow-wide", None, 1, "x"),), remarks=("odd",), rounds=2)  # fmt: skip


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept" / "units"


def test_pages_come_back_as_they_went() -> None:
    Cache(SETUP).keep("0" * 64, PAGES)
    assert Cache(SETUP).pages("0" * 64) == PAGES
    assert Cache(SETUP).pages("1" * 64) is None


def test_what_went_wrong_is_not_kept() -> None:
    kept = Cache(SETUP)
    kept.keep("0" * 64, Pages(b"", (), (), endless=True))
    kept.keep("1" * 64, Pages(b"", (), (), losses=(Loss(1, "word"),)))
    assert kept.pages("0" * 64) is kept.pages("1" * 64) is None


def test_keys_differ_by_all_that_shows() -> None:
    job = Body(b"<p>a</p>", "p {}")
    key = Cache(SETUP).key("lay_out", job, ["a.png"])
    assert key == Cache(SETUP).key("lay_out", Body(b"<p>a</p>", "p {}"), ["a.png"])
    moved = Setup("/elsewhere", SETUP.faces, {**SETUP.assets, "b.png": b"c"})
    assert key == Cache(moved).key("lay_out", job, ["a.png"])
    others = {
        Cache(SETUP).key("lay_out", job, ["b.png"]),
        Cache(SETUP).key("furnish", job, ["a.png"]),
        Cache(SETUP).key("lay_out", Body(b"<p>b</p>", "p {}"), ["a.png"]),
        Cache(SETUP).key("lay_out", Body(b"<p>a</p>", "p { }"), ["a.png"]),
        Cache(SETUP).key("lay_out", Body(b"<p>a</p>", "p {}", tagged=True), ["a.png"]),
        Cache(SETUP, ["b.png"]).key("lay_out", job, ["a.png"]),
        Cache(Setup("", {"a.ttf": b"other"}, SETUP.assets)).key("lay_out", job, ["a.png"]),
        Cache(Setup("", SETUP.faces, {"a.png": b"c"})).key("lay_out", job, ["a.png"]),
        Cache(Setup("", SETUP.faces, SETUP.assets, ("a-b",))).key("lay_out", job, ["a.png"]),
        Cache(Setup("", SETUP.faces, SETUP.assets, gray=True)).key("lay_out", job, ["a.png"]),
    }
    assert len(others) == 10
    assert key not in others


def test_an_entry_that_is_not_whole_is_none(place: Path) -> None:
    kept = Cache(SETUP)
    kept.keep("0" * 64, PAGES)
    whole = (place / ("0" * 64)).read_bytes()
    for spoilt in (whole[:-1], b"", whole[:40] + b"~" + whole[41:], whole + b"~"):
        (place / ("0" * 64)).write_bytes(spoilt)
        assert kept.pages("0" * 64) is None
        assert not (place / ("0" * 64)).exists()
    kept.keep("3" * 64, PAGES)
    (place / ("3" * 64)).rename(place / ("4" * 64))
    assert kept.pages("4" * 64) is None


def test_the_longest_unused_go_first(place: Path) -> None:
    kept = Cache(SETUP)
    for age, name in enumerate("abc"):
        kept.put(name * 64, bytes(1000))
        os.utime(place / (name * 64), (age, age))
    kept.get("a" * 64)
    kept.trim(2500)
    assert sorted(path.name[0] for path in place.iterdir()) == ["a", "c"]


def test_clearing_takes_entries_and_nothing_else(place: Path) -> None:
    kept = Cache(SETUP)
    kept.put("a" * 64, b"x")
    (place / "letter.txt").write_text("mine")
    (place / f"{'b' * 64}.123").write_text("left by a build that was killed")
    cache.clear()
    assert [path.name for path in place.iterdir()] == ["letter.txt"]


def test_no_folder_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file"))
    kept = Cache(SETUP)
    kept.keep("0" * 64, PAGES)
    kept.trim()
    cache.clear()
    assert kept.pages("0" * 64) is None
    assert (tmp_path / "file").read_text() == ""


def test_an_unknown_engine_is_no_cache(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "engine", lambda: b"")
    kept = Cache(SETUP)
    kept.keep("0" * 64, PAGES)
    assert kept.pages("0" * 64) is None
    assert not place.exists()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "xdg"}, "xdg/packager/units"),
        ({"HOME": "home"}, "home/.cache/packager/units"),
        ({"HOME": "home", "XDG_CACHE_HOME": ""}, "home/.cache/packager/units"),
        ({"XDG_CACHE_HOME": "xdg", cache.VARIABLE: "own"}, "own/units"),
    ],
)
def test_where_entries_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str],
                           expected: str) -> None:  # fmt: skip
    for name in ("HOME", "XDG_CACHE_HOME", cache.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value) if value else "")
    assert cache.folder() == tmp_path / expected


def test_a_manuscript_is_remembered_until_it_changes(tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.mkdir()
    (book / "1.md").write_text("# One\n")
    assert not cache.remembers(book, "print")
    cache.remember(book, "print")
    assert cache.remembers(book, "print")
    assert not cache.remembers(book, "screen")
    (book / "1.md").write_text("# One!\n")
    assert not cache.remembers(book, "print")
