"""Lines of Markdown outside code, and the first-level headings among them: as much as finding the sections needs."""

import re
from collections.abc import Iterator

_HEADING = re.compile(r" {0,3}#(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*")
_FENCE = re.compile(r"[ ]{0,3}(?:> ?)*[ ]{0,3}(`{3,}(?=[^`]*$)|~{3,})")


def outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that stand in no fenced code, with their number from 0."""
    fence = ""
    for number, found in enumerate(text.split("\n")):
        mark = _FENCE.match(found)
        if fence:
            if mark and mark[1].startswith(fence) and not found[mark.end() :].strip(fence[0] + " \t"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield number, found


def chapter_headings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first-level headings outside code: line from 0, text with attributes."""
    before, at = "", -2
    for number, line in outside_code(text):
        if heading := _HEADING.fullmatch(line):
            yield number, heading[1] or ""
            line = ""
        elif _UNDERLINE.fullmatch(line) and before.strip() and at == number - 1:
            yield at, before.strip()
        before, at = line, number
