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
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import synthetic
from benchmarks.preview import ours, peers
from benchmarks.preview.author import Author
from benchmarks.preview.table import markdown
from benchmarks.preview.watching import ARGUMENTS

HERE = Path(__file__).parent
WORDS = 3000
"""Of a chapter; one is three times as long."""
PAGE = 350
"""Words of a page."""
REST = 20.0
"""Seconds without a save, as between most saves of an author."""


def book(folder: Path, pages: int) -> Path:
    """Write a book whose second chapter has 9,000 words."""
    made = synthetic.write(folder, chapters=max(3, pages * PAGE // WORDS - 2), words=WORDS, notes=4)
    long = synthetic.write(folder.with_name("long"), chapters=1, words=3 * WORDS, notes=12)
    shutil.copy(long / "001.md", made / "002.md")
    return made


def measure_ours(browser: Browser, folder: Path, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure our preview: started on a book that it has never seen, started again, written in, left alone."""
    first, again = [], []
    for number in range(options.starts):
        with ours.preview(browser, folder, scratch / f"first-{number}") as shown:
            first.append(asdict(shown.start))
    for _ in range(options.starts):
        with ours.preview(browser, folder, scratch / "first-0") as shown:
            again.append(asdict(shown.start))
    figures: dict[str, Any] = {"first": first, "again": again}
    with ours.preview(browser, folder, scratch / "edits") as shown:
        for name, chapter in (("short", "003.md"), ("long", "002.md")):
            author = Author(folder / chapter)
            shown.show(chapter, author.place())
            shown.prove()
            figures[name] = [asdict(shown.edit(author)) for _ in range(options.edits)]
        author = Author(folder / "003.md", seed=8)
        shown.show("003.md", author.place())
        figures["rested"] = [asdict(shown.edit(author, rest=REST)) for _ in range(options.rests)]
        shown.prove()
        figures["rest"] = asdict(shown.rest())
    return figures


def main() -> None:
    """Measure, and write down what came out."""
    options = _options()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # programs start as a reader's own do, from bytecode
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        scratch = Path(folder)
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        before = os.getloadavg()[0]
        figures["packager"] = measure_ours(browser, book(scratch / "book", options.pages), scratch, options)
        fresh = book(scratch / "again/book", options.pages)
        figures["MkDocs serve"] = peers.mkdocs(browser, fresh, "003.md", options.peer_edits)
        if options.vivliostyle:
            figures["Vivliostyle preview"] = peers.vivliostyle(
                browser, options.vivliostyle, fresh, "003.md", options.peer_edits
            )
        versions = [f"{name} {metadata.version(name)}" for name in ("packager", "weasyprint", "mkdocs")]
        if options.vivliostyle:
            versions.append(f"Vivliostyle CLI {_version(options.vivliostyle)}")
        versions.append(f"Chromium {browser.version}")
        browser.close()
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    figures["versions"], figures["load"] = versions, [before, os.getloadavg()[0]]
    text = markdown(figures)
    print(text)
    HERE.joinpath("results.md").write_text(text)
    HERE.joinpath("results.json").write_text(json.dumps(figures, indent=1) + "\n")


def _version(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return next((word for word in told.replace(":", " ").split() if word[0].isdigit()), "")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preview", description=sys.modules[__name__].__doc__)
    parser.add_argument("--edits", type=int, default=60, help="saves of each chapter")
    parser.add_argument("--rests", type=int, default=9, help="saves of a chapter after a rest")
    parser.add_argument("--starts", type=int, default=5, help="starts on a book never seen, and on one seen before")
    parser.add_argument("--peer-edits", type=int, default=15, help="saves for each other preview")
    parser.add_argument("--pages", type=int, default=300, help="pages of the book, about")
    parser.add_argument("--vivliostyle", default=shutil.which("vivliostyle"), help="program of @vivliostyle/cli")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "/usr/bin/chromium", help="the browser")
    return parser.parse_args()


if __name__ == "__main__":
    main()
