"""Notes at the end of their chapter or of the book, where `notes:` asks for them there."""

from collections.abc import Iterable, Sequence

from lxml import etree

from packager.terms import term
from packager.trees import TYPE, take

MOST = 500
"""Notes that one file of an EPUB holds; more make old readers slow."""

Node = etree._Element


def head(element: Node, lang: str) -> None:
    """Give the notes of a section, which stand at its end, a heading for print; in an EPUB they pop up."""
    notes = element.find("section[@class='notes']")
    if notes is not None:
        notes.set("class", "notes at-end")
        heading = etree.Element("h2", {"class": "notes-title unlisted print-only"})
        heading.text = term("notes", lang)
        notes.insert(0, heading)


def gather(sections: Iterable[tuple[Node, str]]) -> list[list[Node]]:
    """Take the notes out of sections, (tree, name) each, and group them under headings, file by file."""
    files: list[list[Node]] = [[]]
    filled = 0
    for element, name in sections:
        notes = element.find("section[@class='notes']")
        if notes is None:
            continue
        element.remove(notes)
        if filled and filled + len(notes) > MOST:
            files.append([])
            filled = 0
        filled += len(notes)
        group = etree.Element("div", {"class": "endnotes-of"})
        heading = etree.SubElement(group, "h2", {"class": "unlisted"})
        heading.text = name
        for aside in list(notes):
            _dress(aside)
            group.append(aside)
        files[-1].append(group)
    return [file for file in files if file]


def _dress(aside: Node) -> None:
    """Make an endnote of a pop-up note; DPUB-ARIA 1.1 has no role for one within `doc-endnotes`."""
    aside.tag = "div"
    aside.set("class", aside.get("class", "").replace("footnote", "endnote"))
    aside.set(TYPE, "endnote")
    take(aside, "role")


def calls(anchors: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the calls of those ids that are notes, as `packager.footnotes` names both."""
    found = []
    for anchor in anchors:
        slug, mark, name = anchor.rpartition("--")
        if mark and name[:1] in ("n", "m") and name[1:].isdecimal():
            found.append(f"{slug}--{'r' if name[0] == 'n' else 'e'}{name[1:]}")
    return tuple(found)
