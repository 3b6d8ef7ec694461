"""What the engine wants of a leaf's tree: notes where they are called, formulas drawn, what belongs together held."""

import copy
import re
from collections.abc import Iterator

import lxml.etree

from packager import formulas
from packager.layout.jobs import FORMULA
from packager.problems import PackagerError, error
from packager.trees import MATHML
from packager.words import line_of


def fit(root: lxml.etree._Element, path: str) -> None:
    """Make a leaf's tree, from the file `path`, fit for the engine. Raises PackagerError for what cannot be drawn."""
    _head_columns(root)
    _place_notes(root)
    _draw_formulas(root, path)
    _frame(root)


def plain(element: lxml.etree._Element) -> str:
    """Give the text of an element without notes and their calls, white space run together."""
    return " ".join("".join(_text(element)).replace("\u2060", "").split())


def text(element: lxml.etree._Element) -> str:
    """Give all text of an element as it stands, without its formulas."""
    if next(formulas.formulas(element), None) is not None:
        element = copy.deepcopy(element)
        lxml.etree.strip_elements(element, f"{{{MATHML}}}math", with_tail=False)
    return "".join(map(str, element.itertext()))


def _head_columns(root: lxml.etree._Element) -> None:
    """Make an empty cell of a table's head a header again: PDF/UA asks one of every column, HTML wants text in one."""
    for row in root.iterfind(".//thead/tr"):
        for cell in row.iterfind("td"):
            cell.tag = "th"
            cell.set("scope", "col")


def _place_notes(root: lxml.etree._Element) -> None:
    """Move each note to its first call, whose mark it takes over; what is never called stays where it is."""
    for notes in [section for section in root.iter("section") if "at-end" in section.get("class", "").split()]:
        for note in notes.findall("aside"):
            note.tag = "div"
            note.set("class", note.get("class", "").replace("footnote", "endnote"))
    asides = {aside.get("id"): aside for aside in root.iter("aside") if "footnote" in aside.get("class", "").split()}
    for call in [anchor for anchor in root.iter("a") if "noteref" in anchor.get("class", "").split()]:
        aside = asides.pop(call.get("href", "").removeprefix("#"), None)
        parent = call.getparent()
        if aside is None or parent is None:
            continue
        for back in [anchor for anchor in aside.iter("a") if "backlink" in anchor.get("class", "").split()]:
            _drop(back)
        aside.set("data-mark", plain(call) or text(call))
        holder = aside.getparent()
        if holder is not None:
            holder.remove(aside)
        aside.tail = call.tail
        parent.replace(call, aside)
    for notes in [section for section in root.iter("section") if section.get("class") == "notes"]:
        if not len(notes):
            _drop(notes)


def _draw_formulas(root: lxml.etree._Element, path: str) -> None:
    """Put drawings in the place of formulas. Raises PackagerError for what cannot be drawn."""
    for formula in formulas.formulas(root):
        try:
            drawing = formulas.draw(formula)
        except formulas.FormulaFault as fault:
            told = f"the formula ${formula.get('alttext')}$: {fault}"
            raise PackagerError(error("math-undrawn", told, path, line_of(formula))) from fault
        drawing[0].text = f"{FORMULA}{drawing[0].text}"
        parent = formula.getparent()
        if parent is not None:
            drawing.tail = formula.tail
            parent.replace(formula, drawing)
            _hold(drawing, parent)


def _hold(drawing: lxml.etree._Element, parent: lxml.etree._Element) -> None:
    """Keep a drawing in the line with what touches it: brackets, a comma, the `th` of `$n$th`."""
    before = drawing.getprevious()
    lead = (parent.text if before is None else before.tail) or ""
    head, tail = re.search(r"[^\s—–-]{0,20}$", lead), re.match(r"[^\s—–-]{0,20}", drawing.tail or "")
    if head is None or tail is None or not (head[0] or tail[0]):
        return
    holder = lxml.etree.Element("span", {"class": "held"})
    parent.replace(drawing, holder)
    holder.text, holder.tail = head[0], (drawing.tail or "")[tail.end() :]
    drawing.tail = tail[0]
    holder.append(drawing)
    if before is None:
        parent.text = lead[: head.start()]
    else:
        before.tail = lead[: head.start()]


def _frame(root: lxml.etree._Element) -> None:
    """Hold together what may not be divided, and give what is turned a page: the engine divides floats and tables."""
    for figure in root.iter("figure"):
        if {"left", "right"}.intersection(figure.get("class", "").split()):
            whole = lxml.etree.Element("div", {"class": "whole"})
            whole[:] = list(figure)
            figure.append(whole)
    for table in [table for table in root.iter("table") if "landscape" in table.get("class", "").split()]:
        page = lxml.etree.Element("div", {"class": "turned-page"})
        parent = table.getparent()
        if parent is not None:
            page.tail, table.tail = table.tail, None
            parent.replace(table, page)
            turned = lxml.etree.SubElement(page, "div", {"class": "turned"})
            turned.append(table)


def _drop(element: lxml.etree._Element) -> None:
    """Take an element out of its tree, with the white space after it; other text after it stays."""
    parent, before, rest = element.getparent(), element.getprevious(), (element.tail or "").lstrip()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + rest
    else:
        parent.text = (parent.text or "") + rest
    element.tail = None
    parent.remove(element)


def _text(element: lxml.etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag != "aside" and "noteref" not in child.get("class", "").split():
            yield from _text(child)
        yield child.tail or ""
