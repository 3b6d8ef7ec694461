from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from packager.folder import Folder
from packager.headings import chapter_headings
from packager.includes import expand, foreign

Write = Callable[[Mapping[str, str | bytes]], Path]

CODE = "one\n# ANCHOR: a\ntwo\n# ANCHOR: b\nthree\n# ANCHOR_END: b\n# ANCHOR_END: a\nfour\n"


@pytest.mark.parametrize(
    ("directive", "text"),
    [
        ("{{#include x.txt}}", "one\ntwo\nthree\nfour"),
        ("{{ #include x.txt }}", "one\ntwo\nthree\nfour"),
        ("{{#include x.txt:1}}", "one"),
        ("{{#include x.txt:3:5}}", "two\nthree"),
        ("{{#include x.txt:8:}}", "four"),
        ("{{#include x.txt::3}}", "one\ntwo"),
        ("{{#include x.txt:a}}", "two\nthree"),
        ("{{#rustdoc_include x.txt:b}}", "three"),
        ("{{#playground x.txt:b editable}}", "```rust\nthree\n```"),
        ("{{#title A page}}", ""),
        ("\\{{#include x.txt}}", "{{#include x.txt}}"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_a_directive_is_replaced_by_what_it_names(manuscript: Write, directive: str, text: str) -> None:
    folder = Folder(manuscript({"x.txt": CODE}))
    assert expand(f"a {directive} b", "src.md", 1, folder).text == f"a {text} b"


def test_lines_are_those_of_the_authors_file(manuscript: Write) -> None:
    folder = Folder(manuscript({"x.txt": "1\n2\n3\n"}))
    expanded = expand("a\n{{#include x.txt}}\nb\nc {{#include x.txt}} d\ne", "a.md", 7, folder)
    assert expanded.text.split("\n") == ["a", "1", "2", "3", "b", "c 1", "2", "3 d", "e"]
    assert expanded.lines == (7, 8, 8, 8, 9, 10, 10, 10, 11)
    # A line that begins in the author's file is of that file.
    assert expanded.included == tuple(
        (at, "x.txt", line) for at, line in zip((1, 2, 3, 6, 7), (1, 2, 3, 2, 3), strict=True)
    )
    assert expand("a {{#include x.txt:1}}", "a.md", 7, folder).lines == ()


def test_lines_of_another_file_are_counted_behind_its_front_matter(manuscript: Write) -> None:
    folder = Folder(manuscript({"x.md": "---\ntitle: X\n---\n\nOne\n\nTwo\n", "y.md": "{{< include x.md >}}\n"}))
    expanded = expand("a\n{{< include x.md >}}\nb", "a.md", 1, folder, shortcodes=True)
    assert expanded.included == ((1, "x.md", 5), (2, "x.md", 6), (3, "x.md", 7))
    nested = expand("{{< include y.md >}}", "a.md", 1, folder, shortcodes=True)
    assert nested.included == ((0, "x.md", 5), (1, "x.md", 6), (2, "x.md", 7))


def test_lines_are_those_of_the_innermost_file(manuscript: Write) -> None:
    files = {"b.md": "B\n\n{{#include c.md:3:4}}\n\nb\n", "c.md": "\n\nC\nc\n", "d.md": "ANCHOR: d\nD\n"}
    folder = Folder(manuscript(files))
    expanded = expand("a\n{{#include b.md}}\n\n{{#include d.md:d}}\n", "a.md", 1, folder)
    assert expanded.text.split("\n") == ["a", "B", "", "C", "c", "", "b", "", "D", ""]
    assert expanded.lines == (1, 2, 2, 2, 2, 2, 2, 3, 4, 5)
    assert expanded.included == (
        (1, "b.md", 1), (2, "b.md", 2), (3, "c.md", 3), (4, "c.md", 4), (5, "b.md", 4), (6, "b.md", 5), (8, "d.md", 2),
    )  # fmt: skip


def test_includes_nest_relative_to_their_own_file(manuscript: Write) -> None:
    folder = Folder(manuscript({"src/a.md": "", "src/deep/b.md": "B {{#include ../../c.txt}}\n", "c.txt": "C\n"}))
    assert expand("{{#include deep/b.md}}", "src/a.md", 1, folder).text == "B C"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("../secret.txt", "the included file ../secret.txt lies outside the manuscript's folder"),
        ("/etc/passwd", "the included file /etc/passwd is not named by a path relative to the manuscript"),
        ("link.txt", "lies outside the manuscript's folder"),
        ("nope.txt", "the included file nope.txt does not exist"),
        ("x.txt:zz", "the included file x.txt has no anchor zz"),
        ("x.txt:90", "the included file x.txt has only 8 lines"),
        ("a.md", "a file includes itself: a.md > a.md"),
        ("b.md", "a file includes itself: a.md > b.md > a.md"),
        ("bad.txt", "the included file bad.txt cannot be used: the byte 0xFF is not UTF-8"),
    ],
)
def test_a_bad_include_is_an_error_with_its_line(manuscript: Write, target: str, words: str) -> None:
    root = manuscript({"x.txt": CODE, "a.md": "{{#include a.md}}", "b.md": "{{#include a.md}}", "bad.txt": b"\xff"})
    (root.parent / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to("../secret.txt")
    expanded = expand(f"one\n\n{{{{#include {target}}}}}\n", "a.md", 10, Folder(root))
    text, (problem,) = expanded.text, expanded.problems
    assert (problem.path, problem.line) == ("a.md", 12)
    assert words in problem.message
    assert "secret" not in text


def test_includes_that_multiply_are_stopped(manuscript: Write) -> None:
    files = {f"{n}.md": f"{{{{#include {n + 1}.md}}}}" * 10 for n in range(1, 9)} | {"9.md": "x" * 1000}
    problems = expand("{{#include 1.md}}", "a.md", 1, Folder(manuscript(files))).problems
    assert [problem.message for problem in problems] == ["the text that is included is larger than 8 MB"]


def test_quartos_shortcode_reads_a_file_outside_code_without_its_front_matter(
    manuscript: Write,
) -> None:
    folder = Folder(manuscript({"a/_b.md": "---\ntitle: x\n---\nB\n\nC\n"}))
    text = "one\n\n{{< include _b.md >}}\n\n```\n{{< include _b.md >}}\n```\n{{#include _b.md}}"
    expanded = expand(text, "a/1.md", 5, folder, shortcodes=True)
    assert expanded.text == "one\n\nB\n\nC\n\n```\n{{< include _b.md >}}\n```\n{{#include _b.md}}"
    assert expanded.lines == (5, 6, 7, 7, 7, 8, 9, 10, 11, 12)


def test_a_shortcode_stays_in_its_folder(manuscript: Write) -> None:
    folder = Folder(manuscript({"1.md": "x"}))
    (problem,) = expand("x\n{{< include ../../etc/passwd >}}", "1.md", 1, folder, shortcodes=True).problems
    assert (problem.code, problem.line) == ("include", 2)


@pytest.mark.parametrize(
    "line",
    [
        '--8<-- "01.md"',
        "{!../../etc/passwd!}",
        "!include(/etc/passwd)",
        "!!!include(a.md)!!!",
        "{{#include a.md}}",
        "include::a.adoc[]",
        "<<(code.rb)",
        '{% include "a.html" %}',
    ],
)
def test_another_tools_include_is_an_error_outside_code(line: str) -> None:
    (problem,) = foreign(f"text\n\n{line}\n", "01.md", 9)
    assert (problem.path, problem.line) == ("01.md", 11)
    assert foreign(f"```\n{line}\n```\n\n    {line}\n\nWrite `{line}` so.\n", "01.md", 9) == ()


def test_chapter_headings_are_those_outside_code() -> None:
    text = "# One {#a}\n\n```\n# no\n```\n~~~~\n```\n# no\n~~~\n~~~~\n"
    text += "Two\n===\n#hash\n## no\n    # no\n# Three #\n#\n\n===\n"
    assert list(chapter_headings(text)) == [(0, "One {#a}"), (10, "Two"), (15, "Three"), (16, "")]
