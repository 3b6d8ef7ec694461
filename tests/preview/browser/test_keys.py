"""The keyboard."""

from playwright.sync_api import Page

from tests.preview.browser.driving import FRAME, MARKS, TEXT, ask, has, until, visit

pytestmark = MARKS


def test_every_key_does_its_work(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.keyboard.press("n")
    until(page, TEXT, has("59 inches"))
    page.keyboard.press("p")
    until(page, TEXT, has("before noon"))
    root = "return document.documentElement.dataset.{}"
    for key, view in (("1", "reflow"), ("3", "print"), ("2", "both")):
        page.keyboard.press(key)
        assert ask(page, root.format("view")) == view
    page.keyboard.press("r")
    until(page, FRAME + "return doc.documentElement.dataset.flow", has("paged"))
    page.keyboard.press("r")
    page.keyboard.press("t")
    until(page, FRAME + "return doc.documentElement.dataset.theme", has("sepia"))
    device = "return document.querySelector('#device').value"
    before = ask(page, device)
    page.keyboard.press("d")
    assert ask(page, device) != before
    page.keyboard.press("?")
    assert "Next chapter" in ask(page, "return document.querySelector('#help[open]').innerText")
    page.keyboard.press("Escape")
    until(page, "return document.querySelector('#help[open]') === null")
    page.keyboard.press("/")
    page.keyboard.type("came back")
    until(page, "return document.querySelector('#results').innerText", has("came back"))
    page.keyboard.press("Enter")
    until(page, TEXT, has("came back at night"))
    page.keyboard.press("a")
    until(page, "return document.querySelector('#aloud').innerText", has("Heading 1"))
    page.keyboard.press("i")
    until(page, "return document.querySelector('#outline').innerText", has("Later"))
    page.locator("#outline").get_by_role("button", name="Whole book").click()
    until(page, "return document.querySelector('#outline').innerText", has("The Long Wait"))
    page.locator("#outline").get_by_role("button", name="The Long Wait").click()
    until(page, TEXT, has("59 inches"))


def test_every_key_of_the_help_acts(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.keyboard.press("?")
    names = "[...document.querySelectorAll('#help dt kbd')].map((each) => each.textContent)"
    shown = until(page, f"return {names}")
    page.keyboard.press("Escape")
    names_of_keys = {"→": "ArrowRight", "←": "ArrowLeft", "Esc": "Escape"}
    state = """return [document.body.innerHTML, location.hash, document.documentElement.outerHTML.slice(0, 400),
        document.querySelector('#frame').contentDocument.documentElement.outerHTML.length,
        document.querySelector('#frame').contentDocument.documentElement.scrollTop].join()"""
    for name in shown:
        if name in ("Esc", "k", "0", "p", "←"):  # undo what another did
            continue
        before = ask(page, state)
        page.keyboard.press(names_of_keys.get(name, name))
        until(page, state, lambda now, before=before: now != before)  # type: ignore[misc]
        page.keyboard.press("Escape")


def test_a_key_can_be_changed_and_brought_back(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.keyboard.press("?")
    page.get_by_role("button", name="Next chapter: n").click()
    page.keyboard.press("p")
    until(page, "return document.querySelector('#help').innerText", has("p is taken: Chapter before"))
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    page.get_by_role("button", name="Next chapter: x").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("x")
    until(page, TEXT, has("59 inches"))
    page.keyboard.press("?")
    page.get_by_role("button", name="Bring all keys back").click()
    page.get_by_role("button", name="Next chapter: n").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    until(page, TEXT, has("came back at night"))


def test_keys_work_inside_the_chapter_too(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.frame_locator("#frame").locator("h1").click()
    page.keyboard.press("n")
    until(page, TEXT, has("59 inches"))
