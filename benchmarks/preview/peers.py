"""Measures other previews on the same text: MkDocs serve for the screen, Vivliostyle preview for print."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.preview.author import Author
from benchmarks.preview.watching import THEIRS, until

PORTS = {"mkdocs": 18431, "vivliostyle": 18432}


def mkdocs(browser: Browser, book: Path, chapter: str, edits: int) -> list[float]:
    """Serve the whole book's chapters with MkDocs and save changes of one."""
    with tempfile.TemporaryDirectory() as scratch:
        docs = Path(shutil.copytree(book, Path(scratch, "docs"), ignore=shutil.ignore_patterns("book.md")))
        Path(scratch, "mkdocs.yml").write_text(
            "site_name: Book\ntheme: mkdocs\nplugins: []\nmarkdown_extensions: [footnotes]\n"
        )
        command = [
            sys.executable,
            "-m",
            "mkdocs",
            "serve",
            "--livereload",
            "--dev-addr",
            f"127.0.0.1:{PORTS['mkdocs']}",
        ]
        with _running(command, Path(scratch)):
            address = f"http://127.0.0.1:{PORTS['mkdocs']}/{Path(chapter).stem}/"
            return _edits(browser, address, Author(docs / chapter), edits)


def vivliostyle(browser: Browser, program: str, book: Path, chapter: str, edits: int) -> list[float]:
    """Preview one chapter with Vivliostyle, which lays out nothing else, and save changes of it."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(shutil.copy(book / chapter, scratch))
        command = [
            program,
            "preview",
            file.name,
            "--size",
            "6in,9in",
            "--no-open-viewer",
            "--port",
            str(PORTS["vivliostyle"]),
        ]
        with _running(command, Path(scratch)) as output:
            (address,) = re.findall(r"http://\S+?/__vivliostyle-viewer/\S+", output) or [""]
            return _edits(browser, address, Author(file), edits)


def _edits(browser: Browser, address: str, author: Author, edits: int) -> list[float]:
    """Open a page that reloads by itself, and see when each save is painted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(THEIRS)
    page.goto(address)
    until(page, "() => document.body.textContent.length > 500")
    times = []
    for _ in range(edits):
        time.sleep(1.0)  # so that nothing of the last reload goes on
        author.place()
        page.evaluate(f"() => {{ sessionStorage.setItem('awaited', '{author.mark}') }}")
        saved = author.edit()
        times.append(float(str(until(page, f"() => window.reflowed > {saved} && window.reflowed"))) - saved)
    context.close()
    return times


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[str]:
    """Run a server until the block ends, and give what it says in its first seconds."""
    log = folder.parent / f"{folder.name}.log"
    with log.open("w") as told, subprocess.Popen(command, cwd=folder, stdout=told, stderr=told, start_new_session=True,
                                                 env=os.environ | {"NO_COLOR": "1"}) as process:  # fmt: skip
        try:
            time.sleep(12)
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended: {log.read_text()[-2000:]}")
            yield log.read_text()
        finally:
            os.killpg(process.pid, 15)
            log.unlink()
