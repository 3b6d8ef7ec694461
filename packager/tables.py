"""Tables: alignment, heads, and what `::: {#tbl-x}` and `::: {#fig-x}` hold together."""

from lxml import etree

from packager.trees import add_class, elements, take, text_of


def gather(body: etree._Element) -> None:
    """Turn Quarto's divs of a figure or a table, whose last paragraph is the caption, into what they stand for."""
    for div in elements(body, "div"):
        name = div.get("id", "")
        if not name.startswith(("fig-", "tbl-")):
            continue
        last = div[-1] if len(div) and div[-1].tag == "p" else None
        table = div.find("table")
        if name.startswith("tbl-") and table is not None and table.find("caption") is None:
            table.set("id", take(div, "id"))
            if last is not None:
                last.tag = "caption"
                table.insert(0, last)
        elif name.startswith("fig-") or div.find("pre") is not None:
            div.tag = "figure"
            add_class(div, "figure")
            if last is not None and next(last.iter("img"), None) is None:
                last.tag = "figcaption"


def place(body: etree._Element) -> None:
    """Give cells their alignment as a class and heads their scope; drop rows that only carry the syntax."""
    for table in elements(body, "table"):
        for cell in elements(table, "td", "th"):
            if align := take(cell, "align"):
                add_class(cell, f"align-{align}")
            if cell.tag == "th" and not text_of(cell).strip() and next(cell.iter("img", "a"), None) is None:
                cell.tag = "td"
            if cell.tag == "th" and "scope" not in cell.attrib:
                cell.set("scope", "row" if any(above.tag == "tbody" for above in cell.iterancestors()) else "col")
        head = table.find("thead")
        if head is not None and not text_of(head).strip() and next(head.iter("img", "a"), None) is None:
            table.remove(head)
        for group in table.findall("tbody"):
            if not len(group) and len(table) > 1:
                table.remove(group)
