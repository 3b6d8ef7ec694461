"""Sets figures as a Markdown table, and as a picture for the README."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LINE, _TOP = 880, 30, 64
_LEFT, _RIGHT = 430, 820
_INK, _SOFT, _GRID = "#1f2328", "#656d76", "#d8dee4"
_DONE, _SHORT, _PALE = "#2f6f8f", "#b5542e", "#e8eef2"
_FACE = "-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison."""

    label: str
    """A few words for the picture."""
    what: str
    ours: float
    unit: str
    peer: float | None = None
    """None where the figure stands for itself."""
    bar: float | None = None
    """The ratio, or the figure, that it has to stay below; None for what is only told."""
    goal: float | None = None
    runs: tuple[int, int] = (1, 1)
    """Of ours and of the peer's."""

    @property
    def reached(self) -> float:
        """The ratio, or the figure where there is none."""
        return self.ours if self.peer is None else self.ours / self.peer


def markdown(rows: Sequence[Row]) -> str:
    """Set a row a line: figures, ratio, bar and goal, and how often each was run."""
    lines = ["| | packager | peer | reached | bar | goal | runs |", "|---|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        ours = _figure(row.ours, row.unit)
        peer = "" if row.peer is None else _figure(row.peer, row.unit)
        reached = f"{row.reached:.2f}" if row.peer is not None else ours
        bar, goal = ("" if limit is None else _limit(limit, row) for limit in (row.bar, row.goal))
        kept = f"**{reached}**" if row.bar is not None and row.reached <= row.bar else reached
        runs = str(row.runs[0]) if row.peer is None else f"{row.runs[0]}, {row.runs[1]}"
        lines.append(f"| {row.what} | {ours} | {peer} | {kept} | {bar} | {goal} | {runs} |")
    return "\n".join(lines) + "\n"


def _figure(figure: float, unit: str) -> str:
    digits = 2 if unit == "s" and figure < 100 else 0
    return f"{figure:,.{digits}f} {unit}"


def _limit(limit: float, row: Row) -> str:
    return f"{limit:g}" if row.peer is not None else f"{limit:g} {row.unit}"


def picture(rows: Sequence[Row]) -> str:
    """Draw, as SVG, what ours takes of the peer's time or memory; a stroke marks the bar, a dot the goal."""
    shown = [row for row in rows if row.label]
    height = _TOP + _LINE * len(shown) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="{_FACE}" font-size="12.5" role="img" aria-label="What packager takes, against its peers">',
        f'<rect width="{_WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
        _text(24, 30, "What packager takes", _INK, size=16, weight=600),
        _text(190, 30, "as a share of its peer’s time or memory: shorter is better", _SOFT),
    ]
    foot = _TOP + _LINE * len(shown)
    for tenth in range(0, 11, 2):
        x = _LEFT + (_RIGHT - _LEFT) * tenth / 10
        parts.append(f'<path d="M{x:.1f} {_TOP - 10}V{foot}" stroke="{_GRID}"/>')
        parts.append(_text(x, foot + 20, f"{tenth / 10:.1f}", _SOFT, anchor="middle"))
    for number, row in enumerate(shown):
        parts += _bar(row, _TOP + _LINE * number)
    parts += [_legend(24, foot + 20)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(row: Row, top: float) -> list[str]:
    assert row.bar is not None
    # What has no peer is drawn to the scale of its bar, which stands in the middle.
    scale = 1.0 if row.peer is not None else 0.5 / row.bar
    if row.reached * scale > 1:
        scale = 1 / row.reached

    def at(share: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(1.0, share * scale)

    end, bar = at(row.reached), at(row.bar)
    told = f"{row.reached:.2f}" if row.peer is not None else _figure(row.ours, row.unit)
    colour = _DONE if row.reached <= row.bar else _SHORT
    parts = [
        _text(_LEFT - 14, top + 14, row.label, _INK, anchor="end"),
        f'<rect x="{_LEFT}" y="{top + 3}" width="{_RIGHT - _LEFT}" height="14" rx="3" fill="{_PALE}"/>',
        f'<rect x="{_LEFT}" y="{top + 3}" width="{max(2.0, end - _LEFT):.1f}" height="14" rx="3" fill="{colour}"/>',
        f'<path d="M{bar:.1f} {top}v20" stroke="{_INK}" stroke-width="1.6"/>',
    ]
    if row.goal is not None:
        parts.append(_dot(at(row.goal), top + 10))
    parts.append(_text(_RIGHT + 8, top + 14, told, colour, weight=600))
    return parts


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y}" r="3.6" fill="#ffffff" stroke="{_INK}" stroke-width="1.4"/>'


def _legend(x: float, y: float) -> str:
    return (
        f'<path d="M{x + 2} {y - 13}v18" stroke="{_INK}" stroke-width="1.6"/>{_text(x + 10, y, "bar", _SOFT)}'
        f"{_dot(x + 52, y - 4)}{_text(x + 62, y, 'goal', _SOFT)}"
    )


def _text(x: float, y: float, text: str, colour: str, *, size: float = 0, weight: int = 0, anchor: str = "") -> str:
    told = f' font-size="{size:g}"' if size else ""
    told += f' font-weight="{weight}"' if weight else ""
    told += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{told}>{escape(text)}</text>'
