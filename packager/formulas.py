"""Math: LaTeX made MathML for readers, and drawn as outlines for the page; the only importer of the math libraries.

MathML as EPUB 3.3 takes it (https://www.w3.org/TR/MathML3/); drawings are measured in ems of the text around them.
"""

import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

from lxml import etree

from packager.fonts import REGULAR, Face
from packager.notices import Notices
from packager.trees import MATHML, add_class, elements, take, unwrap

FAMILY = "STIX Two Math"
"""The family that formulas are drawn with."""
_SIZE = 48.0
"""Units of the drawing to an em."""
_ENVIRONMENTS = {
    **dict.fromkeys(("aligned", "alignedat", "eqnarray", "eqnarray*", "equation", "equation*"), "split"),
    **dict.fromkeys(("gathered", "gather", "gather*", "multline", "multline*"), "matrix"),
}
"""Environments that the library lacks -> those that do the same."""
_KNOWN = frozenset(
    (
        "align align* array bmatrix bmatrix* Bmatrix Bmatrix* cases matrix matrix* pmatrix pmatrix* smallmatrix split "
        "vmatrix vmatrix* Vmatrix Vmatrix*"
    ).split()
)
_AMPERSAND = re.compile(r"&(?!#?\w+;)")
"""What the library writes for `\\&`."""
_BEGIN = re.compile(r"\\(begin|end)\{([^{}]*)\}")
_ARGUMENTS = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "mover", "munder"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
"""Elements that hold a fixed number of others (MathML 3, 3.1.3)."""
_FAULTS = {
    "DenominatorNotFoundError": "a fraction has no denominator",
    "DoubleSubscriptsError": "two subscripts follow each other: put one in braces",
    "DoubleSuperscriptsError": "two superscripts follow each other: put one in braces",
    "ExtraLeftOrMissingRightError": r"\left and \right do not pair",
    "InvalidAlignmentError": "an array has no list of columns, like {lr}",
    "InvalidStyleForGenfracError": r"\genfrac takes a style from 0 to 3",
    "InvalidWidthError": "a width is no length",
    "LimitsMustFollowMathOperatorError": r"\limits stands behind no operator",
    "MissingEndError": r"\begin has no \end",
    "MissingSuperScriptOrSubscriptError": "a ^ or _ has nothing behind it",
    "NoAvailableTokensError": "it ends where an argument should follow",
    "NumeratorNotFoundError": "a fraction has no numerator",
}
"""The library's exceptions in an author's words."""

_SIGNS = ("+", "−", "±", "∓")
_CLOSING = (")", "]", "}", "|", "!", "⟩", "⌋", "⌉", "′")


_ROWS = ("math", "mpadded", "mrow", "mstyle", "msqrt", "mtd")
"""Elements whose children stand side by side."""
_SCRIPTS = ("mover", "msub", "msubsup", "msup", "munder", "munderover")
_ROOT = "√"
"""The sign that `msqrt` and `mroot` stand for."""
_THIN = "0.1667em"
"""The space that TeX puts about the name of a function."""
_ITALIC = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E)
}
"""Letters -> their italic kin, which browsers show for a letter alone (https://www.w3.org/TR/mathml-core/#the-mi-element)."""


class FormulaFault(Exception):
    """What is wrong with a formula: one clause, lower case, no full stop."""


def place(root: etree._Element, notices: Notices) -> None:
    """Turn the formulas that the parser marked into MathML; tell those that are no LaTeX, and let them stand."""
    for mark in elements(root, "math"):
        tex, block = take(mark, "data-tex"), "block" in mark.get("display", "")
        try:
            formula = mathml(tex, block=block)
        except FormulaFault as fault:
            hint = r"mend the LaTeX, or put a backslash before a $ that means money: \$"
            notices.fail(mark, "math-invalid", f"the formula {_short(tex)}: {fault}", hint, tex.strip()[:20])
            mark.text = tex
            unwrap(mark)
            continue
        formula.tail, mark.tail = mark.tail, None
        parent = mark.getparent()
        if parent is None:
            continue
        parent.replace(mark, formula)
        if block:
            _display(formula, parent, take(mark, "id"))


def mathml(tex: str, *, block: bool = False) -> etree._Element:
    """Return LaTeX as a `math` element whose `alttext` is the LaTeX; raise FormulaFault for what cannot be read."""
    from latex2mathml import converter

    tex = " ".join(tex.split())
    _balance(tex)
    try:
        text = converter.convert(_BEGIN.sub(_environment, tex), display="block" if block else "inline")
        made = etree.fromstring(_AMPERSAND.sub("&amp;", text))
    except FormulaFault:
        raise
    # The library raises whatever its parser stumbles over.
    except Exception as fault:
        raise FormulaFault(_FAULTS.get(type(fault).__name__, "it cannot be read")) from None
    for element in made.iter():
        name, text = etree.QName(element).localname, element.text or ""
        if text.startswith("\\") and len(text) > 1:
            raise FormulaFault(f"{text} is no command that is known")
        if len(element) != _ARGUMENTS.get(name, len(element)):
            raise FormulaFault("a command lacks an argument")
    _unary(made)
    # The children are named for MathML already; a new root keeps other namespaces out of the page.
    formula = etree.Element(f"{{{MATHML}}}math", {"alttext": tex}, nsmap={None: MATHML})  # type: ignore[dict-item]  # the stubs forget the default namespace
    if block:
        formula.set("display", "block")
    formula.text = made.text
    formula.extend(list(made))
    return formula


def draw(formula: etree._Element) -> etree._Element:
    """Return a formula as an `svg` element with its size and its place on the baseline in ems; its title is `alttext`.

    Raises FormulaFault where it cannot be drawn.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it finds its fonts by an old way
        import ziamath
        from ziafont.config import config

    _measure_once()
    # Glyphs are drawn where they stand: as symbols that are called by name, they would clash with the next formula's.
    config.svg2 = False
    source = etree.tostring(formula, encoding="unicode", with_tail=False)
    try:
        drawn = ziamath.zmath.Math(source, size=_SIZE, margin=0)
        svg = etree.fromstring(drawn.svg())
    except Exception as fault:  # the library raises whatever it stumbles over
        raise FormulaFault(f"it cannot be drawn ({fault})") from None
    _, top, width, height = (float(number) for number in svg.get("viewBox", "0 0 0 0").split())
    for name in ("width", "height"):
        take(svg, name)
    sizes = (("width", width), ("height", height), ("vertical-align", -(top + height)))
    svg.set("style", ";".join(f"{name}:{length / _SIZE:.4f}em" for name, length in sizes))
    svg.set("class", f"math {formula.get('display', 'inline')}")
    title = etree.Element("{http://www.w3.org/2000/svg}title")
    title.text = formula.get("alttext")
    svg.insert(0, title)
    return svg


@cache
def _measure_once() -> None:
    """Have rows of a formula remembered that were measured.

    The library measures what stands in a row before it draws it, and rows in that likewise: twice as often a level.
    """
    from ziamath.nodes.mrow import Mrow

    measure = Mrow._get_height_nostretch

    def heights(row: Any, line: list[Element], **how: Any) -> tuple[float, float]:
        root = row
        while (above := getattr(root, "parent", None)) is not None:
            root = above
        # Signs that stretch with the row around are not measured: how high that is, is all the same.
        kept = tuple((name, told) for name, told in how.items() if name not in ("rowymin", "rowymax", "nostretch"))
        key = *map(tostring, line), row.glyphsize, repr(row.style), kept
        known = vars(root).setdefault("_measured", {})
        if key not in known:
            known[key] = measure(row, line, **how)
        return known[key]  # type: ignore[no-any-return]

    Mrow._get_height_nostretch = heights  # type: ignore[method-assign,assignment]


def space(root: etree._Element) -> None:
    """Put thin spaces about the names of functions, and none within bars; drawings are made so, readers are not."""
    for row in root.iter(*(f"{{{MATHML}}}{name}" for name in _ROWS)):
        _close_bars(row)
    for name in elements(root, f"{{{MATHML}}}mi"):
        if len(name.text or "") < 2 or not (name.text or "").isalpha():
            continue
        node, parent = name, name.getparent()
        while parent is not None and etree.QName(parent).localname in _SCRIPTS and parent[0] is node:
            node, parent = parent, parent.getparent()
        if parent is None or etree.QName(parent).localname not in _ROWS:
            continue
        for neighbour, step in ((node.getprevious(), 0), (node.getnext(), 1)):
            if neighbour is not None and etree.QName(neighbour).localname not in ("mo", "mspace"):
                gap = etree.Element(f"{{{MATHML}}}mspace", {"width": _THIN})
                parent.insert(parent.index(node) + step, gap)


def _close_bars(row: etree._Element) -> None:
    """Tell bars that open and close from those between two things, which have space on both sides."""
    opened = False
    for sign in row.iterchildren(f"{{{MATHML}}}mo"):
        before = sign.getprevious()
        if sign.text != "|" or sign.get("form"):
            continue
        if opened:
            sign.set("form", "postfix")
            opened = False
        elif before is None or (before.tag == sign.tag and before.text not in _CLOSING):
            sign.set("form", "prefix")
            opened = True


def face(roots: Iterable[etree._Element]) -> tuple[Face, set[str]] | None:
    """Give the face that drawings are made with, and the characters that formulas want of it; None without formulas."""
    shown = [formula for root in roots for formula in formulas(root)]
    letters = {letter for formula in shown for letter in "".join(map(str, formula.itertext()))}
    found = find_spec("ziamath")
    if not shown or found is None or found.origin is None:
        return None
    source = Path(found.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    letters |= {_ITALIC[letter] for letter in letters & _ITALIC.keys()} | {_ROOT}
    return Face(FAMILY, "normal", REGULAR, "stix-two-math-400.ttf", source), letters


def formulas(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the formulas of a tree, from a list taken now."""
    yield from elements(root, f"{{{MATHML}}}math")


def _display(formula: etree._Element, parent: etree._Element, name: str) -> None:
    """Set a displayed formula in a block of its own; in the midst of a paragraph it stays a part of it."""
    alone = len(parent) == 1 and not (parent.text or "").strip() and not (formula.tail or "").strip()
    if alone and parent.tag == "p":
        parent.tag, parent.text, formula.tail = "div", None, None
        holder = parent
    else:
        holder = etree.Element("span")
        holder.tail, formula.tail = formula.tail, None
        parent.replace(formula, holder)
        holder.append(formula)
    take(holder, "class")
    add_class(holder, "equation")
    if name:
        holder.set("id", name)


def _unary(made: etree._Element) -> None:
    """Tell signs from operations, which have space on both sides: a sign follows an opening mark or an operation."""
    for sign in made.iter("{*}mo"):
        before = sign.getprevious()
        if sign.text in _SIGNS and before is not None and before.tag == sign.tag and before.text not in _CLOSING:
            sign.set("form", "prefix")


def _environment(match: re.Match[str]) -> str:
    name = _ENVIRONMENTS.get(match[2], match[2])
    if name not in _KNOWN:
        raise FormulaFault(f"\\begin{{{match[2]}}} is no environment that is known")
    return f"\\{match[1]}{{{name}}}"


def _balance(tex: str) -> None:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            raise FormulaFault("a } closes nothing")
    if depth:
        raise FormulaFault("a { is never closed")
    if r"\begin" not in tex and re.search(r"(?<!\\)&", tex):
        raise FormulaFault("an & stands outside a table")


def _short(tex: str) -> str:
    tex = " ".join(tex.split())
    return f"${tex}$" if len(tex) <= 40 else f"${tex[:40]}…$"
