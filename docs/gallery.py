"""Make the handbook's gallery by a command: `python -m docs.gallery` (needs Chromium).

Each chapter of the specimen is drawn as printed and as a telephone shows it, side by side, in greys.
"""

import tempfile
import zipfile
from pathlib import Path

import pypdfium2
from PIL import Image

from docs.pictures import GAP, HEIGHT, MANUSCRIPTS, lay, made, page_of, screen

TARGET = MANUSCRIPTS / "handbook" / "gallery"
CHAPTERS = {
    "documents": "Documents",
    "verse": "Verse and Voices",
    "boxes": "Boxes and Lists",
    "figures": "Figures and Tables",
    "code": "Code",
    "mathematics": "Mathematics",
    "notes": "Notes",
    "citations": "Citations",
    "languages": "Index, glossary and languages",
}
"""Name of the picture -> title of the specimen's chapter it shows."""


def main() -> None:
    """Build the specimen and write one picture a chapter."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        printed = made(MANUSCRIPTS / "specimen", "print", out)
        with zipfile.ZipFile(made(MANUSCRIPTS / "specimen", "epub", out)) as parts:
            parts.extractall(out / "epub")
        with pypdfium2.PdfDocument(printed) as document:
            for name, title in CHAPTERS.items():
                pages = [page_of(document, title), screen(out / "epub", title, out)]
                grey(lay(pages, touching=False)).save(TARGET / f"{name}.png", optimize=True)


def grey(picture: Image.Image) -> Image.Image:
    """Cut off the table that the pages lie on, and leave sixteen greys."""
    inner = picture.convert("L").crop((GAP // 2, GAP // 2, picture.width - GAP // 2, HEIGHT + GAP * 3 // 2))
    # Few greys pack well; grey by its kind, the plate prints in one ink.
    return inner.quantize(16, dither=Image.Dither.NONE).convert("L")


if __name__ == "__main__":
    main()
