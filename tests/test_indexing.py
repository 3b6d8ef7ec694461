"""The index: marks gathered, set and numbered."""

import pytest
from lxml import etree

from packager import indexing
from packager.book import Book, Metadata, Section
from packager.galley import Galley, render
from packager.trees import plain


def _render(*texts: str, roles: tuple[tuple[str, str, str], ...] = ()) -> Galley:
    sections = [Section(f"{n}.md", 1, text, f"s{n}") for n, text in enumerate(texts, 1)]
    sections += [Section(f"{slug}.md", 1, text, slug, role="index", index=index) for slug, index, text in roles]
    return render(Book("b", Metadata("T"), tuple(sections), path="book.md"), {})


def _entries(galley: Galley, leaf: int = -1) -> list[str]:
    return [plain(item).replace(" .", ".") for item in galley.leaves[leaf].element.iter("li")]


def _codes(galley: Galley) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in galley.problems]


def test_marks_become_entries_that_lead_back() -> None:
    galley = _render("A [whale]{.index}.\n\nTwo [whales]{.index term=whale} []{.index term=Boat}")
    element = galley.leaves[-1].element
    assert (element.get("role"), galley.leaves[-1].title) == ("doc-index", "Index")
    assert [plain(head) for head in element.iter("h2")] == ["B", "W"]
    assert _entries(galley) == ["Boat, 1", "whale, 1, 2"]
    links = [link.get("href", "")[1:] for link in element.iter("a")]
    assert links == ["s1--ix3", "s1--ix1", "s1--ix2"]
    assert {galley.homes[link] for link in links} == {"s1"}
    assert plain(galley.leaves[0].element) == "A whale.Two whales"


def test_sub_entries_sort_keys_and_references() -> None:
    text = (
        '[a]{.index term="Keepers!wages"} [b]{.index term="*Constant*" sort="Zebra"} [c]{.index term="Öl"} '
        '[]{.index term="Lamp" see="Öl"} [d]{.index term="Wick" see-also="Lamp; Keepers"} [e]{.index term="7 bells"}'
    )
    galley = _render(text)
    assert not galley.problems
    assert _entries(galley) == [
        "7 bells, 1",
        "Keeperswages, 1",
        "wages, 1",
        "Lamp. See Öl",
        "Öl, 1",
        "Wick, 1. See also Lamp; Keepers",
        "Constant, 1",
    ]
    assert [link.text for link in galley.leaves[-1].element.iter("a") if not link.get("class")] == [
        "Öl",
        "Lamp",
        "Keepers",
    ]


def test_several_indexes_and_their_places() -> None:
    roles = (("names", "names", "# Names\n\nOf people."),)
    galley = _render("[Hale]{.index index=names} [oil]{.index} [x]{.index index=ships}", roles=roles)
    assert [leaf.title for leaf in galley.leaves] == ["Hale oil x", "Names", "Index", "Index: ships"]
    assert [_entries(galley, leaf) for leaf in (1, 2, 3)] == [["Hale, 1"], ["oil, 1"], ["x, 1"]]


def test_a_range_is_one_place() -> None:
    galley = _render("[]{.index-start term=Oil}a\n\nb[]{.index-end term=Oil} [c]{.index term=Oil}")
    first, second = galley.leaves[-1].element.iter("a")
    assert (first.get("href"), first.get("data-to"), second.get("data-to")) == ("#s1--ix1", "s1--ix2", None)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("x\n\n[]{.index}", "index-empty", 'write the word between the brackets, or term="…"'),
        ("x\n\n[a]{.index term='!b'}", "index-empty", 'write the word between the brackets, or term="…"'),
        ("x\n\n[a]{.index-start}", "index-range", "write []{.index-end term=…} where it ends, with the same term"),
        ("x\n\n[a]{.index-end}", "index-range", "write []{.index-start term=…} where it begins, with the same term"),
        ("[oil]{.index}\n\n[a]{.index see=oils}", "index-see", "did you mean oil?"),
    ],
)
def test_marks_gone_wrong(text: str, code: str, hint: str) -> None:
    (problem,) = [each for each in _render(text).problems if each.code.startswith("index")]
    assert (problem.code, problem.place, problem.hint, problem.severity) == (code, "1.md:3", hint, "warning")


@pytest.mark.parametrize(
    ("pages", "merged"),
    [
        ([], []),
        ([("12", "12"), ("12", "12")], [("12", "12")]),
        ([("14", "14"), ("12", "12"), ("15", "15"), ("16", "16")], [("12", "12"), ("14", "16")]),
        ([("4", "4"), ("5", "5")], [("4", "4"), ("5", "5")]),
        ([("4", "5")], [("4", "5")]),
        ([("4", "8"), ("6", "6"), ("9", "9")], [("4", "9")]),
        ([("3", "3"), ("xi", "xii"), ("ix", "ix")], [("ix", "ix"), ("xi", "xii"), ("3", "3")]),
        ([("x", "x"), ("xi", "3")], [("x", "x"), ("xi", "xi"), ("3", "3")]),
    ],
)
def test_merging(pages: list[tuple[str, str]], merged: list[tuple[str, str]]) -> None:
    assert list(indexing.merge(pages)) == merged


def test_filling() -> None:
    tree = etree.fromstring(
        '<div>page <span class="page-of" data-page-of="f"/> <span class="index-pages">, '
        '<a class="index-locator" href="#a">1</a>, <a class="index-locator" href="#b" data-to="c">2</a>, '
        '<a class="index-locator" href="#gone">3</a></span></div>'
    )
    assert indexing.wanted(tree) == ("f", "a", "b", "c", "gone")
    folios = {"f": "9", "a": "2", "b": "4", "c": "7"}
    indexing.fill(tree, folios, links=True)
    assert "".join(map(str, tree.itertext())) == "page 9 , 2, 4–7"
    assert [link.get("href") for link in tree.iter("a")] == ["#a", "#b"]
