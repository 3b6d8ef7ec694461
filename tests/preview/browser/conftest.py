"""The preview's page in a real browser: Chromium of the system, driven by Playwright."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import chromium
from tests.preview.browser.driving import FORGET, FRAME, ask, previewed, until, write


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the manuscript that the server follows."""
    return tmp_path_factory.mktemp("browser") / "tide"


@pytest.fixture(scope="package")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run `packager preview` and give the address that it prints."""
    write(folder)
    with previewed(folder, tmp_path_factory.mktemp("state")) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser that remembers nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="no-preference")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str, folder: Path) -> Iterator[Page]:
    """Open the preview on the book as it was at first; fails for any fault that the page's scripts run into."""
    write(folder)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(address)
    ask(page, FORGET)
    page.goto(address)
    until(page, "return document.querySelector('#chapters [aria-current]') !== null")
    until(page, FRAME + "return doc.documentElement.dataset.flow")
    yield page
    assert not faults
