"""Front matter: YAML in, text values out, with the line of every key. The only importer of yaml.

YAML guesses types (`lang: no` is a truth value, `title: 1.10` a number) and copies by reference. Here every scalar is
the text that the author wrote, and anchors, aliases, merge keys and tags are errors, so nothing can explode.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from packager.problems import Problem, error

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
"""A value: text, list, mapping, or None where nothing is written."""
Loc: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top."""

LIMIT = 64_000
"""Bytes of front matter."""
DEPTH = 12
"""Levels of nesting."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPEN = re.compile(
    r"---[ \t]*\n(?=(?:[\"']?\w[\w .:-]*?[\"']?[ \t]*:(?:[ \t\n]|\Z)|#|\{|(?:---|\.\.\.)[ \t]*(?:\n|\Z)))"
)
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = str.maketrans(dict.fromkeys("\x85\u2028\u2029", " "))
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_UNENDED = "---\n"
_QUOTE = "put the value in quotes"


class Plain(str):
    """A scalar written without quotes: only such a one may stand for a number or a truth value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the head of a file says, and where."""

    path: str
    values: Mapping[str, Tree] = field(default_factory=dict)
    lines: Mapping[Loc, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, *loc: str | int) -> int | None:
        """Return the line of a value, or of the nearest one around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc)


def split(text: str) -> tuple[str | None, str, int]:
    """Part a file into front matter (without its fences; None where there is none), body, and the body's first line.

    Front matter begins on line 1 with `---` and a `key:` right below; anything else is text, such as a scene break.
    An opening without an end takes no text away: it comes back as a fence for front matter, which `parse` refuses.
    """
    if not (start := _OPEN.match(text)):
        return None, text, 1
    if not (end := _CLOSE.search(text, start.end())):
        return _UNENDED, text, 1
    return text[start.end() : end.start()], text[end.end() :], text.count("\n", 0, end.end()) + 1


def parse(text: str, path: str, first: int = 2) -> FrontMatter:
    """Read YAML whose first line is line `first` of the file; what is wrong comes back in `problems`."""
    if text == _UNENDED:
        hint = "end it with a line of three hyphens; after a scene break, leave an empty line"
        return FrontMatter(
            path, problems=(error("front-matter-open", "front matter begins and never ends", path, 1, hint),)
        )
    if len(text.encode(errors="replace")) > LIMIT:
        message = f"front matter is larger than {LIMIT // 1000} kB"
        return FrontMatter(path, problems=(error("front-matter-big", message, path, first),))
    reader = _Reader(path, first)
    try:
        values = reader.document(yaml.parse(text.translate(_BREAKS), _LOADER))
    except _Refused as refused:
        reader.problems.append(refused.problem)
        values = {}
    except yaml.MarkedYAMLError as fault:
        reader.problems.append(_broken(fault, path, first))
        values = {}
    except yaml.YAMLError as fault:
        reader.problems.append(error("front-matter-broken", f"front matter is not YAML: {fault}", path, first))
        values = {}
    return FrontMatter(path, values, reader.lines, tuple(reader.problems))


def typed(value: Tree) -> object:
    """Read unquoted scalars as YAML 1.2 would: `true`, `yes`, `on`, `12`, `0.5`; everything else stays as it is."""
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, Plain):
        if value.lower() in _TRUTH:
            return _TRUTH[value.lower()]
        if _NUMBER.fullmatch(value):
            return float(value) if "." in value else int(value)
        return str(value)
    return value


class _Refused(Exception):
    """YAML that is well-formed, and that a manuscript may not use."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Reader:
    """Builds values from YAML events; holds the lines and the problems found on the way."""

    def __init__(self, path: str, first: int) -> None:
        self.path = path
        self.first = first
        self.lines: dict[Loc, int] = {(): first}
        self.problems: list[Problem] = []

    def document(self, events: Iterator[Any]) -> dict[str, Tree]:
        values: dict[str, Tree] = {}
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "a second YAML document begins here")
            elif isinstance(event, yaml.MappingStartEvent):
                values = self._mapping(events, event, ())
            elif isinstance(event, yaml.NodeEvent) and getattr(event, "value", None) != "":
                raise self._refused(event, "front matter is not a list of `key: value`")
        return values

    def _value(self, events: Iterator[Any], event: Any, loc: Loc) -> Tree:
        self.lines.setdefault(loc, self._line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, event, loc)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, event, loc)
        return self._scalar(event)

    def _mapping(self, events: Iterator[Any], start: Any, loc: Loc) -> dict[str, Tree]:
        self._check(start, loc)
        values: dict[str, Tree] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "a key is not text")
            key = str(self._scalar(event) or "")
            if key == "<<":
                raise self._refused(event, "merge keys (`<<`) are not read")
            line = self._line(event)
            if key in values:
                message = f"`{key}` stands twice, first on line {self.lines[*loc, key]}"
                self.problems.append(error("key-twice", message, self.path, line, "keep one of them"))
                self._value(events, next(events), (*loc, key))
                continue
            self.lines[*loc, key] = line
            values[key] = self._value(events, next(events), (*loc, key))
        return values

    def _sequence(self, events: Iterator[Any], start: Any, loc: Loc) -> list[Tree]:
        self._check(start, loc)
        values: list[Tree] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            values.append(self._value(events, event, (*loc, len(values))))
        return values

    def _scalar(self, event: Any) -> Tree:
        self._check(event, ())
        value = str(event.value)
        if found := _FORBIDDEN.search(value):
            raise self._refused(event, f"the character U+{ord(found[0]):04X} is not text", "delete it")
        if event.style:
            return value
        return None if value in {"", "~", "null", "Null", "NULL"} else Plain(value)

    def _check(self, event: Any, loc: Loc) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._refused(event, f"the alias `*{event.anchor}` is not read", f"{_QUOTE}, or write it out")
        if event.anchor is not None:
            raise self._refused(event, f"the anchor `&{event.anchor}` is not read", f"{_QUOTE}, or write it out")
        if event.tag is not None and event.tag != "!":
            raise self._refused(event, f"the tag `{event.tag}` is not read", _QUOTE)
        if len(loc) >= DEPTH:
            raise self._refused(event, f"front matter is nested more than {DEPTH} deep")

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self.first

    def _refused(self, event: Any, message: str, hint: str = "") -> _Refused:
        return _Refused(error("front-matter-refused", message, self.path, self._line(event), hint))


def _broken(fault: yaml.MarkedYAMLError, path: str, first: int) -> Problem:
    """Say what YAML found wrong in the words of an author."""
    mark = fault.problem_mark or fault.context_mark
    line = first + mark.line if mark else first
    said = fault.problem or fault.context or "it cannot be read"
    message, hint = (
        f"front matter is not YAML: {said}",
        f"{_QUOTE} where it holds : # [ ] {{ }} & * ! | > % @ or quotes",
    )
    if "mapping values" in said:
        message, hint = "a second colon in a value", f'{_QUOTE}: title: "Foo: Bar"'
    elif "alphabetic or numeric" in said:
        message, hint = "a value begins with * or &", _QUOTE
    elif "cannot start any token" in said:
        message, hint = "a tab or a reserved character begins a value", f"indent with spaces; {_QUOTE}"
    return error("front-matter-broken", message, path, line, hint)
