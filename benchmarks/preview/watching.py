"""Watches pages in headless Chromium for the moment at which a save is painted.

Painted is what a frame has shown: the first message after the animation frame that follows the change. Times are
milliseconds since 1970, from the browser's own clock, as the files' times are from the system's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE = 60.0
"""Seconds that a change may take at most."""
_LOOK = 0.025
"""Seconds between questions to a page; it takes down times itself, and is not to be kept busy by being asked."""

PAINTED = """
window.painted = (found) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => found(performance.timeOrigin + performance.now());
    channel.port2.postMessage(0);
});
"""
OPENED = (
    PAINTED
    + """
window.reflowed = null; window.printed = null;
const begun = () => {
    const chapter = document.querySelector('#frame')?.contentDocument;
    const images = [...document.querySelectorAll('#print-desk .sheet .image img')];
    if (!window.reflowed && chapter?.styleSheets.length && chapter.body?.textContent.length > 50) {
        window.reflowed = -1;
        painted((at) => { window.reflowed = at; });
    }
    if (!window.printed && images.some((image) => image.complete)) {
        window.printed = -1;
        painted((at) => { window.printed = at; });
    }
    if (!window.reflowed || !window.printed) requestAnimationFrame(begun);
};
if (window === top) requestAnimationFrame(begun);
"""
)
"""Sees the first chapter with its styles, and the first page."""
OURS = (
    PAINTED
    + """
window.reflowed = null; window.printed = null; window.awaited = '';
const frame = document.querySelector('#frame'), desk = document.querySelector('#print-desk');
const look = () => {
    if (window.awaited && !window.reflowed && frame.contentDocument.body.textContent.includes(window.awaited)) {
        window.reflowed = -1;
        painted((at) => { window.reflowed = at; });
    }
};
new MutationObserver(look).observe(frame.contentDocument, {subtree: true, childList: true, characterData: true});
desk.addEventListener('drawn', (event) => {
    const text = event.target.querySelector('.text').textContent;
    if (window.awaited && !window.printed && text.includes(window.awaited)) {
        window.printed = -1;
        painted((at) => { window.printed = at; });
    }
});
"""
)
THEIRS = (
    PAINTED
    + """
window.reflowed = null;
const wait = () => {
    const awaited = sessionStorage.getItem('awaited');
    if (awaited && document.body && document.body.textContent.includes(awaited)) {
        painted((at) => { window.reflowed = at; });
    } else { requestAnimationFrame(wait); }
};
requestAnimationFrame(wait);
"""
)


@dataclass(frozen=True, slots=True)
class Seen:
    """When a save was painted, in milliseconds after it."""

    reflow: float
    print: float | None = None


def until(page: Page, script: str, wanted: Callable[[object], bool] = bool) -> object:
    """Ask a page until the answer is as wanted. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found: object = page.evaluate(script)
        except Exception:  # between two pages there is none to ask
            found = None
        if wanted(found):
            return found
        time.sleep(_LOOK)
    raise TimeoutError(script)


def percentile(times: list[float], part: float) -> float:
    """Give the value below which a part of some values lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
