"""A historic letter, beside the checkout, as an edition of its own: letter, editors' explanation, provenance."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from lxml import etree

from packager import build
from packager.words import words_of

Check = Callable[[Iterable[Path]], Mapping[str, list[str]]]

BOOK = """\
---
title: A Letter to the Politburo
subtitle: March 15, 1933
author: Leon Trotsky
editor: The editors of the Biulleten
lang: en-US
date: 1933-03-15
description: One letter, with the explanation that its first editors printed beside it.
---
"""


@pytest.fixture
def edition(shared: Path, tmp_path: Path) -> Path:
    """Write the manuscript of the letter, made from the file as it was collected."""
    text = (shared / "corpora" / "letter" / "source.txt").read_text("utf-8")
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    (title, date), source, mark, addressee = lines[0].split(", ", 1), lines[1], lines[3], lines[4]
    end = lines.index("Explanation")
    body, signature = lines[5 : end - 1], lines[end - 1]
    explanation, editors, place = lines[end + 1 : -2], lines[-2], lines[-1]

    def block(name: str, *held: str) -> str:
        return "\n\n".join([f"::: {name}", *held, ":::"])

    letter = [
        block("mark", mark),
        block("dateline", date),
        block("addressee", addressee),
        *body,
        block("signature", signature),
    ]
    notes = ["**Explanation**", *explanation, block("signature", editors), block("dateline", place)]
    parts = [f"# {title}", block("letter", *letter), block("editor", *notes), block("provenance", source)]
    folder = tmp_path / "letter"
    folder.mkdir()
    (folder / "book.md").write_text(BOOK, "utf-8")
    (folder / "letter.md").write_text("\n\n".join(parts), "utf-8")
    return folder


@pytest.mark.parametrize("theme", ["scholar", "novel"])
def test_letter_is_an_edition_of_its_own(edition: Path, tmp_path: Path, epubcheck: Check, theme: str) -> None:
    report = build(edition, out=tmp_path, theme=theme)
    assert report.ok, report.problems
    assert {problem.code for problem in report.problems} <= {"pages-count"}
    epub, pdf = (made.path for made in report.made)
    assert epubcheck([epub]) == {str(epub): []}
    with ZipFile(epub) as files:
        (page,) = [name for name in files.namelist() if name.endswith("/letter.xhtml")]
        tree = etree.fromstring(files.read(page))
    kinds = {node.get("{http://www.idpf.org/2007/ops}type"): node for node in tree.iter() if node.get("class")}
    assert {"z3998:letter", "z3998:recipient", "z3998:signature", "z3998:editorial-note"} <= kinds.keys()
    letter, editor = words_of(kinds["z3998:letter"]), words_of(kinds["z3998:editorial-note"])
    assert (letter[0], letter[-1], len(letter) > 500) == ("Secret", "Trotsky", True)
    assert (editor[0], editor[-1]) == ("Explanation", "1933")
    with pypdfium2.PdfDocument(pdf) as document:
        printed = "".join("".join(page.get_textpage().get_text_range().split()) for page in document).casefold()
    assert [word for word in ("secret", "trotsky", "explanation", "oppozitsii") if word not in printed] == []
