"""Measures `packager preview` in Chromium."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.measure import sizes, tree
from benchmarks.preview.author import Author
from benchmarks.preview.watching import OPENED, OURS, Seen, until

QUIET = 20.0
"""Seconds over which the idle preview is watched."""
READY = "() => document.querySelector('#print-desk .sheet .image img') && !document.querySelector('.redoing')"


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds from the start of the command."""

    address: float
    """Until it prints where the page is."""
    reflow: float
    print: float


@dataclass(frozen=True, slots=True)
class Rest:
    """What the preview takes when nobody writes."""

    cpu: float
    """Per cent of one processor."""
    memory: float
    """MB of server and layout process; what they share counts once (PSS)."""
    resident: float
    """The same, what is shared counted in each (RSS)."""


class Preview:
    """A running preview, and a browser page that shows it."""

    def __init__(self, process: "subprocess.Popen[str]", page: Page, start: Start) -> None:
        self.process, self.page, self.start = process, page, start

    def show(self, path: str, line: int) -> None:
        """Go to a line of the manuscript, and wait until its pages are there."""
        self.page.evaluate(f"() => {{ location.hash = '#{path}:{line}' }}")
        time.sleep(0.3)
        until(self.page, READY)

    def prove(self) -> None:
        """Wait until the whole book has been laid out."""
        until(self.page, "() => document.querySelector('#exact')?.dataset.exact === 'exact'")

    def edit(self, author: Author, *, rest: float = 0.0) -> Seen:
        """Save a change of what is on the screen, after so many seconds without one, and see when it is painted."""
        self.show(author.file.name, author.place())
        time.sleep(rest)
        self.page.evaluate(f"() => {{ window.reflowed = window.printed = null; window.awaited = '{author.mark}'; }}")
        saved = author.edit()
        until(self.page, "() => window.reflowed > 0 && window.printed > 0")
        reflowed, printed = self.page.evaluate("() => [window.reflowed, window.printed]")
        return Seen(reflowed - saved, printed - saved)

    def rest(self) -> Rest:
        """Watch the preview while nothing happens, and has not for a while."""
        time.sleep(QUIET)
        before = sum(map(_cpu, tree(self.process.pid)))
        time.sleep(QUIET)
        cpu = (sum(map(_cpu, tree(self.process.pid))) - before) / QUIET * 100
        proportional, resident = zip(*map(sizes, tree(self.process.pid)), strict=True)
        return Rest(cpu, sum(proportional) / 1e6, sum(resident) / 1e6)


def _cpu(pid: int) -> float:
    """Read the processor seconds that a process has used."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def preview(browser: Browser, folder: Path, kept: Path) -> Iterator[Preview]:
    """Start the preview of a manuscript, with a page that shows both views; `kept` is for what outlives it."""
    command = [sys.executable, "-m", "packager", "preview", str(folder), "--port", "0", "--no-open"]
    own = {"PACKAGER_STATE": str(kept / "state"), "PACKAGER_CACHE": str(kept / "cache"), "PYTHONUNBUFFERED": "1"}
    context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(OPENED)
    time.sleep(1.5)  # the browser is there already, and at rest
    began = time.time()
    with subprocess.Popen(command, env=os.environ | own, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            (address,) = re.findall(r"http://\S+", process.stdout.readline())
            spoken = time.time()
            page.goto(address, wait_until="commit")
            until(page, "() => window.reflowed > 0 && window.printed > 0")
            reflowed, printed = page.evaluate("() => [window.reflowed, window.printed]")
            start = Start((spoken - began) * 1000, reflowed - began * 1000, printed - began * 1000)
            page.evaluate(f"() => {{ {OURS} }}")
            yield Preview(process, page, start)
        finally:
            process.terminate()
            context.close()
