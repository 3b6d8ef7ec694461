"""Chromium for the tests that look at pages as a reader does."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@contextmanager
def chromium(arguments: Sequence[str] = ARGUMENTS) -> Iterator[Browser]:
    """Run the system's Chromium; skip the tests that want it where there is none."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    # The layout engine, where a test before has loaded it, hides the system's fonts, without which pages crash.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(arguments), env=dict(environment))
        try:
            yield browser
        finally:
            browser.close()
