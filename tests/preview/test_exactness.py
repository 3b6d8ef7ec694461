"""The pages of the preview against those of the finished file: folio, heads, lines, and every dot of the picture."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from packager import production, variants
from packager.editions import print as paged
from packager.galley import Memo
from packager.layout import painting
from packager.layout.painting import Layer
from packager.layout.pool import Pool
from packager.preview.pages import Proofs
from tests.preview.edits import KINDS, PICTURE, WAYS, Author

ROOT = Path(__file__).parents[2]
BOOK = {
    "book.md": "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\ntheme: novel\ntrim: 5x8\n---\n",
    "boat.svg": PICTURE,
    "01-ebb.md": f"# Ebb\n\nSee [Tide](02-tide.md).\n\n{'The water went out before noon. ' * 300}\n",
    "03-flow.md": "# Flow\n\nIt came back.\n",
}
Write = Callable[[Mapping[str, str | bytes]], Path]


class Preview:
    """The print side of a preview, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.memo, self.told = folder, Memo(), list[dict[str, Any]]()
        self.proofs = Proofs(self.told.append)

    def show(self, chapter: str) -> dict[str, Any]:
        """Lay a chapter out, and give its pages."""
        before = len(self.told)
        self.proofs.show(*production.proof(self.folder, memo=self.memo), chapter, rev=before)
        return self.wait("pages", before)

    def prove(self) -> None:
        """Bring the whole book up to date, and the chapter that is shown with it."""
        before = len(self.told)
        self.proofs.idle()
        while not self.wait("proof", before)["fresh"]:
            before += 1
        shown = next(str(told["chapter"]) for told in reversed(self.told) if told["event"] == "pages")
        while (pages := self.proofs.pages(shown)) is None or pages["stale"]:
            time.sleep(0.005)

    def wait(self, event: str, since: int) -> dict[str, Any]:
        """Wait for an event."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for told in self.told[since:]:
                assert told["event"] != "failed", told
                if told["event"] == event:
                    return told
            time.sleep(0.005)
        raise TimeoutError(event)


@pytest.fixture
def preview(manuscript: Write) -> Iterator[Preview]:
    made = Preview(manuscript({**BOOK, "02-tide.md": Author(1, 20).text}))
    yield made
    made.proofs.close()


def built(folder: Path, workers: Pool | None = None) -> bytes:
    """Build the book for the printer, from nothing."""
    galley, look = production.proof(folder)
    (data,) = paged.make(variants.variant(galley, "print"), look, jobs=1, workers=workers).files.values()
    return data


def differing(preview: Preview, pages: Mapping[str, Any], pdf: bytes, scale: int = 2) -> list[int]:
    """Give the pages, by their place in the book, whose picture is not that of the finished file."""
    found = []
    for at, page in enumerate(pages["pages"], pages["first"]):
        png = preview.proofs.image(page["hash"], scale)
        assert png is not None
        with pypdfium2.PdfDocument(pdf) as book:
            width, height = book[at].get_size()
        is_grey = png[25] == 0  # the colour type, ISO/IEC 15948, 11.2.1
        if png != painting.paint([Layer(pdf, at)], width, height, scale * 96 / 72, grey=is_grey):
            found.append(at)
    return found


def check(preview: Preview, author: Author, edits: int) -> None:
    """Compare every page of the chapter with that of a full build after every edit."""
    preview.show("tide")
    preview.prove()
    with Pool(1) as workers:
        for text in author.edits(edits):
            (preview.folder / "02-tide.md").write_text(text)
            pages = preview.show("tide")
            assert not differing(preview, pages, built(preview.folder, workers), scale=1), text


def test_a_page_is_that_of_the_finished_file(preview: Preview) -> None:
    check(preview, Author(1, 20), edits=3)


@pytest.mark.slow
def test_pages_after_a_hundred_edits_are_those_of_a_full_build(manuscript: Write) -> None:
    author = Author(1, 16)
    preview = Preview(manuscript({"book.md": BOOK["book.md"], "boat.svg": PICTURE, "02-tide.md": author.text}))
    try:
        check(preview, author, edits=100)
    finally:
        preview.proofs.close()
    assert {*author.done} == {(way, kind) for way in WAYS for kind in KINDS}


def test_folios_and_sides_are_guessed_until_the_book_is_proved(preview: Preview) -> None:
    guessed = preview.show("tide")
    assert guessed["stale"]
    preview.prove()
    pages, book = preview.proofs.pages("tide"), preview.proofs.book()
    assert pages is not None
    assert book is not None
    assert (book["fresh"], book["pages"]) == (True, len(pypdfium2.PdfDocument(built(preview.folder))))
    assert [page["folio"] for page in pages["pages"]][:2] == ["7", "8"]
    assert [page["side"] for page in pages["pages"]][:2] == ["recto", "verso"]


def test_a_chapter_whose_folios_were_guessed_right_stands_behind_as_many_pages_as_there_are(preview: Preview) -> None:
    # The front has folios of its own: that it is longer than its words let guess changes no folio of the text.
    (preview.folder / "00-preface.md").write_text("# Preface\n\n" + "Ah.\n\n" * 150)
    guessed = preview.show("ebb")
    preview.prove()
    told, pages = preview.proofs.book(), preview.proofs.pages("ebb")
    assert told is not None
    assert pages is not None
    assert pages["first"] == told["chapters"]["ebb"]["first"] > guessed["first"]
    assert [page["hash"] for page in pages["pages"]] == [page["hash"] for page in guessed["pages"]]


def test_an_edit_before_a_chapter_makes_its_pages_stale(preview: Preview) -> None:
    preview.show("tide")
    preview.prove()
    (preview.folder / "01-ebb.md").write_text("# Ebb\n\nNothing.\n")
    assert preview.show("tide")["stale"]
    preview.prove()
    pages = preview.proofs.pages("tide")
    assert pages is not None
    assert pages["pages"][0]["folio"] == "3"


def test_pages_of_chapters_that_are_not_shown_are_those_of_the_finished_file(preview: Preview) -> None:
    preview.show("tide")
    preview.prove()
    told = preview.proofs.book()
    assert told
    others = [id for id in told["chapters"] if id != "tide"]
    assert {"half-title", "contents"} < {*others}
    pdf = built(preview.folder)
    for id in others:
        pages = preview.proofs.pages(id)
        assert pages
        assert differing(preview, pages, pdf) == []


def test_pages_of_a_chapter_that_was_left_can_be_seen_still(preview: Preview) -> None:
    preview.show("ebb")
    preview.prove()
    preview.show("tide")
    pages = preview.proofs.pages("ebb")
    assert pages
    assert differing(preview, pages, built(preview.folder), scale=1) == []


def test_what_is_read_on_pages_that_nobody_looks_at_is_never_of_an_older_text(preview: Preview) -> None:
    before = len(preview.show("ebb")["pages"])
    preview.prove()
    preview.show("tide")
    (preview.folder / "01-ebb.md").write_text(BOOK["01-ebb.md"].replace("noon", "moon", 1))
    preview.show("tide")
    preview.prove()
    pages = preview.proofs.pages("ebb")
    assert pages
    assert len(pages["pages"]) == before
    read = "".join(line["text"] for line in pages["pages"][0]["lines"])
    assert "moon" in read or not read


def test_a_save_reports_what_became_of_the_page_breaks(preview: Preview) -> None:
    preview.show("tide")
    preview.prove()
    file = preview.folder / "02-tide.md"
    file.write_text(file.read_text().replace("# The Tide\n", "# The Tide\n\nOne line more.\n", 1))
    report = preview.show("tide")["report"]
    assert report["moved"] > 0
    assert report["text"].startswith(f"moved {report['moved']} page break")
    assert report["pages"] >= report["before"] > 0


def test_a_page_that_is_no_more_has_no_picture(preview: Preview) -> None:
    preview.show("tide")
    assert preview.proofs.image("0" * 32, 2) is None


@pytest.mark.slow
def test_the_pages_of_the_specimen_are_those_of_the_finished_file() -> None:
    preview = Preview(ROOT / "manuscripts" / "specimen")
    try:
        galley, _ = production.proof(preview.folder)
        pdf = built(preview.folder)
        preview.show(galley.leaves[0].id)
        preview.prove()
        wrong = {leaf.id: differing(preview, preview.show(leaf.id), pdf) for leaf in galley.leaves
                 if leaf.id in (preview.proofs.book() or {})["chapters"]}  # fmt: skip
        assert not any(wrong.values()), wrong
    finally:
        preview.proofs.close()


def test_pages_say_the_revision_that_was_asked_for_last(preview: Preview) -> None:
    preview.show("ebb")
    preview.prove()
    path, text = preview.folder / "01-ebb.md", BOOK["01-ebb.md"]
    path.write_text(f"{text}\nNobody saw it go.\n")
    preview.show("ebb")
    path.write_text(text)
    before = len(preview.told)
    preview.proofs.show(*production.proof(preview.folder, memo=preview.memo), "ebb", rev=before)
    preview.proofs.idle()  # all of this was laid out before: the proof is done while the chapter is under way
    assert preview.wait("proof", before)
    assert preview.wait("pages", before)["rev"] == before
