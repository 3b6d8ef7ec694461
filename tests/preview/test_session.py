"""The book being written: what each look at the folder finds changed, and what stays when it cannot be read."""

import os
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from packager.preview import session as sessions
from packager.preview.session import Change, Session, Version
from packager.production import make, proof
from tests.test_images import packed


def opened(folder: Path) -> Session:
    """Read a book for the first time."""
    session = Session(folder)
    session.refresh()
    return session


def version(session: Session) -> Version:
    """Give the book as it stands."""
    assert session.version
    return session.version


def page(session: Session, chapter: str) -> str:
    """Give a chapter's page."""
    return version(session).document(chapter)


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file."""
    file = folder / name
    file.write_text(file.read_text().replace(old, new))


def test_the_first_look_finds_everything_new(book: Path) -> None:
    session = Session(book)
    assert session.version is None
    change = session.refresh()
    assert (change.rev, change.style, change.told, change.gone) == (1, True, True, ())
    assert [*change.chapters] == ["title-page", "copyright", "ebb", "flow"]


def test_of_a_long_book_one_chapter_is_read_first(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "LONG", 10)
    session, whole = Session(book), opened(book)
    session.glance("flow")
    assert version(session).partial
    assert version(session).problems == ()
    assert page(session, "flow").replace("rev=0", "rev=1") == page(whole, "flow")
    assert "Ebb" in page(session, "ebb")
    assert "before noon" not in page(session, "ebb")
    assert not session.read_closely()
    assert session.refresh().rev == 1
    assert not version(session).partial
    assert page(session, "ebb") == page(whole, "ebb")


def test_the_chapter_read_first_is_the_one_that_the_text_begins_with(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LONG", 10)
    session = Session(book)
    session.glance("")
    assert "before noon" in page(session, "ebb")


def test_a_short_book_is_read_at_once(book: Path) -> None:
    session = Session(book)
    session.glance("ebb")
    assert session.version is None


def test_what_cannot_be_read_whole_is_not_shown_in_part(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "LONG", 10)
    session = Session(book)
    session.glance("ebb")
    for chapter in book.glob("0*.md"):
        chapter.unlink()
    assert session.refresh().told
    assert session.version is None
    assert session.stop


def test_a_chapter_is_shown_as_the_epub_has_it(book: Path) -> None:
    galley, look = proof(book)
    (data,) = make("epub", galley, look).files.values()
    written = ZipFile(BytesIO(data)).read("EPUB/ebb.xhtml").decode()
    shown = re.sub(r' data-line="\d+"', "", page(opened(book), "ebb"))
    assert shown.replace("/style.css?rev=1", "style.css").replace("/chapter/flow", "flow.xhtml") == written


def test_nothing_changed_is_nothing_told(book: Path) -> None:
    session = opened(book)
    before = version(session)
    assert session.refresh() == Change(1)
    assert version(session).sheets["ebb"] is before.sheets["ebb"]


def test_an_edit_names_the_chapter_and_the_lines(book: Path) -> None:
    session = opened(book)
    edit(book, "01-ebb.md", "before noon", "at eleven")
    change = session.refresh()
    assert change.chapters == {"ebb": (3,)}
    assert (change.rev, change.style, change.gone) == (2, False, ())
    assert "at eleven" in page(session, "ebb")
    assert version(session).revs == {"title-page": 1, "copyright": 1, "ebb": 2, "flow": 1}


def test_lines_that_only_moved_have_not_changed(book: Path) -> None:
    session = opened(book)
    edit(book, "01-ebb.md", "# Ebb\n", "# Ebb\n\nA new line.\n")
    change = session.refresh()
    # The paragraph that opened the chapter looks another, since it does so no more.
    assert change.chapters == {"ebb": (3, 5)}


def test_an_edit_of_a_heading_shows_in_the_chapters_that_name_it(book: Path) -> None:
    edit(book, "02-flow.md", "# Flow", "# Flow\n\n## Neap {#neap}\n\nLow.\n")
    edit(book, "01-ebb.md", "02-flow.md", "#neap")
    session = opened(book)
    assert 'href="/chapter/flow#flow--neap"' in page(session, "ebb")


def test_a_link_follows_its_target_to_another_chapter(book: Path) -> None:
    edit(book, "02-flow.md", "# Flow", "# Flow\n\n## Neap {#neap}\n\nLow.\n")
    edit(book, "01-ebb.md", "02-flow.md", "#neap")
    session = opened(book)
    edit(book, "02-flow.md", "## Neap {#neap}\n\n", "")
    (book / "03-late.md").write_text("# Late\n\n## Neap {#neap}\n\nLow.\n")
    change = session.refresh()
    assert {"ebb", "flow", "late"} <= change.chapters.keys()
    assert 'href="/chapter/late#late--neap"' in page(session, "ebb")


def test_chapters_come_and_go(book: Path) -> None:
    session = opened(book)
    (book / "03-slack.md").write_text("# Slack\n\nStill.\n")
    assert [*session.refresh().chapters] == ["slack"]
    (book / "03-slack.md").rename(book / "00-slack.md")
    change = session.refresh()
    assert change.told
    assert [*version(session).sheets] == ["title-page", "copyright", "slack", "ebb", "flow"]
    (book / "00-slack.md").unlink()
    assert session.refresh().gone == ("slack",)


def test_the_books_own_file_is_followed(book: Path) -> None:
    session = opened(book)
    edit(book, "book.md", "The Tide Table", "Tides")
    change = session.refresh()
    assert "title-page" in change.chapters
    assert version(session).galley.book.metadata.title == "Tides"


def test_style_is_told_apart_from_text(book: Path) -> None:
    session = opened(book)
    (book / "style.css").write_text("p { letter-spacing: 0.1em }\n")
    change = session.refresh()
    assert (change.style, change.chapters) == (True, {})
    assert "letter-spacing" in version(session).reflow.style
    assert "/style.css?rev=2" in page(session, "ebb")
    edit(book, "book.md", "lang: en", "lang: en\nstyle: {body-font: Literata}")
    assert session.refresh().style


def test_an_image_has_another_address_when_it_is_another(book: Path) -> None:
    (book / "map.png").write_bytes(packed(Image.new("L", (10, 10)), "PNG"))
    edit(book, "01-ebb.md", "Nobody", "![A map](map.png)\n\nNobody")
    session = opened(book)
    (name,) = version(session).reflow.pictures
    assert f'src="/asset/{name}"' in page(session, "ebb")
    assert version(session).reflow.picture(name)[1] == "image/png"
    (book / "map.png").write_bytes(packed(Image.new("L", (20, 10)), "PNG"))
    assert [*session.refresh().chapters] == ["ebb"]
    assert version(session).reflow.pictures.keys() != {name}


def test_a_missing_image_is_a_problem_and_no_more(book: Path) -> None:
    session = opened(book)
    edit(book, "01-ebb.md", "Nobody", "![A map](gone.png)\n\nNobody")
    assert session.refresh().told
    assert "image-missing" in {problem.code for problem in version(session).problems}
    assert version(session).broken == ()
    assert "Nobody saw it go" in page(session, "ebb")


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("book.md", '---\ntitle: "The Tide Table\n---\n', "book.md"),
        ("01-ebb.md", "---\ntitle: [\n---\nGone.\n", "01-ebb.md"),
        ("01-ebb.md", b"# Ebb\n\n\xff\xfe broken\n", "01-ebb.md:3"),
    ],
)
def test_a_broken_file_leaves_the_last_good_page_and_heals(
    book: Path, name: str, text: str | bytes, place: str
) -> None:
    session = opened(book)
    good, file = page(session, "ebb"), (book / name).read_bytes()
    (book / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert session.refresh().told
    assert version(session).broken[0].place.startswith(place)
    assert page(session, "ebb") == good
    assert not session.refresh().told
    (book / name).write_bytes(file)
    assert session.refresh().told
    assert version(session).broken == ()


def test_a_chapter_that_is_listed_and_gone_stays_until_it_is_back(book: Path) -> None:
    edit(book, "book.md", "lang: en", "lang: en\nchapters: [01-ebb.md, 02-flow.md]")
    session = opened(book)
    text = (book / "02-flow.md").read_text()
    (book / "02-flow.md").unlink()
    session.refresh()
    assert "02-flow.md" in version(session).broken[0].message
    assert "at night" in page(session, "flow")
    (book / "02-flow.md").write_text(text)
    session.refresh()
    assert version(session).broken == ()


def test_all_text_gone_is_told_and_heals(book: Path) -> None:
    session = opened(book)
    texts = {file: file.read_text() for file in book.glob("0*.md")}
    for file in texts:
        file.unlink()
    session.refresh()
    assert version(session).broken
    assert "noon" in page(session, "ebb")
    for file, text in texts.items():
        file.write_text(text)
    assert session.refresh().told
    assert version(session).broken == ()


def test_a_book_that_never_could_be_read_appears_when_it_can(
    manuscript: Callable[[Mapping[str, str | bytes]], Path],
) -> None:
    folder = manuscript({"book.md": "---\ntitle: T\n---\n"})
    session = Session(folder)
    assert session.refresh() == Change(0, told=True)
    assert session.stop[0].code == "no-chapters"
    assert session.version is None
    (folder / "01.md").write_text("# One\n\nText.\n")
    assert session.refresh().told
    assert session.stop == ()
    assert "one" in version(session).sheets or "chapter-01" in version(session).sheets


def test_a_fault_that_was_there_from_the_start_does_not_stand_in_the_way(book: Path) -> None:
    (book / "03-bad.md").write_text("---\nrole: prefase\n---\n# Bad\n\nText.\n")
    session = opened(book)
    assert version(session).broken == ()
    edit(book, "01-ebb.md", "before noon", "at eleven")
    session.refresh()
    assert "at eleven" in page(session, "ebb")


def test_a_second_fault_leaves_the_last_good_page_where_the_first_was_there_from_the_start(book: Path) -> None:
    (book / "02-flow.md").write_bytes(b"# Flow\n\n\xff broken\n")
    session = opened(book)
    edit(book, "01-ebb.md", "before noon", "at eleven")
    (book / "02-flow.md").write_bytes(b"# Flow\n\nA line more.\n\n\xff broken\n")
    session.refresh()
    assert version(session).broken == ()
    (book / "01-ebb.md").write_bytes(b"\xff\xfe")
    session.refresh()
    assert version(session).broken[0].path == "01-ebb.md"
    assert "at eleven" in page(session, "ebb")


def test_the_text_is_read_as_a_copy_editor_would_when_there_is_time(book: Path) -> None:
    edit(book, "01-ebb.md", "The water", "The the water")
    session = opened(book)
    assert "repeated-word" not in {problem.code for problem in version(session).problems}
    assert session.read_closely()
    assert "repeated-word" in {problem.code for problem in version(session).problems}
    assert not session.read_closely()


def test_only_the_books_own_files_may_be_opened(book: Path) -> None:
    assert version(opened(book)).paths == {"book.md", "01-ebb.md", "02-flow.md"}


def test_one_file_is_a_book_too(tmp_path: Path) -> None:
    file = tmp_path / "essay.md"
    file.write_text("---\ntitle: Essay\n---\n# One\n\nText.\n\n# Two\n\nMore.\n")
    session = opened(file)
    assert session.root == tmp_path
    file.write_text(file.read_text().replace("More", "Less"))
    assert [*session.refresh().chapters] == ["two"]


def test_a_chapter_of_fifty_thousand_words_is_followed(book: Path) -> None:
    text = "# Ebb\n\n" + "The water went out, and nobody saw it go but the men who wait.\n\n" * 3600
    (book / "01-ebb.md").write_text(text)
    session = opened(book)
    edit(book, "01-ebb.md", "# Ebb\n", "# Ebb\n\nFirst of all.\n")
    assert [*session.refresh().chapters] == ["ebb"]
    assert version(session).galley.words > 50_000


@pytest.mark.parametrize(
    ("size", "told"),
    [(99_000_000, "is not an image"), (101_000_000, "map.png is larger than 100 MB (save it with fewer")],
)
def test_a_huge_image_is_told_of_and_read_once(book: Path, size: int, told: str) -> None:
    edit(book, "01-ebb.md", "Nobody", "![A map](map.png)\n\nNobody")
    with (book / "map.png").open("wb") as file:
        file.truncate(size)
    session = opened(book)
    assert told in " ".join(map(str, version(session).problems))
    edit(book, "01-ebb.md", "before noon", "at eleven")
    assert [*session.refresh().chapters] == ["ebb"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_a_chapter_that_cannot_be_read_is_told_of(book: Path, make: Callable[[Path], None]) -> None:
    edit(book, "book.md", "lang: en", "lang: en\nchapters: [01-ebb.md, 02-flow.md]")
    session = opened(book)
    (book / "02-flow.md").unlink()
    make(book / "02-flow.md")
    session.refresh()
    assert "02-flow.md is" in version(session).broken[0].message
    assert "at night" in page(session, "flow")


def test_a_block_that_is_included_leads_to_its_own_file(book: Path) -> None:
    (book / "_moon.md").write_text("---\ntitle: x\n---\n\nThe moon rose.\n\n- early\n- late\n")
    edit(book, "01-ebb.md", "Nobody", "{{< include _moon.md >}}\n\nNobody")
    session = opened(book)
    shown = page(session, "ebb")
    assert 'data-line="5" data-place="_moon.md:5">The moon rose.' in shown
    assert 'data-line="5" data-place="_moon.md:8">late' in shown
    assert 'data-line="7" class="first">Nobody' in shown
    assert "_moon.md" in version(session).paths
    edit(book, "_moon.md", "rose", "set")
    assert [*session.refresh().chapters] == ["ebb"]
