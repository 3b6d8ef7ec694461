"""Mends a unit's tree after a look at its pages: hidden breaks are shown, turned tables go on over pages."""

from collections.abc import Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement

from packager.layout.reading import Survey

EDGE = "at-edge"
"""Class of a scene break at the edge of a page."""
TURNED = "turned-page"
"""Class of a page that holds a turned table: the engine does not divide what is turned."""


def mend(root: Element, survey: Survey, *, last: bool = False) -> bool:
    """Change the tree of `root` where its pages showed faults that a change can mend; say whether there were any.

    Only the first hidden break is shown at a time, as it may move those after it; the `last` time all are.
    """
    hidden = [rule for rule in survey.breaks if EDGE not in rule.get("class", "").split()]
    for rule in hidden if last else hidden[:1]:
        rule.set("class", " ".join((*rule.get("class", "").split(), EDGE)))
    roomless = {*survey.lost, *survey.outside}
    divided = [_divide(page, holder, roomless) for holder, page in _turned(root)] if roomless else []
    return bool(hidden) or any(divided)


def _turned(root: Element) -> list[tuple[Element, Element]]:
    """List the pages of turned tables, each with what holds it."""
    return [(holder, page) for holder in root.iter() for page in holder if page.get("class") == TURNED]


def _divide(page: Element, holder: Element, roomless: set[Element]) -> bool:
    """Put the rows that found no room on a turned page on pages of their own, below the table's head again."""
    table = page.find(".//table")
    body = None if table is None else table.find("tbody")
    if table is None or body is None:
        return False
    rows = list(body)
    fits = next((at for at, row in enumerate(rows) if not roomless.isdisjoint(row.iter())), 0)
    if not fits:
        return False
    for row in rows[fits:]:
        body.remove(row)
    at = list(holder).index(page) + 1
    for part in _parts(rows[fits:], fits):
        more = Element(page.tag, page.attrib)
        turned = SubElement(more, "div", {"class": "turned"})
        again = SubElement(turned, "table", {name: told for name, told in table.attrib.items() if name != "id"})
        again.extend(_heads(table))
        SubElement(again, "tbody", body.attrib).extend(part)
        holder.insert(at, more)
        at += 1
    holder[at - 1].tail, page.tail = page.tail, None
    return True


def _parts(rows: list[Element], size: int) -> Iterator[list[Element]]:
    for at in range(0, len(rows), size):
        yield rows[at : at + size]


def _heads(table: Element) -> Iterator[Element]:
    """Copy what a table's head says, without the names of places."""
    for head in table.findall("thead"):
        copy = deepcopy(head)
        for node in copy.iter():
            node.attrib.pop("id", "")
        yield copy
