"""Proof-reads a finished PDF: counts the letters that a reader would get from each page. The only user of PDFium."""

from collections.abc import Iterator

import pypdfium2

from packager.layout import reading
from packager.layout.jobs import Proof


def letters(job: Proof, missing: str) -> Iterator[int]:
    """Yield how many letters come out of each page; `missing` are the characters that no font has."""
    pdf = pypdfium2.PdfDocument(job.file)
    try:
        for page in job.pages:
            yield reading.count(text(pdf, page), missing)
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
