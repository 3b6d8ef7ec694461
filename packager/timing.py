"""Where the time of a build goes, by stage and by part of the book; what is measured never shows in a book."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from time import perf_counter, thread_time


@dataclass(frozen=True, slots=True)
class Span:
    """Work that was done."""

    stage: str
    """`read`, `compose`, `layout`, `join`, …"""
    part: str
    """What it was done for: an edition, a section; empty for the whole book."""
    wall: float
    """Seconds that it took."""
    cpu: float
    """Seconds of the processor."""
    kept: bool = False
    """Whether it was kept from an earlier build, and took no time."""


_spans: ContextVar[list[Span] | None] = ContextVar("spans", default=None)


@contextmanager
def watched() -> Iterator[list[Span]]:
    """Take down all spans that end meanwhile."""
    spans: list[Span] = []
    before = _spans.set(spans)
    try:
        yield spans
    finally:
        _spans.reset(before)


@contextmanager
def span(stage: str, part: str = "") -> Iterator[None]:
    """Measure what is done meanwhile, by this thread."""
    wall, cpu = perf_counter(), thread_time()
    try:
        yield
    finally:
        note(stage, part, perf_counter() - wall, thread_time() - cpu)


def note(stage: str, part: str, wall: float = 0.0, cpu: float = 0.0, *, kept: bool = False) -> None:
    """Take down what was done elsewhere, or was kept."""
    spans = _spans.get()
    if spans is not None:
        spans.append(Span(stage, part, wall, cpu, kept))


def table(spans: Sequence[Span], longest: int = 12) -> str:
    """Set spans as a table: each stage with its sum, and the parts that took longest below it."""
    rows = [("stage", "", "seconds", "processor")]
    for stage in dict.fromkeys(span.stage for span in spans):
        parts = [_sum(stage, part, spans) for part in dict.fromkeys(each.part for each in spans if each.stage == stage)]
        kept = sum(span.kept for span in parts)
        told = f"{len(parts)} parts" if len(parts) > 1 else parts[0].part
        told += f", {kept} kept" if kept and len(parts) > 1 else " kept" if kept else ""
        rows.append((stage, told.strip(), *_figures(parts)))
        done = sorted((span for span in parts if not span.kept), key=lambda span: -span.wall)
        rows += [("", span.part, *_figures([span])) for span in done[:longest] if len(parts) > 1]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}" for row in rows
    )


def _sum(stage: str, part: str, spans: Iterable[Span]) -> Span:
    found = [span for span in spans if (span.stage, span.part) == (stage, part)]
    walls, cpus = sum(span.wall for span in found), sum(span.cpu for span in found)
    return Span(stage, part, walls, cpus, all(span.kept for span in found))


def _figures(spans: Iterable[Span]) -> tuple[str, str]:
    walls, cpus = zip(*((span.wall, span.cpu) for span in spans), strict=True)
    return f"{sum(walls):.2f}", f"{sum(cpus):.2f}"


def as_json(spans: Iterable[Span]) -> bytes:
    """Write spans as JSON, in the order they ended."""
    return (json.dumps([asdict(span) for span in spans], ensure_ascii=False, indent=1) + "\n").encode()
