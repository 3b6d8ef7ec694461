"""Looking around in the book: words found with the place they stand at, and what a screen reader goes by."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from lxml import etree

from packager.preview.reflow import Sheet
from packager.preview.session import Version
from packager.trees import BLOCKS, text_of
from packager.words import INVISIBLE, line_of

MOST = 200
"""Places that one search shows."""
LONGEST = 200
"""Characters of what is looked for."""
_AROUND = 48
"""Characters shown on each side of what was found."""

_ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "\u2011": "-", "–": "-", "—": "-"}
"""What is typed in one way and set in another."""


_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))


class _Folds(dict[int, str]):
    """A letter -> the letter it is found by: of one case, without accents."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = _ALIKE.get(letter) or unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter
        return self[code]


_FOLDS = _Folds()


@dataclass(frozen=True, slots=True)
class _Passage:
    """The text of one block; folded, letter for letter."""

    line: int | None
    text: str
    folded: str


_read: WeakKeyDictionary[Sheet, list[_Passage]] = WeakKeyDictionary()
"""What was searched before and still stands in the book."""


def find(version: Version, wanted: str) -> list[dict[str, object]]:
    """Find text in the book as readers see it, whatever the case, the accents or the kind of quotation marks."""
    wanted = " ".join(_folded(wanted[:LONGEST]).split())
    hits: list[dict[str, object]] = []
    if not wanted:
        return hits
    for id, sheet in version.sheets.items():
        for passage in _passages(sheet):
            for match in re.finditer(re.escape(wanted), passage.folded):
                if len(hits) == MOST:
                    return hits
                start, end = match.span()
                hits.append(
                    {
                        "chapter": id,
                        "line": passage.line,
                        "text": passage.text[start:end],
                        "before": _end(passage.text[:start]),
                        "after": _beginning(passage.text[end:]),
                    }
                )
    return hits


def _end(text: str) -> str:
    """Shorten text from its beginning, between two words where there are any."""
    if len(text) <= _AROUND:
        return text
    part = text[-_AROUND:]
    return f"… {part[part.find(' ') + 1 :]}"


def _beginning(text: str) -> str:
    """Shorten text from its end, between two words where there are any."""
    if len(text) <= _AROUND:
        return text
    part = text[:_AROUND]
    return f"{part[: part.rfind(' ')] if ' ' in part else part} …"


def outline(version: Version) -> list[dict[str, object]]:
    """List headings, images with their words, tables and changes of language, in reading order."""
    return [
        {"chapter": id, "line": line_of(element), **told}
        for id, sheet in version.sheets.items()
        for element, told in _marks(sheet.leaf.element)
    ]


def _marks(root: etree._Element) -> Iterator[tuple[etree._Element, Mapping[str, object]]]:
    for element in root.iter(etree.Element):
        name = str(element.tag).rpartition("}")[2]
        if re.fullmatch("h[1-6]", name):
            yield element, {"kind": "heading", "level": int(name[1]), "text": _shown(element)}
        elif name == "img":
            yield element, {"kind": "image", "alt": element.get("alt"), "text": element.get("src", "")}
        elif name == "math":
            yield element, {"kind": "formula", "text": element.get("alttext", "")}
        elif name == "table":
            caption = element.find("caption")
            yield element, {"kind": "table", "text": "" if caption is None else _shown(caption)}
        elif name == "aside":
            yield element, {"kind": "note", "text": _shown(element)[:80]}
        if element.get("lang") and element is not root:
            yield element, {"kind": "language", "lang": element.get("lang"), "text": _shown(element)[:80]}


def _passages(sheet: Sheet) -> list[_Passage]:
    if (found := _read.get(sheet)) is None:
        found = []
        for block in sheet.leaf.element.iter(*BLOCKS):
            if text := _one_line("".join(_own(block))):
                found.append(_Passage(line_of(block), text, _folded(text)))
        _read[sheet] = found
    return found


def _own(element: etree._Element) -> Iterator[str]:
    """Yield an element's text without that of blocks inside it."""
    yield element.text or ""
    for child in element:
        if child.tag in BLOCKS:
            yield " "
        elif isinstance(child.tag, str):
            yield from _own(child)
        yield child.tail or ""


def _shown(element: etree._Element) -> str:
    return _one_line(text_of(element))


def _one_line(text: str) -> str:
    return " ".join(text.translate(_INVISIBLE).split())


def _folded(text: str) -> str:
    return text.translate(_FOLDS)
