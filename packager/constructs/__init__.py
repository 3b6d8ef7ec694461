"""Named blocks -> what books say: verse, voices, letters, boxes; each with its meaning for readers and machines.

Meanings follow EPUB's structural vocabulary, DPUB-ARIA 1.1, and Z39.98 where those have no word.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from lxml import etree

from packager import conditions
from packager.book import Book
from packager.constructs import lists, papers, verse, voices
from packager.notices import Notices
from packager.trees import TYPE, classes, elements, text_of, unwrap

MEANINGS: Mapping[str, tuple[str, str]] = {
    "letter": ("z3998:letter", ""),
    "addressee": ("z3998:recipient", ""),
    "salutation": ("z3998:salutation", ""),
    "closing": ("z3998:valediction", ""),
    "signature": ("z3998:signature", ""),
    "postscript": ("z3998:postscript", ""),
    "editor": ("z3998:editorial-note", ""),
    "verse": ("z3998:verse", ""),
    "drama": ("z3998:drama", ""),
    "interview": ("qna", "doc-qna"),
    "epigraph": ("epigraph", "doc-epigraph"),
    "dedication": ("dedication", "doc-dedication"),
    "pullquote": ("pullquote", "doc-pullquote"),
    "note": ("notice", "doc-notice"),
    "tip": ("tip", "doc-tip"),
    "warning": ("notice", "doc-notice"),
    "sidebar": ("sidebar", ""),
}
"""Names of blocks with their `epub:type` and role; empty where there is none."""

PLAIN = ("dateline", "mark", "provenance", "body", "facsimile", "handwritten", "messages", "attribution", "side")
"""Names that themes know and that carry no meaning of their own."""

CALLOUTS = {"important": "warning", "caution": "warning"}
"""Quarto's callouts that are called otherwise here."""

_SHAPES: Mapping[str, Callable[[etree._Element, Notices], None]] = {
    "verse": verse.shape,
    "drama": voices.drama,
    "interview": voices.interview,
    "messages": voices.messages,
}


def shape(body: etree._Element, book: Book, notices: Notices) -> None:
    """Set the blocks of a section that have a construct's name, in place; what is wrong with them is told."""
    conditions.check(body, notices)
    lists.shape(body, book.metadata.lang)
    papers.hoist_sides(body)
    styled = "".join(sheet.text for sheet in book.stylesheets)
    for div in elements(body, "div"):
        if names := classes(div):
            _shape(div, names, styled, notices)
    for paragraph in elements(body, "p"):
        if (name := paragraph.get("class")) in papers.PARTS and MEANINGS[name][0]:
            paragraph.set(TYPE, MEANINGS[name][0])
    for quotation in elements(body, "blockquote"):
        papers.attribute(quotation, notices)
    for mark in elements(body, "lb"):
        holder = next(mark.iterancestors("p"), None)
        if holder is not None:
            verse.set_lines(holder)
    for mark in elements(body, "lb", "label"):
        unwrap(mark)


def _shape(div: etree._Element, names: list[str], styled: str, notices: Notices) -> None:
    name = names[0]
    if name.startswith("callout-"):
        name = name.removeprefix("callout-")
        name = CALLOUTS.get(name, name)
        div.set("class", " ".join((name, *names[1:])))
        papers.entitle(div)
    if name == "line-block":
        papers.attribute(div, notices)
    known = [each for each in classes(div) if each in MEANINGS or each in PLAIN]
    if not known:
        near = get_close_matches(name, (*MEANINGS, *PLAIN), 1, 0.8)
        if near and f".{name}" not in styled:
            message = f"no theme knows a block `{name}`"
            notices.warn(div, "block-unknown", message, f"did you mean `{near[0]}`?", name)
        return
    if not text_of(div).strip() and next(div.iter("img", "variable"), None) is None:
        notices.warn(div, "block-empty", f"the block `{known[0]}` is empty", "write its text before the closing :::")
    for each in known:
        # A play in verse keeps its lines, and has speeches for stanzas.
        if (make := _SHAPES.get(each)) and not (each == "verse" and "drama" in known):
            make(div, notices)
    said = [MEANINGS[each] for each in known if each in MEANINGS]
    if said:
        div.set(TYPE, " ".join(kind for kind, _ in said))
        if role := next((role for _, role in said if role), ""):
            div.set("role", role)
    if {"epigraph", "pullquote", "verse"}.intersection(known):
        papers.attribute(div, notices)
    if "pullquote" in known:
        div.tag = "aside"
        papers.check_pullquote(div, notices)
