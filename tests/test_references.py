"""Files of references: BibTeX and CSL-JSON, right and wrong."""

import pytest
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from packager.book import Asset, Book, Metadata, Options
from packager.references import References, load

BIB = r"""
@string{tern = "Tern & Sons"}
@book{hale, author = {Hale, Margaret and van Dyke, Jan}, title = {The {TeX} of {\"U}bel}, publisher = tern, year = 1871}
@article{lund, author = {Britta Lund and {Harbour Board}}, title = {Ships}, journal = {Tides}, pages = {1--4},
  number = 3, date = {2004-05-06}}
"""


def _load(**files: str | bytes) -> References:
    names = {name.replace("_", "."): data for name, data in files.items()}
    assets = {name: Asset(name, data.encode() if isinstance(data, str) else data) for name, data in names.items()}
    options = Options(bibliography=tuple(names))
    return load(Book("b", Metadata("T"), (), assets, options=options, path="book.md", lines={"bibliography": 4}))


def _told(found: References) -> list[str]:
    return [f"{problem.severity} {problem.code} {problem.place}" for problem in found.problems]


def test_bibtex_becomes_csl() -> None:
    found = _load(r_bib=BIB)
    assert not found.problems
    assert found.entries["hale"] == {
        "id": "hale",
        "type": "book",
        "author": [
            {"family": "Hale", "given": "Margaret"},
            {"family": "Dyke", "given": "Jan", "non-dropping-particle": "van"},
        ],
        "title": "The TeX of Übel",
        "publisher": "Tern & Sons",
        "issued": {"date-parts": [[1871]]},
    }
    lund = found.entries["lund"]
    assert lund["author"] == [{"family": "Lund", "given": "Britta"}, {"literal": "Harbour Board"}]
    assert (lund["type"], lund["container-title"], lund["page"], lund["issue"]) == (
        "article-journal",
        "Tides",
        "1-4",
        "3",
    )
    assert lund["issued"] == {"date-parts": [[2004, 5, 6]]}


def test_csl_json_is_taken_as_it_is() -> None:
    found = _load(
        r_json='[{"id": "x", "type": "book", "title": "T", "author": 3, "issued": {"date-parts": [["1999"]]}}]'
    )
    assert found.entries["x"] == {"id": "x", "type": "book", "title": "T", "issued": {"date-parts": [[1999]]}}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "r_bib",
            '@book{a, title={x}}\n\n@article{b, title="x"\n@book{c, title={y}}',
            "bibliography-unreadable r.bib:3",
        ),
        ("r_bib", "no reference at all", "bibliography-unreadable r.bib:1"),
        ("r_json", '[\n{"id": "a",}\n]', "bibliography-unreadable r.json:2"),
        ("r_json", '"text"', "bibliography-unreadable r.json:1"),
        ("r_json", "[{}]", "bibliography-unreadable r.json"),
        ("r_bib", b"@book{a,\n title={\xff}}", "bibliography-unreadable r.bib:2"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_line(name: str, text: str | bytes, told: str) -> None:
    assert f"error {told}" in _told(_load(**{name: text}))


def test_a_file_that_is_not_there_and_a_key_that_is_there_twice() -> None:
    book = Book(
        "b", Metadata("T"), (), {"refs.bib": Asset("refs.bib", b"")}, options=Options(bibliography=("ref.bib",))
    )
    (problem,) = load(book).problems
    assert (problem.code, problem.hint) == ("bibliography-missing", "did you mean refs.bib?")
    assert _told(_load(r_bib="@book{a, title={x}}\n@book{a, title={y}}")) == ["warning citation-key-twice r.bib:2"]


OPTIONS = Options(bibliography=("r.bib",))


@given(st.text("aZ9é .,:;()/+-\n’", max_size=30))
def test_text_without_latex_is_taken_as_the_decoder_would(text: str) -> None:
    decoded, _ = LatexDecodingMiddleware()._transform_python_value_string(text)
    library = f"@book{{k, title = {{{text}}}}}"
    book = Book("b", Metadata("T"), (), {"r.bib": Asset("r.bib", library.encode())}, options=OPTIONS)
    assert load(book).entries["k"].get("title", "") == " ".join(decoded.split())
