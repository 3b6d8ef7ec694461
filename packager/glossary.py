"""The glossary: what a section of that role explains, and links from the words that are marked `{.term}`."""

from collections.abc import Iterable, Mapping

from lxml import etree

from packager.aliases import nearest
from packager.problems import Problem, warning
from packager.slugs import slugify, unique
from packager.trees import TYPE, add_class, elements, plain, take, unwrap
from packager.words import line_of

Node = etree._Element


def define(sheets: Iterable[Node]) -> dict[str, str]:
    """Mark the definition lists of glossaries; return the id of each term by its text, in lower case."""
    ids: dict[str, str] = {}
    for tree in sheets:
        taken = {node.get("id", "") for node in tree.iter(etree.Element)}
        for entry in elements(tree, "dt"):
            name = plain(entry)
            entry.set("id", entry.get("id") or unique(f"{tree.get('id')}--{slugify(name, 'term')}", taken))
            entry.set(TYPE, "glossterm")
            ids.setdefault(name.casefold(), entry.get("id", ""))
        for entry in elements(tree, "dd"):
            entry.set(TYPE, "glossdef")
    return ids


def refer(sheets: Iterable[tuple[str, Node]], ids: Mapping[str, str]) -> list[Problem]:
    """Link the marked words of (path, tree) pairs to their terms, `[boats]{.term term="Boat"}`; tell unknown ones."""
    problems = []
    for path, tree in sheets:
        for mark in [mark for mark in elements(tree, "span") if "data-gloss" in mark.attrib]:
            take(mark, "data-gloss")
            name = take(mark, "data-ask-term") or plain(mark)
            target = ids.get(name.casefold()) or _inflected(name.casefold(), ids)
            if target and next(mark.iter("a"), None) is None:
                mark.tag = "a"
                add_class(mark, "term")
                mark.set("href", f"#{target}")
                mark.set(TYPE, "glossref")
                mark.set("role", "doc-glossref")
                continue
            if not target:
                near = nearest(name.casefold(), ids)
                hint = f"did you mean {near}?" if near else "explain it in the glossary: a line Term, then : what it is"
                told = (
                    f"the glossary explains no {name}"
                    if ids
                    else f"{name} is marked as a term, and there is no glossary"
                )
                problems.append(warning("term-unknown", told, path, line_of(mark), hint))
            unwrap(mark)
    return problems


def _inflected(name: str, ids: Mapping[str, str]) -> str:
    """Find a plural's singular."""
    return next((ids[stem] for end in ("s", "es") if (stem := name.removesuffix(end)) != name and stem in ids), "")
