"""Style sheets turned about for books that are read from right to left: what stood on the left stands on the right.

Old reading systems know no logical properties, so the sides are exchanged when the sheet is written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from packager.css import Declaration, Rule

_SIDE = re.compile(r"\b(left|right)\b")
_PART = re.compile(r"(?:[^\s()]+|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+")
"""A part of a value: blanks within brackets do not end it."""
_SIDED = frozenset(("caption-side", "clear", "float", "text-align", "text-align-last"))
"""Properties whose values name a side."""
_BOXES = frozenset(("border-color", "border-style", "border-width", "inset", "margin", "padding"))
"""Properties whose four values go round a box: above, right, below, left."""
_KEPT = ("page", "font-face", "counter-style")
"""At-rules that know no direction of text."""


def mirrored(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Exchange left and right in rules."""
    for rule in rules:
        if rule.keyword in _KEPT or rule.body is None:
            yield rule
            continue
        body = (item if isinstance(item, Declaration) else next(mirrored([item])) for item in rule.body)
        yield replace(rule, body=tuple(_turned(item) if isinstance(item, Declaration) else item for item in body))


def _turned(item: Declaration) -> Declaration:
    name = _SIDE.sub(_other, item.name)
    if item.name in _SIDED:
        return replace(item, value=_SIDE.sub(_other, item.value))
    parts = _PART.findall(item.value)
    if item.name in _BOXES and len(parts) == 4:
        parts[1], parts[3] = parts[3], parts[1]
    elif item.name == "border-radius" and len(parts) == 4 and "/" not in parts:
        parts = [parts[1], parts[0], parts[3], parts[2]]
    else:
        return replace(item, name=name)
    return replace(item, value=" ".join(parts))


def _other(match: re.Match[str]) -> str:
    return "right" if match[0] == "left" else "left"
