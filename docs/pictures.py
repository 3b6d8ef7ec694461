"""Make the README's pictures from our own manuscripts: `python -m docs.pictures` (needs Chromium for some)."""

import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter

from packager import build

ROOT = Path(__file__).parents[1]
MANUSCRIPTS = ROOT / "manuscripts"
PICTURES = ROOT / "docs" / "pictures"
SPREADS = {
    "novel": ("a-quarter-of-an-ounce", ("Withdrawn", "The Onion Man")),
    "scholar": ("the-needle-at-skarra", ("An Opinion from", "Telegrams", "A Theory from")),
    "manual": ("handbook", ("Trims and Margins", "From Python", "Coming from Other Tools")),
}
"""Theme -> manuscript that shows it, and chapters to show by the first words of their titles, the best first."""
SCREEN = ("a-quarter-of-an-ounce", "Twelve Loaves")
"""Manuscript, and the chapter of its EPUB to show."""
WINDOWS = (
    ("handbook", "trims-and-margins"),
    ("the-needle-at-skarra", "two-inventories"),
    ("a-quarter-of-an-ounce", "twelve-loaves"),
)
"""Manuscripts and pages of their web editions: one by day in a broad window, the others by night on telephones."""

TABLE = (228, 226, 222)
"""The grey that the pages lie on."""
HEIGHT = 900
"""Pixels of a page."""
GAP = 36
"""Pixels around the pages."""
CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars",
    "--no-first-run", "--force-device-scale-factor=2",
)  # fmt: skip


def main() -> None:
    """Build the manuscripts and write one picture a theme, one of an EPUB and one of web pages, into docs/pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        for theme, (name, titles) in SPREADS.items():
            pages = spread(made(MANUSCRIPTS / name, "print", out), titles)
            lay(pages, touching=True).save(PICTURES / f"{theme}.png", optimize=True)
        epub = made(MANUSCRIPTS / SCREEN[0], "epub", out)
        lay(screens(epub, SCREEN[1], out), touching=False).save(PICTURES / "epub.png", optimize=True)
        lay(windows(out), touching=False, colours=200).save(PICTURES / "web.png", optimize=True)


def made(manuscript: Path, edition: str, out: Path) -> Path:
    """Build one edition of a manuscript and return its file."""
    report = build(manuscript, to=(edition,), out=out)
    if not report.ok:
        raise SystemExit("\n".join(map(str, report.problems)))
    return report.made[0].path


def spread(pdf: Path, titles: Sequence[str]) -> Sequence[Image.Image]:
    """Draw the first of the chapters' openings that faces a page of text."""
    with pypdfium2.PdfDocument(pdf) as document:
        lines = [page.get_textpage().get_text_range().splitlines() for page in document]
        for title in titles:
            for right in range(2, len(document), 2):
                opens = any(line.strip().lower().startswith(title.lower()) for line in lines[right])
                if opens and len(lines[right - 1]) > 20:
                    return [_page(document[number]) for number in (right - 1, right)]
    raise SystemExit(f"none of these chapters of {pdf.name} faces a page of text: {', '.join(titles)}")


def _page(page: pypdfium2.PdfPage) -> Image.Image:
    picture: Image.Image = page.render(scale=HEIGHT / page.get_height()).to_pil()
    return picture.convert("RGB")


def screens(epub: Path, title: str, scratch: Path) -> Sequence[Image.Image]:
    """Draw the cover of an EPUB, and the chapter with the title as a telephone shows it."""
    book = scratch / "epub"
    with zipfile.ZipFile(epub) as parts:
        parts.extractall(book)
    cover = next(path for path in book.rglob("cover.*") if path.suffix in (".jpg", ".jpeg", ".png"))
    return [_to_height(Image.open(cover).convert("RGB")), screen(book, title, scratch)]


def screen(book: Path, title: str, scratch: Path) -> Image.Image:
    """Draw the chapter with the title, of an unpacked EPUB, as a telephone shows it."""
    pages = [page for page in book.rglob("*.xhtml") if page.stem != "nav"]
    page = next(page for page in pages if f'<span class="title">{title}</span>' in _loose(page))
    # Margins and text size are the reading system's part.
    reader = "<style>body { margin: 34px 28px; font-size: 18px; line-height: 1.45 }</style></head>"
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", reader), encoding="utf-8")
    shot = scratch / "screen.png"
    subprocess.run([*CHROMIUM, f"--screenshot={shot}", "--window-size=500,800", page.as_uri()], check=True, stderr=-3)
    return _to_height(Image.open(shot).convert("RGB"))


def windows(out: Path) -> Sequence[Image.Image]:
    """Draw pages of the web edition: one in a broad window by day, the others on telephones by night."""
    from playwright.sync_api import sync_playwright

    shots = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM[0]), args=["--no-sandbox"])
        for number, (name, page) in enumerate(WINDOWS):
            site = made(MANUSCRIPTS / name, "web", out)
            width = 410 if number else 1290
            window = browser.new_page(
                viewport={"width": width, "height": HEIGHT}, color_scheme="dark" if number else "light"
            )
            window.goto((site / f"{page}.html").as_uri())
            window.evaluate("() => document.fonts.ready.then(() => 0)")
            shots.append(Image.open(BytesIO(window.screenshot())).convert("RGB"))
        browser.close()
    return shots


def _loose(page: Path) -> str:
    """Read a page with plain blanks: titles hold their last words by no-break spaces."""
    return page.read_text(encoding="utf-8").replace("\u00a0", " ")


def page_of(document: pypdfium2.PdfDocument, title: str) -> Image.Image:
    """Draw the page of a PDF that the chapter with the title opens on: a running head has a folio beside it."""
    for page in document:
        lines = [" ".join(line.split()).lower() for line in page.get_textpage().get_text_range().splitlines()]
        # A long title runs on.
        if any(len(line) >= min(len(title), 12) and title.lower().startswith(line) for line in lines):
            return _page(page)
    raise SystemExit(f"no page opens with {title}")


def _to_height(picture: Image.Image) -> Image.Image:
    return picture.resize((round(picture.width * HEIGHT / picture.height), HEIGHT), Image.Resampling.LANCZOS)


def lay(pages: Sequence[Image.Image], *, touching: bool, colours: int = 64) -> Image.Image:
    """Lay pages side by side on a table, as an open book or apart, with a soft shadow below them."""
    between = 1 if touching else GAP
    width = sum(page.width for page in pages) + between * (len(pages) - 1) + 2 * GAP
    table = Image.new("RGB", (width, HEIGHT + 2 * GAP), TABLE)
    shadow = Image.new("L", table.size, 0)
    left, places = GAP, []
    for page in pages:
        places.append((left, GAP))
        shadow.paste(90, (left, GAP + 6, left + page.width, GAP + 6 + HEIGHT))
        left += page.width + between
    table.paste((60, 55, 50), mask=shadow.filter(ImageFilter.GaussianBlur(9)))
    for page, place in zip(pages, places, strict=True):
        table.paste(page, place)
    # A palette: text needs few colours, and a README loads in a moment.
    return table.quantize(colours, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
