"""Folders of Quarto are read as they are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from packager import manuscript
from packager.galley import render

PROJECT = """\
project:
  type: book
book:
  title: Cats
  author:
    - name: Ada Lovelace
      orcid: 0000-0002-1825-0097
  date: 8/18/2022
  chapters:
    - index.qmd
    - part: Kinds
      chapters: [wild.qmd, {text: Tame, file: tame.qmd}]
    - text: "---"
    - references.qmd
  appendices:
    - breeds.qmd
format:
  html:
    theme: cosmo
packager: {trim: 6x9}
"""


def test_a_quarto_book(tmp_path: Path) -> None:
    write(tmp_path, {
        "_quarto.yml": PROJECT,
        "index.qmd": "# Preface {.unnumbered}\n\nHello, @sec-wild.",
        "wild.qmd": "---\nexecute:\n  echo: false\ntitle: Wild\n---\n\n## Lions {#sec-wild}\n\nRoar.",
        "tame.qmd": "# Introduction\n\nMiaow.",
        "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::",
        "breeds.qmd": "# Breeds\n\nMany.",
    })  # fmt: skip
    book = manuscript.load(tmp_path)
    assert not book.problems
    about = book.metadata
    assert (about.title, about.authors, about.date) == ("Cats", ("Ada Lovelace",), "2022-08-18")
    assert (book.options.theme, book.options.trim, book.options.numbered) == ("manual", "6x9", True)
    assert [(section.path, section.role, section.depth) for section in book.sections] == [
        ("index.qmd", "preface", 0),
        ("", "part", 0),
        ("wild.qmd", "chapter", 1),
        ("tame.qmd", "chapter", 1),
        ("references.qmd", "bibliography", 0),
        ("breeds.qmd", "appendix", 0),
    ]
    assert not [problem for problem in render(book, {}).problems if problem.severity == "error"]


@pytest.mark.parametrize(
    ("project", "code", "line"),
    [
        ("book:\n  title: X\n  chapters: [a.qmd, b.qmd]", "chapter-missing", 3),
        ("book:\n  title: X\n  date: Mayday\n  chapters: [a.qmd]", "date-unread", 3),
        ("book:\n  chapters: [a.qmd]", "title-missing", 1),
    ],
)
def test_what_is_wrong_is_told(project: str, code: str, line: int, tmp_path: Path) -> None:
    write(tmp_path, {"_quarto.yml": project, "a.qmd": "# A\n\nText."})
    (problem,) = manuscript.load(tmp_path).problems
    assert (problem.code, problem.path, problem.line) == (code, "_quarto.yml", line)


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
