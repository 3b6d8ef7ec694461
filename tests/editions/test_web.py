"""The web edition: pages, addresses, what stands around the text, what a browser may load, every word kept."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from packager import hypertext, production, variants, xhtml
from packager.editions import web
from packager.problems import PackagerError

Write = Callable[[Mapping[str, str | bytes]], Path]
Pages = dict[str, etree._Element]

BOOK = """\
---
title: Two Winds
subtitle: A Test
author: Ada Byron
lang: en-GB
description: Wind & the harbour's calm.
theme: manual
numbered: true
chapters: [dedication.md, one.md, {part: Calms, chapters: [two.md, index.md]}]
---
"""
ONE = """\
# A Wind {#wind}

It blew[^1] and blew; see [later](two.md#later) or [the wind](#wind).

![A boat](boat.png)

[^1]: From the west.
"""
TWO = """\
# A Calm

::: only-print
Ink.
:::

## Later {#later}

Back to [the wind](one.md).

| a | b | c | d |
|---|---|---|---|
| 1 | 2 | 3 | 4 |

: Tides {#tbl-tides}

| a | b |
|---|---|
| 1 | 2 |

$$x^2$$
"""


def png() -> bytes:
    data = BytesIO()
    Image.new("RGB", (30, 20), "navy").save(data, "PNG")
    return data.getvalue()


FILES: dict[str, str | bytes] = {
    "book.md": BOOK,
    "dedication.md": "To Ida.",
    "one.md": ONE,
    "two.md": TWO,
    "index.md": "---\ntitle: Index\nrole: chapter\nid: index\n---\nNothing.\n",
    "boat.png": png(),
}


def files_of(folder: Path) -> dict[str, bytes]:
    rendered, look = production.proof(folder)
    assert not rendered.problems
    made = web.make(variants.variant(rendered, "web"), look)
    assert {name.partition("/")[0] for name in made.files} == {"book-web"}
    return {name.partition("/")[2]: data for name, data in made.files.items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("web") / "book"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return files_of(folder)


@pytest.fixture(scope="module")
def pages(site: dict[str, bytes]) -> Pages:
    return {name: etree.fromstring(data) for name, data in site.items() if name.endswith(".html")}


def at(page: etree._Element, path: str) -> etree._Element:
    """Give the one element of a path."""
    (found,) = page.iterfind(path)
    return found


def test_a_page_for_each_section_and_one_to_start_with(pages: Pages) -> None:
    assert list(pages) == ["index.html", "dedication.html", "one.html", "calms.html", "two.html", "index-2.html"]
    start = pages["index.html"]
    assert [head.text for head in start.iter("h1", "h2")] == ["Two Winds", "Contents"]
    assert at(start, ".//div[@class='blurb']/p").text == "Wind & the harbour’s calm."
    assert at(start, ".//section[@id='copyright']").getparent() is not None
    assert at(start, ".//p[@class='begin']/a").get("href") == "dedication.html"


def test_every_link_leads_somewhere(site: dict[str, bytes], pages: Pages) -> None:
    places = {
        f"{name}{mark}"
        for name, page in pages.items()
        for mark in ("", *(f"#{node.get('id')}" for node in page.iter() if node.get("id")))
    } | set(site)
    for name, page in pages.items():
        for node in page.iter():
            for attribute in ("href", "src"):
                target = node.get(attribute, "data:")
                assert target.startswith("data:") or (name + target if target[0] == "#" else target) in places, target
    assert {"two.html#two--later", "#one", "#one--n1"} <= {a.get("href") for a in pages["one.html"].iter("a")}
    assert "one.html" in {a.get("href") for a in at(pages["two.html"], "body/main").iter("a")}


def test_ids_are_unique(pages: Pages) -> None:
    for page in pages.values():
        ids = [node.get("id") for node in page.iter() if node.get("id")]
        assert len(ids) == len(set(ids))


def test_pages_say_what_they_are(pages: Pages) -> None:
    titles = {name: page.findtext("head/title") for name, page in pages.items()}
    assert titles["index.html"] == "Two Winds — Ada Byron"
    assert titles["one.html"] == "A Wind — Two Winds"
    said = {meta.get("name") or meta.get("property"): meta.get("content") for meta in pages["index.html"].iter("meta")}
    assert said["description"] == said["og:description"] == "Wind & the harbour's calm."
    assert said["og:type"] == "book"
    chapter = {meta.get("property"): meta.get("content") for meta in pages["one.html"].iter("meta")}
    assert chapter["og:site_name"] == "Two Winds"


def test_pages_turn_in_reading_order(pages: Pages) -> None:
    ways = [[a.get("href") for a in page.iterfind(".//nav[@id='_turn']/a")] for page in pages.values()]
    assert ways == [
        [],
        ["index.html", "one.html"],
        ["dedication.html", "calms.html"],
        ["one.html", "two.html"],
        ["calms.html", "index-2.html"],
        ["two.html"],
    ]


def test_the_panel_lists_sections_and_the_headings_of_this_one(pages: Pages) -> None:
    def listed(name: str) -> list[str]:
        return [a.get("href", "") for a in pages[name].iterfind(".//nav[@id='_contents']//li/a")]

    assert listed("one.html") == ["one.html", "calms.html", "two.html", "index-2.html"]
    assert listed("two.html") == ["one.html", "calms.html", "two.html", "two.html#two--later", "index-2.html"]
    (here,) = pages["two.html"].iterfind(".//*[@aria-current]")
    assert here.get("href") == "two.html"


def test_every_page_has_one_heading_of_the_first_rank(pages: Pages) -> None:
    assert [len(list(page.iter("h1"))) for page in pages.values()] == [1] * len(pages)
    assert pages["dedication.html"].findtext(".//h1[@class='unseen']") == "Dedication"


def test_a_page_loads_nothing_from_elsewhere(site: dict[str, bytes], pages: Pages) -> None:
    for page in pages.values():
        assert at(page, "head/meta[@http-equiv]").get("content") == hypertext.POLICY
        assert page.get("lang") == "en-GB"
        assert [script.get("src") for script in page.iter("script")] == ["book.js"]
    style = site["style.css"].decode()
    assert set(re.findall(r"url\(([^)]*)\)", style)) == {name for name in site if name.startswith("fonts/")}
    assert b"http" not in site["book.js"] + site["style.css"]


def test_nothing_of_epub_or_print_is_left(site: dict[str, bytes]) -> None:
    for name, data in site.items():
        if name.endswith(".html"):
            assert b"epub:" not in data
            assert b"xml:lang" not in data
            assert b"data-line" not in data
    assert b"Ink." not in site["two.html"]


def test_tables_scroll_in_their_boxes(pages: Pages) -> None:
    boxes = pages["two.html"].findall(".//div[@class='table-box']")
    assert [(box.get("tabindex"), box.get("aria-label")) for box in boxes] == [
        ("0", "Table 2.1. Tides"),
        ("0", "Table"),
    ]


def test_images_say_their_size(pages: Pages) -> None:
    image = at(pages["one.html"], ".//img")
    assert (image.get("src"), image.get("width"), image.get("height")) == ("images/boat-1.png", "30", "20")


def test_search_finds_blocks_with_the_place_before_them(site: dict[str, bytes]) -> None:
    index = site["search.js"].decode()
    assert index.startswith("packager.found({")
    assert '"two--later","Back to the wind."' in index
    assert '"It blew and blew; see later or the wind."' in index
    assert '"From the west."' in index


def test_a_section_in_another_language_says_so(manuscript: Write) -> None:
    site = files_of(manuscript({"book.md": "---\ntitle: T\nlang: en\n---", "one.md": "---\nlang: he\n---\n# א\n\nב"}))
    main = at(etree.fromstring(site["one.html"]), "body/main")
    assert (main.get("lang"), main.get("dir")) == ("he", "rtl")


def test_a_book_from_right_to_left(manuscript: Write) -> None:
    site = files_of(manuscript({"book.md": "---\ntitle: ט\nlang: he\n---", "one.md": "# א\n\nב"}))
    assert etree.fromstring(site["one.html"]).get("dir") == "rtl"


def test_the_same_book_gives_the_same_bytes(manuscript: Write, site: dict[str, bytes]) -> None:
    assert files_of(manuscript(FILES)) == site


def test_a_lost_word_stops_the_build(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    written = xhtml.written
    monkeypatch.setattr(xhtml, "written", lambda tree: written(tree).replace("blew;", ""))
    with pytest.raises(PackagerError, match="the word `blew;` is missing from the web edition"):
        files_of(manuscript(FILES))


def test_hostile_markup_gains_nothing(manuscript: Write) -> None:
    text = (
        '# One\n\n<p onclick="alert(1)" style="position:fixed" id=\'_main\'>a</p>\n\n[b](javascript:alert(1))\n\n'
        "</main></body><script>alert(1)</script>\n\n`</script>`"
    )
    rendered, look = production.proof(
        manuscript({"book.md": "---\ntitle: T</title><script>\nlang: en\n---", "one.md": text})
    )
    files = web.make(variants.variant(rendered, "web"), look).files
    page = etree.fromstring(files["book-web/one.html"])
    assert [script.get("src") for script in page.iter("script")] == ["book.js"]
    assert not {"onclick", "style"} & {name for node in page.iter() for name in node.attrib}
    assert not [a for a in page.iter("a") if a.get("href", "").startswith("javascript")]
    assert [node.tag for node in page.iter() if node.get("id") == "_main"] == ["main"]


def test_published_as_one_folder(manuscript: Write, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    report = production.build(manuscript(FILES), ["web"], out)
    assert [made.path for made in report.made] == [out / "book-web"]
    assert report.made[0].size == sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    assert production.clean(out, ["book"]) == (out / "book-web",)
