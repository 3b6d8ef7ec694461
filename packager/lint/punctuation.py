"""Rules of punctuation: quotation marks, dashes, spaces, ellipses."""

import re
from collections.abc import Iterator
from itertools import pairwise

from packager.lint.house import DASHES, House, find_dashes, find_dots, language
from packager.lint.prose import OBJECT, Block, Prose
from packager.lint.rule import Finding

_SPACES = re.compile(r" (?<!  ) ++(?=\S)")
_BEFORE = re.compile(r"[,;:!?.](?<= .)(?=[\s\"'”’»)\]*_]|\Z)(?! ?\.)")
_LEFT = re.compile(r"(?:[^\W_][*_]|[^\W_]|[\"'”’)%])\Z")
_TALL = frozenset(";:!?")
_MARK = re.compile('["“”]')
_MEASURE = re.compile(r"\d[\d.,]{0,9}+'[ ]?\d{1,9}(?:[.,]\d{1,9})?\"?(?![\w'])")
_TYPED = re.compile(r"-(?:(?<= -)(?= )|-(?:--+|(?<=[a-z]--)(?=[a-z])))")
_DIGIT = re.compile(r"'(?<=\d')[ ]?\d")
_OPENERS = frozenset("([{<¿¡«„‘‚‹'")
_DASHES = frozenset("-–—/")
_SKIPPED = "*_~\u2060\ufeff\u200a\u200b\u2009\u202f"


def double_space(prose: Prose, house: House) -> Iterator[Finding]:
    """Two spaces between words: one typed too many, or the habit of typewriters."""
    for match in _SPACES.finditer(prose.text):
        block = prose.block_at(match.start())
        indents = prose.text[match.start() - 1 : match.start()] in ("", "\n")
        if block and not indents and block.kind not in ("verse", "table"):
            yield Finding(match.start(), match.end(), "more than one space between words", "leave one", " ")


def space_before(prose: Prose, house: House) -> Iterator[Finding]:
    """A space before a comma or full stop; before ; : ! ? French may have one."""
    text = prose.text
    for match in _BEFORE.finditer(text):
        end, start = match.end(), match.start()
        while text[start - 1 : start] == " ":
            start -= 1
        mark, left = match[0], text[max(0, start - 2) : start].lstrip("\n")
        block = prose.block_at(start)
        if not block or block.kind == "table" or (mark in _TALL and block.lang.startswith("fr")):
            continue
        # After a note's call, another mark could make of it the note itself.
        if not (_LEFT.search(left) or (mark == "," and left[-1:] == OBJECT)):
            continue
        if not (left[-1].isdigit() and (mark == "." or text[end : end + 2].strip()[:1].isdigit())):
            yield Finding(start, end, f"a space before {mark}", "close it up", mark)


def ellipsis_mixed(prose: Prose, house: House) -> Iterator[Finding]:
    """Ellipses in several spellings."""
    for place, dots in find_dots(prose.text) if house.mixes_dots else ():
        usual = house.dots.get(language(prose, place), dots)
        if dots != usual:
            message = f"an ellipsis written {dots}, where the book mostly writes {usual}"
            # Dots with spaces could part at a line's end: they are never put where one character stood.
            mended = usual if usual != ". . ." else None
            yield Finding(place, place + len(dots), message, "write all of them one way", mended)


def dash_mixed(prose: Prose, house: House) -> Iterator[Finding]:
    """Dashes between parts of a sentence, of another kind or in another spelling than the book's others."""
    for dash in find_dashes(prose.text) if house.mixes_dashes else ():
        style, text = house.dashes.get(language(prose, dash.start), (dash.style, dash.text))
        if dash.style != style:
            message = f"the book mostly sets {DASHES[style]}, and here {DASHES[dash.style]}"
        elif dash.text != text:
            message = f"a dash written {dash.text.strip()}, where the book mostly writes {text.strip()}"
        else:
            continue
        yield Finding(dash.start, dash.end, message, f"write {text.strip()}{_around(text)}", text)


def dash_typed(prose: Prose, house: House) -> Iterator[Finding]:
    """Hyphens for a dash, as on a typewriter: between spaces, two between words, four and more."""
    text = prose.text
    for match in _TYPED.finditer(text):
        start, end = match.span()
        block = prose.block_at(start)
        if not block or block.kind == "table":
            continue
        _, usual = house.dashes.get(block.lang.split("-")[0], ("em", "---"))
        hint = f"write {usual.strip()}{_around(usual)}"
        if len(match[0]) > 2:
            message, hint = f"{len(match[0])} hyphens stay hyphens", "-- becomes an en dash, and --- an em dash"
        elif len(match[0]) == 2:
            message = "two hyphens between words become the en dash of ranges"
        elif not text[start - 2 : start - 1].strip() or not text[end + 1 : end + 4].lstrip("\"'“‘(*_")[:1].isalpha():
            continue
        else:
            message = "a hyphen between spaces, in the place of a dash"
        yield Finding(start, end, message, hint)


def _around(text: str) -> str:
    return " between spaces" if text[0] == " " else " without spaces"


def quote_measure(prose: Prose, house: House) -> Iterator[Finding]:
    """Feet and inches, or minutes and seconds, with marks that become quotation marks."""
    for start, end in _measures(prose.text):
        message = f"{prose.text[start:end]}: the marks become quotation marks"
        yield Finding(start, end, message, "write primes, ′ and ″, or words")


def _measures(text: str) -> list[tuple[int, int]]:
    if not _DIGIT.search(text):
        return []
    return [
        match.span()
        for match in _MEASURE.finditer(text)
        if not (text[match.start() - 1 : match.start()].isalnum() or text[match.start() - 1 : match.start()] == "'")
    ]


def quote_unpaired(prose: Prose, house: House) -> Iterator[Finding]:
    """A double quotation mark without its other half in the paragraph, unless the next paragraph opens with one."""
    text = prose.text
    places = [match.start() for match in _MARK.finditer(text)]
    if not places:
        return
    measures = {end - 1 for _, end in _measures(text)}
    index = 0
    blocks = [*prose.blocks, Block(len(text), len(text), "", "")]
    for block, following in pairwise(blocks):
        inside = []
        while index < len(places) and places[index] < block.end:
            if places[index] >= block.start and places[index] not in measures:
                inside.append(places[index])
            index += 1
        if block.kind == "table" or not inside or (inside and not block.lang.startswith("en") and _curly(text, inside)):
            continue
        yield from _unpaired(text, block, inside, _goes_on(text, following))


def _curly(text: str, places: list[int]) -> bool:
    return any(text[place] != '"' for place in places)


def _goes_on(text: str, following: Block) -> bool:
    """Say whether the block that follows takes the quotation up again."""
    return text[following.start : following.end].lstrip(" " + _SKIPPED)[:1] in ('"', "“")


def _unpaired(text: str, block: Block, places: list[int], goes_on: bool) -> Iterator[Finding]:
    opened = -1
    for place in places:
        opens = _opens(text, block, place, opened >= 0)
        if opens and opened >= 0:
            yield _open(text, opened)
        elif not opens and opened < 0:
            inches = text[place - 1 : place].isdigit()
            hint = "for inches or seconds write ″" if inches else "write the mark that opens it, or delete this one"
            yield Finding(place, place + 1, f"{_near(text, place)} ends a quotation that never began", hint)
        opened = place if opens else -1
    if opened >= 0 and not goes_on:
        yield _open(text, opened)


def _open(text: str, place: int) -> Finding:
    hint = "close it; where the next paragraph goes on with it, that one begins with a mark too"
    return Finding(place, place + 1, f"{_near(text, place)} begins a quotation that never ends", hint)


def _near(text: str, place: int) -> str:
    """Return the word at a quotation mark, to find it by."""
    start, end = place, place + 1
    while start > 0 and place - start < 20 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - place < 20 and not text[end].isspace():
        end += 1
    return text[start:end].replace(OBJECT, "").strip("*_")


def _opens(text: str, block: Block, place: int, inside: bool) -> bool:
    """Say whether a double quotation mark opens; where its neighbours leave that open, it does what is due."""
    mark = text[place]
    if mark != '"':
        return mark == "“"
    before, after = place - 1, place + 1
    while before >= block.start and text[before] in _SKIPPED:
        before -= 1
    while after < block.end and text[after] in _SKIPPED:
        after += 1
    left = text[before] if before >= block.start else " "
    right = text[after] if after < block.end else " "
    if right.isspace():
        return left.isspace() and not inside
    if left.isspace() or left in _OPENERS:
        return True if right.isalnum() or not inside else False if right in ".,;:!?)" else not inside
    if left in _DASHES and right.isalnum():
        return not inside
    return False
