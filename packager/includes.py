"""Parts of other files of the manuscript's folder, put into the text before it is read.

`{{< include file.md >}}` is Quarto's, for any book; `{{#include file:part}}` mdBook's, for a book with a SUMMARY.md.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packager.folder import Folder
from packager.frontmatter import split
from packager.headings import outside_code
from packager.problems import Problem, error

_Place = tuple[int, str, int]
"""Line of the author's file that a line came by, the file that it came from, and the line there."""

_DEPTH = 10
_LARGEST = 8_000_000
_DIRECTIVE = re.compile(r"(\\)?\{\{[ \t]*#(include|rustdoc_include|playground|playpen|title)[ \t]+([^}\n]*?)[ \t]*\}\}")
_SHORTCODE = re.compile(
    r"^()[ ]{0,3}\{\{<[ \t]*(include)[ \t]+[\"']?([^\n\"'<>]*?)[\"']?[ \t]*>\}\}[ \t]*$", re.MULTILINE
)
_ANCHOR = re.compile(r"ANCHOR(_END)?:[ \t]*([\w-]+)")
_MARKS = ("{", "!include", "include::", "<<(", "--8<--")
"""One of these is in every line that the next expression finds, and few are in prose."""
_FOREIGN = re.compile(
    r'[ ]{0,3}(?:-+8<-+[ \t]+["\'].*|\{!.+?!\}|!{1,3}include\(.*\)!*'
    r"|\{\{[ \t]*#(?:include|rustdoc_include|playground) .*\}\}"
    r"|include::.*\[.*\]|<<\(.+\)|\{%-?[ \t]*include .*%\})[ \t]*"
)


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text with what it includes."""

    text: str
    lines: tuple[int, ...] = ()
    """Line of the author's file for each line of `text`; empty where includes shifted none."""
    problems: tuple[Problem, ...] = ()
    included: tuple[tuple[int, str, int], ...] = ()
    """Index of each line of `text` that came from another file, that file, and the line there."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, and where each of its lines came from."""

    text: str
    places: Sequence[_Place]


def expand(text: str, path: str, line: int, folder: Folder, *, shortcodes: bool = False) -> Expanded:
    """Put in what mdBook's directives name: `{{#include file:anchor}}`, `{{#include file:2:10}}`, …

    With `shortcodes`, read Quarto's `{{< include file.md >}}` instead, on a line of its own and not in code. The text
    begins at line `line` of its file.

    A backslash before a directive keeps it as text. A file outside the folder, a missing one and a cycle are errors.
    """
    if ("{{<" if shortcodes else "{{") not in text:
        return Expanded(text)
    problems: list[Problem] = []
    room = _LARGEST

    def put(given: _Text, file: str, trail: tuple[str, ...]) -> _Text:
        prose = {number for number, _ in outside_code(given.text)} if shortcodes else set()
        made, end, at = _Maker(), 0, 0
        for match in (_SHORTCODE if shortcodes else _DIRECTIVE).finditer(given.text):
            start = at + given.text.count("\n", end, match.start())
            made.add(given.text[end : match.start()], given.places[at : start + 1])
            if shortcodes and start not in prose:
                made.add(match[0], [given.places[start]])
            else:
                made.add(*_parts(replacement(match, given.places[start], file, trail)))
            end, at = match.end(), start
        made.add(given.text[end:], given.places[at:])
        return made.text()

    def replacement(match: re.Match[str], place: _Place, file: str, trail: tuple[str, ...]) -> _Text:
        nonlocal room
        escape, verb, argument = match.groups()
        if escape:
            return _Text(match[0][1:], [place])
        if verb == "title":
            return _Text("", [place])
        target, _, part = argument.split()[0].partition(":") if argument else ("", "", "")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
        numbered, fault = _read(target, part, trail, folder)
        if shortcodes:
            numbered = _without_head(numbered)
        content = "\n".join(text for _, text in numbered)
        room -= len(content)
        if room < 0 and not fault:
            fault = f"the text that is included is larger than {_LARGEST // 1_000_000} MB"
        # Inside an included file, the fault is shown where the author can see it: at the outermost directive.
        outermost = place[0]
        if fault:
            problems.append(error("include", fault, path, outermost))
            return _Text("", [place])
        places = [(outermost, target, number) for number, _ in numbered]
        found = put(_Text(content, places or [place]), target, (*trail, target))
        if verb in {"playground", "playpen"}:
            return _Text(f"```rust\n{found.text}\n```", [found.places[0], *found.places, found.places[-1]])
        return found

    own = [(number, path, number) for number in range(line, line + text.count("\n") + 1)]
    made = put(_Text(text, own), path, (path,))
    lines = tuple(outermost for outermost, _, _ in made.places)
    shifted = made.text.count("\n") != text.count("\n")
    included = tuple((index, file, at) for index, (_, file, at) in enumerate(made.places) if file != path)
    return Expanded(made.text, lines if shifted else (), tuple(dict.fromkeys(problems)), included)


class _Maker:
    """Puts pieces of text together; a line that several pieces share is where the first that says something is."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._places: list[_Place] = []
        self._says = False
        """Whether anything stands on the last line so far."""

    def add(self, text: str, places: Sequence[_Place]) -> None:
        """Add a piece, with the place of each of its lines."""
        self._places[-1:] = [*self._places[-1:], *places[1:]] if self._says else places
        self._says = bool(text.rpartition("\n")[2].strip()) or (self._says and "\n" not in text)
        self._pieces.append(text)

    def text(self) -> _Text:
        """Give the whole."""
        return _Text("".join(self._pieces), self._places)


def _parts(text: _Text) -> tuple[str, Sequence[_Place]]:
    return text.text, text.places


def _without_head(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Take front matter away, and blank lines at both ends."""
    _, _, first = split("\n".join(text for _, text in lines))
    lines = lines[first - 1 :]
    while lines and not lines[0][1]:
        del lines[0]
    while lines and not lines[-1][1]:
        del lines[-1]
    return lines


def foreign(text: str, path: str, line: int) -> tuple[Problem, ...]:
    """Find lines outside code that would include a file in another tool: here, they would be printed as they stand."""
    if not any(mark in text for mark in _MARKS):
        return ()
    hint = "write {{< include file.md >}}; mdBook's {{#include}} works in a book with a SUMMARY.md"
    return tuple(
        error(
            "include-foreign", f"includes of other tools are not read: {found.strip()[:60]}", path, line + number, hint
        )
        for number, found in outside_code(text)
        if _FOREIGN.fullmatch(found)
    )


def _read(path: str, part: str, trail: tuple[str, ...], folder: Folder) -> tuple[list[tuple[int, str]], str]:
    """Return the lines that a directive names, with their numbers, and why there are none."""
    if path in trail:
        return [], f"a file includes itself: {' > '.join((*trail, path))}"
    if len(trail) > _DEPTH:
        return [], f"includes are nested more than {_DEPTH} deep"
    if fault := folder.fault(path):
        return [], f"the included file {path} {fault}"
    text, problems = folder.text(path)
    if text is None or problems:
        return [], f"the included file {path} cannot be used: {problems[0].message}"
    lines = list(enumerate(text.removesuffix("\n").split("\n"), start=1))
    bounds = part.split(":")
    if not part:
        kept = lines
    elif all(re.fullmatch(r"\d*", bound) for bound in bounds) and len(bounds) <= 2:
        first = max(int(bounds[0] or 1), 1)
        last = first if len(bounds) == 1 else int(bounds[1] or len(lines))
        if first > len(lines):
            return [], f"the included file {path} has only {len(lines)} lines"
        kept = lines[first - 1 : last]
    else:
        return _anchored(lines, part, path)
    return [found for found in kept if not _ANCHOR.search(found[1])], ""


def _anchored(lines: Iterable[tuple[int, str]], name: str, path: str) -> tuple[list[tuple[int, str]], str]:
    """Return the lines between `ANCHOR: name` and `ANCHOR_END: name`."""
    kept = []
    inside = found = False
    for number, line in lines:
        mark = _ANCHOR.search(line)
        if mark and mark[2] == name:
            inside = not mark[1]
            found = True
        elif inside and not mark:
            kept.append((number, line))
    return kept, "" if found else f"the included file {path} has no anchor {name}"
