"""The same place in both views, and the way to the source and back."""

import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.preview.browser.driving import BOOK, FRAME, LONG, MARKS, TEXT, TOP, ask, has, until, visit

pytestmark = MARKS


def test_a_page_is_found_by_its_folio(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    until(page, "return document.querySelector('#exact').dataset.exact", has("exact"))
    results = "return document.querySelector('#results').innerText"
    for folio, title in (("3", "The Long Wait"), ("v", "Contents")):
        page.keyboard.press("g")
        page.keyboard.type(folio)
        until(page, results, lambda text, wanted=f"Page {folio}\n{title}": text.startswith(wanted))  # type: ignore[misc]
        page.keyboard.press("Enter")
        until(page, "return document.querySelector('#print-page').textContent", has(folio))
    assert until(page, "return document.querySelector('.row .sheet[data-own=true]').dataset.chapter") == "contents"


def test_both_views_stay_at_the_same_place(page: Page) -> None:
    visit(page, "02-wait.md:1", "59 inches")
    until(page, "return document.querySelectorAll('.sheet[data-own=true] .text span').length > 20")
    scrolled = "return document.querySelector('#print-desk').scrollTop"
    assert ask(page, scrolled) == 0
    page.hover("#frame")  # the view that the hand is on leads
    # A font that comes late brings back the place that was read before: who scrolls goes on scrolling.
    until(page, FRAME + "doc.documentElement.scrollTop = 1e6; " + scrolled, lambda top: top > 200)
    page.hover("#print-desk")
    back = "document.querySelector('#print-desk').scrollTop = 0; "
    until(page, FRAME + back + "return doc.documentElement.scrollTop", lambda top: top < 200)


def test_a_click_gives_the_source(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.frame_locator("#frame").get_by_text("The water went out").click()
    until(page, "return document.querySelector('#toast').innerText", has("01-ebb.md:3"))
    assert page.evaluate("navigator.clipboard.readText()") == "01-ebb.md:3"


def test_what_is_included_leads_to_the_file_that_holds_it(page: Page, folder: Path) -> None:
    (folder / "_moon.md").write_text("The moon rose.\n\n{{< include _stars.md >}}\n\n" + LONG.split("\n", 2)[2])
    (folder / "_stars.md").write_text("\n\nThe stars came out.\n")
    (folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("Nobody", "{{< include _moon.md >}}\n\nNobody"))
    visit(page, "01-ebb.md:1", "The stars came out")
    toast = "return document.querySelector('#toast').innerText"
    page.frame_locator("#frame").get_by_text("The stars came out").click()
    until(page, toast, has("_stars.md:3"))
    page.locator(".sheet[data-own=true] .text").get_by_text("The moon rose").first.click()
    until(page, toast, has("_moon.md:1"))
    ask(page, "location.hash = '_moon.md:105'")
    until(page, FRAME + "return doc.documentElement.scrollTop", lambda top: top > 1000)
    until(page, "return document.querySelector('#print-desk').scrollTop", lambda top: top > 200)


def test_an_address_leads_to_the_line(page: Page) -> None:
    visit(page, "02-wait.md:101", "59 inches")
    until(page, TOP.format(line=101), lambda top: 0 < top < 538)
    until(page, "return location.hash", has("/L"))


def test_an_address_may_name_a_file_with_any_sign(page: Page, folder: Path, address: str) -> None:
    (folder / "04-100% sure.md").write_text("# Sure\n\nAs the tide.\n")
    until(page, "return document.querySelector('#chapters').innerText", has("Sure"))
    page.goto("about:blank")  # an address that only differs in its end loads nothing
    page.goto(f"{address.partition('?')[0]}#04-100% sure.md:3")
    until(page, TEXT, has("As the tide"))


def test_links_lead_to_chapters(page: Page) -> None:
    visit(page, "01-ebb.md:1", "before noon")
    page.frame_locator("#frame").get_by_role("link", name="Flow").click()
    until(page, TEXT, has("came back at night"))
    until(page, "return document.querySelector('#chapters [aria-current]').innerText", has("Flow"))


def test_state_survives(page: Page, context: BrowserContext, address: str) -> None:
    visit(page, "02-wait.md:81", "59 inches")
    page.keyboard.press("t")
    time.sleep(1)
    page.close()
    again = context.new_page()
    again.goto(address)
    until(again, TEXT, has("59 inches"))
    assert until(again, FRAME + "return doc.documentElement.scrollTop", lambda top: top > 500)
    assert ask(again, FRAME + "return doc.documentElement.dataset.theme") == "sepia"
