"""What a book mostly does with dashes and dots, so that its exceptions can be told and mended."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from packager.lint.prose import OBJECT, Prose

DASHES = {
    "em": "em dashes without spaces",
    "em-spaced": "em dashes between spaces",
    "en-spaced": "en dashes between spaces",
}
"""Dashes that part a sentence, as they are printed."""

_DASH = re.compile(r"--+|[–—]+")
_DOTS = re.compile(r"\.(?:\.\.| \. \.)|…")
_SPELLINGS = ("---", "—", " --- ", " — ", " -- ", " – ")
_PATH = frozenset("./\\")
_CLOSERS = frozenset("\"'”’»).,;:!?…*_%\u2060\ufffc")
_OPENERS = "\"'“‘«(*_\u2060"


@dataclass(frozen=True, slots=True)
class Dash:
    """A dash that parts a sentence, spaces included."""

    start: int
    end: int
    text: str

    @property
    def style(self) -> str:
        """Its kind in print, a key of `DASHES`."""
        kind = "em" if self.text.strip() in ("---", "—") else "en"
        return f"{kind}-spaced" if self.text[0] == " " else kind


@dataclass(frozen=True, slots=True)
class House:
    """The book's habits, and what its author allows."""

    dashes: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    """By language: the style of most dashes, and the text most of these are written with."""
    dots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By language: the spelling of most ellipses."""
    mixes_dashes: bool = False
    mixes_dots: bool = False
    allowed: frozenset[str] = frozenset()
    """Words that the author may write twice running."""
    longest: int = 500
    """Words of a paragraph that is not called long."""


def survey(proses: Iterable[Prose], allowed: Iterable[str] = (), longest: int = 500) -> House:
    """Count how the book sets its dashes and ellipses; on a tie, the first named wins."""
    dashes: dict[str, Counter[str]] = {}
    dots: dict[str, Counter[str]] = {}
    for prose in proses:
        for dash in find_dashes(prose.text):
            dashes.setdefault(language(prose, dash.start), Counter())[dash.text] += 1
        for place, text in find_dots(prose.text):
            dots.setdefault(language(prose, place), Counter())[text] += 1
    return House(
        MappingProxyType({lang: _dash(count) for lang, count in dashes.items()}),
        MappingProxyType({lang: _most(count, ("...", "…", ". . .")) for lang, count in dots.items()}),
        any(len(count) > 1 for count in dashes.values()),
        any(len(count) > 1 for count in dots.values()),
        frozenset(allowed),
        longest,
    )


def language(prose: Prose, offset: int) -> str:
    """Return the language, without its region, of a place in a section."""
    block = prose.block_at(offset)
    return block.lang.split("-")[0] if block else ""


def find_dashes(text: str) -> Iterator[Dash]:
    """Yield the dashes that part a sentence; not those of ranges, of `d---n` and of a name's initial."""
    for match in _DASH.finditer(text):
        start, end = match.span()
        if text[start - 1 : start] == " " == text[end : end + 1]:
            start, end = start - 1, end + 1
        if text[start:end] not in _SPELLINGS:
            continue
        left, right = text[max(0, start - 2) : start], text[end : end + 5].lstrip(_OPENERS)[:2]
        if not left or not right or not (left[-1].isalnum() or left[-1] in _CLOSERS):
            continue
        if not (right[0].isalnum() or right[0] == OBJECT) or (left[-1].isdigit() and right[0].isdigit()):
            continue
        if text[start] == " " or (_word(left) and _word(right[::-1])):
            yield Dash(start, end, text[start:end])


def find_dots(text: str) -> Iterator[tuple[int, str]]:
    """Yield the ellipses of a text: place and spelling; not those of paths and of four dots."""
    # Looking for the strings first spares a look at every full stop.
    for match in _DOTS.finditer(text) if "..." in text or "…" in text or ". . ." in text else ():
        start, end = match.span()
        left, right = text[max(0, start - 2) : start].strip()[-1:], text[end : end + 2].strip()[:1]
        if match[0] == "…" or not {left, right} & _PATH:
            yield start, match[0]


def _word(edge: str) -> bool:
    """Say whether two characters beside a dash end a word, rather than leave out the rest of a name."""
    return not edge[-1:].isalpha() or len(edge) < 2 or edge[0].isalpha() or edge[-1] in "aAIoOyàÀéèuU"


def _dash(counts: Counter[str]) -> tuple[str, str]:
    styles: Counter[str] = Counter()
    for text, number in counts.items():
        styles[Dash(0, 0, text).style] += number
    style = _most(styles, tuple(DASHES))
    texts = Counter({text: number for text, number in counts.items() if Dash(0, 0, text).style == style})
    return style, _most(texts, _SPELLINGS)


def _most(counts: Counter[str], order: tuple[str, ...]) -> str:
    return max(order, key=lambda each: (counts[each], -order.index(each)))
