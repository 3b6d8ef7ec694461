"""Mends the tags that the layout engine gives a unit, so that they hold for PDF/UA-1 (ISO 14289-1, 7).

Works on the engine's own objects before they are written: dictionaries by number, references as `12 0 R`.
"""

from collections.abc import Iterator
from typing import Any

from packager.layout.jobs import FORMULA


def mend(document: object, pdf: Any) -> None:
    """Mend a unit's structure in place; a finisher, as the engine calls what it hands a document to at the end."""
    for element in [made for made in pdf.objects if isinstance(made, dict) and made.get("Type") == "/StructElem"]:
        if element["S"] == "/LI":
            _wrap(pdf, element)
        elif element["S"] == "/Table":
            _flatten(pdf, element)
        elif element["S"] == "/Figure" and "Alt" not in element:
            element["S"] = "/NonStruct"  # an image that says nothing is no figure
        elif element["S"] == "/Figure" and element["Alt"].string.startswith(FORMULA):
            element["S"] = "/Formula"
            element["Alt"].string = element["Alt"].string.removeprefix(FORMULA)
        if element["S"] != "/Link":
            _unlink(pdf, element)


def _wrap(pdf: Any, item: Any) -> None:
    """Put what stands in a list item besides its mark into a body (ISO 32000-1, table 336)."""
    kids = item["K"]
    loose = [kid for kid in kids if (_at(pdf, kid) or {}).get("S") not in ("/Lbl", "/LBody")]
    if not loose:
        return
    body = type(item)(
        {"Type": "/StructElem", "S": "/LBody", "K": type(kids)(loose), "P": item.reference, "Pg": item["Pg"]}
    )
    pdf.add_object(body)
    for kid in _elements(pdf, loose):
        kid["P"] = body.reference
    kids[kids.index(loose[0])] = body.reference
    kids[:] = [kid for kid in kids if kid not in loose]


def _flatten(pdf: Any, table: Any) -> None:
    """Give a table the rows of the table in it: one with a caption comes out as two (ISO 32000-1, table 337)."""
    for kid in list(table["K"]):
        inner = _at(pdf, kid)
        if inner and inner.get("S") == "/Table":
            at = table["K"].index(kid)
            table["K"][at : at + 1] = inner["K"]
            for row in _elements(pdf, inner["K"]):
                row["P"] = table.reference
            inner["K"].clear()


def _unlink(pdf: Any, element: Any) -> None:
    """Take away the links of boxes inside a link: each is given one, and only the outer is tagged so."""
    for kid in list(element["K"]):
        held = _at(pdf, kid)
        if held and held.get("Type") == "/OBJR":
            element["K"].remove(kid)
            page = _at(pdf, held["Pg"])
            if page is not None and held["Obj"] in page["Annots"]:
                page["Annots"].remove(held["Obj"])


def _elements(pdf: Any, kids: list[Any]) -> Iterator[Any]:
    return (held for kid in kids if (held := _at(pdf, kid)) is not None)


def _at(pdf: Any, reference: Any) -> Any:
    """Follow a reference; a number is a piece of content, and leads nowhere."""
    if isinstance(reference, bytes):
        return pdf.objects[int(reference.split()[0])]
    return None
