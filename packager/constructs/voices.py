"""Voices: plays, interviews, and messages on a telephone. `NAME: words` or `**Name.** words` says who speaks."""

import re
from collections.abc import Iterator

from lxml import etree

from packager.notices import Notices
from packager.trees import TYPE, add_class, take, text_of, unwrap

_NAME = re.compile(r"\s*([^\W_a-z][^:*_`\[\]!?;,\"“”<>|]{0,39}):(\s+|$)")
_ASIDE = re.compile(r"\(([^()]*)\)")
_WHOLE = re.compile(r"\s*[(\[].*[)\]]\s*$", re.DOTALL)


def drama(div: etree._Element, notices: Notices) -> None:
    """Set a scene: speeches with their speakers, directions apart and in the line."""
    for paragraph in _speeches(div, "persona", notices):
        _mark_directions(paragraph)


def interview(div: etree._Element, notices: Notices) -> None:
    """Set questions and answers by who gives them; the first to speak asks."""
    first = ""
    for paragraph in _speeches(div, "", notices):
        name = text_of(paragraph[0]).strip(" :.")
        first = first or name
        add_class(paragraph, "question" if name == first else "answer")


def messages(div: etree._Element, notices: Notices) -> None:
    """Set messages on two sides: the right one belongs to `me`, or else to whoever writes second."""
    mine = take(div, "data-me").strip()
    names: list[str] = []
    last = ""
    for paragraph in _paragraphs(div):
        named = _name(paragraph)
        if named is None:
            _message(paragraph, last, mine)
            continue
        name = text_of(named).strip(" :.")
        if name not in names:
            names.append(name)
        if not mine and len(names) == 2:
            mine = names[1]
        named.set("class", "sender")
        named.text = name
        for child in list(named):
            named.remove(child)
        if name == last:
            _drop(named)
        last = name
        _message(paragraph, name, mine)
    if not names:
        _tell(div, notices)
    elif mine and mine not in names:
        message, hint = f"nobody in these messages is called {mine}", f"there are {', '.join(names)}"
        notices.warn(div, "speaker-unknown", message, hint, f"me={mine}", mine)


def _message(paragraph: etree._Element, name: str, mine: str) -> None:
    if _WHOLE.match(text_of(paragraph)) and next(paragraph.iter("span"), None) is None:
        paragraph.set("class", "message-time")
    elif name:
        paragraph.set("class", "message mine" if name == mine else "message theirs")


def _drop(named: etree._Element) -> None:
    """Take a name that stands above already off a message."""
    parent = named.getparent()
    if parent is not None:
        parent.text = (named.tail or "").lstrip()
        named.tail = None
        parent.remove(named)


def _speeches(div: etree._Element, kind: str, notices: Notices) -> Iterator[etree._Element]:
    """Mark speeches and directions, and yield each speech with its speaker's element first in it."""
    found = False
    for paragraph in _paragraphs(div):
        named = _name(paragraph)
        if named is not None:
            found = True
            named.set("class", "speaker")
            if kind:
                named.set(TYPE, f"z3998:{kind}")
            paragraph.set("class", "speech")
            yield paragraph
        elif _WHOLE.match(text_of(paragraph)) or _all_emphasised(paragraph):
            if _all_emphasised(paragraph):
                unwrap(paragraph[0])
            paragraph.set("class", "direction")
            paragraph.set(TYPE, "z3998:stage-direction")
        else:
            paragraph.set("class", "speech-goes-on" if found else "direction")
    if not found:
        _tell(div, notices)


def _tell(div: etree._Element, notices: Notices) -> None:
    if text_of(div).strip():
        notices.warn(div, "speaker-missing", "nobody speaks in this block", "begin a line with a name: NAME: words")


def _paragraphs(div: etree._Element) -> list[etree._Element]:
    return [child for child in div if child.tag == "p" and not child.get("class")]


def _name(paragraph: etree._Element) -> etree._Element | None:
    """Put the name that a paragraph begins with into a `span`; None where it begins with none."""
    if match := _NAME.match(paragraph.text or ""):
        named = etree.Element("span")
        named.text = f"{match[1]}:"
        named.tail = f" {(paragraph.text or '')[match.end() :]}"
        paragraph.text = None
        paragraph.insert(0, named)
        return named
    strong = paragraph[0] if len(paragraph) and not (paragraph.text or "").strip() else None
    if strong is None or strong.tag != "strong":
        return None
    words, tail = text_of(strong).strip(), strong.tail or ""
    if words.endswith((":", ".")) or tail.startswith(":"):
        if tail.startswith(":"):
            strong.text, strong.tail = f"{words}:", tail[1:]
            for child in list(strong):
                strong.remove(child)
        strong.tag = "span"
        return strong
    return None


def _all_emphasised(paragraph: etree._Element) -> bool:
    return (
        len(paragraph) == 1
        and paragraph[0].tag == "em"
        and not (paragraph.text or "").strip()
        and not (paragraph[0].tail or "").strip()
    )


def _mark_directions(speech: etree._Element) -> None:
    """Mark what stands in round brackets in a speech."""
    for child in list(speech):
        if child.tag == "em" and _WHOLE.match(text_of(child)):
            child.set("class", "direction")
            child.set(TYPE, "z3998:stage-direction")
    for child in [*speech]:
        rest, after = child.tail or "", child
        if not (matches := list(_ASIDE.finditer(rest))):
            continue
        child.tail = rest[: matches[0].start()]
        for number, match in enumerate(matches):
            aside = etree.Element("em", {"class": "direction", TYPE: "z3998:stage-direction"})
            aside.text = match[0]
            end = matches[number + 1].start() if number + 1 < len(matches) else len(rest)
            aside.tail = rest[match.end() : end]
            after_tail, after.tail = after.tail, None
            after.addnext(aside)
            after.tail = after_tail
            after = aside
