"""Inline markup of a book's apparatus: citations, marks for the index, words that the glossary explains."""

import re
from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from packager.markdown.attributes import assign

CITATION = r"\[(?=[^\[\]]{0,400}@)((?:[^\[\]\x02]*?[\s;])?-?@(?:\w|\{)[^\[\]\x02]*)\](?![\[({])"
NARRATIVE = (
    r"(?<![\w@/.\\:<>-])(@(?:\{[^{}\s\x02]+\}|\w(?:[\w:.#$%&+?~/-]*\w)?)(?:[ ]\[[^\[\]@\x02]{1,80}\])?)(?![\w@])"
)
MARK = (
    r"\[((?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\]){0,4000})\]"
    r"\{:?[ ]*((?:[^{}\n]*[ ])?\.(?:index(?:-start|-end)?|term)(?=[ }])[^{}\n]*)\}"
)

KINDS = ("index", "index-start", "index-end", "term")
ASKED = ("term", "sort", "see", "see-also", "index")
"""What a mark may say, besides the attributes of any span."""


class Citations(InlineProcessor):
    """`[see @key, p. 4; @other]`, `[-@key]`."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        span = Element("span", {"data-cite": " ".join(m[0].split())})
        span.text = AtomicString(m[0])
        return span, m.start(0), m.end(0)


class Narratives(InlineProcessor):
    """`@key` and `@key [p. 4]` in running text."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        span = Element("span", {"data-cite": m[1]})
        span.text = AtomicString(m[1])
        return span, m.start(0), m.end(0)


class Marks(InlineProcessor):
    """`[word]{.index term="Entry!sub-entry" sort=…}` and `[word]{.term}`; without a word, the mark is not seen."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        span, others = Element("span"), []
        for key, value in get_attrs_and_remainder(self.unescape(m[2]))[0]:
            if key == "." and value in KINDS:
                span.set(f"data-{'gloss' if value == 'term' else 'mark'}", str(value))
            elif key in ASKED:
                span.set(f"data-ask-{key}", str(value))
            else:
                others.append(f".{value}" if key == "." else f'{key}="{value}"')
        assign(span, " ".join(others))
        span.text = m[1]
        return span, m.start(0), m.end(0)


APPARATUS: tuple[tuple[type[InlineProcessor], str, str, int], ...] = (
    (Citations, CITATION, "citation", 174),
    (Marks, MARK, "mark", 174),
    (Narratives, NARRATIVE, "narrative", 70),
)
"""Processors with their patterns, names and ranks, as in `packager.markdown.inlines`."""
