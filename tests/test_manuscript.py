import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from packager import frontmatter
from packager.book import Book, Section
from packager.manuscript import load
from packager.problems import PackagerError, has_errors
from packager.reading import Memory

Write = Callable[[Mapping[str, str | bytes]], Path]

BOOK = "---\ntitle: The Tide\nauthor: Ada\n---\n"
MDBOOK = Path(__file__).parent / "books" / "mdbook"


def said(book: Book) -> list[str]:
    return [str(problem) for problem in book.problems]


def by_slug(book: Book) -> dict[str, Section]:
    return {section.slug: section for section in book.sections}


def test_a_folder_is_a_book(manuscript: Write) -> None:
    book = load(
        manuscript(
            {"book.md": BOOK, "2.md": "# Two\n", "10.md": "---\nrole: epilogue\n---\n\n# Ten\r\n", "README.md": "x"}
        )
    )
    assert said(book) == []
    assert (book.name, book.metadata.title, book.path, dict(book.lines)) == (
        "book",
        "The Tide",
        "book.md",
        {"title": 2, "author": 3},
    )
    assert [(s.path, s.slug, s.line, s.text, s.role) for s in book.sections] == [
        ("2.md", "chapter-2", 1, "# Two\n", "chapter"),
        ("10.md", "epilogue-10", 4, "\n# Ten\n", "epilogue"),
    ]


def _changed(root: Path, dice: random.Random) -> None:
    """Do to a folder what an author may do between two saves."""
    texts = (
        "# One\n", "---\nrole: epilogue\n---\n\n# Ten\r\n", "---\nrole: 7\nx: [\n---\n", "{{< include 2.md >}}\n",
        "include::x[]\n", "# A\n\n\0\n", "---\ndraft: true\n---\n# B\n", "---\nid: one\n---\n# C\n",
    )  # fmt: skip
    name = dice.choice(("1.md", "2.md", "dedication.md", "x/3.md", "book.md", "SUMMARY.md"))
    match dice.randrange(6):
        case 0:
            (root / name).unlink(missing_ok=True)
        case 1:
            (root / name).rename(root / "4.md") if (root / name).exists() else None
        case 2 if name == "SUMMARY.md":
            (root / name).write_text("# Summary\n\n- [One](1.md)\n  - [Two](2.md)\n")
        case _:
            (root / name).write_text(dice.choice((BOOK, f"{BOOK}chapters: [2.md, 1.md]\n---\n", *texts)))


@pytest.mark.parametrize("seed", range(4))
def test_a_manuscript_read_with_its_memory_is_one_read_anew(seed: int, manuscript: Write) -> None:
    dice, memory = random.Random(seed), Memory()
    root = manuscript({"1.md": f"{BOOK}# One\n", "2.md": "# Two\n", "x/3.md": "# Three\n"})
    for _ in range(60):
        _changed(root, dice)
        told: list[object] = []
        for known in (None, memory):
            try:
                told.append(replace(load(root, known), assets={}))
            except PackagerError as stop:
                told.append(stop.problems)
        assert told[0] == told[1]


def test_with_a_memory_only_what_changed_is_taken_apart(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root, memory = manuscript({"book.md": BOOK, "1.md": "# One\n", "2.md": "# Two\n"}), Memory()
    load(root, memory)
    (root / "2.md").write_text("# Three\n")
    split, taken = frontmatter.split, list[str]()

    def noted(text: str) -> tuple[str | None, str, int]:
        taken.append(text)
        return split(text)

    monkeypatch.setattr(frontmatter, "split", noted)
    assert [section.text for section in load(root, memory).sections] == ["# One\n", "# Three\n"]
    assert taken == [BOOK, "# Three\n"]


@pytest.mark.parametrize("name", ["book.yaml", "book.yml"])
@pytest.mark.parametrize("fences", [True, False])
def test_front_matter_may_stand_in_yaml(manuscript: Write, name: str, fences: bool) -> None:
    text = BOOK if fences else BOOK.replace("---\n", "")
    book = load(manuscript({name: text, "01.md": "x"}))
    assert (book.metadata.title, book.path, book.lines["author"]) == ("The Tide", name, 3 if fences else 2)


def test_the_first_file_may_carry_the_books_front_matter(manuscript: Write) -> None:
    head = "---\ntitle: The Tide\nlang: fr\nrole: preface\nid: start\ntrim: a5\n---\n\n# One\n"
    book = load(manuscript({"01.md": head, "02.md": "---\ntitle: Two\n---\nx"}))
    assert said(book) == []
    assert (book.metadata.title, book.metadata.lang, book.options.trim) == ("The Tide", "fr", "a5")
    first, second = book.sections
    assert (first.title, first.role, first.slug, first.line, first.lang) == ("", "preface", "start", 8, "")
    assert second.title == "Two"


def test_a_single_file_is_cut_at_its_headings(manuscript: Write) -> None:
    preface, storm = "# Preface\n\nx\n\n```\n# no\n```\n\n", "# Storm {#s .unnumbered}\ny\n\n"
    text = f"{BOOK}Before.\n\n{preface}{storm}Calm\n====\nz\n\n# To Ada {{.dedication}}\n"
    path = manuscript({"my tide.md": text, "other.md": "not in it"}) / "my tide.md"
    book = load(path)
    assert said(book) == []
    assert (book.name, book.metadata.title) == ("my-tide", "The Tide")
    assert [(s.slug, s.line, s.role, s.text.split("\n")[0]) for s in book.sections] == [
        ("opening", 5, "chapter", "Before."),
        ("preface", 7, "chapter", "# Preface"),
        ("storm", 15, "chapter", "# Storm {#s .unnumbered}"),
        ("calm", 18, "chapter", "Calm"),
        ("to-ada", 22, "dedication", "# To Ada {.dedication}"),
    ]
    assert "\n".join(section.text for section in book.sections) == text.removeprefix(BOOK)


def test_a_book_file_alone_holds_the_text(manuscript: Write) -> None:
    root = manuscript({"book.md": BOOK + "# One\n\n# Two\n"})
    assert [s.slug for s in load(root).sections] == [s.slug for s in load(root / "book.md").sections] == ["one", "two"]


def test_text_in_book_md_beside_chapters_is_a_warning(manuscript: Write) -> None:
    (problem,) = said(load(manuscript({"book.md": BOOK + "Lost.\n", "01.md": "x"})))
    assert problem.startswith("book.md: book.md holds front matter only")


def test_chapters_give_order_parts_and_titles(manuscript: Write) -> None:
    head = BOOK.replace("author: Ada", "chapters:\n- b.md\n- part: Part Two\n  chapters: [{file: a.md, title: Alpha}]")
    book = load(
        manuscript({"book.md": head, "a.md": "# A", "b.md": "# B", "c.md": "# C", "d.md": "---\ndraft: true\n---\n"})
    )
    assert [(s.path, s.slug, s.title, s.role, s.depth) for s in book.sections] == [
        ("b.md", "b", "", "chapter", 0),
        ("", "part-two", "Part Two", "part", 0),
        ("a.md", "a", "Alpha", "chapter", 1),
    ]
    assert said(book) == [
        "c.md: `chapters` does not name this file (name it there, or write draft: true in its front matter)"
    ]


def test_what_chapters_name_must_be_there_once(manuscript: Write) -> None:
    head = BOOK.replace("author: Ada", "chapters: [\n a.md,\n nope.md,\n ./a.md,\n ../out.md,\n x.png]")
    assert said(load(manuscript({"book.md": head, "a.md": "# A", "x.png": b""}))) == [
        "book.md:5: the chapter nope.md does not exist",
        "book.md:6: the chapter a.md is named twice",
        "book.md:7: the chapter ../out.md lies outside the manuscript's folder",
        "book.md:8: the chapter x.png is not Markdown",
    ]


def test_leanpubs_list_gives_the_order(manuscript: Write) -> None:
    files = {
        "book.md": BOOK,
        "manuscript/Book.txt": "two.md\none.txt\n",
        "manuscript/one.txt": "1",
        "manuscript/two.md": "2",
    }
    assert [s.path for s in load(manuscript(files)).sections] == ["manuscript/two.md", "manuscript/one.txt"]


def test_files_after_a_part_belong_to_it(manuscript: Write) -> None:
    names = ["01-prologue", "02-part-one", "03-a", "04-part-two", "05-b", "06-epilogue", "07-appendix"]
    book = load(manuscript({"book.md": BOOK, **{f"{name}.md": "x" for name in names}}))
    assert [(s.role, s.depth) for s in book.sections] == [
        ("prologue", 0), ("part", 0), ("chapter", 1), ("part", 0), ("chapter", 1), ("epilogue", 0), ("appendix", 0),
    ]  # fmt: skip


def test_a_name_says_a_role_only_where_the_role_can_stand(manuscript: Write) -> None:
    names = ["1-preface", "2-storm", "3-introduction", "4-index", "5-calm", "6-index"]
    book = load(manuscript({"book.md": BOOK, **{f"{name}.md": "x" for name in names}}))
    assert [s.role for s in book.sections] == ["preface", "chapter", "chapter", "chapter", "chapter", "index"]


def test_slugs_are_unique_and_given_ids_stay(manuscript: Write) -> None:
    own = "---\nid: storm\n---\n"
    files = {"book.md": BOOK, "1-storm.md": "x", "2-storm.md": own, "3-storm.md": "x", "4-nav.md": "x", "5.md": own}
    book = load(manuscript(files))
    assert [s.slug for s in book.sections] == ["storm-2", "storm", "storm-3", "nav-2", "chapter-5"]
    assert said(book) == ["5.md:2: the id `storm` is taken by 2-storm.md (choose another)"]


def test_section_front_matter_arrives(manuscript: Write) -> None:
    head = "---\ntitle: T\nsubtitle: S\nshort-title: H\nauthor: [A, B]\n"
    head += "toc: no\nnumbered: true\neditions: [epub]\nlang: fr\n---\n"
    (section,) = load(manuscript({"book.md": BOOK, "1.md": head + "x"})).sections
    assert (section.title, section.subtitle, section.short_title, section.authors) == ("T", "S", "H", ("A", "B"))
    assert (section.toc, section.numbered, section.editions, section.lang) == (False, True, ("epub",), "fr")


def test_all_problems_come_at_once(manuscript: Write) -> None:
    files: dict[str, str | bytes] = {
        "book.md": "---\nauthor: Ada\nlang: xx-yy-zz\ncover: nope.png\ncss: gone.css\n---\n",
        "1.md": b"ok\n\xff\n",
        "2.md": "---\nrole: king\n---\nx",
        "3.md": '\n--8<-- "x"\n',
    }
    book = load(manuscript(files))
    assert [problem.place for problem in book.problems] == [
        "1.md:2", "2.md:2", "3.md:2", "book.md:2", "book.md:3", "book.md:4", "book.md:5",
    ]  # fmt: skip
    assert has_errors(book.problems)
    assert (len(book.sections), book.metadata.title, book.metadata.cover) == (3, "Book", "")


FENCE = " (write --- on the first line, then title: The Title, then ---)"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("01.md", "# One", "01.md:1: the book has no title" + FENCE),
        ("book.md", "", "book.md:1: the book has no title" + FENCE),
        ("book.md", "---\nauthor: A\n---\n", "book.md:2: the book has no title (write title: The Title)"),
        ("book.md", '---\nauthor: A\ntitle: " "\n---\n', "book.md:3: `title` is blank (write title: The Title)"),
        ("book.md", "---\ntitle: [a]\n---\n", "book.md:2: `title` must be text, not a list"),
    ],
)
def test_a_book_needs_a_title(manuscript: Write, name: str, text: str, problem: str) -> None:
    assert said(load(manuscript({"02.md": "x", name: text}))) == [problem]


@pytest.mark.parametrize(
    "files", [{"book.txt": "no"}, {"book.md": BOOK}, {"01.md": BOOK.replace("author: Ada", "draft: true")}]
)
def test_a_folder_without_text_is_no_book(manuscript: Write, files: Mapping[str, str]) -> None:
    with pytest.raises(PackagerError, match="no chapters: there is no Markdown text"):
        load(manuscript(files))


@pytest.mark.parametrize("name", ["nope", "a.txt", "a\0b", "x" * 300])
def test_what_is_no_manuscript_is_refused(manuscript: Write, name: str) -> None:
    root = manuscript({"a.txt": "x"})
    with pytest.raises(PackagerError) as told:
        load(root / name)
    assert [problem.code for problem in told.value.problems] == ["no-manuscript"]


def test_stylesheets_are_style_css_and_what_css_names(manuscript: Write) -> None:
    head = BOOK.replace("author: Ada", "css: [extra/a.css, style.css]")
    files: dict[str, str | bytes] = {
        "book.md": head,
        "1.md": "x",
        "style.css": "\ufeffp {}",
        "extra/a.css": "q {}".encode("utf-16"),
        "b.css": "no",
    }
    book = load(manuscript(files))
    assert [(sheet.path, sheet.text) for sheet in book.stylesheets] == [("style.css", "p {}"), ("extra/a.css", "q {}")]
    assert said(book) == ["extra/a.css: the file is in UTF-16, not UTF-8 (save it as UTF-8)"]
    assert not has_errors(book.problems)


def test_an_asset_that_is_absent_has_a_reason(manuscript: Write) -> None:
    book = load(manuscript({"book.md": BOOK, "1.md": "x", "a.png": b"a", "d.png/x": b""}))
    assert book.assets["a.png"].data == b"a"


@pytest.mark.parametrize("folder", [MDBOOK, MDBOOK / "src"])
def test_an_mdbook_is_read_as_it_is(folder: Path) -> None:
    book = load(folder)
    assert said(book) == []
    assert (book.name, book.metadata.title, book.metadata.authors, book.metadata.lang) == (
        "mdbook", "The Small Loom", ("Ida Marsh",), "en-GB",
    )  # fmt: skip
    assert [(s.path, s.title, s.role, s.depth, s.numbered) for s in book.sections] == [
        ("src/before.md", "", "introduction", 0, False),
        ("", "The Frame", "part", 0, None),
        ("src/guide/README.md", "", "chapter", 1, None),
        ("src/guide/pegs.md", "", "section", 2, None),
        ("src/warping.md", "", "chapter", 1, None),
        ("", "The Cloth", "part", 0, None),
        ("src/weaving.md", "Weaving", "chapter", 1, None),
        ("src/words.md", "", "appendix", 0, False),
    ]
    sections = by_slug(book)
    assert "\nside: two hands\nheight: three hands\n" in sections["guide"].text
    assert "def pegs(width: int, gap: int) -> int:\n    return width // gap + 1\n```" in sections["pegs"].text
    assert "{{#include plan.txt}} is only an example" in sections["pegs"].text
    assert "roll.\n\nA dot of red marks the middle thread.\n" in sections["warping"].text
    assert "src/images/dot.png" in book.assets


def test_a_summary_that_lists_nothing_is_told(manuscript: Write) -> None:
    with pytest.raises(PackagerError, match=r"^SUMMARY.md: no chapters: SUMMARY.md lists none"):
        load(manuscript({"SUMMARY.md": "", "a.md": "# A\n"}))


def test_an_mdbook_without_a_title_is_called_after_its_folder(manuscript: Write) -> None:
    book = load(manuscript({"SUMMARY.md": "# Summary\n- [One](1.md)\n", "1.md": "# One"}))
    assert book.metadata.title == "Book"
    assert said(book) == ["1.md: the book has no title, and is called Book (write title: in book.toml or book.md)"]


def test_a_book_toml_that_is_broken_is_an_error_with_its_line(manuscript: Write) -> None:
    book = load(manuscript({"book.toml": "[book]\ntitle = \n", "src/SUMMARY.md": "[One](1.md)", "src/1.md": "x"}))
    assert [problem.place for problem in book.problems] == ["book.toml:2"]


@pytest.mark.parametrize(("name", "sections"), [("sherlock", 12), ("pepys", 116)])
def test_the_corpora_are_read_without_a_word_of_complaint(shared: Path, name: str, sections: int) -> None:
    start = time.process_time()
    book = load(shared / "corpora" / name)
    assert time.process_time() - start < 1
    assert said(book) == []
    assert len(book.sections) == sections


def test_hostile_books_are_told_as_their_cases_say(shared: Path) -> None:
    cases = {case["id"]: case for case in json.loads((shared / "hostile" / "cases.json").read_text())}
    for name in (name for name in cases if name.startswith(("D", "E01", "E13"))):
        try:
            problems = load(shared / "hostile" / "books" / name).problems
        except PackagerError as refused:
            problems = refused.problems
        case = cases[name]
        assert has_errors(problems) == (case["expected"] == "error"), name
        if case["message"]:
            assert any(re.search(case["message"], str(problem)) for problem in problems), name
