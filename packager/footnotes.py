"""Notes: numbered by their calls, dressed as pop-up footnotes with a way back.

Two series run side by side: the author's notes are counted 1, 2, 3, the editor's, whose names begin with a star as in
`[^*gloss]`, are marked *, †, ‡ or a, b, c. Markup after EPUB 3.3 structural semantics and DPUB-ARIA 1.1: `noteref` to
`aside` in the same file, and a `backlink`.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from packager.notices import Notices
from packager.trees import LINE, TYPE, add_class, elements, take, unwrap
from packager.words import line_of

EDITOR = "*"
"""What the name of an editor's note begins with."""

SYMBOLS = "*†‡§‖¶"
"""Marks of notes in their order (CMOS 14.25); then they are doubled."""


def sign(place: int, manner: str) -> str:
    """Mark the editor's note of a place, from 1, with `symbols` or `letters`."""
    signs = SYMBOLS if manner == "symbols" else "abcdefghijklmnopqrstuvwxyz"
    rounds, index = divmod(place - 1, len(signs))
    return signs[index] * (rounds + 1)


def number(
    root: etree._Element, definitions: Mapping[str, etree._Element], notices: Notices, manner: str = "symbols"
) -> dict[str, str]:
    """Number a section's notes in the order they are called, and put their texts at its end.

    `manner` is how the editor's are marked. Returns the names links may use for them -> their ids.
    """
    slug = notices.section.slug
    notes = etree.Element("section", {"class": "notes"})
    numbers: dict[str, int] = {}
    series = {True: 0, False: 0}
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
            editor = name.startswith(EDITOR)
            if first := name not in numbers:
                series[editor] += 1
                numbers[name] = series[editor]
            place = numbers[name]
            mark = sign(place, manner) if editor else str(place)
            calls[name] = calls.get(name, 0) + 1
            again = f"-{calls[name]}" if calls[name] > 1 else ""
            ref, target = (f"{slug}--{letter}{place}" for letter in ("em" if editor else "rn"))
            _refer(call, f"{ref}{again}", target, mark)
            if first:
                names |= _names(name, target)
                notes.append(_dress(aside, ref, target, mark))
                queue.append(aside)
                if editor:
                    add_class(aside, "by-editor")
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


def _refer(call: etree._Element, ref: str, target: str, mark: str) -> None:
    """Replace a call by the link to its note; a note called again keeps its number."""
    link = etree.Element("a", {"class": "noteref", TYPE: "noteref", "role": "doc-noteref"})
    link.set("id", ref)
    link.set("href", f"#{target}")
    link.text, link.tail = mark, call.tail
    call.tail = None
    parent = call.getparent()
    if parent is not None:
        parent.replace(call, link)


def _inline_note(call: etree._Element) -> etree._Element:
    aside = etree.Element("aside")
    if (line := line_of(call)) is not None:
        aside.set(LINE, str(line))
    paragraph = etree.SubElement(aside, "p")
    paragraph.text = call.text
    paragraph.extend(list(call))
    return aside


def _dress(aside: etree._Element, ref: str, target: str, mark: str) -> etree._Element:
    line = aside.get(LINE)
    aside.attrib.clear()
    aside.set("class", "footnote")
    aside.set(TYPE, "footnote")
    aside.set("role", "doc-footnote")
    aside.set("id", target)
    if line:
        aside.set(LINE, line)
    if not len(aside) or aside[0].tag != "p":
        aside.insert(0, etree.Element("p"))
    first = aside[0]
    back = etree.Element("a", {"class": "backlink", TYPE: "backlink", "role": "doc-backlink"})
    back.set("href", f"#{ref}")
    back.text, back.tail = mark, " " + (first.text or "").lstrip()
    first.text = None
    first.insert(0, back)
    for node in aside.iter():
        # Line ends in notes would break lines in print: the layout engine takes notes as they are written.
        if (text := node.text) and "\n" in text and node.tag != "code":
            node.text = text.replace("\n", " ")
        if (tail := node.tail) and "\n" in tail:
            node.tail = tail.replace("\n", " ")
    return aside


def _names(name: str, target: str) -> dict[str, str]:
    """Return the names pandoc, kramdown and Standard Ebooks give a note."""
    return {form.format(name): target for form in ("note-{}", "fn-{}", "fn:{}", "fn{}")}
