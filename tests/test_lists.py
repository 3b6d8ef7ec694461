"""Lists of figures and tables: made where they are asked for, or put into a section that an author wrote."""

from packager.book import Book, Metadata, Options, Section
from packager.galley import Galley, render
from packager.matter import front_matter
from packager.trees import text_of
from packager.words import words_of

TABLE = "# A\n\n| a |\n|---|\n| 1 |\n\n: The *caption* {#tbl-a}"


def _galley(*extra: Section, lists: tuple[str, ...] = ("figures", "tables")) -> Galley:
    sections = (*extra, Section("one.md", 1, TABLE, "one"))
    return render(Book("book", Metadata("A Book"), sections, options=Options(lists=lists)), {})


def test_a_list_is_made_of_what_there_is() -> None:
    front = front_matter(_galley(), "print")
    assert [leaf.section.role for leaf in front][-1] == "lot"
    (item,) = front[-1].element.iter("li")
    assert text_of(item).split() == ["Table", "1", "The", "caption"]
    assert [span.get("data-page-of") for span in item.iter("span") if "page-of" in span.get("class", "")] == [
        "one--tbl-a"
    ]


def test_readers_get_links_without_pages() -> None:
    (item,) = front_matter(_galley(), "epub")[-1].element.iter("li")
    assert [link.get("href") for link in item.iter("a")] == ["#one--tbl-a"]
    assert not [span for span in item.iter("span") if span.get("class") == "leader"]


def test_none_is_made_unasked() -> None:
    assert not {"loi", "lot"} & {leaf.section.role for leaf in front_matter(_galley(lists=()), "print")}


def test_an_author_may_introduce_the_list() -> None:
    written = Section("tables.md", 1, "# The tables\n\nAll are mine.", "tables", role="lot")
    (leaf,) = [leaf for leaf in front_matter(_galley(written), "print") if leaf.section.role == "lot"]
    assert words_of(leaf.element)[:5] == ["The", "tables", "All", "are", "mine."]
    assert len(list(leaf.element.iter("li"))) == 1
