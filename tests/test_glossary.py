"""The glossary: terms that lead to what explains them."""

from packager.book import Book, Metadata, Section
from packager.galley import Galley, render

GLOSSARY = "# Glossary\n\nWick\n: A cord.\n\nMantle\n: A hood.\n"


def _render(text: str, glossary: str = GLOSSARY) -> Galley:
    sections = [Section("1.md", 1, text, "one")]
    sections += [Section("g.md", 1, glossary, "glossary", role="glossary")] if glossary else []
    return render(Book("b", Metadata("T"), tuple(sections)), {})


def test_terms_lead_to_the_glossary() -> None:
    galley = _render("Two [wicks]{.term}, one [hood]{.term term=Mantle}, a [*mantle*]{.term}.")
    links = [(link.get("href"), link.get("role")) for link in galley.leaves[0].element.iter("a")]
    assert links == [(f"#glossary--{name}", "doc-glossref") for name in ("wick", "mantle", "mantle")]
    entries = [entry.get("{http://www.idpf.org/2007/ops}type") for entry in galley.leaves[1].element.iter("dt", "dd")]
    assert entries == ["glossterm", "glossdef"] * 2
    assert not galley.problems


def test_terms_that_nobody_explains() -> None:
    (problem,) = _render("x\n\nA [wink]{.term}").problems
    assert (problem.code, problem.place, problem.hint) == ("term-unknown", "1.md:3", "did you mean wick?")
    (problem,) = _render("A [wick]{.term}", "").problems
    assert problem.message == "wick is marked as a term, and there is no glossary"
