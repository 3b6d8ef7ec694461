"""Units joined, held against the same book laid out as one document: nobody shall see that it was ever parted."""

import io
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import page as validation
import pikepdf
import pypdfium2
import pytest
from pikepdf import Pdf

from benchmarks import single
from packager import production, variants
from packager.editions.print import Run
from packager.layout.numbering import Numbering
from packager.layout.pool import Pool
from tests.layout import oracle

PROSE = "It was a dark morning, and the tide had gone further out than anyone on the quay remembered. "
SIX = "\n\n".join([PROSE * 4] * 6)
NOTED = "\n\n".join(f"{PROSE * 3}Here.[^{n}] {PROSE * 2}" for n in range(1, 9))
NOTES = "\n\n".join(f"[^{n}]: Note {n} says *something*. {PROSE * n}" for n in range(1, 9))
DOT = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><circle cx="40" cy="20" r="15" fill="#777"/></svg>'
)
BOOK: Mapping[str, str | bytes] = {
    "book.md": "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\ntheme: scholar\ntrim: 5x8\ntoc-depth: 2\n"
    "numbered: true\nchapter-start: any\nstyle: {running-head-recto: section}\nchapters:\n"
    "  - dedication.md\n  - preface.md\n  - part: Ebb\n    chapters: [01-one.md, 02-two.md]\n"
    "  - part: Flood\n    chapters: [03-three.md]\n  - appendix-a.md\n---\n",
    "dedication.md": "For Bea.\n",
    "preface.md": f"# Preface\n\nSee @sec-below.\n\n{SIX}\n",
    "01-one.md": f"# One\n\n{NOTED}\n\n## A section\n\n{SIX}\n\n## Another\n\n[Oil]{{.index}} burns. {SIX}\n\n"
    f"{NOTES}\n",
    "02-two.md": f"# Two\n\nAs @fig-dot and @tbl-boats show.\n\n![A dot](dot.svg){{#fig-dot}}\n\n{SIX}\n\n"
    f"## Below {{#sec-below}}\n\n- a\n\n  {PROSE}\n\n- [out](https://example.org)\n\n"
    f"| Port | Boats |\n|---|--:|\n| Skarra | 12 |\n\nTable: Boats {{#tbl-boats}}\n\n{SIX}\n",
    "03-three.md": f"# Three\n\n{SIX}\n\n> {PROSE}\n\nMore [oil]{{.index term=Oil}}.\n\n***\n\n{PROSE * 60}\n",
    "appendix-a.md": f"# Tables\n\n{PROSE}\n",
    "dot.svg": DOT,
}
NOVEL: Mapping[str, str | bytes] = {
    "book.md": "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\ntheme: novel\nnotes: book\n---\n",
    "01-one.md": f"# One\n\n{NOTED}\n\n{NOTES}\n",
    "02-two.md": f"# Two\n\n{NOTED}\n\n{NOTES}\n",
    # A picture in the margin has a name that the body's pictures have too.
    "style.css": "@page { @bottom-right { content: url(dot.svg) } }\n",
    "dot.svg": DOT,
    "03-three.md": "# Three\n\n![A dot](dot.svg)\n",
}
REAL = {"sherlock": None, "pepys": 6}
"""Books beside the checkout, and how many of their chapters are taken."""


@dataclass(frozen=True)
class Pair:
    """The same book twice."""

    joined: bytes
    one: bytes
    numbering: Numbering
    tagged: bool

    @property
    def pages(self) -> int:
        """How many pages stand in both: an even number is a printer's wish, and no document's."""
        return max(place.start + place.pages for place in self.numbering.places)


def chapters(shared: Path, name: str, count: int | None, folder: Path) -> Path:
    """Copy the first chapters of a real book."""
    source = shared / "corpora" / name
    folder.mkdir()
    for path in (source / "book.md", *sorted(source.glob("[0-9]*.md"))[:count]):
        shutil.copy(path, folder)
    return folder


CASES = [
    pytest.param(
        (name, edition),
        # One worker lays a book out, and tells all about it.
        marks=[pytest.mark.xdist_group(f"{name}-{edition}"), *([pytest.mark.slow] if name in REAL else [])],
        id=f"{name}-{edition}",
    )
    for name in ("scholar", "novel", *REAL)
    for edition in ("print", "screen")
]


@pytest.fixture(scope="module", params=CASES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Lay a book out both ways."""
    name, edition = request.param
    folder = tmp_path_factory.mktemp("pair") / name
    if name in REAL:
        chapters(request.getfixturevalue("shared"), name, REAL[name], folder)
    else:
        folder.mkdir()
        for file, content in (BOOK if name == "scholar" else NOVEL).items():
            (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    rendered, look = production.proof(folder)
    assert not [problem for problem in rendered.problems if problem.severity == "error"]
    run = Run(variants.variant(rendered, edition), look, edition)
    with Pool(2) as workers:
        (joined,) = run.make(workers).files.values()
    book = single.single(run)
    one = oracle.draw(book)
    if not book.tagged:
        with pikepdf.open(io.BytesIO(one)) as pdf:
            oracle.settled(pdf)
            written = io.BytesIO()
            pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        one = written.getvalue()
    return Pair(joined, one, book.numbering, book.tagged)


@pytest.fixture(scope="module")
def joined(pair: Pair) -> Iterator[Pdf]:
    with pikepdf.open(io.BytesIO(pair.joined)) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def one(pair: Pair) -> Iterator[Pdf]:
    with pikepdf.open(io.BytesIO(pair.one)) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def seen(pair: Pair) -> Iterator[tuple[pypdfium2.PdfDocument, pypdfium2.PdfDocument]]:
    with pypdfium2.PdfDocument(pair.joined) as first, pypdfium2.PdfDocument(pair.one) as second:
        yield first, second


Seen = tuple[pypdfium2.PdfDocument, pypdfium2.PdfDocument]


def test_pages_are_as_many(pair: Pair, seen: Seen) -> None:
    first, second = map(len, seen)
    assert second == pair.pages
    assert first == pair.pages + pair.pages % 2
    assert all(not oracle.glyphs(seen[0], number) for number in range(second, first))


def test_the_same_text_stands_at_the_same_place(seen: Seen) -> None:
    for number in range(len(seen[1])):
        first, second = (oracle.glyphs(pdf, number) for pdf in seen)
        assert [glyph[0] for glyph in first] == [glyph[0] for glyph in second], f"page {number + 1}"
        moved = [(a, b) for a, b in zip(first, second, strict=True) if abs(a[1] - b[1]) + abs(a[2] - b[2]) > 0.1]
        assert not moved, f"page {number + 1}"


def test_pages_look_the_same(seen: Seen) -> None:
    apart = [n + 1 for n in range(len(seen[1])) if oracle.picture(seen[0], n) != oracle.picture(seen[1], n)]
    assert not apart


def test_labels_are_the_folios(pair: Pair, seen: Seen) -> None:
    """WeasyPrint writes no labels: they have to be those numbers that its own counters print."""
    labels = [seen[0].get_page_label(number) for number in range(pair.pages)]
    shown = [label for label, text in zip(labels, texts(seen[1]), strict=True) if label in text.split()]
    assert len(shown) > pair.pages / 2
    assert len({*labels}) == len(labels)


def texts(pdf: pypdfium2.PdfDocument) -> Iterator[str]:
    for number in range(len(pdf)):
        page = pdf[number]
        layer = page.get_textpage()
        yield layer.get_text_range()
        layer.close()
        page.close()


def test_the_outline_and_the_links_lead_to_the_same_places(pair: Pair, joined: Pdf, one: Pdf) -> None:
    assert oracle.outline(joined) == oracle.outline(one)
    assert oracle.links(joined) == oracle.links(one)
    assert bool(oracle.outline(joined)) == bool(oracle.links(joined)) == pair.tagged


def test_the_tags_are_the_same(pair: Pair, joined: Pdf, one: Pdf) -> None:
    if pair.tagged:
        assert oracle.tags(joined) == oracle.tags(one)
        assert validation.validate_pdf_bytes(pair.joined, profile="ua1").is_compliant
    else:
        assert "/StructTreeRoot" not in joined.Root


def test_each_face_comes_once(joined: Pdf, one: Pdf) -> None:
    first, second = oracle.programs(joined), oracle.programs(one)
    assert first.keys() == second.keys()
    assert all(len(programs) == 1 for programs in first.values())


def test_the_file_is_hardly_larger(pair: Pair) -> None:
    # What every unit brings along counts for little in a book, and for something in twenty pages.
    assert len(pair.joined) < len(pair.one) * (1.05 if pair.pages > 100 else 1.1)
