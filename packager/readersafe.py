"""CSS that reading systems take: what they break on goes, what old ones need comes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from packager import css
from packager.css import Declaration, Rule

_DROPPED = frozenset(
    "align-content align-items align-self animation aspect-ratio backdrop-filter background background-attachment "
    "background-clip background-color background-image background-origin background-position background-repeat "
    "background-size bottom clip clip-path color column-count column-gap column-width columns contain cursor direction "
    "filter flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap gap grid grid-area grid-column "
    "grid-row grid-template grid-template-areas grid-template-columns grid-template-rows inset justify-content "
    "justify-items justify-self left mask max-height min-height mix-blend-mode object-position order outline overflow "
    "overflow-x overflow-y page place-content place-items pointer-events position resize right row-gap text-rendering "
    "text-shadow top transform transition unicode-bidi user-select will-change writing-mode z-index zoom".split()
)
"""Properties that reading systems override, refuse a book for, or lay text over text with."""
_LAYOUTS = ("flex", "grid", "inline-flex", "inline-grid", "contents", "flow-root", "run-in")
_UNSAFE_SELECTOR = re.compile(r":(?:is|where|has|not|nth-|first-of|last-of|only-|root|host|target)|[\[|&]")
_UNSAFE_VALUE = re.compile(
    r"\b(?:var|env|calc|min|max|clamp|round|attr|device-cmyk|color-mix|leader|target-\w+)\("
    r"|[\d.](?:vh|vw|vmin|vmax|lh|rlh|rem|ch|ic|cap|svh|dvh|cqw)\b"
)
_ABSOLUTE = re.compile(r"[\d.](?:pt|px|in|mm|cm|pc|q)\b", re.IGNORECASE)
_TEXT = re.compile(r"(?:^|[\s>+~])(?:html|body|p|div|section|span|li)$")
"""Selectors that end in what carries running text, whose size and measure are the reader's."""
_READERS_OWN = frozenset("font-size line-height margin-left margin-right padding-left padding-right".split())
_PAGE = ("html", "body")
_SIDES = re.compile(r"(?:margin|padding|width|height|text-align)")
_BREAKS = {"page": "always", "recto": "right", "verso": "left", "avoid-page": "avoid", "always": "always"}


def reader_safe(rules: Iterable[Rule]) -> tuple[list[Rule], list[Declaration | Rule]]:
    """Keep what every reading system takes; give the kept rules and all that was taken out.

    What goes and why: reflow tricks (flex, grid, position) that leave pages blank, colours that night mode cannot
    turn, sizes of running text that are the reader's to choose, selectors and functions that make old engines drop a
    whole rule. `break-*` gets its `page-break-*` twin.
    """
    kept: list[Rule] = []
    removed: list[Declaration | Rule] = []
    for rule in rules:
        if rule.keyword == "font-face":
            kept.append(rule)
            continue
        selectors = [s for s in css.split(rule.prelude) if not _UNSAFE_SELECTOR.search(s)]
        if rule.keyword or not selectors:
            removed.append(rule)
            continue
        body: list[Declaration | Rule] = []
        for item in rule.body or ():
            safe = list(_safe(item, selectors)) if isinstance(item, Declaration) else []
            body += safe
            if not safe:
                removed.append(item)
        if body:
            kept.append(replace(rule, prelude=", ".join(selectors), body=tuple(body)))
    return kept, removed


def _safe(item: Declaration, selectors: list[str]) -> Iterator[Declaration]:
    """Give what may stay of a declaration: itself, itself rewritten, with a twin, or nothing."""
    name, value = item.name, item.value.lower()
    text = any(_TEXT.search(selector) for selector in selectors)
    page = any(selector in _PAGE for selector in selectors)
    if (
        name in _DROPPED
        or name.startswith("--")
        or _UNSAFE_VALUE.search(value)
        or (name == "display" and value in _LAYOUTS)
        or (text and name in _READERS_OWN)
        or (page and _SIDES.match(name))
        or (name.startswith("margin") and "-" in value)
        or (name == "hyphens" and value == "auto")
        or (name == "font-size" and _ABSOLUTE.search(value))
        or (name == "font" and (_ABSOLUTE.search(value) or text))
    ):
        return
    if name == "font-size" and value.endswith("%"):
        yield replace(item, value=f"{float(value[:-1]) / 100:g}em")
    elif name in ("break-before", "break-after", "break-inside"):
        yield replace(item, name=f"page-{name}", value=_BREAKS.get(value, value))
        yield item
    elif name == "hyphens":
        yield replace(item, name="-webkit-hyphens")
        yield item
    else:
        yield item
