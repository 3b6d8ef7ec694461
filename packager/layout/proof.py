"""Proof-reads a finished PDF: counts the letters that a reader would get from each page. The only user of PDFium."""

from collections.abc import Iterator

import pypdfium2

from packager.layout import reading
from packager.layout.jobs import Proof


def short(job: Proof, missing: str) -> Iterator[tuple[int, int, int]]:
    """Yield each page, from 0, that gives fewer letters than were laid out on it, with both numbers.

    `missing` are the characters that no font has.
    """
    pdf = pypdfium2.PdfDocument(job.file)
    try:
        for page, wanted in enumerate(job.letters, job.first):
            found = reading.count(text(pdf, page), missing)
            if found < wanted:
                yield page, wanted, found
    finally:
        pdf.close()


def text(pdf: "pypdfium2.PdfDocument", page: int) -> str:
    """Extract the text of a page, from 0."""
    opened = pdf[page]
    layer = opened.get_textpage()
    try:
        return str(layer.get_text_range())
    finally:
        layer.close()
        opened.close()
