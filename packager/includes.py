"""Parts of other files of the manuscript's folder, put into the text before it is read.

`{{< include file.md >}}` is Quarto's, for any book; `{{#include file:part}}` mdBook's, for a book with a SUMMARY.md.
"""

import posixpath
import re
from dataclasses import dataclass

from packager.folder import Folder
from packager.frontmatter import split
from packager.headings import outside_code
from packager.problems import Problem, error

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
    """Index of each line of `text` that came from another file, that file, and the line there, where it is known."""


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
    lines = [line]
    included: list[tuple[int, str, int]] = []
    whole: tuple[str, int] | None = None
    """File and first line of what was put in last, where it is all one piece of that file."""

    def put(text: str, file: str, trail: tuple[str, ...], at: int | None) -> str:
        prose = {number for number, _ in outside_code(text)} if shortcodes else set()

        def settled(match: re.Match[str]) -> str:
            content = replacement(match)
            if at is None:
                here = line + text.count("\n", 0, match.start())
                lines.extend(range(lines[-1] + 1, here + 1))
                if whole is not None:
                    start, (file, first) = len(lines) - 1, whole
                    included.extend((start + n, file, first + n) for n in range(content.count("\n") + 1))
                lines.extend([here] * content.count("\n"))
            return content

        def replacement(match: re.Match[str]) -> str:
            nonlocal room, whole
            whole = None
            escape, verb, argument = match.groups()
            if shortcodes and text.count("\n", 0, match.start()) not in prose:
                return match[0]
            if escape:
                return match[0][1:]
            if verb == "title":
                return ""
            # Inside an included file, the fault is shown where the author can see it: at the outermost directive.
            place = at or line + text.count("\n", 0, match.start())
            target, _, part = argument.split()[0].partition(":") if argument else ("", "", "")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
            content, fault = _read(target, part, trail, folder)
            first = 1
            if shortcodes:
                _, content, first = split(content)
                first += len(content) - len(content.lstrip("\n"))
                content = content.strip("\n")
            room -= len(content)
            if room < 0 and not fault:
                fault = f"the text that is included is larger than {_LARGEST // 1_000_000} MB"
            if fault:
                problems.append(error("include", fault, path, place))
                return ""
            as_it_stands, content = content, put(content, target, (*trail, target), place)
            whole = (target, first) if content == as_it_stands and not part and verb == "include" else None
            return f"```rust\n{content}\n```" if verb in {"playground", "playpen"} else content

        return (_SHORTCODE if shortcodes else _DIRECTIVE).sub(settled, text)

    put_in = put(text, path, (path,), None)
    lines.extend(range(lines[-1] + 1, line + text.count("\n") + 1))
    shifted = put_in.count("\n") != text.count("\n")
    return Expanded(put_in, tuple(lines) if shifted else (), tuple(dict.fromkeys(problems)), tuple(included))


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


def _read(path: str, part: str, trail: tuple[str, ...], folder: Folder) -> tuple[str, str]:
    """Return the part of a file that a directive names, and why there is none."""
    if path in trail:
        return "", f"a file includes itself: {' > '.join((*trail, path))}"
    if len(trail) > _DEPTH:
        return "", f"includes are nested more than {_DEPTH} deep"
    if fault := folder.fault(path):
        return "", f"the included file {path} {fault}"
    text, problems = folder.text(path)
    if text is None or problems:
        return "", f"the included file {path} cannot be used: {problems[0].message}"
    lines = text.removesuffix("\n").split("\n")
    bounds = part.split(":")
    if not part:
        kept = lines
    elif all(re.fullmatch(r"\d*", bound) for bound in bounds) and len(bounds) <= 2:
        first = max(int(bounds[0] or 1), 1)
        last = first if len(bounds) == 1 else int(bounds[1] or len(lines))
        if first > len(lines):
            return "", f"the included file {path} has only {len(lines)} lines"
        kept = lines[first - 1 : last]
    else:
        return _anchored(lines, part, path)
    return "\n".join(found for found in kept if not _ANCHOR.search(found)), ""


def _anchored(lines: list[str], name: str, path: str) -> tuple[str, str]:
    """Return the lines between `ANCHOR: name` and `ANCHOR_END: name`."""
    kept: list[str] = []
    inside = found = False
    for line in lines:
        mark = _ANCHOR.search(line)
        if mark and mark[2] == name:
            inside = not mark[1]
            found = True
        elif inside and not mark:
            kept.append(line)
    return "\n".join(kept), "" if found else f"the included file {path} has no anchor {name}"
