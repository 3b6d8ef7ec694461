"""What the tests in a browser share: a small book, and ways to ask and wait."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

MARKS = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PATIENCE = 20.0
"""Seconds that anything may take on a busy machine."""

PARAGRAPH = "The boats lay on their sides in the mud, and waited, as the men did, for {} inches of water to come back."
LONG = "# The Long Wait\n\n" + "\n\n".join(PARAGRAPH.format(n) for n in range(60)) + "\n"
BOOK = {
    "book.md": "---\ntitle: The Tide Table\nauthor: A. Writer\nlang: en\n---\n",
    "01-ebb.md": "# Ebb\n\nThe water went out before noon.\n\nNobody saw it go, see [Flow](03-flow.md).\n",
    "02-wait.md": LONG,
    "03-flow.md": "# Flow\n\nIt came back at night.[^1]\n\n## Later\n\nNobody saw it come.\n\n[^1]: Quietly.\n",
    "style.css": "em { font-weight: bold }\n",
}

FRAME = "const doc = document.querySelector('#frame').contentDocument; "
TEXT = FRAME + "return doc.body.textContent"
TOP = FRAME + "return doc.querySelector('[data-line=\"{line}\"]').getBoundingClientRect().top"

FORGET = """
    const names = ('chapter line view device flow theme layout tab inspector marks unmarked follow bound keys size '
        + 'book whole').split(' ');
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, null])));
    return fetch('/api/settings', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
        .then((answer) => answer.ok)"""
"""Brings the settings back to what they are at first."""


@contextmanager
def previewed(path: Path, state: Path) -> Iterator[str]:
    """Run `packager preview` and give the address that it prints; `state` is for its settings."""
    command = [sys.executable, "-m", "packager", "preview", str(path), "--port", "0", "--no-open"]
    environment = os.environ | {"PACKAGER_STATE": str(state), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        line = server.stdout.readline()
        try:
            yield re.findall(r"http://\S+", line)[0]
        finally:
            server.terminate()


def ask(page: Page, script: str) -> Any:
    """Evaluate statements in the page; over the debugger's line, which its content policy does not bind."""
    return page.evaluate(f"(() => {{ {script} }})()")


def until(page: Page, script: str, wanted: Callable[[Any], bool] = bool) -> Any:
    """Wait until what statements in the page return is as wanted; Playwright's own waiting wants `eval`."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = ask(page, script)
        except Exception as fault:  # a frame that is not there yet
            found = fault
        else:
            if wanted(found):
                return found
        if time.monotonic() > end:
            raise AssertionError(f"still {found!r}: {script}")
        time.sleep(0.03)


def has(text: str) -> Callable[[Any], bool]:
    """Say whether some text is in what was found."""
    return lambda found: text in found


def write(folder: Path) -> None:
    """Write the book as it is at first, and take away what a test added."""
    folder.mkdir(exist_ok=True)
    for name, text in BOOK.items():
        if not (folder / name).exists() or (folder / name).read_text() != text:
            (folder / name).write_text(text)
    for path in folder.iterdir():
        if path.name not in BOOK:
            path.unlink()


def visit(page: Page, place: str, text: str) -> None:
    """Go to a place of the book and wait for its text."""
    ask(page, f"location.hash = {place!r}")
    until(page, TEXT, has(text))
