"""Math: LaTeX to MathML and to drawings, and what is told of LaTeX that is none."""

import re
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from packager import fonts, formulas
from packager.book import Book, Metadata, Section
from packager.formulas import FormulaFault, draw, mathml
from packager.galley import Galley, render
from packager.trees import MATHML, text_of
from packager.words import words_of


def _render(text: str) -> Galley:
    return render(Book("book", Metadata("A Book"), (Section("one.md", 1, text, "one"),)), {})


def test_dollars_of_a_path_are_no_formula() -> None:
    assert (
        next(_render("In $HOME/$USER or $HOME/.x, not $5 or $6.").leaves[0].element.iter(f"{{{MATHML}}}math"), None)
        is None
    )


def test_a_formula_says_what_it_is() -> None:
    formula = mathml(r"x^2 +  \frac{a}{b}")
    assert formula.get("alttext") == r"x^2 + \frac{a}{b}"
    assert [etree.QName(node).localname for node in formula[0]] == ["msup", "mo", "mfrac"]
    assert {etree.QName(node).namespace for node in formula.iter()} == {MATHML}


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"e \sin E", ["mi e", "mspace", "mi sin", "mspace", "mi E"]),
        (r"\sin(x)", ["mi sin", "mo (", "mi x", "mo )"]),
        (r"2 \log_2 n", ["mn 2", "mspace", "msub", "mspace", "mi n"]),
        (r"|x| = y", ["mo | prefix", "mi x", "mo | postfix", "mo =", "mi y"]),
        (r"P(A|B)", ["mi P", "mo (", "mi A", "mo |", "mi B", "mo )"]),
    ],
)
def test_readers_get_the_spaces_that_drawings_have(tex: str, shown: list[str]) -> None:
    formula = mathml(tex)
    formulas.space(formula)
    told = ((etree.QName(node).localname, node.text, node.get("form")) for node in formula[0])
    assert [" ".join(filter(None, each)) for each in told] == shown


def test_the_face_of_formulas_has_italics_and_roots() -> None:
    face, letters = formulas.face([mathml(r"\sqrt{x} + 2")]) or (None, set())
    assert face is not None
    assert letters == {"x", "𝑥", "+", "2", "√"}
    assert not fonts.covers(face, letters)
    assert formulas.face([etree.fromstring("<p>x</p>")]) is None


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"\foo x", r"\foo is no command that is known"),
        (r"\frac{a}", "a command lacks an argument"),
        ("{x", "a { is never closed"),
        ("x}", "a } closes nothing"),
        ("a_", "a ^ or _ has nothing behind it"),
        ("x^2^3", "two superscripts follow each other: put one in braces"),
        (r"\left( x", r"\left and \right do not pair"),
        (r"\begin{foo}x\end{foo}", r"\begin{foo} is no environment that is known"),
        (r"\begin{matrix}x", r"\begin has no \end"),
        ("a & b", "an & stands outside a table"),
    ],
)
def test_bad_latex_is_told(tex: str, told: str) -> None:
    with pytest.raises(FormulaFault, match=f"^{re.escape(told)}$"):
        mathml(tex)


@pytest.mark.parametrize("name", ["align*", "aligned", "cases", "gathered", "pmatrix", "split", "equation"])
def test_environments_become_tables(name: str) -> None:
    assert mathml(rf"\begin{{{name}}} a \\ b \end{{{name}}}").find(f".//{{{MATHML}}}mtable") is not None


def test_signs_have_no_space_behind_them() -> None:
    signs = [sign.get("form") for sign in mathml("(-1) - 2 = -3").iter("{*}mo") if sign.text == "−"]
    assert signs == ["prefix", None, "prefix"]


def test_a_drawing_stands_on_the_line() -> None:
    small, deep = draw(mathml("x")), draw(mathml(r"\frac{a}{b}"))
    sizes = [
        {
            name: float(value.removesuffix("em"))
            for name, value in re.findall(r"([\w-]+):(-?[\d.]+em)", svg.get("style", ""))
        }
        for svg in (small, deep)
    ]
    assert 0.3 < sizes[0]["height"] < 0.6
    assert sizes[0]["vertical-align"] == pytest.approx(0, abs=0.05)
    assert sizes[1]["vertical-align"] < -0.2
    assert small[0].text == "x"
    assert not small.findall(".//{*}symbol")


def test_what_is_nested_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = mathml(r"\frac{1}{1 + " * 14 + "x" + "}" * 14)
    draw(mathml("x"))  # which loads the library
    mrow, rows = sys.modules["ziamath.nodes.mrow"].Mrow, []

    def set_up(row: object, *, plain: Callable[..., None] = mrow._setup, **how: object) -> None:
        rows.append(row)
        plain(row, **how)

    monkeypatch.setattr(mrow, "_setup", set_up)
    draw(deep)
    assert len(rows) < 14 * 14 * 4  # and not 2 to the power of 14


def test_formulas_in_a_book() -> None:
    galley = _render("# A\n\nSee $x_1$, \\$5, $6 and @eq-a.\n\n$$\nE = mc^2\n$$ {#eq-a}\n\nMid $$y$$ text.")
    element = galley.leaves[0].element
    assert not galley.problems
    assert [formula.get("alttext") for formula in formulas.formulas(element)] == ["x_1", "E = mc^2", "y"]
    display = element.find("div[@class='equation']")
    assert display is not None
    assert (display.get("id"), text_of(display[0])) == ("one--eq-a", "(1)")
    assert words_of(element)[:6] == ["A", "See", "x_1,", "$5,", "$6", "and"]


def test_a_bad_formula_names_its_line() -> None:
    galley = _render("# A\n\nText\nand $\\foo$ more.")
    (problem,) = galley.problems
    assert (problem.code, problem.line) == ("math-invalid", 4)
    assert "\\foo is no command" in problem.message
    assert "\\foo" in words_of(galley.leaves[0].element)


PIECES = st.sampled_from(
    [
        *"x 1 { } ^ _ & + - ( ) ' | , \\\\ < >".split(),
        *r"\frac \left( \right) \sqrt \alpha \begin{cases} \end{cases} \text{a} \foo \, é".split(),
        " ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12).map("".join))
def test_any_latex_is_read_or_told(tex: str) -> None:
    with suppress(FormulaFault):
        formula = mathml(tex)
        assert etree.fromstring(etree.tostring(formula)).get("alttext") == " ".join(tex.split())
