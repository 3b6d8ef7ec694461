"""Mending: what it changes, and that it changes nothing else."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from packager import production
from packager.book import Book, Metadata, Section
from packager.cli import app
from packager.folder import decode
from packager.lint.mending import mended_files
from packager.problems import PackagerError

Write = Callable[[Mapping[str, str | bytes]], Path]

HEAD = "---\ntitle: The Sea\nauthor: Ann Lee\n---\n"
PIECES = (
    *("word", "the", "Été", "1", "wор", " ", "  ", "   ", "\n", "\r\n", "\n\n", "  \n", "\t", ",", ".", ":", "?"),
    *('"', "'", "-", "--", "---", "—", "–", " -- ", " — ", "...", "…", ". . .", " , ", "`", "```\n", "*", "_", "|"),
    *("> ", "- ", "# ", "[^1]", "[^1]: ", "[a]", "(b)", "{.c}", "<b>", "<!--", "-->", "\\", "&amp;", "$", "1. ", ": "),
    *("::: verse\n", ":::\n", "\u00a0", "\u2028", "\x0c", "<!-- packager: ignore double-space -->\n", "\n    "),
)  # fmt: skip
"""What manuscripts are made of, in any order."""


def mended(data: bytes) -> bytes:
    """Mend a file that is a book's only one."""
    text, _ = decode(data, "a.md")
    book = Book("book", Metadata("Book"), (Section("a.md", 1, text, "a"),))
    return next((each.after for each in mended_files(book, lambda _: data)), data)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Two  words ,  three .", "Two words, three."),
        ("One---two. Three -- four. Five---six.", "One---two. Three---four. Five---six."),
        ("One – two. Three – four. Five -- six.", "One – two. Three – four. Five – six."),
        ("So... and… and...", "So... and... and..."),
        ("So… and… on. . . and", "So… and… on… and"),
        ("a  \nb", "a  \nb"),
        ("[^1] : a", "[^1] : a"),
        ("a[^1] , b", "a[^1], b"),
        ("1 . a", "1 . a"),
        ("`a  b` , c  d", "`a  b`, c d"),
        (
            "<!-- packager: ignore double-space -->\n\na  b\n\nc  d",
            "<!-- packager: ignore double-space -->\n\na  b\n\nc d",
        ),
    ],
)
def test_mends(before: str, after: str) -> None:
    assert mended(before.encode()).decode() == after


def test_keeps_what_it_does_not_understand() -> None:
    before = b"\xef\xbb\xbfOne  two.  \r\n\xff  bad  byte\r\nThree  four.\rFive\x0b  six.\n\nend  it"
    after = b"\xef\xbb\xbfOne two.  \r\n\xff  bad  byte\r\nThree four.\rFive\x0b  six.\n\nend it"
    assert mended(before) == after


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_mending_twice_is_mending_once(text: str) -> None:
    once = mended(text.encode())
    assert mended(once) == once


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.binary(max_size=4))
def test_no_letter_and_no_line_changes(text: str, rest: bytes) -> None:
    before = text.encode() + rest
    after = mended(before)
    marks = re.compile(rb"[ .\-]|\xe2\x80[\x93\x94\xa6]")
    assert marks.sub(b"", after) == marks.sub(b"", before)
    ends = re.compile(rb"[ \t]*(?:\r\n|\r|\n)|[ \t]*\Z")
    assert ends.findall(after) == ends.findall(before)


@given(st.binary(max_size=60))
def test_any_bytes_survive(data: bytes) -> None:
    assert mended(mended(data)) == mended(data)


def test_fix_shows_the_change_and_asks(manuscript: Write) -> None:
    folder = manuscript({"book.md": HEAD, "01.md": "---\nsubtitle: A  b\n---\n# One\r\n\r\nTwo  words.\r\n"})
    file = folder / "01.md"
    before = file.read_bytes()
    file.chmod(0o640)
    run = CliRunner()
    refused = run.invoke(app, ["check", "--fix", str(folder)], input="n\n")
    assert "-Two  words.\n+Two words.\n" in refused.stdout
    assert file.read_bytes() == before
    assert f"{folder}/01.md:6: warning: more than one space between words [double-space]" in refused.stderr
    done = run.invoke(app, ["check", "--fix", "--yes", str(folder)])
    assert done.exit_code == 0
    assert "book: no problems" in done.stdout
    assert file.read_bytes() == before.replace(b"Two  words", b"Two words")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in sorted(folder.iterdir())] == ["01.md", "book.md"]
    assert run.invoke(app, ["check", "--fix", "--json", str(folder)]).exit_code == 2


def test_a_file_changed_meanwhile_stays(manuscript: Write) -> None:
    folder = manuscript({"book.md": HEAD, "01.md": "# One\n\nTwo  words.\n"})
    changes = production.mend(folder)
    (folder / "01.md").write_text("# One\n\nOther  words.\n")
    with pytest.raises(PackagerError, match="changed meanwhile"):
        production.put(folder, changes)
    assert (folder / "01.md").read_text() == "# One\n\nOther  words.\n"


def test_included_lines_stay(manuscript: Write) -> None:
    folder = manuscript(
        {
            "SUMMARY.md": "- [One](one.md)\n",
            "one.md": "# One\n\n{{#include two.txt}}\n\nc  d\n",
            "two.txt": "a  b\n\na  b\n",
        }
    )
    (change,) = production.mend(folder)
    assert (change.path, change.after) == ("one.md", b"# One\n\n{{#include two.txt}}\n\nc d\n")


def test_a_build_tells_only_errors(manuscript: Write, tmp_path: Path) -> None:
    strict = HEAD.replace("---\ntitle", "---\nchecks: {double-space: error}\ntitle", 1)
    text = "# One\n\nTwo  words , so so .\n"
    lax = production.build(manuscript({"book.md": HEAD, "01.md": text}), ["epub"], tmp_path / "dist")
    assert (lax.ok, lax.problems) == (True, ())
    hard = production.build(manuscript({"book.md": strict, "01.md": text}), ["epub"], tmp_path / "dist")
    assert [(problem.code, problem.line) for problem in hard.problems] == [("double-space", 3)]
    assert not hard.ok
