"""Code blocks: words told apart, lines numbered, marked and called out, a caption above."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from packager import highlight
from packager.trees import add_class, classes, elements, take

SHORT = 12
"""Lines up to which a block stays on one page."""
LONG = 40
"""Characters from which on a line may not fit a page, so that its continuation needs a mark."""
NUMBERED = ("numbered", "numberLines", "number-lines")
CALLOUT = re.compile(r"[ \t]*(?:#|//|--|;|%|/\*|<!--)?[ \t]*<([0-9]{1,2})>[ \t]*(?:\*/|-->)?[ \t]*$")
"""`# <1>` at a line's end, as Quarto and AsciiDoc write it, behind any language's mark of a comment."""

Pieces = list[tuple[str, str]]


def place(body: etree._Element, style: Mapping[str, object]) -> None:
    """Set every code block of a section, in place; no character of it changes."""
    coloured = bool(style.get("highlight", True))
    for pre in elements(body, "pre"):
        pre.set("class", f"code {pre.get('class', '')}".strip())
        code = pre.find("code")
        if code is None or len(code) or len(pre) > 1:
            continue
        _set(pre, code, coloured)
        _caption(pre)


def _set(pre: etree._Element, code: etree._Element, coloured: bool) -> None:
    text = code.text or ""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) <= SHORT:
        add_class(pre, "short")
    called = _called(pre, lines)
    language = code.get("class", "").removeprefix("language-")
    plain = "\n".join(CALLOUT.sub("", line) for line in lines) if called else text.removesuffix("\n")
    pieces: Pieces | None = highlight.spans(plain, language) if coloured and language else None
    numbered = any(name in classes(pre) for name in NUMBERED) or "data-start" in pre.attrib
    start = take(pre, "data-start")
    first = int(start) if start.isdecimal() else 1
    apart = numbered or called or any(len(line) > LONG for line in lines)
    if pieces is None and not apart:
        return
    rest = text[len(text.removesuffix("\n")) :]
    code.text = None
    if not apart:
        _fill(code, pieces or [("", plain)])
        _append(code, rest)
        return
    if numbered and "numbered" not in classes(pre):
        add_class(pre, "numbered")
    rows = list(_rows(pieces or [("", plain)]))
    for at, row in enumerate(rows):
        line = etree.SubElement(code, "span", {"class": "code-line"})
        if sum(len(piece) for _, piece in row) > LONG:
            add_class(line, "long")
        if numbered:
            number = etree.SubElement(line, "span", {"class": "code-number"})
            number.text, number.tail = str(first + at), " "
        _fill(line, row)
        if mark := called.get(at):
            _append(line, " ")
            etree.SubElement(line, "span", {"class": "callout"}).text = mark
        # The break stands inside the line: between two lines it would make a third.
        _append(line, "\n" if at < len(rows) - 1 else rest)


def _called(pre: etree._Element, lines: list[str]) -> dict[int, str]:
    """Find the callouts of the lines, where a numbered list of them follows the block; mark that list."""
    below = pre.getnext()
    if below is None or below.tag != "ol" or (pre.tail or "").strip():
        return {}
    called = {at: match[1] for at, line in enumerate(lines) if (match := CALLOUT.search(line))}
    if called:
        add_class(below, "callouts")
    return called


def _rows(pieces: Pieces) -> Iterator[Pieces]:
    """Cut the pieces at line ends."""
    row: Pieces = []
    for kind, text in pieces:
        first, *others = text.split("\n")
        row.append((kind, first))
        for other in others:
            yield row
            row = [(kind, other)]
    yield row


def _fill(holder: etree._Element, pieces: Pieces) -> None:
    for kind, text in pieces:
        if kind and text:
            etree.SubElement(holder, "span", {"class": kind}).text = text
        else:
            _append(holder, text)


def _append(holder: etree._Element, text: str) -> None:
    if len(holder):
        holder[-1].tail = (holder[-1].tail or "") + text
    else:
        holder.text = (holder.text or "") + text


def _caption(pre: etree._Element) -> None:
    """Put a block with a caption or a name of its own into a figure, the caption above."""
    caption, name = take(pre, "data-caption"), pre.get("id", "")
    parent = pre.getparent()
    if parent is None or not (caption or name.startswith("lst-")):
        return
    figure = etree.Element("figure", {"class": "listing"})
    for key in ("id", "data-line"):
        if value := take(pre, key):
            figure.set(key, value)
    figure.tail, pre.tail = pre.tail, None
    parent.replace(pre, figure)
    if caption:
        etree.SubElement(figure, "figcaption").text = caption
    figure.append(pre)
