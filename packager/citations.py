"""Citations in the text: `[see @key, p. 4; @other]`, `[-@key]`, `@key`, after pandoc (MANUAL, "Citation syntax").

The parser leaves each as a `span` with `data-cite`. `prepare` checks them section by section; `fill`, when all sections
are there, has them set in the book's order, and puts the bibliography where it belongs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from packager import references
from packager.aliases import nearest
from packager.book import Book
from packager.citing import STANDARD, Cite, Citing, StyleFault, names, style_of, year
from packager.notices import Notices
from packager.problems import Problem, error
from packager.references import Entry
from packager.slugs import unique
from packager.terms import term
from packager.trees import TYPE, elements, take, unwrap
from packager.typography import punctuate

KEY = re.compile(r"(-?)@(?:\{([^{}]+)\}|(\w(?:[\w:.#$%&+?<>~/-]*\w)?))")
LABELS = {
    "page": "p pp page pages s S seite", "chapter": "chap chaps ch chapter chapters kap",
    "section": "sec secs section §",
    "volume": "vol vols volume volumes bd", "figure": "fig figs figure", "folio": "f ff fol fols folio",
    "line": "l ll line lines", "note": "n nn note notes", "paragraph": "para paras paragraph ¶",
    "part": "pt pts part",
    "verse": "v vv verse verses", "column": "col cols column", "book": "bk bks book", "issue": "no nos number",
    "sub-verbo": "s.v sub-verbo",
}  # fmt: skip
"""What a locator may count (CSL 1.0.2, appendix IV), with the words for it in a citation."""

_WORDS = {word: label for label, line in LABELS.items() for word in line.split()}
_LOCATOR = re.compile(
    r"^(?:,|\s)\s*(?:(?P<label>[A-Za-z.§¶-]+?)\.?\s*)?"
    r"(?P<number>(?:[A-Za-z]?\d[\w.]*|[ivxlcdm]+\b)(?:\s*(?:--?|[–—,&])\s*(?:\d\w*|[ivxlcdm]+\b))*)(?P<rest>.*)$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the book can cite, and how."""

    entries: Mapping[str, Entry]
    style: bytes
    in_notes: bool
    """Whether citations stand in notes."""
    problems: tuple[Problem, ...] = ()
    uncited: tuple[str, ...] = ()
    """Keys that the bibliography lists in any case."""


def load(book: Book) -> Sources | None:
    """Read the book's references and its citation style; None for a book that names no bibliography."""
    if not book.options.bibliography:
        return None
    read = references.load(book)
    name, problems = book.options.csl, []
    try:
        asset = book.assets.get(name) if name.endswith(".csl") else None
        style, in_notes = style_of(asset.data if asset else None, name.removesuffix(".csl") or STANDARD)
    except StyleFault as fault:
        problems.append(error("csl-unusable", f"`csl` {name} {fault}", book.path, book.lines.get("csl"), fault.hint))
        style, in_notes = style_of(None, STANDARD)
    uncited = book.options.nocite
    for key in uncited if "*" not in uncited else ():
        if key not in read.entries:
            near = nearest(key, read.entries)
            hint = f"did you mean @{near}?" if near else "add it to the bibliography"
            message = f"`nocite` names no reference: {key}"
            problems.append(error("citation-unknown", message, book.path, book.lines.get("nocite"), hint))
    listed = tuple(read.entries if "*" in uncited else (key for key in uncited if key in read.entries))
    return Sources(read.entries, style, in_notes, (*read.problems, *problems), listed)


def prepare(body: etree._Element, sources: Sources | None, notices: Notices, lang: str) -> None:
    """Check a section's citations; those that cannot be set stay as written. Makes notes where the style asks for them.

    Text of a citation that will be set becomes its `data-cite`; the element is filled later.
    """
    for span in elements(body, "span"):
        raw = span.get("data-cite")
        if raw is None:
            continue
        bare = not raw.startswith("[")
        if sources is None:
            if not bare:
                hint = r"write bibliography: references.bib in book.md, or \@ for a plain sign"
                told = f"{raw} stands as written: the book names no bibliography"
                notices.warn(span, "citation-unresolved", told, hint, raw)
            unwrap(span)
            continue
        keys = _keys(raw)
        if not keys:
            hint = r"write its key behind the sign, or \@ for a plain sign"
            notices.warn(span, "citation-unresolved", f"{raw} stands as written: it names no reference", hint, raw)
        unknown = [key for key in keys if key not in sources.entries]
        for key in unknown:
            near = nearest(key, sources.entries)
            hint = f"did you mean @{near}?" if near else r"add it to the bibliography, or write \@ for a plain sign"
            notices.fail(span, "citation-unknown", f"no reference has the key {key}", hint, f"@{key}", raw)
        if unknown or not keys:
            unwrap(span)
            continue
        span.text = None
        if sources.in_notes and not _in_note(span):
            _into_note(span, raw, sources, lang)


def _keys(raw: str) -> list[str]:
    return [match[2] or match[3] for match in KEY.finditer(raw)]


def _in_note(span: etree._Element) -> bool:
    return any("data-note" in above.attrib or "data-inline-note" in above.attrib for above in span.iterancestors())


def _into_note(span: etree._Element, raw: str, sources: Sources, lang: str) -> None:
    """Put a citation into a note of its own, behind the mark that ends its sentence; `@key` leaves the name."""
    note = etree.Element("span", {"data-inline-note": ""})
    parent = span.getparent()
    if parent is None:
        return
    parent.replace(span, note)
    note.tail, span.tail = span.tail, None
    note.append(span)
    before = note.getprevious()
    if raw.startswith("["):
        holder, where = (parent, "text") if before is None else (before, "tail")
        told = (getattr(holder, where) or "").rstrip(" \n")
        stop = re.match(r"[.,;:!?”’»)]+", note.tail or "")
        if stop and not re.search(r"[.,;:!?]$", told):
            told, note.tail = told + stop[0], (note.tail or "")[stop.end() :]
        setattr(holder, where, told)
    else:
        author = etree.Element("span")
        author.text = names(sources.entries[_keys(raw)[0]], term("and", lang))
        note.addprevious(author)
        unwrap(author)


def fill(
    trees: Sequence[etree._Element], sources: Sources, lang: str, home: str, set_all: Citing
) -> etree._Element | None:
    """Set all citations of the book, in order, and return its bibliography; None where nothing is cited.

    `home` is the id of the section that will hold the bibliography; `set_all` does what that of `citing` does.
    """
    spans = [span for tree in trees for span in elements(tree, "span") if "data-cite" in span.attrib]
    if not spans and not sources.uncited:
        return None
    raws = [take(span, "data-cite") for span in spans]
    cites = [_cites(raw, lang) for raw in raws]
    silent = [[Cite(key)] for key in sources.uncited]
    told, listed = set_all(sources.style, lang, sources.entries, [*cites, *silent])
    taken = {node.get("id", "") for tree in trees for node in tree.iter(etree.Element)}
    ids = {key: unique(f"{home}--ref-{re.sub(r'[^A-Za-z0-9_.-]', '-', key)}", taken) for key, _ in listed}
    for span, raw, cite, text in zip(spans, raws, cites, told[: len(spans)], strict=True):
        _fill(span, raw, cite, text, sources, ids, lang)
    if not listed:
        return None
    entries = etree.Element("ul", {"class": "references"})
    for key, text in listed:
        item = _fragment("li", re.sub(r"^(\[?\d+[\].]?)(?=[^\s\d\].])", r"\1 ", text))
        item.set("class", "reference")
        item.set("id", ids[key])
        _link(item)
        entries.append(item)
    return entries


def _fill(span: etree._Element, raw: str, cite: Sequence[Cite], text: str, sources: Sources, ids: Mapping[str, str],
          lang: str) -> None:  # fmt: skip
    bare = not raw.startswith("[")
    entry = sources.entries[cite[0].key]
    if not sources.in_notes and (bare or raw.startswith("[-")):
        text = _without_author(text, year(entry))
        if bare:
            text = f"{names(entry, term('and', lang))} {text}".replace("&", "&amp;").replace("&amp;amp;", "&amp;")
    if sources.in_notes and not _behind_words(span):
        text = text[:1].upper() + text[1:]
    if sources.in_notes and (span.tail or "").strip() and text.endswith("."):
        text = text[:-1]
    parts = text.split("; ")
    parts = parts if len(parts) == len(cite) else [text]
    for at, part in enumerate(parts):
        opening = "(" if at == 0 and part.startswith("(") and not bare else "[" if at == 0 and part[:1] == "[" else ""
        closing = {"(": ")", "[": "]"}.get(opening or text[:1], "") if at == len(parts) - 1 else ""
        part = part.removeprefix(opening)
        closing = closing if closing and part.endswith(closing) and not bare else ""
        part = part.removesuffix(closing) if closing else part
        target = ids.get(cite[at].key)
        link = _fragment("a" if target and "<a" not in part else "span", part)
        if link.tag == "a":
            link.set("class", "citation")
            link.set("href", f"#{target}")
            link.set(TYPE, "biblioref")
            link.set("role", "doc-biblioref")
        if at or opening:
            lead = ("; " if at else "") + opening
            if len(span):
                span[-1].tail = (span[-1].tail or "") + lead
            else:
                span.text = lead
        link.tail = closing or None
        span.append(link)
        if link.tag == "span":
            unwrap(link)
    unwrap(span)


def _behind_words(span: etree._Element) -> bool:
    before, parent = span.getprevious(), span.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    return bool(text.strip())


def _without_author(text: str, when: str) -> str:
    """Leave the names out of a citation that has them before the year."""
    match = re.match(r"([(\[]?)([^<>]*?)(?=" + re.escape(when) + r")", text) if when else None
    return match[1] + text[match.end() :] if match else text


def _cites(raw: str, lang: str) -> list[Cite]:
    """Read a citation: references parted by semicolons, each with words before it, a locator, words behind it."""
    if not raw.startswith("["):
        inner = KEY.match(raw)
        rest = raw[inner.end() :].strip().strip("[]") if inner else ""
        key = (inner[2] or inner[3]) if inner else ""
        return [_cite("", key, f", {rest}" if rest else "", lang)]
    found = []
    for part in raw[1:-1].split(";"):
        match = KEY.search(part)
        if match:
            found.append(_cite(part[: match.start()], match[2] or match[3], part[match.end() :], lang))
    return found


def _cite(prefix: str, key: str, rest: str, lang: str) -> Cite:
    located = _LOCATOR.match(rest)
    label = _WORDS.get((located["label"] or "").rstrip("."), "") if located else ""
    if located and (label or not located["label"]):
        number = re.sub(r"\s*(?:--+|–|—)\s*", "-", located["number"].rstrip("."))
        return Cite(key, _told(prefix, lang), label or "page", number, _told(located["rest"], lang))
    return Cite(key, _told(prefix, lang), suffix=_told(rest, lang))


def _told(text: str, lang: str) -> str:
    return punctuate(" ".join(text.split()), lang)


def _fragment(tag: str, markup: str) -> etree._Element:
    try:
        return etree.fromstring(f"<{tag}>{markup}</{tag}>")
    except etree.XMLSyntaxError:
        element = etree.Element(tag)
        element.text = re.sub(r"<[^<>]*>", "", markup).replace("&amp;", "&").replace("&lt;", "<")
        return element


def _link(item: etree._Element) -> None:
    """Make the addresses of a reference links."""
    for holder in elements(item):
        for where, text in (("text", holder.text), ("tail", holder.tail if holder is not item else None)):
            found = re.search(r"https?://[^\s<>]+[\w/]", text or "")
            if not text or not found:
                continue
            link = etree.Element("a", {"href": found[0]})
            link.text, link.tail = found[0], text[found.end() :]
            setattr(holder, where, text[: found.start()])
            if where == "text":
                holder.insert(0, link)
            else:
                holder.addnext(link)
                link.tail = text[found.end() :]
