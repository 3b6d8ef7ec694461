"""The specimen's web edition in a real browser, opened from the disk: checkers, small windows, what the script adds."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from packager import build, themes
from tests.browsers import chromium

VNU = os.environ.get("VNU_JAR", "")
"""W3C's checker of HTML (https://validator.github.io/validator/), from npm's `vnu-jar` for one."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

SPECIMEN = Path(__file__).parents[2] / "manuscripts" / "specimen"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the specimen in every theme."""
    made = {}
    for theme in themes():
        report = build(SPECIMEN, to=("web",), out=tmp_path_factory.mktemp(theme), theme=theme)
        assert not report.problems
        made[theme] = report.made[0].path
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page; fails for any fault and for anything that is asked for elsewhere."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    told: list[str] = []
    page.on("pageerror", lambda fault: told.append(str(fault)))
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else told.append(asked.url))
    yield page
    page.close()
    assert not told


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("theme", themes())
def test_axe_finds_nothing(
    browser: Browser, sites: dict[str, Path], theme: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core: pip install the dev group")
    # The checker reads the style sheet by a way that the page's policy forbids.
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    for file in sorted(sites[theme].glob("*.html")):
        page.goto(file.as_uri())
        found: Any = axe.Axe().run(page).response["violations"]
        assert [(file.name, each["id"], each["nodes"][0]["html"]) for each in found] == []
    page.close()


@pytest.mark.parametrize("theme", themes())
def test_nothing_is_wider_than_the_smallest_window(page: Page, sites: dict[str, Path], theme: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for file in sorted(sites[theme].glob("*.html")):
        page.goto(file.as_uri())
        page.evaluate("() => document.fonts.ready.then(() => 0)")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, file.name


@pytest.mark.parametrize("theme", themes())
def test_every_face_loads(page: Page, sites: dict[str, Path], theme: str) -> None:
    page.goto((sites[theme] / "mathematics.html").as_uri())
    states = page.evaluate(
        "() => Promise.all([...document.fonts].map((face) => face.load())).then((all) => all.map((f) => f.status))"
    )
    assert set(states) == {"loaded"}


def test_a_note_pops_up_and_gives_the_place_back(page: Page, sites: dict[str, Path]) -> None:
    page.goto((sites["novel"] / "notes.html").as_uri())
    page.locator("a.noteref").nth(1).click()
    assert page.locator("#_note").inner_text().startswith("Short notes need no name")
    page.keyboard.press("Escape")
    assert not page.locator("#_note").is_visible()
    assert page.evaluate("document.activeElement.className") == "noteref"


def test_search_finds_words_in_other_chapters(page: Page, sites: dict[str, Path]) -> None:
    page.goto((sites["scholar"] / "notes.html").as_uri())
    page.keyboard.press("/")
    page.locator("#_found input").fill("LIGHTHOUSE aunt")
    link = page.locator("#_found li a")
    link.wait_for()
    assert link.count() == 1
    assert (link.get_attribute("href") or "").startswith("documents.html#documents--a-letter:~:text=")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents.html*")


def test_arrows_turn_pages(page: Page, sites: dict[str, Path]) -> None:
    page.goto((sites["manual"] / "documents.html").as_uri())
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/verse-and-voices.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/documents.html")


def test_without_a_script_the_contents_open_and_the_search_hides(browser: Browser, sites: dict[str, Path]) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((sites["novel"] / "notes.html").as_uri())
        assert not page.locator("#_search").is_visible()
        assert not page.locator("#_contents").is_visible()
        page.locator("#_open").click()
        assert page.locator("#_contents").is_visible()
        page.keyboard.press("Escape")
        page.locator("a.noteref").nth(1).click()
        assert page.url.endswith("notes.html#notes--n2")


@pytest.mark.skipif(not VNU, reason="no checker of HTML: npm install vnu-jar, and set VNU_JAR")
@pytest.mark.parametrize("theme", themes())
def test_the_checker_of_html_finds_nothing(sites: dict[str, Path], theme: str) -> None:
    # It takes a page on a disk for one of no site, which the policy would keep from its own style sheet.
    known = r".*(Trailing slash on void|Resource violates Content Security Policy|Section lacks heading).*"
    command = ["java", "-jar", VNU, "--skip-non-html", "--filterpattern", known, str(sites[theme])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
