"""The galley: what the text says becomes trees, ids, links, notes, numbers and contents."""

import struct
import zlib
from collections.abc import Mapping

import pytest
from lxml import etree

from packager.book import Asset, Book, Metadata, Options, Section
from packager.galley import Galley, render
from packager.words import words_of


def _png() -> bytes:
    """Make a PNG of one grey pixel (PNG specification, section 5)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


PIXEL = _png()


def _book(texts: Mapping[str, str], assets: Mapping[str, bytes] | None = None, **options: object) -> Book:
    sections = tuple(
        Section(path, 1, text, path.removesuffix(".md"), role="part" if path.startswith("part") else "chapter")
        for path, text in texts.items()
    )
    files = {path: Asset(path, data) for path, data in (assets or {}).items()}
    return Book("book", Metadata("A Book"), sections, files, options=Options(**options))  # type: ignore[arg-type]


def _render(text: str, **style: object) -> Galley:
    return render(_book({"one.md": text}), {"scene-break": "❦", **style})


def _markup(galley: Galley, leaf: int = 0) -> str:
    element = galley.leaves[leaf].element
    etree.cleanup_namespaces(element)
    return etree.tostring(element, encoding="unicode")


def _codes(galley: Galley) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in galley.problems]


def test_heading_becomes_the_opener() -> None:
    leaf = _render("# The *Sea*[^1]\n\nText.\n\n[^1]: Note.").leaves[0]
    assert leaf.title == "The Sea"
    assert leaf.element[0].get("class") == "opener"
    assert leaf.element[1].get("class") == "opening"
    assert leaf.element.get("role") == "doc-chapter"


def test_notes_are_numbered_by_their_calls() -> None:
    galley = _render("a[^b] c[^a] d[^b]\n\n[^a]: A\n\n[^b]: B^[Inner.]")
    element = galley.leaves[0].element
    calls = [(a.text, a.get("id"), a.get("href")) for a in element.iter("a") if a.get("class") == "noteref"]
    assert calls == [
        ("1", "one--r1", "#one--n1"),
        ("2", "one--r2", "#one--n2"),
        ("1", "one--r1-2", "#one--n1"),
        ("3", "one--r3", "#one--n3"),
    ]
    assert [words_of(aside) for aside in element.iter("aside")] == [["1", "B3"], ["2", "A"], ["3", "Inner."]]


def test_notes_gone_wrong() -> None:
    galley = _render("a[^x]\n\nb\n\n[^y]: never called")
    assert _codes(galley) == [("note-undefined", 1), ("note-unused", 5)]
    assert "data-note" not in _markup(galley)


def test_ids_are_unique_in_the_book() -> None:
    text = "# T\n\n## Same\n\nx\n\n## Same\n\ny {#z}"
    galley = render(_book({"one.md": text, "two.md": text}), {})
    ids = [node.get("id") for leaf in galley.leaves for node in leaf.element.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert galley.homes["two--same-2"] == "two"


def test_heading_levels_are_made_to_follow() -> None:
    galley = _render("# One\n\n###### Six\n\nx\n\n# Again\n\ny")
    assert [node.tag for node in galley.leaves[0].element.iter("h1", "h2", "h3", "h6")] == ["h1", "h2", "h2"]
    assert _codes(galley) == [("heading-level", 3), ("heading-level", 7)]


def test_scene_break_takes_the_ornament() -> None:
    assert '<p data-line="3" class="scene-break" role="separator">❦</p>' in _markup(_render("a\n\n***\n\nb"))
    assert '<hr data-line="3" class="scene-break"/>' in _markup(_render("a\n\n***\n\nb", **{"scene-break": ""}))


def test_first_paragraphs_are_marked() -> None:
    galley = _render("# T\n\na\n\nb\n\n***\n\nc\n\nd\n\n> e\n\nf")
    assert [p.get("class") for p in galley.leaves[0].element.findall("p")] == [
        "opening", None, "scene-break", "first", None, "first",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "initial"),
    [('"Well," he', "“W"), ("Élan", "É"), ("*Now* then", "N"), ("7 men", "7"), ("`x` is", None), ("— so", None)],
)
def test_drop_capital(text: str, initial: str | None) -> None:
    source = f"# T\n\n{text}{' and more' * 20}"
    element = _render(source, **{"drop-caps": True}).leaves[0].element
    found = element.find(".//span[@class='initial']")
    assert (None if found is None else found.text) == initial
    assert words_of(element)[1:] == words_of(_render(source).leaves[0].element)[1:]


@pytest.mark.parametrize(
    ("text", "drops"),
    [
        ("“Well,” he said.", False),
        ("“Well,” he said.\n\nNobody did.\n\nSo he went.", True),
        ("“Well,” he said.\n\n***\n\nNobody did.\n\nSo he went.", False),
        ("“Well,” he said.\n\n- one\n- two\n- three", False),
        ("Two lines. " * 10, False),
        ("Three lines. " * 10, True),
    ],
)
def test_a_capital_drops_only_beside_text(text: str, drops: bool) -> None:
    element = _render(f"# T\n\n{text}", **{"drop-caps": True}).leaves[0].element
    assert (element.find(".//span[@class='initial']") is not None) is drops


def test_numbers_run_through_parts() -> None:
    texts = {"part-1.md": "# Old", "a.md": "# A\n\nx", "part-2.md": "# New", "b.md": "# B {-}\n\nx", "c.md": "# C\n\nx"}
    galley = render(_book(texts, numbered=True), {"chapter-number": "words"})
    assert [leaf.number for leaf in galley.leaves] == ["Part One", "One", "Part Two", "", "Two"]
    assert '<span class="number">One</span> <span class="title">A</span>' in _markup(galley, 1)


def test_contents_nest() -> None:
    sections = (
        Section("p.md", 1, "# P", "p", role="part"),
        Section("a.md", 1, "# A\n\n## B\n\n### C\n\nx", "a", depth=1),
        Section("d.md", 1, "x", "d", role="dedication"),
    )
    (part,) = render(Book("b", Metadata("T"), sections), {"toc-depth": 2}).contents
    assert [(entry.title, entry.depth) for entry in part.walk()] == [("P", 0), ("A", 1), ("B", 2)]


def test_images() -> None:
    text = '# T\n\n![A sea](img/s%20ea.png "The sea"){width=52%}\n\nx ![](img/s%20ea.png) y ![no](nope.png)'
    galley = render(_book({"one.md": text}, {"img/s ea.png": PIXEL}), {})
    assert _codes(galley) == [("image-missing", 5), ("image-alt", 5)]
    (figure,) = galley.leaves[0].element.iter("figure")
    assert (figure.get("class"), figure[0].get("src"), figure[1].text) == ("figure width-50", "img/s ea.png", "The sea")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("http://a.b/c.png", "image-remote"),
        ("//a.b/c.png", "image-remote"),
        ("file:///etc/passwd", "image-remote"),
        ("/etc/passwd", "image-missing"),
        ("../x.png", "image-missing"),
        ("broken.png", "image-unreadable"),
        ("data:image/png;base64,xx", "image-embedded"),
    ],
)
def test_images_not_shown(source: str, code: str) -> None:
    galley = render(_book({"one.md": f"# T\n\nx ![alt]({source})"}, {"broken.png": b"not an image"}), {})
    assert _codes(galley) == [(code, 3)]
    assert next(galley.leaves[0].element.iter("img"), None) is None


def test_what_is_wrong_with_an_image_is_told_in_one_sentence() -> None:
    (problem,) = render(_book({"one.md": "# T\n\nx ![a](a.png)"}, {"a.png": PIXEL[:-9]}), {}).problems
    assert str(problem) == "one.md:3: the image a.png breaks off (save it again as PNG, JPEG or SVG)"


def test_image_type_by_content() -> None:
    galley = render(_book({"one.md": "![a](a.jpg)"}, {"a.jpg": PIXEL}), {})
    assert _codes(galley) == [("image-type", 1)]


def test_direction_overrides_are_left_out() -> None:
    galley = _render("a \u202eb\u202c c")
    assert _codes(galley) == [("bidi-control", 1)]
    assert words_of(galley.leaves[0].element) == ["a", "b", "c"]


def test_language_brings_its_direction() -> None:
    assert '<span lang="ar" dir="rtl">' in _markup(_render("x [سلام]{lang=ar}"))


def test_tables_get_scopes_and_classes() -> None:
    markup = _markup(_render("| a | b |\n|--:|---|\n| 1 | 2 |"))
    assert '<th class="align-right" scope="col">a</th>' in markup
    assert '<td class="align-right">1</td>' in markup


def test_empty_book() -> None:
    assert ("book-empty", None) in _codes(_render(""))


def test_lines_are_the_files() -> None:
    section = Section("one.md", 8, "x\n\ny [^1]", "one")
    (problem,) = render(Book("b", Metadata("T"), (section,)), {}).problems
    assert str(problem).startswith("one.md:10: note [^1]")
