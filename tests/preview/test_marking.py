"""What is known of the marks of chapters that nobody has looked at."""

from pathlib import Path
from typing import Any

import pytest

from packager.layout.cache import Cache
from packager.layout.jobs import Body, Setup
from packager.layout.lines import Mark, Marked
from packager.preview.marking import Marks, packed, unpacked

RUNT = Mark("runt", "go", "short", 50.5, 100, 80, 15, 7)
TURN = Mark("page-hyphen", "mid-", "divided", 50, 500, 80, 15, None)
MARKED = Marked(((RUNT,), ()), ((RUNT,), (TURN,)))
UNIT: Any = type("Unit", (), {"images": ()})
BODIES = [Body(page, "", False, 9) for page in (b"one", b"two")]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """Keep things in a folder of the test's own."""
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path))
    return Cache(Setup("", {}, {}))


def test_marks_survive_being_kept() -> None:
    assert unpacked(packed(MARKED)) == MARKED


def test_a_unit_is_looked_at_once(cache: Cache) -> None:
    looked = []

    def look(unit: object, body: Body) -> Marked:
        looked.append(body)
        return MARKED

    for marks in (Marks(), Marks()):
        for _ in range(2):
            marks.complete(cache, [(UNIT, body) for body in BODIES], look)
        assert marks.of(BODIES[1], verso=True) == MARKED.verso
        assert marks.of(BODIES[1], verso=False) == MARKED.recto
    assert looked == BODIES


def test_marks_of_what_is_no_more_are_forgotten(cache: Cache) -> None:
    marks = Marks()
    marks.keep(BODIES[0], MARKED)
    marks.complete(cache, [(UNIT, BODIES[1])], lambda unit, body: MARKED)
    assert marks.of(BODIES[0], verso=False) == ()
