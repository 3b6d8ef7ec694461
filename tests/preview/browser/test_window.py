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
