"""Chapters for layout tests, from their text to what the engine makes of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from packager import production, variants
from packager.galley import Memo
from packager.layout.plan import Plan


def drawn(press: Any, body: str, css: Iterable[str]) -> bytes:
    """Draw the body of a page."""
    root = ElementTree.fromstring(f"<html lang='en'><head/><body>{body}</body></html>")
    data: bytes = press.written(press.document(root, css))[0]
    return data


def planned(folder: Path, text: str, memo: Memo) -> Plan:
    """Plan the print edition of a manuscript whose chapter `tide` has a new text."""
    (folder / "tide.md").write_text(text)
    galley, look = production.proof(folder, memo=memo)
    return Plan(variants.variant(galley, "print"), look, "print")
