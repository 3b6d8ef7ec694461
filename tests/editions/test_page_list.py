"""The EPUB tells the pages of the printed book: marks in the text, a list of them, and what they are taken from."""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import cast

import pypdfium2
import pytest
from lxml import etree

from packager import production

Write = Callable[[Mapping[str, str | bytes]], Path]

BOOK = "---\ntitle: The Tide\nauthor: Ada\ntheme: novel\npage-list: true\nisbn:\n  paperback: 978-0-306-40615-7\n---\n"
NAMES = [f"{first}{second}{third}" for first in "bdgk" for second in "aeiou" for third in "lmnrst"]
TEXT = "".join(
    "\n\n"
    + "".join(f"Every wave of {name}{end} comes in and goes out again, " for end in "aeio")
    + f"says one.[^{name}]"
    for name in NAMES
)
NOTES = "".join(f"\n\n[^{name}]: A note on {name}." for name in NAMES)
FILES = {
    "book.md": BOOK,
    "1.md": f"# One\n\n::: only-epub\nTap.\n:::\n{TEXT}{NOTES}\n",
    "2.md": "# Two\n\nThe *end*.\n",
}


def _built(root: Path, to: tuple[str, ...], out: Path) -> dict[str, bytes]:
    report = production.build(root, to, out, jobs=1)
    assert report.ok, report.problems
    return {made.edition: made.path.read_bytes() for made in report.made}


def _letters(text: str) -> str:
    return re.sub("[^A-Za-z]+", "", text)  # no calls of notes, which are figures


def _after(mark: etree._Element) -> str:
    """Give the next words behind a mark, but the first, which may be divided."""
    found = cast(list[str], mark.xpath("following::text()"))
    return " ".join("".join(found).split()[1:6])


def test_every_page_of_the_printed_book_is_marked_where_it_begins(manuscript: Write, tmp_path: Path) -> None:
    files = _built(manuscript(FILES), ("epub", "print"), tmp_path / "out")
    pdf = pypdfium2.PdfDocument(files["print"])
    printed = {pdf.get_page_label(n): _letters(pdf[n].get_textpage().get_text_range()) for n in range(len(pdf))}
    with zipfile.ZipFile(BytesIO(files["epub"])) as epub:
        nav = etree.fromstring(epub.read("EPUB/nav.xhtml"))
        package = epub.read("EPUB/content.opf").decode()
        listed = [(a.text, a.get("href")) for a in nav.findall(".//{*}nav[@role='doc-pagelist']//{*}a")]
        marks = 0
        for label, href in listed:
            file, _, name = str(href).partition("#")
            (mark,) = [node for node in etree.fromstring(epub.read(f"EPUB/{file}")).iter("*") if node.get("id") == name]
            assert (mark.get("role"), mark.get("aria-label")) == ("doc-pagebreak", label)
            assert _letters(_after(mark)) in printed[label]
            marks += 1
    assert [label for label, _ in listed] == ["iii", "iv", *(str(n) for n in range(1, marks - 1) if printed[str(n)])]
    assert marks > 12
    assert '<meta property="pageBreakSource">urn:isbn:9780306406157</meta>' in package
    assert "pageBreakMarkers" in package
    assert "pageNavigation" in package


def test_the_epub_is_the_same_whether_the_printers_file_is_made_or_not(
    manuscript: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = manuscript(FILES)
    both = _built(root, ("epub", "print"), tmp_path / "both")
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path / "cache"))
    assert _built(root, ("epub",), tmp_path / "alone")["epub"] == both["epub"]
    assert _built(root, ("print",), tmp_path / "print")["print"] == both["print"]


def test_a_book_that_does_not_ask_for_it_has_none(manuscript: Write, tmp_path: Path) -> None:
    root = manuscript({**FILES, "book.md": BOOK.replace("page-list: true\n", "")})
    with zipfile.ZipFile(BytesIO(_built(root, ("epub",), tmp_path)["epub"])) as epub:
        assert not any(b"pagebreak" in epub.read(name) or b"page-list" in epub.read(name) for name in epub.namelist())
        assert b"pageBreakSource" not in epub.read("EPUB/content.opf")


def test_what_keeps_pages_from_being_set_keeps_the_epub_too(manuscript: Write, tmp_path: Path) -> None:
    root = manuscript({**FILES, "book.md": BOOK.replace("theme: novel", "theme: novel\ntrim: 40mm x 40mm")})
    report = production.build(root, ("epub",), tmp_path, jobs=1)
    assert not report.ok
    assert not list(tmp_path.glob("*.epub"))
