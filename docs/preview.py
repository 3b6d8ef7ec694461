"""Make the README's pictures of the preview, one still and one moving: `python -m docs.preview` (needs Chromium)."""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from docs.pictures import CHROMIUM, MANUSCRIPTS, PICTURES

MANUSCRIPT = "a-quarter-of-an-ounce"
CHAPTER = "01-the-strong-room.md"
SENTENCE = "None of them dealt with her."
"""What the author goes on writing after."""
MORE = (" It had", " It had not", " It had not occurred to the county", " It had not occurred to the county to ask.")
"""What the file says there at each save."""
WINDOW = (1440, 900)
FILM = (1080, 675)
"""Pixels of the moving picture."""
UNMADE = ".leaves:nth-child(-n + 6) .sheet[data-chapter]:not([data-hash])"
"""Pages that stand among all and have not been drawn."""
PAUSE = 0.9
"""Seconds for which a state of the page is shown."""
PROOF = 45.0
"""Seconds at most until the numbers of the whole book are settled."""

Frames = list[tuple[Image.Image, int]]
"""Pictures, and for how many milliseconds each is shown."""


def main() -> None:
    """Open the preview of a manuscript, write in it, and keep what is seen in docs/pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / MANUSCRIPT
        shutil.copytree(MANUSCRIPTS / MANUSCRIPT, folder)
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM[0]), args=["--no-sandbox"])
        with served(folder, Path(scratch)) as address:
            still(browser, address).save(PICTURES / "preview.png", optimize=True)
            frames = film(browser, address, folder / CHAPTER)
        browser.close()
    first, *rest = (picture for picture, _ in frames)
    first.save(
        PICTURES / "preview.webp",
        save_all=True,
        append_images=rest,
        duration=[duration for _, duration in frames],
        loop=0,
        quality=64,
        method=6,
        minimize_size=True,
    )


@contextmanager
def served(folder: Path, scratch: Path) -> Iterator[str]:
    """Run the preview of a manuscript and give its address."""
    command = [sys.executable, "-m", "packager", "preview", str(folder), "--port", "0", "--no-open"]
    environment = os.environ | {"PACKAGER_STATE": str(scratch / "state"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield re.findall(r"http://\S+", server.stdout.readline())[0]
        finally:
            server.terminate()


def still(browser: Browser, address: str) -> Image.Image:
    """Show a chapter in both views, its pages up to date."""
    page = opened(browser, address, 1.5)
    end = time.monotonic() + PROOF
    while page.get_attribute("#exact", "data-exact") != "exact" and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(PAUSE)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.context.close()
    return picture


def film(browser: Browser, address: str, chapter: Path) -> Frames:
    """Show how the page follows what is written, and what else it does."""
    page = opened(browser, address, 1)
    frames: Frames = []
    watch(page, frames, PAUSE)
    text = chapter.read_text(encoding="utf-8")
    for more in MORE:
        chapter.write_text(text.replace(SENTENCE, SENTENCE + more), encoding="utf-8")
        watch(page, frames, PAUSE)
    chapter.write_text(text, encoding="utf-8")
    watch(page, frames, PAUSE)
    page.mouse.move(*(side // 3 for side in WINDOW))
    for _ in range(12):
        page.mouse.wheel(0, 90)
        watch(page, frames, 0.12)
    for key in ("d", "t", "t", "t", "t"):
        page.keyboard.press(key)
        watch(page, frames, PAUSE)
    page.keyboard.press("s")
    while page.locator(UNMADE).count():
        time.sleep(0.1)
    watch(page, frames, 2 * PAUSE)
    page.context.close()
    return frames


def opened(browser: Browser, address: str, scale: float) -> Page:
    """Open the page at the chapter, and wait for its pages."""
    width, height = WINDOW
    page = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale).new_page()
    page.goto(address)
    page.evaluate(f"location.hash = '{CHAPTER}:1'")
    page.wait_for_selector(".sheet[data-own='true'] img")
    time.sleep(2 * PAUSE)
    return page


def watch(page: Page, frames: Frames, seconds: float) -> None:
    """Take pictures for a while; what looks the same is one picture, shown longer."""
    end = time.monotonic() + seconds
    while (begun := time.monotonic()) < end:
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize(FILM, Image.Resampling.LANCZOS)
        passed = round(1000 * (time.monotonic() - begun))
        if frames and frames[-1][0].tobytes() == picture.tobytes():
            frames[-1] = picture, frames[-1][1] + passed
        else:
            frames.append((picture, passed))


if __name__ == "__main__":
    main()
