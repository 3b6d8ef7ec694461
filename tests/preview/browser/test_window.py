"""The window: for everybody, and of every size."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.preview.browser.driving import FRAME, MARKS, ask, has, until, visit
from tests.preview.test_security import DEAF

pytestmark = MARKS


def test_what_a_screen_does_not_hold_is_found(page: Page, folder: Path) -> None:
    row = "|" + " wide-as-the-sea |" * 14 + "\n"
    wide = f"{row}{row.replace(' wide-as-the-sea ', '---')}{row}"
    (folder / "03-flow.md").write_text(f"# Flow\n\n{wide}\nCalm.\n")
    visit(page, "03-flow.md:1", "Calm")
    page.keyboard.press("m")
    found = until(page, "return document.querySelector('#stress').innerText", has("E-ink 6"))
    assert "A table" in found
    assert "From 100 %: E-ink 6" in found
    page.get_by_role("button", name="A table").click()
    until(page, "return document.querySelector('#device').value", has("eink6"))
    (folder / "03-flow.md").write_text("# Flow\n\nCalm again.\n")
    until(page, "return document.querySelector('#stress').innerText", has("Everything fits"))
    assert ask(page, "return document.querySelectorAll('iframe').length") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core: pip install the dev group")
    page.emulate_media(color_scheme=scheme)
    visit(page, "02-wait.md:1", "59 inches")
    until(page, "return document.querySelectorAll('.sheet img').length > 0")
    tabs = [("i", "#outline"), ("a", "#aloud"), ("m", "#stress")]
    for key, panel in tabs:
        page.keyboard.press(key)
        until(page, f"return document.querySelector('{panel}').innerText")
        assert serious(axe.Axe().run(page).response) == []
    page.keyboard.press("?")
    assert serious(axe.Axe().run(page).response) == []


def serious(report: Any) -> list[str]:
    """List the faults that shut people out."""
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in report["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("width", [1024, 768, 390, 320])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    visit(page, "02-wait.md:1", "59 inches")
    assert ask(page, "return document.documentElement.scrollWidth") <= width
    shown = "'.bar button, .tools button, .tools select'"
    boxes = ask(
        page, f"return [...document.querySelectorAll({shown})].map((each) => each.getBoundingClientRect().toJSON())"
    )
    assert [box for box in boxes if box["width"] and (box["right"] > width or box["left"] < 0)] == []


@pytest.mark.parametrize("device", ["eink6", "phone", "tablet-wide"])
def test_a_device_fits_into_its_pane(page: Page, device: str) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    page.locator("#device").select_option(device)
    desk = "const desk = document.querySelector('#reflow-desk'); "
    for key in ("1", "2"):
        page.keyboard.press(key)
        until(page, f"{desk}return desk.scrollHeight <= desk.clientHeight && desk.scrollWidth <= desk.clientWidth")


def test_a_reader_without_the_publishers_styles_loses_no_end_of_a_line(page: Page, folder: Path) -> None:
    drawing = '<svg viewBox="0 0 9 9" width="3000" height="3000" role="img" aria-label="Chart"><path d="M0 0h9"/></svg>'
    (folder / "03-flow.md").write_text(f"# Flow\n\n```\n{'wide as the sea ' * 30}\n```\n\n{drawing}\n\nCalm.\n")
    visit(page, "03-flow.md:1", "Calm")
    ask(page, "document.querySelector('#publisher').click()")
    until(page, FRAME + "return doc.documentElement.dataset.publisher", has("off"))
    until(page, FRAME + "return doc.documentElement.scrollWidth <= doc.defaultView.innerWidth")


def test_a_lost_connection_is_told_in_words_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    until(page, "return document.querySelector('#pulse').dataset.link", has("live"))
    words = "const words = document.querySelector('#pulse-text').getBoundingClientRect(); return words.toJSON()"
    assert ask(page, words)["width"] == 0
    box = ask(page, f"document.querySelector('#pulse').dataset.link = 'lost'; {words}")
    assert 0 < box["left"] < box["right"] < 320


@pytest.mark.parametrize("width", [390, 320])
def test_two_spreads_of_the_strip_fit_beside_each_other_on_a_phone(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    page.keyboard.press("3")
    page.keyboard.press("s")
    until(page, "return document.querySelectorAll('.leaves').length > 1")
    assert ask(page, "const [one, two] = document.querySelectorAll('.leaves'); return one.offsetTop === two.offsetTop")
    assert ask(page, "const desk = document.querySelector('#print-desk'); return desk.scrollWidth <= desk.clientWidth")


def test_a_browser_that_is_deaf_to_a_sandbox_shows_the_same(page: Page, folder: Path) -> None:
    row = "|" + " wide-as-the-sea |" * 14 + "\n"
    (folder / "03-flow.md").write_text(f"# Flow\n\n{row}{row.replace(' wide-as-the-sea ', '---')}{row}\nCalm.\n")
    page.add_init_script(DEAF)
    page.reload()
    visit(page, "03-flow.md:1", "Calm")
    until(page, FRAME + "return doc.location.search", has("?heard"))
    page.frame_locator("#frame").get_by_text("Calm.").click()
    until(page, "return document.querySelector('#toast').textContent", has("Copied 03-flow.md:"))
    page.keyboard.press("m")
    until(page, "return document.querySelector('#stress').innerText", has("A table"))
