"""The memo: a render that remembers gives what a render from nothing gives, and composes only what changed."""

import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from packager import citing, composition, memo, store
from packager.book import Asset, Book, Metadata, Options, Section, Stylesheet
from packager.citing import Cite
from packager.composition import Composed
from packager.galley import Galley, Memo, render
from packager.references import Entry
from packager.store import Store
from packager.trees import text_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="9"><path d="M0 0h9"/></svg>'
TEXTS = (
    "# One {#one}\n\nA [link](two.md#far) and a note.[^a]\n\n[^a]: See [@doe].\n",
    "# Two\n\n![A drawing](a.svg){#fig-a}\n\n## Far {#far}\n\n{{title}}, @fig-a. {{missing}}\n",
    "# Three\n\n* * *\n\n“Talk,” said *she*. [Word]{.index}\n\n::: letter\nDear all\n:::\n",
    "# Four\n\n![None](none.png)\n\nText {{own}} -- and $x^2$.\n",
)
BARE = (
    "# One {#one}\n\nA [link](two.md#far), [another](b.md), @fig-a and a note.[^a]\n\n[^a]: See @sec-three.\n",
    TEXTS[1],
    "# Three {#sec-three}\n\n![B](a.svg){#fig-b}\n\n[Nowhere](x.md){#sec-lost} @sec-lost @fig-b [[@fig-a]]{}\n",
    TEXTS[3] + "\n[Unsafe](javascript:a){#named} [to it](#named)\n",
)
"""Texts of which nothing is gathered at the book's end."""
BIB = b"@book{doe, author={Doe, Ann}, title={Things}, year={1999}}"


def _book(texts: Sequence[str] = TEXTS) -> Book:
    sections = tuple(Section(f"{name}.md", 1, text, name) for name, text in zip("abcd", texts, strict=False))
    files = {"a.svg": Asset("a.svg", SVG % 9), "r.bib": Asset("r.bib", BIB)}
    options = Options(bibliography=("r.bib",)) if texts is TEXTS else Options(numbered=True, colophon=True)
    return Book("book", Metadata("A Book"), sections, files, options=options)


def _told(galley: Galley) -> tuple[object, ...]:
    """Write all of a galley down."""
    trees = [etree.tostring(leaf.element, encoding="unicode") for leaf in galley.leaves]
    book = replace(galley.book, assets={})
    return trees, galley.leaves, galley.contents, galley.homes, galley.problems, galley.places, book


def _edited(
    book: Book, texts: Sequence[str], style: dict[str, object], dice: random.Random
) -> tuple[Book, dict[str, object]]:
    """Change one thing, as an author or a file system may."""
    at = dice.randrange(len(book.sections))
    section = book.sections[at]
    number = dice.randrange(3)
    changed = dice.choice(
        (
            replace(section, text=f"{section.text}\nMore {number}.\n"),
            replace(section, text=texts[number]),
            replace(section, text=section.text.replace("##", "#" * (1 + number))),
            replace(section, text=section.text.replace("fig-a", "fig-b").replace("Far", f"Far {number}")),
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


@pytest.mark.parametrize("texts", [TEXTS, BARE], ids=["gathered", "bare"])
@pytest.mark.parametrize("seed", range(4))
def test_a_render_that_remembers_is_a_fresh_one(
    seed: int, texts: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    dice, kept = random.Random(seed), Memo()
    book, style = _book(texts), dict[str, object]()
    for _ in range(25):
        fresh = _told(render(book, style))
        assert _told(render(book, style, kept)) == fresh
        assert _told(render(book, style, Memo(Store()))) == fresh
        assert _told(render(book, style, Memo(Store(), once=True))) == fresh
        book, style = _edited(book, texts, style, dice)


def test_an_edit_inside_a_section_leaves_the_others_as_they_are() -> None:
    kept, book = Memo(), _book(BARE)
    before = render(book, {}, kept).leaves
    first, *rest = book.sections
    after = render(replace(book, sections=(replace(first, text=first.text + "\nMore.\n"), *rest)), {}, kept).leaves
    assert [new is old for new, old in zip(after, before, strict=True)] == [False, True, True, True, False]


def test_a_chapter_that_counts_no_more_renumbers_the_next() -> None:
    kept = Memo()
    for mark, number in (("", "2"), (" {.unnumbered}", "1")):
        galley = render(_book((f"# A{mark}\n\nText.\n", "# B\n\nText.\n")), {"chapter-number": "arabic"}, kept)
        assert number in galley.leaves[1].number


def test_citations_are_set_again_only_when_they_are_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    times: list[int] = []
    set_all = citing.set_all

    def noted(style: bytes, lang: str, entries: Mapping[str, Entry], cites: Sequence[Sequence[Cite]]) -> citing.Made:
        times.append(len(cites))
        return set_all(style, lang, entries, cites)

    monkeypatch.setattr(citing, "set_all", noted)
    kept, book = Memo(Store()), _book()
    for more in ("", "\nMore.\n", "\n[@doe, 4]\n"):
        first, *rest = book.sections
        edited = replace(book, sections=(replace(first, text=first.text + more), *rest))
        assert _told(render(edited, {}, kept)) == _told(render(edited, {}, Memo(Store())))
    assert times == [1, 2]


def test_a_name_that_changes_reaches_those_who_call_it() -> None:
    kept, book = Memo(), _book(BARE)
    render(book, {}, kept)
    first, second, *rest = book.sections
    moved = replace(second, text=f"![New](a.svg){{#fig-new}}\n\n{second.text}")
    galley = render(replace(book, sections=(first, moved, *rest)), {}, kept)
    assert "Figure\u00a02.2" in text_of(galley.leaves[0].element)


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
