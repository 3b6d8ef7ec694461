"""Sets the figures of the preview as a Markdown table: a row each, with its bar and whether that is reached."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.preview.watching import percentile

Bars = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one thing."""

    what: str
    runs: int
    middle: float
    """The median, or the figure."""
    high: float | None = None
    """The 95th percentile; None for what is measured a few times."""
    bars: Bars = (None, None)
    """What neither may pass; a `floor` has to be passed."""
    unit: str = "ms"
    floor: bool = False

    @property
    def reached(self) -> bool | None:
        """Say whether the bars are kept; None where there is none."""
        if self.bars == (None, None):
            return None
        if self.floor:
            return self.bars[0] is not None and self.middle >= self.bars[0]
        pairs = zip((self.middle, self.high), self.bars, strict=True)
        return all(bar is None or (figure is not None and figure <= bar) for figure, bar in pairs)


def rows(figures: Mapping[str, Any]) -> Iterator[Row]:
    """Give the rows of what was measured; times are milliseconds."""
    mine = figures["packager"]
    reflow = _edits("save to reflow", [seen["reflow"] for seen in mine["short"]], (50, 100))
    print_ = _edits("save to print page", [seen["print"] for seen in mine["short"]], (300, 600))
    yield reflow
    yield print_
    yield _edits("save to reflow, after a rest", [seen["reflow"] for seen in mine["rested"]], (50, 100))
    yield _edits("save to print page, after a rest", [seen["print"] for seen in mine["rested"]], (300, 600))
    yield _edits("save to reflow, 9,000 words", [seen["reflow"] for seen in mine["long"]])
    yield _edits("save to print page, 9,000 words", [seen["print"] for seen in mine["long"]], (None, 1000))
    for kind, told in (("first", "start"), ("again", "start again")):
        for view, bar in (("reflow", 1200), ("print", 3000)):
            times = [start[view] for start in mine[kind]]
            what = f"{told} to first {'reflow' if view == 'reflow' else 'print page'}"
            yield Row(what, len(times), median(times), None, (bar, None))
    yield Row("idle processor", 1, mine["rest"]["cpu"], None, (0.5, None), "%")
    yield Row("memory (PSS)", 1, mine["rest"]["memory"], None, (250, None), "MB")
    theirs = {
        name: _edits(f"{name}: save to painted", figures[name])
        for name in ("MkDocs serve", "Vivliostyle preview")
        if figures.get(name)
    }
    yield from theirs.values()
    if theirs:
        name, peer = min(theirs.items(), key=lambda item: item[1].middle)
        yield Row(f"times faster in reflow than {name}", reflow.runs, peer.middle / reflow.middle, None, (5, None), "×",
                  floor=True)  # fmt: skip
    if paged := theirs.get("Vivliostyle preview"):
        yield Row("times faster in print than Vivliostyle preview", print_.runs, paged.middle / print_.middle, None,
                  (2, None), "×", floor=True)  # fmt: skip


def _edits(what: str, times: Sequence[float], bars: Bars = (None, None)) -> Row:
    return Row(what, len(times), median(times), percentile(list(times), 0.95), bars)


def markdown(figures: Mapping[str, Any]) -> str:
    """Write the page of results."""
    before, after = figures["load"]
    lines = [
        "# The preview",
        "",
        f"{figures['machine']} · {' · '.join(figures['versions'])} · load {before:.1f} before, {after:.1f} after.",
        "",
        "| | p50 | p95 | bar | reached | runs |",
        "|---|--:|--:|--:|:-:|--:|",
    ]
    for row in rows(figures):
        high = "" if row.high is None else _figure(row.high, row.unit)
        bars = " / ".join("–" if bar is None else f"{bar:g}" for bar in row.bars[: 2 if row.high is not None else 1])
        bar = "" if row.reached is None else f"{'at least ' * row.floor}{bars}"
        reached = {True: "yes", False: "**no**", None: ""}[row.reached]
        lines.append(f"| {row.what} | {_figure(row.middle, row.unit)} | {high} | {bar} | {reached} | {row.runs} |")
    return "\n".join(lines) + "\n"


def _figure(figure: float, unit: str) -> str:
    return f"{figure:,.{1 if unit in '%×' else 0}f} {unit}"
