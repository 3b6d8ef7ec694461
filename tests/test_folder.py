import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from packager import folder
from packager.folder import Assets, Folder, decode

Write = Callable[[Mapping[str, str | bytes]], Path]


def test_files_are_listed_without_outputs_hidden_ones_and_other_books(manuscript: Write) -> None:
    names = ["b.md", "a/c.png", ".git/config", "a/.hidden", "dist/x.epub", "inner/book.md", "inner/01.md"]
    assert Folder(manuscript(dict.fromkeys(names, "x"))).files == ("b.md", "a/c.png")


def test_what_may_not_be_read_says_why(manuscript: Write) -> None:
    root = manuscript({"a.png": b"x", "d.png/x": b"x", "Wave.PNG": b"x"})
    (root.parent / "secret.png").write_bytes(b"secret")
    (root / "out.png").symlink_to("../secret.png")
    (root / "in.png").symlink_to("a.png")
    (root / "away").symlink_to("..")
    (root / "loop.png").symlink_to("loop.png")
    (root / "gone.png").symlink_to("nowhere.png")
    os.mkfifo(root / "pipe.png")
    read = Folder(root)
    assert {path: read.fault(path) for path in ["a.png", "d.png/../a.png", "in.png", "./a.png"]} == dict.fromkeys(
        ["a.png", "d.png/../a.png", "in.png", "./a.png"], ""
    )
    assert read.fault("d.png") == "is a directory"
    assert read.fault("pipe.png") == "is not a regular file"
    assert read.fault("nope.png") == read.fault("gone.png") == "does not exist"
    assert read.fault("wave.png") == "does not exist: it is spelled Wave.PNG"
    assert read.fault("out.png") == read.fault("../secret.png") == "lies outside the manuscript's folder"
    assert read.fault("away/secret.png") == "lies outside the manuscript's folder"
    assert read.fault("../nope.png") == read.fault("d.png/../../nope") == "lies outside the manuscript's folder"
    assert read.fault("loop.png").startswith("cannot be read: ")
    assert read.fault("n" * 300).startswith("cannot be read: ")
    for path in ("", "a\0.png"):
        assert read.fault(path) == "has no possible name"
    for path in (str(root / "a.png"), "d\\a.png", "C:\\a.png"):
        assert read.fault(path) == "is not named by a path relative to the manuscript, with /"


def test_the_folder_may_be_reached_through_a_link(manuscript: Write) -> None:
    root = manuscript({"a.png": b"x"})
    link = root.parent / "link"
    link.symlink_to(root)
    assert Folder(link).read("a.png", 10) == b"x"


def test_a_file_is_read_up_to_its_limit(manuscript: Write) -> None:
    read = Folder(manuscript({"a.bin": b"x" * 2_000_001}))
    with pytest.raises(folder.Unreadable, match="is larger than 2 MB"):
        read.read("a.bin", 2_000_000)


def test_a_books_text_is_bounded(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "BOOK_LIMIT", 3)
    read = Folder(manuscript({"a.md": "aa", "b.md": "bb"}))
    assert read.text("a.md") == ("aa", ())
    text, (problem,) = read.text("b.md")
    assert text is None
    assert problem.code == "book-too-big"


def test_assets_are_read_when_asked_for_and_spelled_as_the_disk_does(manuscript: Write) -> None:
    root = manuscript({"01.md": "x", "caf\u00e9.png": b"1", "d.png/x": b"2"})
    assets = Assets(Folder(root))
    assert list(assets) == ["caf\u00e9.png", "d.png/x"]
    assert len(assets) == 2
    found = assets["cafe\u0301.png"]
    assert (found.path, found.data) == ("caf\u00e9.png", b"1")
    assert assets.get("./caf\u00e9.png") == found
    assert assets.get("d.png") is None
    assert "d.png" not in assets
    assert assets.fault("d.png") == "is a directory"
    assert assets.fault("d.png/x") == ""
    assert assets.fault("") == "has no possible name"


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfa\r\nb\rc\n", b"a\nb\nc\n", "a\nb\nc\n".encode("utf-16"), "a\r\nb\nc\n".encode("utf-32")]
)
def test_line_ends_and_byte_order_marks_go(data: bytes) -> None:
    assert decode(data, "01.md")[0] == "a\nb\nc\n"


def test_another_encoding_is_named() -> None:
    (problem,) = decode("a".encode("utf-16"), "01.md")[1]
    assert str(problem) == "01.md: the file is in UTF-16, not UTF-8 (save it as UTF-8)"


@pytest.mark.parametrize("broken", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"caf\xe9"])
def test_bytes_that_are_not_utf8_have_their_line(broken: bytes) -> None:
    text, (problem,) = decode(b"one\r\ntwo\r\n" + broken + b"\nfour", "01.md")
    assert problem.line == 3
    assert "not UTF-8" in problem.message
    assert text.endswith("\nfour")


def test_control_characters_have_their_line_and_go() -> None:
    text, problems = decode("tab\t feed\fed\na\0b\nc\x1b[31md\ne\uffff\u2028\x85f".encode(), "01.md")
    assert text == "tab\t feed ed\nab\nc[31md\ne\u2028\x85f"
    assert [(problem.severity, problem.line) for problem in problems] == [("error", 2), ("warning", 3), ("warning", 4)]


def test_pages_of_old_plain_text_begin_without_their_form_feed() -> None:
    assert decode(b"\f# One\n\nIt\n\f\n\f\f# Two\n", "01.md") == ("# One\n\nIt\n\n# Two\n", ())


def test_an_image_that_a_book_still_holds_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"one")
    held = Assets(Folder(tmp_path))["a.png"]
    assert Assets(Folder(tmp_path))["a.png"] is held
    file.write_bytes(b"three")
    changed = Assets(Folder(tmp_path))["a.png"]
    assert (changed.data, held.data) == (b"three", b"one")
    assert changed.digest != held.digest


def _opened(root: Path, known: Mapping[str, folder.Text], monkeypatch: pytest.MonkeyPatch) -> tuple[Folder, list[str]]:
    """Give a folder that is sure of files older than a second, and the paths that it opens from now on."""
    opened: list[str] = []
    read = Folder._read

    def noted(self: Folder, path: str, limit: int) -> bytes:
        opened.append(path)
        return read(self, path, limit)

    monkeypatch.setattr(Folder, "_read", noted)
    return Folder(root, known=known, certain=time.time_ns() + 1_000_000_000), opened


def test_a_text_that_was_read_before_is_read_again_only_when_its_file_changed(
    manuscript: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = manuscript({"a.md": "a\0", "b.md": "b", "c.md": "c"})
    (root / "d.md").symlink_to("c.md")
    first, _ = _opened(root, {}, monkeypatch)
    before = {name: first.text(name) for name in ("a.md", "b.md", "c.md", "d.md")}
    about = (root / "b.md").stat()
    (root / "b.md").write_text("B")
    os.utime(root / "b.md", ns=(about.st_atime_ns, about.st_mtime_ns))
    second, opened = _opened(root, first.texts, monkeypatch)
    after = {name: second.text(name) for name in before}
    assert after == {**before, "b.md": ("B", ())}
    assert opened == ["b.md", "d.md"]
    assert before["a.md"][1]


def test_a_file_that_has_just_changed_is_read_again(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = manuscript({"a.md": "a"})
    read = Folder(root, certain=(root / "a.md").stat().st_mtime_ns)
    assert read.text("a.md") == ("a", ())
    (root / "a.md").write_text("b")
    again = Folder(root, known=read.texts, certain=(root / "a.md").stat().st_mtime_ns)
    assert again.text("a.md") == ("b", ())


def test_a_text_that_was_read_before_counts_and_may_go(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = manuscript({"a.md": "aa", "b.md": "bb"})
    first, _ = _opened(root, {}, monkeypatch)
    first.text("a.md")
    second, _ = _opened(root, first.texts, monkeypatch)
    monkeypatch.setattr(folder, "BOOK_LIMIT", 3)
    second.text("a.md")
    assert second.text("b.md")[0] is None
    (root / "a.md").unlink()
    third, _ = _opened(root, first.texts, monkeypatch)
    assert third.text("a.md")[1][0].code == "file-unreadable"
