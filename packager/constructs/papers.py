"""What is quoted and set apart: sources below quotations, side notes, titles of boxes, pull quotes."""

import re

from lxml import etree

from packager.notices import Notices
from packager.trees import LINE, add_class, classes, cut, elements, take, text_of

PARTS = frozenset("addressee salutation closing signature postscript".split())
"""Parts of a letter that may be paragraphs, named by braces below them."""
_DASH = re.compile(r"\s*(?:---?|—|–)[ \u00a0]+(?=\S)")
_LAST = re.compile(r"\n(?:---?|—|–)[ \u00a0]+(?=\S)")
_SPEECH = re.compile(r"[\s\n]*[—–].*[.!?…,;:»”\"]\s*$", re.DOTALL)
"""A dash, and a sentence's end: in French, Spanish and Russian somebody speaks so, and is no source."""


def attribute(quotation: etree._Element, notices: Notices) -> None:
    """Set a last line that begins with two hyphens or a dash as the quotation's source, without the dash."""
    last = quotation[-1] if len(quotation) else None
    if last is None or last.tag != "p" or last.get("class") not in (None, "stanza", "lines"):
        return
    if _SPEECH.match(text_of(last).rpartition("\n")[2]):
        return
    source = etree.Element("p", {"class": "attribution"})
    if (line := last.get(LINE)) is not None:
        source.set(LINE, line)
    children = list(last)
    lines = [child for child in children if child.tag == "lb" or child.get("class", "").split(" ")[0] == "line"]
    if lines and (lines[-1].tag == "span" or _DASH.match(lines[-1].tail or "")):
        mark = lines[-1]
        words = mark.text if mark.tag == "span" else mark.tail
        if not (match := _DASH.match(words or "")):
            return
        source.text = (words or "")[match.end() :]
        source.extend(list(mark) if mark.tag == "span" else children[children.index(mark) + 1 :])
        mark.tail = None
        last.remove(mark)
        if len(last):
            last[-1].tail = (last[-1].tail or "").rstrip() or None
    elif match := _DASH.match(last.text or ""):
        source.text = (last.text or "")[match.end() :]
        source.extend(children)
        last.text = None
    elif found := _last_break(last):
        holder, where, match = found
        text = getattr(holder, where) or ""
        source.text = text[match.end() :]
        source.extend(children if holder is last else children[children.index(holder) + 1 :])
        setattr(holder, where, text[: match.start()])
    else:
        return
    last.addnext(source)
    source.tail = None
    if not len(last) and not (last.text or "").strip():
        quotation.remove(last)
    if not text_of(quotation).replace(text_of(source), "", 1).strip():
        message, hint = "a source stands here without what it is the source of", "write the words above the dash"
        notices.warn(quotation, "attribution-alone", message, hint)


def _last_break(paragraph: etree._Element) -> tuple[etree._Element, str, re.Match[str]] | None:
    for holder, where in [*((child, "tail") for child in reversed(paragraph)), (paragraph, "text")]:
        matches = list(_LAST.finditer(getattr(holder, where) or ""))
        if matches:
            return holder, where, matches[-1]
    return None


def hoist_sides(body: etree._Element) -> None:
    """Set words of class `aside` as a side note before the paragraph they stand in."""
    for span in elements(body, "span"):
        if "aside" not in classes(span):
            continue
        block = next((each for each in span.iterancestors() if each.tag in ("p", "li", "td", "th", "dd")), None)
        holder = block.getparent() if block is not None else None
        if block is None or holder is None or block.tag != "p":
            continue
        side = etree.Element("div", {"class": "side"})
        note = etree.SubElement(side, "p")
        note.text = span.text
        note.extend(list(span))
        for name in ("id", "lang", "dir"):
            if value := take(span, name):
                side.set(name, value)
        if (line := block.get(LINE)) is not None:
            side.set(LINE, line)
        cut(span)
        block.addprevious(side)


def entitle(box: etree._Element) -> None:
    """Give a callout its title: of its braces, or the heading it begins with."""
    title = take(box, "title")
    first = box[0] if len(box) else None
    if title:
        head = etree.Element("p", {"class": "title"})
        head.text = title
        box.insert(0, head)
    elif first is not None and re.fullmatch("h[1-6]", str(first.tag)):
        first.tag = "p"
        add_class(first, "title")


def check_pullquote(quote: etree._Element, notices: Notices) -> None:
    """Tell of a pull quote whose words the section does not say elsewhere."""
    words = _bare("".join(text_of(child) for child in quote if child.get("class") != "attribution"))
    if not words:
        return
    root = quote.getroottree().getroot()
    if _bare(text_of(root)).count(words) < 2:
        message = "a pull quote repeats words of the text, and these are not there"
        notices.warn(quote, "pullquote-words", message, "quote the text word for word, or use a sidebar")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
