"""The galley as one edition shows it, without what only others carry."""

from collections.abc import Container, Iterable, Iterator
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from packager.conditions import differs
from packager.galley import Entry, Galley, Leaf
from packager.trees import cut, elements, ids
from packager.words import words_of


def variant(galley: Galley, edition: str) -> Galley:
    """Return the galley as an edition shows it; the same one where nothing differs."""
    leaves = tuple(_leaf(leaf, edition) for leaf in galley.leaves)
    if all(new is old for new, old in zip(leaves, galley.leaves, strict=True)):
        return galley
    homes = {name: leaf.id for leaf in leaves for name in leaf.ids}
    return replace(galley, leaves=leaves, homes=homes, contents=tuple(listed(galley.contents, homes)))


def _leaf(leaf: Leaf, edition: str) -> Leaf:
    if not leaf.varies or not any(differs(node, edition) for node in leaf.element.iter(etree.Element)):
        return leaf
    element = deepcopy(leaf.element)
    called = _calls(element)
    for node in elements(element):
        if differs(node, edition):
            cut(node)
    for gone in called - _calls(element):
        for note in elements(element, "aside"):
            if note.get("id") == gone:
                cut(note)
    for notes in elements(element, "section"):
        if notes is not element and notes.get("class") == "notes" and not len(notes):
            cut(notes)
    return replace(leaf, element=element, words=len(words_of(element)), mark=b"", ids=tuple(ids(element)))


def _calls(element: etree._Element) -> set[str]:
    return {link.get("href", "")[1:] for link in element.iter("a") if link.get("class") == "noteref"}


def listed(entries: Iterable[Entry], homes: Container[str]) -> Iterator[Entry]:
    """Yield the contents without what an edition lacks, whose ids `homes` do not hold; entries below move up."""
    for entry in entries:
        children = tuple(listed(entry.children, homes))
        if entry.id in homes:
            yield replace(entry, children=children)
        else:
            yield from children
