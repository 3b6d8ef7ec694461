"""Lists with letters, Roman numbers or brackets, and lists of tasks."""

import re

from lxml import etree

from packager.terms import term
from packager.trees import add_class, elements, take, unwrap

ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
STYLES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Classes by the attribute `type`, for readers whose own stylesheet overrides the attribute."""
_TASK = re.compile(r"\s*\[([ xX])\][ \n]")


def shape(body: etree._Element, lang: str) -> None:
    """Give lists the numbering their author wrote, and tasks their boxes."""
    for mark in elements(body, "label"):
        item = next((each for each in mark.iterancestors() if each.tag == "li"), None)
        if item is not None and "data-label" not in item.attrib:
            item.set("data-label", mark.get("text", ""))
    for ordered in elements(body, "ol"):
        if any("data-label" in item.attrib for item in ordered):
            _number(ordered)
    for plain in elements(body, "ul"):
        _tick(plain, lang)


def _number(ordered: etree._Element) -> None:
    """Number a list as its first item is; where the manner changes, another list begins."""
    run: list[etree._Element] = []
    manner = ""
    for item in [each for each in ordered if each.tag == "li"]:
        label = take(item, "data-label")
        if run and label and not _fits(label, manner):
            fresh = etree.Element("ol")
            ordered.addnext(fresh)
            fresh.extend([item, *item.itersiblings()])
            item.set("data-label", label)
            _settle(ordered, run, manner)
            _number(fresh)
            return
        manner = manner or _manner(label)
        item.set("data-label", label)
        run.append(item)
    _settle(ordered, run, manner)


def _settle(ordered: etree._Element, run: list[etree._Element], manner: str) -> None:
    kind = manner[0]
    if not all(len(item) and item[0].tag == "p" for item in run):
        for item in run:
            if len(item) and item[0].tag == "p" and not (item.text or "").strip():
                unwrap(item[0])
    take(ordered, "start")
    if kind != "1":
        ordered.set("type", kind)
        add_class(ordered, STYLES[kind])
    if manner[1:]:
        add_class(ordered, {")": "bracket", "()": "brackets"}[manner[1:]])
    expected = 1
    for at, item in enumerate(run):
        value = _value(take(item, "data-label"), kind) or expected
        if value != expected:
            if at:
                item.set("value", str(value))
            else:
                ordered.set("start", str(value))
        expected = value + 1


def _manner(label: str) -> str:
    """Return `a`, `A`, `i`, `I` or `1`, and the brackets, if any."""
    bare = label.strip("().")
    brackets = "()" if label.startswith("(") else ")" if label.endswith(")") else ""
    if not bare.isalpha():
        return f"1{brackets}"
    roman = len(bare) > 1 or bare in "iI"
    return f"{('i' if roman else 'a') if bare.islower() else ('I' if roman else 'A')}{brackets}"


def _fits(label: str, manner: str) -> bool:
    """Say whether an item goes on with a list: same case, same brackets, same kind as far as one letter shows it."""
    if label == "#.":
        return True
    bare, own = label.strip("()."), _manner(label)
    if own[1:] != manner[1:] or (own[0] == "1") != (manner[0] == "1"):
        return False
    return own[0] == manner[0] or (len(bare) == 1 and own[0].islower() == manner[0].islower())


def _value(label: str, kind: str) -> int:
    """Return what a label counts to; 0 where it says nothing."""
    bare = label.strip("().#")
    if kind == "1":
        return int(bare) if bare.isdigit() else 0
    if kind in "aA":
        return ord(bare.lower()) - 96 if len(bare) == 1 and bare.isascii() else 0
    digits = [ROMAN.get(letter, 0) for letter in bare.lower()]
    return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True)) if digits else 0


def _tick(plain: etree._Element, lang: str) -> None:
    """Turn `[ ]` and `[x]` at the head of items into boxes."""
    for item in plain:
        holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
        match = _TASK.match(holder.text or "")
        if item.tag != "li" or not match:
            continue
        done = match[1] != " "
        box = etree.Element("span", {"class": "task done" if done else "task"})
        box.set("role", "img")
        box.set("aria-label", term("done" if done else "to-do", lang))
        box.text = "×" if done else "\u00a0"
        box.tail = f" {(holder.text or '')[match.end() :]}"
        holder.text = None
        holder.insert(0, box)
        add_class(item, "task-item")
    if any("task-item" in item.get("class", "") for item in plain) and "tasks" not in plain.get("class", ""):
        add_class(plain, "tasks")
