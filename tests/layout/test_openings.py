"""Where in the text pages begin: runs of laid-out text in, letters before each page out."""

from xml.etree import ElementTree

from packager.layout.openings import starts

TREE = ElementTree.fromstring(
    "<b><p>One <i>two</i> three</p><table><thead><tr><th>Head</th></tr></thead><tbody><tr><td>four</td></tr>"
    "<tr><td>five</td></tr></tbody></table><aside>note</aside><figure><p>Sea</p></figure><p>six</p></b>"
)
P, EM, TH, FOUR, FIVE, NOTE, SEA, SIX = (
    *TREE.iterfind("p[1]"), *TREE.iter("i"), *TREE.iter("th"), *TREE.iter("td"), *TREE.iter("aside"),
    *TREE.iterfind("figure/p"), *TREE.iterfind("p[2]"),
)  # fmt: skip


def test_a_page_begins_behind_the_letters_of_its_element_on_pages_before() -> None:
    assert starts([[(P, "One "), (EM, "two"), (P, " thr-")], [(P, "ee"), (TH, "Head")]], TREE) == (0, 9)


def test_notes_and_the_repeated_head_of_a_table_begin_no_page() -> None:
    pages = [[(P, "One "), (EM, "two"), (P, " three"), (TH, "Head"), (FOUR, "four")],
             [(NOTE, "note"), (TH, "Head"), (FIVE, "five")]]  # fmt: skip
    assert starts(pages, TREE) == (0, 19)


def test_a_figure_that_moved_begins_a_page_only_where_nothing_else_does() -> None:
    assert starts([[(P, "One")], [(SEA, "Sea"), (SIX, "six")]], TREE) == (0, 26)
    assert starts([[(P, "One")], [(SEA, "Sea")]], TREE) == (0, 23)


def test_a_page_without_text_begins_where_the_next_does() -> None:
    assert starts([[(P, "One")], [(NOTE, "note")], [(SIX, "six")], []], TREE) == (0, 26, 26, 29)
    assert starts([], TREE) == ()
