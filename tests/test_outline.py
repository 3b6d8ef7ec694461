import pytest

from packager.frontmatter import parse
from packager.mdbook import summary, summary_title
from packager.outline import Item, from_book_txt, from_chapters, natural
from packager.roles import bare_stem, marked_role, stem_role


def chapters(yaml: str) -> tuple[list[tuple[str, str, int, str]], list[str]]:
    front = parse(yaml, "book.md")
    items, problems = from_chapters(front.values["chapters"], front)
    return [(item.path, item.title, item.depth, item.role) for item in items], [str(problem) for problem in problems]


def paths(items: tuple[Item, ...]) -> list[str]:
    return [item.path for item in items]


def test_names_are_ordered_as_people_count() -> None:
    files = ["10.md", "2.md", "1.md", "README.md", "book.md", "notes.txt", "01b.md", "a.markdown"]
    assert paths(natural(files)) == ["1.md", "01b.md", "2.md", "10.md", "a.markdown"]


def test_folders_are_ordered_like_names() -> None:
    assert paths(natural(["10/1.md", "2/2.md", "2/10.md", "2/index.md"])) == [
        "2/index.md",
        "2/2.md",
        "2/10.md",
        "10/1.md",
    ]


def test_names_without_numbers_stand_by_role() -> None:
    files = ["about-the-author.md", "chapter-1.md", "chapter-10.md", "chapter-2.md", "dedication.md", "epilogue.md"]
    files += ["prologue.md", "preface.md", "appendix-a.md"]
    assert paths(natural(files)) == [
        "dedication.md", "preface.md", "prologue.md", "chapter-1.md", "chapter-2.md", "chapter-10.md", "epilogue.md",
        "appendix-a.md", "about-the-author.md",
    ]  # fmt: skip


def test_numbered_names_keep_their_place() -> None:
    assert paths(natural(["2-preface.md", "1-chapter.md", "3.md"])) == ["1-chapter.md", "2-preface.md", "3.md"]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("copyright.md", "copyright-page"),
        ("001-foreword.md", "foreword"),
        ("00-introduction.md", "introduction"),
        ("Acknowledgements.md", "acknowledgments"),
        ("about_the_author.md", "about-the-author"),
        ("appendix-b-tables.md", "appendix"),
        ("part-2.md", "part"),
        ("03-part-iv.md", "part"),
        ("part-time.md", ""),
        ("index.md", ""),
        ("99-index.md", "index"),
        ("003-chapter-1.md", ""),
    ],
)
def test_a_file_name_says_the_role(path: str, role: str) -> None:
    assert stem_role(path) == role


def test_a_stem_is_bare_of_number_and_suffix() -> None:
    names = ["003-a-case.md", "12.md", "src/README.md", "guide/README.md", "1984a.md"]
    assert [bare_stem(path) for path in names] == ["a-case", "", "README", "guide", "1984a"]


def test_a_heading_may_say_the_role() -> None:
    assert marked_role("To Ada {.dedication #ada}") == "dedication"
    assert marked_role("Before {epub:type=preface}") == "preface"
    assert marked_role("One {.unnumbered}") == ""


def test_chapters_nest_in_parts() -> None:
    items, problems = chapters("""chapters:
- intro.md
- part: The Early Years
  chapters: [a.md, {file: ./b.md, title: Bee}]
- part: Later
  file: later.md
  chapters:
  - c.md
- part: last.md
""")
    assert problems == []
    assert items == [
        ("intro.md", "", 0, ""),
        ("", "The Early Years", 0, "part"),
        ("a.md", "", 1, ""),
        ("b.md", "Bee", 1, ""),
        ("later.md", "Later", 0, "part"),
        ("c.md", "", 1, ""),
        ("last.md", "", 0, "part"),
    ]


@pytest.mark.parametrize(
    ("yaml", "line"),
    [("chapters: 7", 2), ("chapters:\n- a.md\n- [b.md]", 4), ("chapters:\n- {fil: a.md}", 3), ("chapters:\n-", 3)],
)
def test_an_outline_that_is_none_is_an_error_with_its_line(yaml: str, line: int) -> None:
    _, (problem,) = chapters(yaml)
    assert problem.startswith(f"book.md:{line}: `chapters` ")


def test_a_summary_has_prefix_parts_nesting_drafts_and_suffix() -> None:
    text = """# Summary

[Before](before.md)

# First *Part*

- [One](one.md)
    - [One \\[a\\]](<one a.md>)
* [Draft]()
  1. [Under draft](under%20draft.md#x "title")

## Empty

# Second

- [Two](./two/README.md)

---

[After](after.md)
text that is no link
"""
    items = [(i.path, i.title, i.depth, i.role or i.default, i.numbered) for i in summary(text, "src/SUMMARY.md")]
    assert items == [
        ("src/before.md", "Before", 0, "introduction", False),
        ("", "First Part", 0, "part", None),
        ("src/one.md", "One", 1, "chapter", None),
        ("src/one a.md", "One [a]", 2, "section", None),
        ("src/under draft.md", "Under draft", 1, "chapter", None),
        ("", "Second", 0, "part", None),
        ("src/two/README.md", "Two", 1, "chapter", None),
        ("src/after.md", "After", 0, "appendix", False),
    ]


def test_a_summary_may_be_headed_by_the_books_title() -> None:
    assert summary_title("# Summary\n") == ""
    assert summary_title("\n# The *Loom*\n") == "The Loom"


def test_leanpubs_list_has_three_matters() -> None:
    text = "frontmatter:\npreface.md\n\nmainmatter:\none.md\ntwo.txt\n# no.md\nimage.png\nbackmatter:\nend.md\n"
    items = [(i.path, i.line, i.default, i.numbered) for i in from_book_txt(text, "manuscript/Book.txt")]
    assert items == [
        ("manuscript/preface.md", 2, "introduction", False),
        ("manuscript/one.md", 5, "chapter", None),
        ("manuscript/two.txt", 6, "chapter", None),
        ("manuscript/end.md", 10, "appendix", False),
    ]
