"""Notes at the end of chapter or book, and the editor's notes beside the author's."""

import pytest

from packager import endnotes
from packager.book import Book, Metadata, Options, Section
from packager.footnotes import sign
from packager.galley import Galley, render
from packager.trees import plain


def _render(*texts: str, notes: str = "foot", **options: str) -> Galley:
    sections = tuple(Section(f"{n}.md", 1, text, f"s{n}") for n, text in enumerate(texts, 1))
    return render(Book("b", Metadata("T"), sections, options=Options(notes=notes, **options), path="book.md"), {})  # type: ignore[arg-type]


ONE = "# One\n\na[^x] b[^*y] c^[Inline.] d[^x]\n\n[^x]: Author.\n\n    - list\n\n[^*y]: Editor.\n"


def _calls(galley: Galley) -> list[tuple[str | None, str | None, str | None]]:
    links = galley.leaves[0].element.iter("a")
    return [(link.text, link.get("id"), link.get("href")) for link in links if link.get("class") == "noteref"]


def test_two_series_are_counted_apart() -> None:
    galley = _render(ONE)
    assert _calls(galley) == [
        ("1", "s1--r1", "#s1--n1"),
        ("*", "s1--e1", "#s1--m1"),
        ("2", "s1--r2", "#s1--n2"),
        ("1", "s1--r1-2", "#s1--n1"),
    ]
    asides = [(aside.get("class"), plain(aside)) for aside in galley.leaves[0].element.iter("aside")]
    assert asides == [("footnote", "1 Author.list"), ("footnote by-editor", "* Editor."), ("footnote", "2 Inline.")]
    assert [call[0] for call in _calls(_render(ONE, editor_notes="letters"))] == ["1", "a", "2", "1"]
    assert not galley.problems


def test_an_editors_note_that_is_not_there() -> None:
    (problem,) = _render("a[^*gloss]").problems
    assert (problem.code, problem.severity) == ("note-undefined", "error")


@pytest.mark.parametrize(
    ("place", "manner", "mark"),
    [(1, "symbols", "*"), (3, "symbols", "‡"), (7, "symbols", "**"), (1, "letters", "a"), (27, "letters", "aa")],
)
def test_marks(place: int, manner: str, mark: str) -> None:
    assert sign(place, manner) == mark


def test_notes_at_the_chapters_end_pop_up_and_have_a_head_for_print() -> None:
    notes = _render(ONE, notes="chapter").leaves[0].element[-1]
    assert notes.get("class") == "notes at-end"
    assert notes[0].get("class") == "notes-title unlisted print-only"
    assert [note.get("role") for note in list(notes)[1:]] == ["doc-footnote"] * 3


def test_notes_at_the_books_end_are_grouped_by_chapter() -> None:
    galley = _render(ONE, "# Two\n\nNone.", "# Three\n\nx[^1]\n\n[^1]: Last.", notes="book")
    assert [leaf.id for leaf in galley.leaves] == ["s1", "s2", "s3", "notes"]
    section = galley.leaves[-1].element
    assert (section.get("role"), galley.leaves[-1].title) == ("doc-endnotes", "Notes")
    assert [plain(head) for head in section.iter("h2")] == ["One", "Three"]
    assert galley.homes["s3--n1"] == "notes"
    assert [back.get("href") for back in section.iter("a")] == ["#s1--r1", "#s1--e1", "#s1--r2", "#s3--r1"]
    assert next(galley.leaves[0].element.iter("aside"), None) is None
    assert [entry.title for entry in galley.contents] == ["One", "Two", "Three", "Notes"]


def test_a_section_of_the_manuscript_gives_the_notes_their_place() -> None:
    sections = (Section("1.md", 1, ONE, "one"), Section("n.md", 1, "# My notes\n\nFirst.", "mine", role="endnotes"))
    galley = render(Book("b", Metadata("T"), sections, options=Options(notes="book")), {})
    assert [leaf.title for leaf in galley.leaves] == ["One", "My notes"]
    assert len(list(galley.leaves[1].element.iter("div"))) == 5


def test_a_book_without_notes_gets_no_notes() -> None:
    assert len(_render("# One\n\nText.", notes="book").leaves) == 1


def test_many_notes_are_spread_over_files() -> None:
    chapter = "# C\n\n" + " ".join(f"w^[n{n}]" for n in range(300))
    galley = _render(chapter, chapter, chapter, notes="book")
    assert [leaf.id for leaf in galley.leaves[3:]] == ["notes", "notes-2", "notes-3"]
    assert [leaf.section.toc for leaf in galley.leaves[3:]] == [True, False, False]
    assert galley.homes["s2--n1"] == "notes-2"


def test_calls_of_notes() -> None:
    assert endnotes.calls(["one--n3", "one--m1", "one--n3x", "one", "one--notes"]) == ("one--r3", "one--e1")
