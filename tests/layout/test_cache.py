"""What is kept between builds, and when it is believed."""

from pathlib import Path

import pytest

from packager import store
from packager.layout import cache
from packager.layout.cache import Cache
from packager.layout.jobs import Body, Fault, Font, Loss, Pages, Setup

SETUP = Setup("/nowhere", {"a.ttf": b"face"}, {"a.png": b"a", "b.png": b"b"})
FONT = Font("/ABCDEF+A", "A", 4, "d1", {7: ("fi", 510), 1: ("a", 400)})
PAGES = Pages(b"%PDF", (3, 4), (FONT,), {"one": (1, 2.5, 0.1)}, ("", "S"),
              faults=(Fault("overflow-wide", None, 1, "x"),), remarks=("odd",), rounds=2)  # fmt: skip


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "kept"


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


def test_an_unknown_engine_is_no_cache(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "engine", lambda: b"")
    kept = Cache(SETUP)
    kept.keep("0" * 64, PAGES)
    assert kept.pages("0" * 64) is None
    assert not place.exists()
