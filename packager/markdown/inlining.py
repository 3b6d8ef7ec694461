"""Inline markup, each pattern tried only on text that holds a sign of it: most of a novel's paragraphs hold none."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

SIGNS: Mapping[str, str] = {
    "backtick": "`", "escape": "\\", "math": "$", "hard-break": "\\", "hard-space": "\\", "line": "\x02",
    "item": "\x02", "variable": "{", "note-call": "[", "inline-note": "^", "bracketed-references": "@",
    "citation": "@", "mark": "{", "span": "{", "reference": "[", "link": "[", "image_link": "[",
    "image_reference": "[", "short_reference": "[", "short_image_ref": "[", "linebreak": "\n",
    "numbered-reference": "@", "angle": "<", "entity": "&", "narrative": "@", "delimiter": "~^", "em_strong": "*_",
}  # fmt: skip
"""Name of a pattern -> characters, of which a text that it matches holds one at least."""

_NAMED = frozenset(("reference", "image_reference", "short_reference", "short_image_ref"))
"""Patterns that match nothing where the text defines no link by a name."""


class Inlines(InlineProcessor):
    """Applies the inline patterns in their order, as the parser's own processor does, and with the same outcome."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        names = {md.inlinePatterns[name]: name for name in SIGNS if name in md.inlinePatterns}
        self._all = [(pattern, SIGNS[names[pattern]]) for pattern in md.inlinePatterns]
        self._unnamed = [(pattern, "" if names[pattern] in _NAMED else signs) for pattern, signs in self._all]
        self._plan = self._all
        self._signs = re.compile(f"[{re.escape(''.join(SIGNS.values()))}]")

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Read the inline markup of a tree, in place."""
        self._plan = self._all if self.md.references else self._unnamed
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        # The parser calls this by its private name, for each text and for what a pattern found in one; its own does
        # the same without asking for signs.
        if isinstance(data, AtomicString):
            return data
        held = set(self._signs.findall(data))
        if not held:
            return data
        for index in range(patternIndex, len(self._plan)):
            pattern, signs = self._plan[index]
            # A sign may be gone with what was found before.
            if not held.isdisjoint(signs) and any(sign in data for sign in signs):
                start, matched = 0, True
                while matched:
                    data, matched, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]
                        pattern, data, index, start
                    )
        return data
