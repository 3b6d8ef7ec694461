"""Books cut into units."""

from collections.abc import Callable, Mapping
from pathlib import Path

from lxml import etree

from packager import galley, manuscript, matter, theme
from packager.galley import Galley
from packager.layout import units
from packager.layout.jobs import Heads
from packager.layout.units import Unit

Write = Callable[[Mapping[str, str | bytes]], Path]

BOOK = {
    "book.md": """---
title: The Sea
author: Ann Lee
theme: novel
style: {running-head-verso: author, running-head-recto: chapter}
---
""",
    "00-dedication.md": "For Bea.\n",
    "00-preface.md": "# Preface\n\nBefore.\n",
    "01-one.md": """# One

Text[^a] and [two](02-two.md), [out](https://example.org/x).[^a]

## Below

[^a]: A *note*.
""",
    "02-two.md": "---\nshort-title: 2\neditions: [print]\n---\n# Two\n\nMore.\n",
}


def read(folder: Path) -> Galley:
    book = manuscript.load(folder)
    return galley.render(book, theme.load(book).style)


def cut(book: Galley, edition: str) -> dict[str, Unit]:
    front = matter.front_matter(book, edition)
    made = units.units(book, front, matter.contents(book, {}), style=book.style, edition=edition)
    return {unit.id: unit for unit in made}


def test_order_and_sides(manuscript: Write) -> None:
    made = cut(read(manuscript(BOOK)), "print")
    assert list(made) == ["half-title", "title-page", "copyright", "dedication", "contents", "preface", "one", "two"]
    assert [name for name, unit in made.items() if not unit.recto] == ["copyright"]
    assert [name for name, unit in made.items() if not unit.roman] == ["one", "two"]
    assert [name for name, unit in made.items() if not unit.display] == ["contents", "preface", "one", "two"]


def test_heads(manuscript: Write) -> None:
    made = cut(read(manuscript(BOOK)), "print")
    assert made["one"].heads.on(("", "")) == ("Ann Lee", "One")
    assert made["two"].heads.on(("Below", "Below")) == ("Ann Lee", "2")
    assert Heads("a", "b", (False, True)).on(("s", "s")) == ("a", "s")


def test_notes_stand_where_they_are_called(manuscript: Write) -> None:
    page = etree.fromstring(cut(read(manuscript(BOOK)), "screen")["one"].page)
    (note,) = page.iter("aside")
    assert note.get("data-mark") == "1"
    assert "".join(map(str, note.itertext())).strip() == "A note."
    assert note.xpath("name(..)") == "p"
    assert note.tail == " and "
    assert [call.text for call in page.iter("a") if call.get("class") == "noteref"] == ["1"]
    assert not [section for section in page.iter("section") if section.get("class") == "notes"]


def test_links_go_by_a_table_and_print_has_none(manuscript: Write) -> None:
    book = read(manuscript(BOOK))
    screen, paper = cut(book, "screen")["one"], cut(book, "print")["one"]
    targets = [(link.target, link.text) for link in screen.links]
    assert ("https://example.org/x", "out") in targets
    assert not [target for target, _ in targets if target == "#two"]  # that section is for print only
    assert b"packager:0" in screen.page
    assert not paper.links
    assert b"href" not in paper.page


def test_chapters_on_any_page(manuscript: Write) -> None:
    book = read(
        manuscript(
            {
                **BOOK,
                "book.md": "---\ntitle: T\nchapter-start: any\n---\n",
                "03-part.md": "---\nrole: part\n---\n# P\n",
                "04-x.md": "# X\n\nx\n",
            }
        )
    )
    made = cut(book, "print")
    assert [name for name, unit in made.items() if not unit.roman and unit.recto] == ["one", "part", "x"]


def test_marks(manuscript: Write) -> None:
    book = read(manuscript(BOOK))
    marks = units.marks(book, matter.front_matter(book, "screen"), "screen")
    assert [(mark.title, mark.level) for mark in marks if mark.id.startswith("one")] == [("One", 0), ("Below", 1)]
    assert "two" not in [mark.id for mark in marks]
