"""The index: marks in the text gathered into entries by letter, and page numbers merged for print.

Structure after EPUB Indexes 1.0 (https://idpf.org/epub/idx/), order and folding after the Chicago Manual (CMOS 16.58).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from packager.aliases import nearest
from packager.problems import Problem, warning
from packager.slugs import unique
from packager.terms import term
from packager.trees import TYPE, add_class, cut, elements, plain, take, unwrap
from packager.typography import punctuate
from packager.words import line_of

Node = etree._Element

_NUMERALS = dict(zip("ivxlcdm", (1, 5, 10, 50, 100, 500, 1000), strict=True))


@dataclass(slots=True)
class Entry:
    """A line of the index, with the lines below it."""

    name: str
    sort: str
    id: str = ""
    places: list[tuple[str, str]] = field(default_factory=list)
    """Id of each place, with that of the range's end or an empty string."""
    see: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    below: dict[str, "Entry"] = field(default_factory=dict)


@dataclass(slots=True)
class Gathered:
    """All marks of a book."""

    indexes: dict[str, dict[str, Entry]] = field(default_factory=dict)
    """Entries by the name of their index; empty for the unnamed one."""
    problems: list[Problem] = field(default_factory=list)


def gather(sheets: Iterable[tuple[str, Node]], lang: str) -> Gathered:
    """Collect the marks of (path, tree) pairs, and give each its place an id; marks gone wrong are told.

    `[word]{.index}` stands for itself, `term=` for another entry, `!` parts an entry from its sub-entry.
    """
    found = Gathered()
    opened: dict[tuple[str, str], tuple[str, Node, str, int]] = {}
    references: list[tuple[str, str, str, Node]] = []
    for path, tree in sheets:
        taken = {node.get("id", "") for node in tree.iter(etree.Element)}
        for count, mark in enumerate([mark for mark in elements(tree, "span") if "data-mark" in mark.attrib], 1):
            kind = take(mark, "data-mark")
            asked = {name: take(mark, f"data-ask-{name}") for name in ("term", "sort", "see", "see-also", "index")}
            own = plain(mark)
            parts = [part.strip() for part in asked["term"].split("!")] if asked["term"] else [own]
            if not all(parts):
                hint = 'write the word between the brackets, or term="…"'
                found.problems.append(_tell("index-empty", "a mark for the index names no entry", path, mark, hint))
                unwrap(mark)
                continue
            parts = [punctuate(part, lang) for part in parts]
            add_class(mark, "index-mark")
            mark.set("id", mark.get("id") or unique(f"{tree.get('id', '')}--ix{count}", taken))
            place = mark.get("id", "")
            entries = found.indexes.setdefault(asked["index"], {})
            key = asked["index"], "!".join(parts)
            if kind == "index-end":
                if key not in opened:
                    told = f"the range of {', '.join(parts)} ends here and never begins"
                    hint = "write []{.index-start term=…} where it begins, with the same term"
                    found.problems.append(_tell("index-range", told, path, mark, hint))
                    continue
                start, _, _, at = opened.pop(key)
                _entry(entries, parts, asked["sort"]).places[at] = start, place
                continue
            entry = _entry(entries, parts, asked["sort"])
            for words, holder in ((asked["see"], entry.see), (asked["see-also"], entry.also)):
                for target in filter(None, (punctuate(each.strip(), lang) for each in words.split(";"))):
                    if target not in holder:
                        holder.append(target)
                    references.append((asked["index"], target, path, mark))
            if kind == "index-start":
                opened[key] = place, mark, path, len(entry.places)
            if not (asked["see"] and not own):
                entry.places.append((place, ""))
    for (_, name), (_, mark, path, _) in opened.items():
        hint = "write []{.index-end term=…} where it ends, with the same term"
        told = f"the range of {name.replace('!', ', ')} begins here and never ends"
        found.problems.append(_tell("index-range", told, path, mark, hint))
    for index, target, path, mark in references:
        known = _names(found.indexes[index])
        if target not in known:
            near = nearest(target, known)
            hint = f"did you mean {near}?" if near else "mark a place with that term"
            found.problems.append(_tell("index-see", f"the index has no entry {target} to see", path, mark, hint))
    return found


def _tell(code: str, message: str, path: str, mark: Node, hint: str) -> Problem:
    return warning(code, message, path, line_of(mark), hint)


def _entry(entries: dict[str, Entry], parts: Sequence[str], sort: str) -> Entry:
    """Find an entry by its path, or make it."""
    keys = sort.split("!") if sort else []
    keys = keys if len(keys) == len(parts) else ["" for _ in parts[:-1]] + keys[-1:]
    entry = None
    for at, part in enumerate(parts):
        entry = entries.setdefault(part, Entry(part, _sorting(part)))
        if at < len(keys) and keys[at]:
            entry.sort = _sorting(keys[at])
        entries = entry.below
    assert entry is not None
    return entry


def _names(entries: Mapping[str, Entry]) -> list[str]:
    return [name for entry in entries.values() for name in (entry.name, *(f"{entry.name}!{n}" for n in entry.below))]


def _sorting(text: str) -> str:
    """Return the form by which an entry is sorted: without accents, case and marks, word by word (CMOS 16.58-16.61)."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]|_", "", bare).split())


def listing(entries: Mapping[str, Entry], home: str, lang: str) -> Node:
    """Set an index: groups by letter, entries with links to their places. `home` is the id of its section."""
    body = etree.Element("div", {"class": "index-body"})
    ordered = _ordered(entries)
    for at, entry in enumerate(ordered, 1):
        entry.id = f"{home}--entry{at}"
    ids = {entry.name: entry.id for entry in ordered}
    ids |= {f"{entry.name}!{name}": entry.id for entry in ordered for name in entry.below}
    letter, items = None, body
    for entry in ordered:
        first = entry.sort[:1].upper() if entry.sort[:1].isalpha() else ""
        if first != letter:
            letter = first
            group = etree.SubElement(body, "div", {"class": "index-group", TYPE: "index-group"})
            if letter:
                etree.SubElement(group, "h2", {"class": "index-letter unlisted"}).text = letter
            items = etree.SubElement(group, "ul", {"class": "index-list", TYPE: "index-entry-list"})
        _set(items, entry, ids, lang)
    return body


def _ordered(entries: Mapping[str, Entry]) -> list[Entry]:
    return sorted(entries.values(), key=lambda entry: (entry.sort[:1].isalpha(), entry.sort, entry.name))


def _set(items: Node, entry: Entry, ids: Mapping[str, str], lang: str) -> None:
    item = etree.SubElement(items, "li", {"class": "index-entry", TYPE: "index-entry"})
    if entry.id:
        item.set("id", entry.id)
    name = etree.SubElement(item, "span", {"class": "index-term", TYPE: "index-term"})
    for at, part in enumerate(re.split(r"\*([^*]+)\*", entry.name)):
        if at % 2:
            etree.SubElement(name, "em").text = part
        elif len(name):
            name[-1].tail = part
        else:
            name.text = part
    if entry.places:
        pages = etree.SubElement(item, "span", {"class": "index-pages"})
        pages.text = ", "
        for number, (place, to) in enumerate(entry.places, 1):
            link = etree.SubElement(pages, "a", {"class": "index-locator", TYPE: "index-locator", "href": f"#{place}"})
            link.text = str(number)
            link.tail = ", " if number < len(entry.places) else None
            if to:
                link.set("data-to", to)
    for kind, targets in (("see", entry.see), ("see-also", entry.also)):
        if targets:
            _refer(item, kind, targets, ids, lang)
    if entry.below:
        below = etree.SubElement(item, "ul", {"class": "index-list", TYPE: "index-entry-list"})
        for child in _ordered(entry.below):
            _set(below, child, ids, lang)


def _refer(item: Node, kind: str, targets: Sequence[str], ids: Mapping[str, str], lang: str) -> None:
    """Set `. See Felines` or `. See also Dogs; Horses`."""
    item[-1].tail = ". "
    holder = etree.SubElement(item, "span", {"class": "index-see"})
    holder.set(TYPE, "index-xref-preferred" if kind == "see" else "index-xref-related")
    word = etree.SubElement(holder, "em")
    word.text, word.tail = term(kind, lang), " "
    for at, target in enumerate(targets):
        link = etree.SubElement(holder, "a" if target in ids else "span")
        link.text = target.replace("!", ", ").replace("*", "")
        if target in ids:
            link.set("href", f"#{ids[target]}")
        link.tail = "; " if at + 1 < len(targets) else None


def wanted(element: Node) -> tuple[str, ...]:
    """List the ids whose page numbers a tree prints: those of `page-of` spans and of the index."""
    ids = dict.fromkeys(node.get("data-page-of", "") for node in element.iter("span") if "data-page-of" in node.attrib)
    for link in _locators(element):
        ids |= dict.fromkeys(filter(None, (link.get("href", "").removeprefix("#"), link.get("data-to", ""))))
    return tuple(ids)


def _locators(element: Node) -> Iterator[Node]:
    return (link for link in element.iter("a") if link.get("class") == "index-locator")


def fill(element: Node, folios: Mapping[str, str], links: bool) -> None:
    """Put page numbers where a tree tells them, in place; those of an index merged, and links if `links` says so.

    Places without a folio are not in the edition: an index leaves them out, and `, page 7` goes.
    """
    for node in [node for node in element.iter("span") if "data-page-of" in node.attrib]:
        node.text = folios.get(node.get("data-page-of", ""), "")
        around = next(node.iterancestors("span"), None)
        if not node.text and around is not None and around.get("class") == "print-only":
            cut(around)
    for holder in [node for node in element.iter("span") if node.get("class") == "index-pages"]:
        pages: list[tuple[str, str]] = []
        targets: dict[str, str] = {}
        for link in list(_locators(holder)):
            target = link.get("href", "").removeprefix("#")
            first = folios.get(target, "")
            if first:
                targets.setdefault(first, target)
                pages.append((first, folios.get(link.get("data-to", ""), first)))
        for child in list(holder):
            holder.remove(child)
        holder.text = None
        for first, last in merge(pages):
            link = etree.SubElement(holder, "a" if links else "span", {"class": "index-locator"})
            link.text = first if first == last else f"{first}–{last}"
            if links:
                link.set("href", f"#{targets.get(first, '')}")
            before = link.getprevious()
            if before is None:
                holder.text = ", "
            else:
                before.tail = ", "


def merge(pages: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Merge folios, each with the last of its range: each page once, in order, three and more in a row as a range.

    Roman folios stand before arabic ones.
    """
    covered: dict[tuple[bool, int], str] = {}
    tied: set[tuple[bool, int]] = set()
    for first, last in pages:
        start, end = _value(first), _value(last)
        covered[start], covered[end] = first, last
        if start[0] != end[0]:
            continue
        for number in range(start[1] + 1, end[1] + 1):
            # A range ties each of its pages to the one before.
            tied.add((start[0], number))
            covered.setdefault((start[0], number), "")
    runs: list[list[tuple[bool, int]]] = []
    for page in sorted(covered):
        before = runs[-1][-1] if runs else None
        if before is not None and before == (page[0], page[1] - 1):
            runs[-1].append(page)
        else:
            runs.append([page])
    merged: list[tuple[str, str]] = []
    for run in runs:
        if len(run) > 2 or (len(run) == 2 and run[1] in tied):
            merged.append((covered[run[0]], covered[run[-1]]))
        else:
            merged += [(covered[page], covered[page]) for page in run]
    return tuple(merged)


def _value(folio: str) -> tuple[bool, int]:
    """Return what a folio counts: (whether it is arabic, its number)."""
    if folio.isdecimal():
        return True, int(folio)
    values = [_NUMERALS.get(letter, 0) for letter in folio.lower()]
    return False, sum(-v if any(v < w for w in values[at + 1 : at + 2]) else v for at, v in enumerate(values))
