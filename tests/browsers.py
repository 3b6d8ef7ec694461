"""Chromium for the tests that look at pages as a reader does."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def launch(playwright: Playwright, arguments: list[str] = ARGUMENTS) -> Browser:
    """Start the system's Chromium."""
    # The layout engine, where a test before has loaded it, hides the system's fonts, without which pages crash.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    return playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, env=dict(environment))
