"""What the command says on the terminal: problems, tables, bars, JSON."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from packager.problems import PackagerError, Problem, Severity, visible

if TYPE_CHECKING:
    from packager.editions import Progress
    from packager.production import Report


@contextmanager
def stopping(as_json: bool = False) -> Iterator[None]:
    """Turn what stops a run into messages and exit code 1; an interruption into 130."""
    try:
        yield
    except PackagerError as stop:
        if as_json:
            typer.echo(
                json.dumps(
                    {"ok": False, "problems": [_as_data(problem) for problem in stop.problems]}, ensure_ascii=False
                )
            )
        else:
            for problem in stop.problems:
                _print_problem(problem)
        raise typer.Exit(1) from None
    except MemoryError:
        typer.echo("out of memory: close what else takes some, or build fewer books at once", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        raise typer.Exit(130) from None


def print_problems(report: "Report") -> None:
    """Print the problems of a book, with places as the caller would write them."""
    for problem in report.problems:
        _print_problem(problem, report.source)


def _print_problem(problem: Problem, source: Path | None = None) -> None:
    from packager.lint import CODES

    place = problem.place
    if place and source is not None:
        place = f"{source / place}" if source.is_dir() else f"{source.parent / place}"
    colour = typer.colors.RED if problem.severity is Severity.ERROR else typer.colors.YELLOW
    label = typer.style(problem.severity.value, fg=colour, bold=True)
    # The name of a rule that `checks:` and comments can silence.
    rule = f" [{problem.code}]" if problem.code in CODES else ""
    typer.echo(visible(f"{place}: " if place else "") + f"{label}: {visible(problem.message)}{rule}", err=True)
    if problem.hint:
        typer.echo(f"    hint: {visible(problem.hint)}", err=True)


def _as_data(problem: Problem) -> dict[str, object]:
    return {
        "severity": problem.severity.value, "code": problem.code, "message": problem.message,
        "path": problem.path, "line": problem.line, "hint": problem.hint,
    }  # fmt: skip


def finish(reports: list["Report"], *, as_json: bool, quiet: bool) -> None:
    """Print the table or the JSON, and leave with 1 where a book has errors."""
    ok = all(report.ok for report in reports)
    if as_json:
        books = [
            {
                "source": str(report.source), "name": report.name, "ok": report.ok,
                "problems": [_as_data(problem) for problem in report.problems],
                "files": [
                    {"edition": made.edition, "path": str(made.path), "pages": made.pages, "words": made.words,
                     "bytes": made.size, "seconds": round(made.seconds, 3)}
                    for made in report.made
                ],
            }
            for report in reports
        ]  # fmt: skip
        typer.echo(json.dumps({"ok": ok, "books": books}, ensure_ascii=False, indent=2))
    elif not quiet:
        _print_table(reports)
    if not ok:
        failed = [str(report.source) for report in reports if not report.ok]
        if not as_json:
            typer.echo(f"not built: {', '.join(failed)}" if not quiet else f"errors in: {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def _print_table(reports: list["Report"]) -> None:
    rows = [
        (
            str(made.path),
            "" if made.pages is None else f"{made.pages:,}",
            f"{made.words:,}",
            _size(made.size),
            f"{made.seconds:.1f}",
        )
        for report in reports
        for made in report.made
    ]
    if not rows:
        return
    heads = ("file", "pages", "words", "size", "seconds")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        typer.echo("  ".join(cells))


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB" if number >= 1_000_000 else f"{number / 1000:.0f} kB"


@contextmanager
def progress(*, silent: bool) -> Iterator["Progress | None"]:
    """Show a bar a stage on a terminal; elsewhere a line a stage."""
    if silent:
        yield None
        return
    if not sys.stderr.isatty():
        seen: set[str] = set()

        def line(stage: str, done: int, total: int) -> None:
            if done >= total and stage not in seen:
                seen.add(stage)
                typer.echo(f"{stage}: {total}", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def bar(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield bar
