"""The memo: a render that remembers gives what a render from nothing gives, and composes only what changed."""

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from packager import composition, memo, store
from packager.book import Asset, Book, Metadata, Options, Section, Stylesheet
from packager.composition import Composed
from packager.galley import Galley, Memo, render
from packager.store import Store

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="9"><path d="M0 0h9"/></svg>'
TEXTS = (
    "# One {#one}\n\nA [link](two.md#far) and a note.[^a]\n\n[^a]: See [@doe].\n",
    "# Two\n\n![A drawing](a.svg){#fig-a}\n\n## Far {#far}\n\n{{title}}, @fig-a. {{missing}}\n",
    "# Three\n\n* * *\n\n“Talk,” said *she*. [Word]{.index}\n\n::: letter\nDear all\n:::\n",
    "# Four\n\n![None](none.png)\n\nText {{own}} -- and $x^2$.\n",
)
BIB = b"@book{doe, author={Doe, Ann}, title={Things}, year={1999}}"


def _book() -> Book:
    sections = tuple(Section(f"{name}.md", 1, text, name) for name, text in zip("abcd", TEXTS, strict=True))
    files = {"a.svg": Asset("a.svg", SVG % 9), "r.bib": Asset("r.bib", BIB)}
    return Book("book", Metadata("A Book"), sections, files, options=Options(bibliography=("r.bib",)))


def _told(galley: Galley) -> tuple[object, ...]:
    """Write all of a galley down."""
    trees = [etree.tostring(leaf.element, encoding="unicode") for leaf in galley.leaves]
    book = replace(galley.book, assets={})
    return trees, galley.leaves, galley.contents, galley.homes, galley.problems, galley.places, book


def _edited(book: Book, style: dict[str, object], dice: random.Random) -> tuple[Book, dict[str, object]]:
    """Change one thing, as an author or a file system may."""
    at = dice.randrange(len(book.sections))
    section = book.sections[at]
    number = dice.randrange(3)
    changed = dice.choice(
        (
            replace(section, text=f"{section.text}\nMore {number}.\n"),
            replace(section, text=TEXTS[number]),
            replace(section, line=1 + 10 * number),
            replace(section, lines=tuple(range(number, 60 + number))),
            replace(section, role=("chapter", "preface", "appendix")[number]),
            replace(section, title=("", "Named", "Else")[number]),
            replace(section, lang=("", "fr", "ar")[number]),
            replace(section, slug=f"{'abcd'[at]}{number}"),
        )
    )
    sections = list(book.sections)
    match dice.randrange(11):
        case 0:
            book = replace(book, metadata=replace(book.metadata, title=f"Book {number}"))
        case 1:
            book = replace(book, variables={"own": f"word {number}"})
        case 2:
            book = replace(book, options=replace(book.options, notes=("foot", "chapter", "book")[number]))
        case 3:
            book = replace(
                book, assets={**book.assets, "a.svg": Asset("a.svg", (SVG % number, b"", b"<svg/>")[number])}
            )
        case 4:
            files = {"none.png": Asset("none.png", SVG % 5)} if number else {}
            book = replace(book, assets={"a.svg": book.assets["a.svg"], "r.bib": book.assets["r.bib"], **files})
        case 5:
            book = replace(book, stylesheets=(Stylesheet("style.css", f".leter {{ top: {number}px }}"),))
        case 6:
            files = {
                "r.bib": Asset("r.bib", BIB.replace(b"1999", b"199%d" % number).replace(b"doe", b"dough"[: 3 + number]))
            }
            book = replace(book, assets={**book.assets, **files})
        case 7:
            style = {**style, "scene-break": "*" * number, "drop-caps": number == 1}
        case 8:
            sections.insert(at, sections.pop(number))
            book = replace(book, sections=tuple(sections))
        case _:
            sections[at] = changed
            book = replace(book, sections=tuple(sections))
    return book, style


@pytest.mark.parametrize("seed", range(4))
def test_a_render_that_remembers_is_a_fresh_one(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    dice, kept = random.Random(seed), Memo()
    book, style = _book(), dict[str, object]()
    for _ in range(25):
        fresh = _told(render(book, style))
        assert _told(render(book, style, kept)) == fresh
        assert _told(render(book, style, Memo(Store()))) == fresh
        assert _told(render(book, style, Memo(Store(), once=True))) == fresh
        book, style = _edited(book, style, dice)


def test_only_what_changed_is_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[str] = []
    compose = composition.compose

    def noted(book: Book, section: Section, style: Mapping[str, object], *rest: object) -> Composed:
        composed.append(section.slug)
        return compose(book, section, style, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(memo, "compose", noted)
    kept, book = Memo(), _book()
    render(book, {}, kept)
    assert composed == ["a", "b", "c", "d"]
    composed.clear()
    first, second, *rest = book.sections
    book = replace(book, sections=(first, replace(second, text="# Else\n"), *(replace(each, line=9) for each in rest)))
    render(book, {}, kept)
    assert composed == ["b"]


def test_the_next_process_composes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    first = _told(render(_book(), {}, Memo(Store())))
    monkeypatch.setattr(memo, "compose", lambda *about: pytest.fail("composed"))
    assert _told(render(_book(), {}, Memo(Store()))) == first


def test_a_settled_memo_leaves_the_disk_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    kept, book = Memo(Store()), _book()
    render(book, {}, kept)
    before = sorted(tmp_path.rglob("*"))
    assert before
    kept.settle()
    edited = replace(book, sections=(replace(book.sections[0], text="# Else\n"), *book.sections[1:]))
    assert _told(render(edited, {}, kept)) == _told(render(edited, {}))
    assert sorted(tmp_path.rglob("*")) == before


SHARED = """
import sys
from packager import memo, sharing, galley, store
from tests.test_memo import _book, _told
memo._WORTH = 0
first = _told(galley.render(_book(), {}, galley.Memo(store.Store(), once=True)))
assert first == _told(galley.render(_book(), {}))
memo.compose = None
assert first == _told(galley.render(_book(), {}, galley.Memo(store.Store(), once=True)))
"""


def test_two_processes_compose_what_one_does(tmp_path: Path) -> None:
    env = {**os.environ, store.VARIABLE: str(tmp_path)}
    subprocess.run([sys.executable, "-c", SHARED], env=env, check=True, timeout=60, cwd=Path(__file__).parents[1])


def test_trees_are_the_callers_own() -> None:
    kept = Memo()
    first = render(_book(), {}, kept)
    before = _told(first)
    for leaf in first.leaves:
        leaf.element.clear()
    assert _told(render(_book(), {}, kept)) == before
