"""Time the preview: `python -m benchmarks.preview [--edits N] [--pages N] [--vivliostyle PROGRAM]`.

A book of about 300 pages is written while Chromium shows it, reflow and print side by side; a save counts as painted
when a frame has shown it. In the same run, on the same text: MkDocs serve, and Vivliostyle preview of the one chapter,
if its program is given or found. Results go to `results.md` and `results.json` beside this file.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import synthetic
from benchmarks.preview import ours, peers
from benchmarks.preview.author import Author
from benchmarks.preview.watching import ARGUMENTS, percentile

HERE = Path(__file__).parent
WORDS = 3000
"""Of a chapter; one is three times as long."""
PAGE = 350
"""Words of a page."""
BARS = {
    "reflow": (50, 100),
    "print": (300, 600),
    "print, 9,000 words": (None, 1000),
    "start to reflow": (1200, None),
    "start to print": (3000, None),
    "idle": (0.5, None),
    "memory": (250, None),
}
"""What the preview has to reach: the median, and the 95th percentile; milliseconds, per cent, MB."""


def book(folder: Path, pages: int) -> Path:
    """Write a book whose second chapter has 9,000 words."""
    made = synthetic.write(folder, chapters=max(3, pages * PAGE // WORDS - 2), words=WORDS, notes=4)
    long = synthetic.write(folder.with_name("long"), chapters=1, words=3 * WORDS, notes=12)
    shutil.copy(long / "001.md", made / "002.md")
    return made


def measure_ours(browser: Browser, folder: Path, edits: int) -> dict[str, Any]:
    """Measure our preview."""
    with ours.preview(browser, folder) as shown:
        figures: dict[str, Any] = {"start": asdict(shown.start)}
        for name, chapter in (("short", "003.md"), ("long", "002.md")):
            author = Author(folder / chapter)
            shown.show(chapter, author.place())
            shown.prove()
            figures[name] = [asdict(shown.edit(author)) for _ in range(edits)]
        shown.prove()
        figures["rest"] = asdict(shown.rest())
    return figures


def rows(figures: dict[str, Any]) -> list[tuple[str, float | None, float | None]]:
    """Give name, median and 95th percentile of each figure."""
    found: list[tuple[str, float | None, float | None]] = []

    def add(name: str, times: list[float]) -> None:
        found.append((name, median(times), percentile(times, 0.95)))

    mine = figures["packager"]
    add("reflow", [seen["reflow"] for seen in mine["short"]])
    add("print", [seen["print"] for seen in mine["short"]])
    add("reflow, 9,000 words", [seen["reflow"] for seen in mine["long"]])
    add("print, 9,000 words", [seen["print"] for seen in mine["long"]])
    found.append(("start to reflow", mine["start"]["reflow"], None))
    found.append(("start to print", mine["start"]["print"], None))
    found.append(("idle", mine["rest"]["cpu"], None))
    found.append(("memory", mine["rest"]["memory"], None))
    for name in ("MkDocs serve", "Vivliostyle preview"):
        if figures.get(name):
            add(name, figures[name])
    return found


def table(figures: dict[str, Any]) -> str:
    """Set the figures as a Markdown table."""
    lines = ["| from save to painted, ms | p50 | p95 | bar p50 | bar p95 |", "|---|--:|--:|--:|--:|"]
    units = {"idle": "idle processor, %", "memory": "memory, MB (PSS)"}
    for name, middle, high in rows(figures):
        digits = 1 if name == "idle" else 0
        told = ["" if value is None else f"{value:.{digits}f}" for value in (middle, high)]
        bars = ["" if bar is None else str(bar) for bar in BARS.get(name, (None, None))]
        lines.append(f"| {units.get(name, name)} | {' | '.join((*told, *bars))} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, and write down what came out."""
    options = _options()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        folder = book(Path(scratch, "book"), options.pages)
        figures["packager"] = measure_ours(browser, folder, options.edits)
        fresh = book(Path(scratch, "again", "book"), options.pages)
        figures["MkDocs serve"] = peers.mkdocs(browser, fresh, "003.md", options.peer_edits)
        if options.vivliostyle:
            figures["Vivliostyle preview"] = peers.vivliostyle(
                browser, options.vivliostyle, fresh, "003.md", options.peer_edits
            )
        browser.close()
    versions = " · ".join(f"{name} {metadata.version(name)}" for name in ("packager", "weasyprint", "mkdocs"))
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()} · {versions}"
    text = (
        f"# The preview\n\n{machine} · load at the end {load}. {options.edits} edits a chapter.\n\n{table(figures)}\n"
    )
    print(text)
    HERE.joinpath("results.md").write_text(text)
    HERE.joinpath("results.json").write_text(json.dumps({"machine": machine, **figures}, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preview", description=sys.modules[__name__].__doc__)
    parser.add_argument("--edits", type=int, default=60, help="saves of each chapter")
    parser.add_argument("--peer-edits", type=int, default=15, help="saves for each other preview")
    parser.add_argument("--pages", type=int, default=300, help="pages of the book, about")
    parser.add_argument("--vivliostyle", default=shutil.which("vivliostyle"), help="program of @vivliostyle/cli")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "/usr/bin/chromium", help="the browser")
    return parser.parse_args()


if __name__ == "__main__":
    main()
