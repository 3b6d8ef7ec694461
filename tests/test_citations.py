"""Citations: in the text, in notes, in the bibliography; what cannot be cited."""

from collections.abc import Mapping

import pytest
from lxml import etree

from packager.book import Asset, Book, Metadata, Options, Section
from packager.galley import Galley, render
from packager.trees import plain

BIB = b"""
@book{hale, author = {Hale, Margaret}, title = {Lights}, publisher = {Tern}, year = 1871}
@book{lund, author = {Lund, Britta}, title = {Oil}, publisher = {Quay}, year = 2004}
@book{lund2, author = {Lund, Britta}, title = {Salt}, publisher = {Quay}, year = 2004}
"""
NO_FILES: Mapping[str, bytes] = {}
NOTES = "chicago-notes-bibliography-17th-edition"


def _render(*texts: str, csl: str = "", bib: bool = True, files: Mapping[str, bytes] = NO_FILES) -> Galley:
    sections = tuple(Section(f"{n}.md", 1, text, f"s{n}") for n, text in enumerate(texts, 1))
    assets = {name: Asset(name, data) for name, data in {"r.bib": BIB, **files}.items()}
    options = Options(bibliography=("r.bib",) if bib else (), csl=csl)
    return render(Book("b", Metadata("T", lang="en-GB"), sections, assets, options=options, path="book.md"), {})


def _texts(galley: Galley) -> list[str]:
    return [" ".join("".join(map(str, p.itertext())).split()) for p in galley.leaves[0].element.iter("p")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("A [@hale, p. 4].", "A (Hale 1871, 4)."),
        ("A [see @hale, pp. 4--6; @lund].", "A (see Hale 1871, 4–6; Lund 2004a)."),
        ("A [see @lund, p. 2; @hale].", "A (see Lund 2004a, 2; Hale 1871)."),
        ("A [-@hale, chap. 2].", "A (1871, ch. 2)."),
        ("@hale says.", "Hale (1871) says."),
        ("@hale [p. 9] says.", "Hale (1871, 9) says."),
        ("[@lund] and [@lund2]", "(Lund 2004a) and (Lund 2004b)"),
        (r"Mail a@b.org or \@hale.", "Mail a@b.org or @hale."),
        ("A [@hale, passim].", "A (Hale 1871, passim)."),
    ],
)
def test_in_the_text(source: str, text: str) -> None:
    galley = _render(source + "\n\n[@lund2]" if "2004a" in text else source)
    assert _texts(galley)[0].replace("\xa0", " ") == text.replace("\xa0", " ")
    assert not galley.problems


def test_citations_lead_to_the_bibliography() -> None:
    galley = _render("A [@hale; @lund].")
    (first, second) = [a for a in galley.leaves[0].element.iter("a") if a.get("role") == "doc-biblioref"]
    bibliography = galley.leaves[-1].element
    assert bibliography.get("role") == "doc-bibliography"
    assert [item.get("id") for item in bibliography.iter("li")] == [
        first.get("href", "")[1:],
        second.get("href", "")[1:],
    ]
    assert [plain(item) for item in bibliography.iter("li")] == [
        "Hale, Margaret. 1871. Lights. Tern.",
        "Lund, Britta. 2004. Oil. Quay.",
    ]


def test_a_section_of_the_manuscript_gives_the_bibliography_its_place() -> None:
    sections = (
        Section("b.md", 1, "# Works cited\n\nIn order of names.", "works", role="bibliography"),
        Section("1.md", 1, "# One\n\nA [@hale].", "one"),
    )
    book = Book("b", Metadata("T"), sections, {"r.bib": Asset("r.bib", BIB)}, options=Options(bibliography=("r.bib",)))
    galley = render(book, {})
    assert [leaf.title for leaf in galley.leaves] == ["Works cited", "One"]
    assert galley.leaves[0].element[-1].tag == "ul"


def test_a_style_of_notes_puts_citations_into_notes() -> None:
    galley = _render("A light [@hale, p. 4]. It burns.[^n] And @lund [p. 2] too.\n\n[^n]: See [@hale].", csl=NOTES)
    assert _texts(galley)[0] == "A light.1 It burns.2 And Lund3 too."
    notes = [plain(aside) for aside in galley.leaves[0].element.iter("aside")]
    assert notes == [
        "1 Margaret Hale, Lights (Tern, 1871), 4.",
        "2 See Hale, Lights.",
        "3 Britta Lund, Oil (Quay, 2004), 2.",
    ]


def test_other_styles_by_name_and_by_file() -> None:
    assert _texts(_render("A [@hale].", csl="ieee")) == ["A [1]."]
    style = b"""<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>t</title><id>t</id><updated>2020-01-01T00:00:00+00:00</updated></info><citation>
<layout prefix="&lt;" suffix="&gt;"><text variable="title"/></layout></citation></style>"""
    galley = _render("A [@hale].", csl="own.csl", files={"own.csl": style})
    assert _texts(galley) == ["A <Lights>."]
    assert len(galley.leaves) == 2


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("A [@hail].", "citation-unknown", "did you mean @hale?"),
        ("A @hail too.", "citation-unknown", "did you mean @hale?"),
        ("A [@hale; @zzzz].", "citation-unknown", r"add it to the bibliography, or write \@ for a plain sign"),
    ],
)
def test_a_key_that_no_reference_has_is_an_error(text: str, code: str, hint: str) -> None:
    (problem,) = [each for each in _render(f"x\n\n{text}").problems if each.code == code]
    assert (problem.severity, problem.place, problem.hint) == ("error", "1.md:3", hint)


def test_a_citation_whose_key_is_still_to_be_written_stands_as_it_is() -> None:
    galley = _render("A [@{] [@hale].")
    assert _texts(galley)[0] == "A [@{] (Hale 1871)."
    assert [(each.code, each.severity) for each in galley.problems] == [("citation-unresolved", "warning")]


def test_without_a_bibliography_citations_stand_as_written() -> None:
    galley = _render("A [@hale, p. 4] of @hale.", bib=False)
    assert _texts(galley) == ["A [@hale, p. 4] of @hale."]
    assert [(each.code, each.severity) for each in galley.problems] == [("citation-unresolved", "warning")]


@pytest.mark.parametrize(
    ("csl", "data"), [("nosuch", b""), ("own.csl", b"<style"), ("own.csl", b"<html/>"), ("no.csl", b"")]
)
def test_a_style_that_is_none(csl: str, data: bytes) -> None:
    files = {csl: data} if csl.startswith("own") else {}
    assert [each.code for each in _render("A [@hale].", csl=csl, files=files).problems] == ["csl-unusable"]


def test_signs_of_markup_in_references_stay_text() -> None:
    bib = b"@book{x, author = {Fisher & Sons}, title = {A < c & <x> d}, year = 1900}"
    galley = _render("[@x]", files={"r.bib": bib})
    assert "A < C & <x> D" in plain(galley.leaves[-1].element)
    assert etree.tostring(galley.leaves[-1].element)


def test_references_that_nothing_cites() -> None:
    def listed(text: str, *keys: str) -> tuple[list[str], list[str]]:
        options = Options(bibliography=("r.bib",), nocite=keys)
        section = Section("1.md", 1, text, "s1")
        galley = render(Book("b", Metadata("T"), (section,), {"r.bib": Asset("r.bib", BIB)}, options=options), {})
        told = [problem.message for problem in galley.problems]
        return [item.get("id", "").rpartition("-")[2] for item in galley.leaves[-1].element.iter("li")], told

    assert listed("A [@hale].", "lund2") == (["hale", "lund2"], [])
    assert listed("A.", "*") == (["hale", "lund", "lund2"], [])
    assert listed("A [@hale].", "lunt")[1] == ["`nocite` names no reference: lunt"]


def test_a_title_tells_what_it_cites() -> None:
    galley = _render("# After [@hale]\n\nText.")
    assert galley.contents[0].title == galley.leaves[0].title == "After (Hale 1871)"
