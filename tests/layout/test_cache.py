"""What is kept between builds, and when it is believed."""

from dataclasses import replace
from pathlib import Path

import pytest

from packager import store
from packager.layout import cache
from packager.layout.cache import Cache
from packager.layout.jobs import Body, Fault, Font, Loss, Pages, Setup

SETUP = Setup("/nowhere", {"a.ttf": b"face"}, {"a.png": b"a", "b.png": b"b"})
FONT = Font("/ABCDEF+A", "A", 4, "d1", {7: ("fi", 510), 1: ("a", 400)})
PAGES = Pages(b"%PDF", (3, 4), (FONT,), {"one": (1, 2.5, 0.1)}, (("", ""), ("S", "S")),
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


def test_a_trail_leads_to_the_pages_that_a_unit_had_last() -> None:
    kept, job = Cache(SETUP), Body(b"<p>a</p>", "p {}")
    trail = kept.trail(job, "book", "one")
    assert trail == kept.trail(Body(b"<p>b</p>", "p {}"), "book", "one")
    assert len({trail, kept.trail(job, "book", "two"), kept.trail(job, "other", "one"),
                kept.trail(Body(b"<p>a</p>", "p { }"), "book", "one")}) == 4  # fmt: skip
    assert kept.before(trail) is None
    traced = replace(PAGES, trace=b"how it was laid out")
    for key, pages in (("0" * 64, PAGES), ("1" * 64, traced)):
        kept.keep(key, pages)
        kept.follow(trail, key)
        assert kept.before(trail) == pages
    assert kept.pages("1" * 64) == PAGES


def test_a_trail_that_leads_nowhere_is_none(place: Path) -> None:
    kept = Cache(SETUP)
    kept.follow("2" * 64, "0" * 64)
    assert kept.before("2" * 64) is None
    kept.put("2" * 64, b"\xff../../etc")
    assert kept.before("2" * 64) is None


def test_what_a_job_goes_on_from_is_not_in_its_key() -> None:
    job = Body(b"<p>a</p>", "p {}")
    assert Cache(SETUP).key("lay_out", job) == Cache(SETUP).key("lay_out", replace(job, before=PAGES))
