"""Where the time of a build goes."""

import json

from packager import timing
from packager.timing import Span


def test_spans_are_taken_down_while_someone_looks() -> None:
    with timing.span("read"):
        pass
    with timing.watched() as spans:
        with timing.span("read", "a"):
            timing.note("layout", "One", 2.0, 1.0)
        timing.note("layout", "Two", kept=True)
    timing.note("layout", "Three")
    assert [(span.stage, span.part, span.kept) for span in spans] == [
        ("layout", "One", False), ("read", "a", False), ("layout", "Two", True),
    ]  # fmt: skip
    assert spans[1].wall > 0


def test_the_table_sums_stages_and_lists_what_took_longest() -> None:
    spans = [
        Span("layout", "One", 1.0, 0.5),
        Span("layout", "Two", 3.0, 2.0),
        Span("layout", "One", 1.0, 0.5),
        Span("layout", "Three", 0.0, 0.0, kept=True),
        Span("join", "print", 0.25, 0.25),
    ]
    rows = [line.split() for line in timing.table(spans).splitlines()]
    assert rows == [
        ["stage", "seconds", "processor"],
        ["layout", "3", "parts,", "1", "kept", "5.00", "3.00"],
        ["Two", "3.00", "2.00"],
        ["One", "2.00", "1.00"],
        ["join", "print", "0.25", "0.25"],
    ]


def test_spans_are_written_as_json() -> None:
    (told,) = json.loads(timing.as_json([Span("layout", "Ä", 1.0, 0.5)]))
    assert told == {"stage": "layout", "part": "Ä", "wall": 1.0, "cpu": 0.5, "kept": False}
