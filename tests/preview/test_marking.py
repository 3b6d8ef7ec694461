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


def test_marks_that_were_kept_are_known_in_the_next_session(cache: Cache) -> None:
    Marks().keep(cache, UNIT, BODIES[1], MARKED)
    marks = Marks()
    assert BODIES[1] not in marks
    marks.recall(cache, [(UNIT, body) for body in BODIES])
    assert BODIES[1] in marks
    assert BODIES[0] not in marks
    assert marks.of(BODIES[1], verso=True) == MARKED.verso
    assert marks.of(BODIES[1], verso=False) == MARKED.recto


def test_marks_of_text_that_moved_in_its_file_move_with_it(cache: Cache) -> None:
    before, after = (Body(b'<p id="a" data-line="%d"/>' % line, "", False, 9) for line in (7, 19))
    Marks().keep(cache, UNIT, before, MARKED)
    marks = Marks()
    marks.recall(cache, [(UNIT, after)])
    assert [mark.line for page in marks.of(after, verso=True) for mark in page] == [19, None]


def test_marks_of_what_is_no_more_are_forgotten(cache: Cache) -> None:
    marks = Marks()
    marks.keep(cache, UNIT, BODIES[0], MARKED)
    marks.recall(cache, [(UNIT, BODIES[1])])
    assert marks.of(BODIES[0], verso=False) == ()
