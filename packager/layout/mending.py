"""Mends a unit's tree after a look at its pages: notes too long for their page are cut, hidden breaks are shown.

WeasyPrint never breaks a note over two pages. Cut between two of its lines into notes of a few lines each, it flows:
what does not fit is carried to the next page, and as every line keeps its words the cuts cannot be seen.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from packager.layout.reading import Note, Survey

EDGE = "at-edge"
"""Class of a scene break at the edge of a page."""
CONTINUED = "continued"
"""Class of the parts of a note after its first."""
CUT = "cut"
"""Class of a block that goes on in the next part."""
RESUMED = "resumed"
"""Class of a block that goes on from the part before."""

_PIECE = 3
"""Lines of a part; parts of fewer would cost time, of more leave room at the foot."""
_UNCOUNTED = "-\u2010\u00ad\u200b\u2060"
"""Characters that layout adds at the end of a line, or that show nothing."""


def mend(root: Element, survey: Survey, *, last: bool = False) -> bool:
    """Change a tree where its pages showed faults that a change can mend; say whether there were any.

    Only the first hidden break is shown at a time, as it may move those after it; the `last` time all are.
    """
    hidden = [rule for rule in survey.breaks if EDGE not in rule.get("class", "").split()]
    for rule in hidden if last else hidden[:1]:
        _mark(rule, EDGE)
    changed = bool(hidden)
    if survey.crowding:
        parents = {child: parent for parent in root.iter() for child in parent}
        for note in survey.crowding:
            if len(note.lines) > _PIECE + 1:
                changed |= _cut(note, parents[note.element])
    return changed


def _cut(note: Note, parent: Element) -> bool:
    """Put the parts of a note in its place."""
    parts = list(_parts(note))
    if len(parts) < 2:
        return False
    at = list(parent).index(note.element)
    parts[-1].tail = note.element.tail
    parent[at : at + 1] = parts
    return True


def _parts(note: Note) -> Iterator[Element]:
    rest, size, taken = note.element, 0, 0
    for number, line in enumerate(note.lines):
        size += _size(line)
        taken += 1
        if taken >= _PIECE and len(note.lines) - number > 2 and not line.rstrip().endswith(tuple(_UNCOUNTED)):
            part, rest = divide(rest, size)
            yield part
            size = taken = 0
    yield rest


def divide(element: Element, size: int) -> tuple[Element, Element]:
    """Divide a note after so many characters, white space and hyphens not counted."""
    part, rest, _ = _divide(element, size)
    rest.set("class", " ".join(dict.fromkeys((*element.get("class", "").split(), CONTINUED))))
    return part, rest


def _divide(element: Element, size: int) -> tuple[Element, Element, int]:
    """Divide an element; the third value is what remains of `size` after it."""
    part, rest = Element(element.tag, element.attrib), Element(element.tag, element.attrib)
    rest.attrib.pop("id", None)
    part.text, rest.text, size = _divided(element.text or "", size)
    for child in element:
        if not size:
            rest.append(child)
            continue
        if child.tag == "aside":  # a note in a note stands elsewhere
            part.append(child)
        else:
            first, second, size = _divide(child, size)
            part.append(first)
            first.tail = None
            if _has_content(second):
                rest.append(second)
                second.tail = child.tail
                if child.tag in ("p", "li", "blockquote", "div", "dd"):
                    _mark(first, CUT)
                    _mark(second, RESUMED)
                continue
        before, after, size = _divided(child.tail or "", size)
        part[-1].tail = before
        _append(rest, after)
    return part, rest, size


def _divided(text: str, size: int) -> tuple[str, str, int]:
    """Divide a text after so many counted characters and the uncounted ones that follow them."""
    if not size:
        return "", text, 0
    for at, character in enumerate(text):
        if not size and _size(character):
            return text[:at], text[at:], 0
        size -= _size(character)
    return text, "", size


def _size(text: str) -> int:
    return sum(not character.isspace() and character not in _UNCOUNTED for character in text)


def _has_content(element: Element) -> bool:
    return len(element) > 0 or bool((element.text or "").strip())


def _mark(element: Element, name: str) -> None:
    element.set("class", " ".join((*element.get("class", "").split(), name)))


def _append(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
