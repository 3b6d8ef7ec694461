"""Notes: numbered by their calls, dressed as pop-up footnotes with a way back.

Markup after EPUB 3.3 structural semantics and DPUB-ARIA 1.1: `noteref` to `aside` in the same file, and a `backlink`.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from packager.notices import Notices
from packager.trees import LINE, TYPE, elements, take, unwrap


def number(root: etree._Element, definitions: Mapping[str, etree._Element], notices: Notices) -> dict[str, str]:
    """Number a section's notes in the order they are called, and put their texts at its end.

    Returns the names links may use for them -> their ids.
    """
    slug = notices.section.slug
    notes = etree.Element("section", {"class": "notes"})
    numbers: dict[str, int] = {}
    calls: dict[str, int] = {}
    names: dict[str, str] = {}
    queue = [root]
    while queue:
        for call in _calls(queue.pop(0)):
            if call.tag == "span":
                name, aside = f"\x1f{len(numbers)}", _inline_note(call)
            else:
                name = take(call, "data-note")
                found = definitions.get(name)
                if found is None:
                    message = f"note [^{name}] is called and never written"
                    hint = f"add a line [^{name}]: with its text"
                    notices.fail(call, "note-undefined", message, hint, f"[^{name}]")
                    unwrap(call)
                    continue
                aside = found
            first = name not in numbers
            mark = numbers.setdefault(name, len(numbers) + 1)
            calls[name] = calls.get(name, 0) + 1
            _refer(call, slug, mark, calls[name])
            if first:
                names |= _names(name, f"{slug}--n{mark}")
                notes.append(_dress(aside, slug, mark))
                queue.append(aside)
    if len(notes):
        root.append(notes)
    for name, aside in definitions.items():
        if name not in numbers:
            message = f"note [^{name}] is never called and stands nowhere in the book"
            notices.warn(aside, "note-unused", message, f"put [^{name}] where it belongs", f"[^{name}]:")
    return names


def _calls(root: etree._Element) -> Iterator[etree._Element]:
    for node in elements(root, "a", "span"):
        if "data-note" in node.attrib or "data-inline-note" in node.attrib:
            yield node


def _refer(call: etree._Element, slug: str, mark: int, time: int) -> None:
    """Replace a call by the link to its note; a note called again keeps its number."""
    again = f"-{time}" if time > 1 else ""
    link = etree.Element("a", {"class": "noteref", TYPE: "noteref", "role": "doc-noteref"})
    link.set("id", f"{slug}--r{mark}{again}")
    link.set("href", f"#{slug}--n{mark}")
    link.text, link.tail = str(mark), call.tail
    call.tail = None
    parent = call.getparent()
    if parent is not None:
        parent.replace(call, link)


def _inline_note(call: etree._Element) -> etree._Element:
    aside = etree.Element("aside")
    paragraph = etree.SubElement(aside, "p")
    paragraph.text = call.text
    paragraph.extend(list(call))
    return aside


def _dress(aside: etree._Element, slug: str, mark: int) -> etree._Element:
    line = aside.get(LINE)
    aside.attrib.clear()
    aside.set("class", "footnote")
    aside.set(TYPE, "footnote")
    aside.set("role", "doc-footnote")
    aside.set("id", f"{slug}--n{mark}")
    if line:
        aside.set(LINE, line)
    if not len(aside) or aside[0].tag != "p":
        aside.insert(0, etree.Element("p"))
    first = aside[0]
    back = etree.Element("a", {"class": "backlink", TYPE: "backlink", "role": "doc-backlink"})
    back.set("href", f"#{slug}--r{mark}")
    back.text, back.tail = str(mark), " " + (first.text or "").lstrip()
    first.text = None
    first.insert(0, back)
    for node in aside.iter():
        # Line ends in notes would break lines in print: the layout engine takes notes as they are written.
        if node.tag != "code" and node.text:
            node.text = node.text.replace("\n", " ")
        if node.tail:
            node.tail = node.tail.replace("\n", " ")
    return aside


def _names(name: str, target: str) -> dict[str, str]:
    """Return the names pandoc, kramdown and Standard Ebooks give a note."""
    return {form.format(name): target for form in ("note-{}", "fn-{}", "fn:{}", "fn{}")}
