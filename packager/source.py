"""Markdown text made ready for the parser: code fences set aside, hidden markup swept out, lists put on one indent.

Lines may come and go on the way, so every line keeps the number it had in the file. List rules are CommonMark's
(https://spec.commonmark.org/0.31.2/#list-items): nested items line up with their parent's text, at any indent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from packager import marks
from packager.problems import Problem, warning

INDENT = 4
"""Columns the parser wants for one level of nesting."""

FENCE = re.compile(r"( *)(`{3,}|~{3,})[ \t]*(.*)$")
DIV = re.compile(r" {0,3}:{3,}(?:[ \t]*\S.*)?$")
QUOTE = re.compile(r"(?: {0,3}> ?)+")
MARKER = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +|$)")
YEAR = re.compile(r"( *\d{4,})([.)])(?= )")
"""A number of four digits before a full stop is a year that begins a sentence, not the thousandth item of a list."""
RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
CODE_SPAN = re.compile(r"(`+)(?:(?!`).)(?:.*?[^`])??\1(?!`)")
HIDDEN = re.compile(
    r"<!--|<!doctype\b|<!\[cdata\[|<\?|<(?P<tag>script|style|iframe|object|embed|svg|math|applet|xmp)\b", re.IGNORECASE
)
CLOSERS = {"<!--": "-->", "<!doctype": ">", "<![cdata[": "]]>", "<?": ">"}


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block, taken out of the text."""

    info: str
    """What stands behind the opening fence: `python {#id .numbered}`."""
    code: str


@dataclass(slots=True)
class Source:
    """Lines for the parser, and where each came from."""

    lines: list[str] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    """Line of the section's text each line came from, from 0."""
    fences: list[Fence] = field(default_factory=list)
    """Code blocks by the number in their placeholder line."""
    problems: list[Problem] = field(default_factory=list)
    """With `path` empty and `line` from 0 in the section's text."""

    def add(self, text: str, origin: int) -> None:
        """Append a line; one of white space alone is blank."""
        self.lines.append(text if text.strip() else "")
        self.origins.append(origin)

    def separate(self, prefix: str, origin: int) -> None:
        """Make sure that a new block begins: a blank line in the same quotation, unless there is one.

        What follows a deeper quotation needs a line without its mark.
        """
        last = self.lines[-1] if self.lines else ""
        if last.strip(" >") or last.count(">") > prefix.count(">"):
            self.lines.append(prefix.rstrip())
            self.origins.append(origin)


def placeholder(number: int) -> str:
    """Name a fence in the text; the control characters cannot come from a manuscript."""
    return f"\x02fence:{number}\x03"


def prepare(text: str) -> Source:
    """Make a section's Markdown ready for the parser."""
    source = Source()
    lists: list[tuple[int, int]] = []
    depth = 0
    manners: list[str] = []
    block: str | None = None
    lettered = False
    raw = text.expandtabs(INDENT).split("\n")
    lines = _sweep(raw, source.problems)
    for origin, line in lines:
        if block is not None and not (line.startswith(block) and line[len(block) :].lstrip().startswith("|")):
            if line.startswith(f"{block} ") and line.strip(" >"):
                source.lines[-1] += f" {line.strip(' >')}"
                continue
            _fence_div(block, ":::", origin, source)
            block = None
        if not line.strip():
            source.add("", origin)
            continue
        quote = QUOTE.match(line)
        prefix = "> " * quote.group().count(">") if quote else ""
        body = line[quote.end() :] if quote else line
        if len(prefix) != depth:
            lists.clear()
            depth = len(prefix)
        fence = FENCE.match(body)
        if fence and not (fence[2][0] == "`" and "`" in fence[3]) and _may_open(fence, lists):
            columns = len(fence[1])
            code = "\n".join(_fenced(lines, fence[2], columns, quote is not None))
            source.fences.append(Fence(fence[3].strip(), code))
            body = fence[1] + placeholder(len(source.fences) - 1)
            indent = _nest(body, lists, source)
            source.separate(prefix, origin)
            source.add(prefix + indent, origin)
            source.separate(prefix, origin)
            continue
        if body.lstrip().startswith("$$") and body.count("$$") == 1:
            body = _whole_formula(body, lines, quote is not None)
        if DIV.match(body):
            lists.clear()
            _fence_div(prefix, body.strip(), origin, source)
            if opening := body.strip(": "):
                manners.append(marks.manner(opening, manners[-1] if manners else ""))
            elif manners:
                manners.pop()
            continue
        manner = manners[-1] if manners else ""
        after_blank = not source.lines or not source.lines[-1].strip(" >")
        if manner == "lines" or block is not None:
            kept = marks.kept(body)
            source.add(prefix + kept if kept else prefix.rstrip(), origin)
            continue
        if manner == "spoken lines":
            alone = marks.is_direction(body)
            if speaks := alone or marks.begins_speech(body):
                source.separate(prefix, origin)
            text = body.strip() if alone else marks.spoken(body) if speaks else marks.kept(f"  {body}")
            source.add(prefix + text, origin)
            if alone:
                source.separate(prefix, origin)
            continue
        if body.startswith("|") and after_blank and not lists and marks.is_line(body, _after(raw, origin)):
            block = prefix
            _fence_div(prefix, "::: line-block", origin, source)
            source.add(prefix + marks.kept(body), origin)
            continue
        if manner == "voices" and marks.begins_speech(body):
            source.separate(prefix, origin)
        body = YEAR.sub(r"\1\\\2", body, count=1) if YEAR.match(body) else body
        in_list = bool(lists)
        lettered = lettered and in_list
        marked = marks.item(body, fresh=after_blank or (in_list and _below_item(source)), going=lettered)
        lettered = lettered or marked is not body
        nested = _nest(marked, lists, source)
        if not in_list and _interrupts(body, source):
            source.separate(prefix, origin)
        source.add(prefix + nested, origin)
    if block is not None:
        _fence_div(block, ":::", len(raw) - 1, source)
    return source


def _whole_formula(body: str, lines: Iterator[tuple[int, str]], quoted: bool) -> str:
    """Run a formula's lines together, up to the one that ends it: to LaTeX they are one, to Markdown perhaps a list."""
    for _, line in lines:
        line = QUOTE.sub("", line, count=1) if quoted else line
        body += f" {line.strip()}"
        if "$$" in line or not line.strip():
            break
    return body


def _fence_div(prefix: str, fence: str, origin: int, source: Source) -> None:
    """Add the line that opens or closes a div, as a block of its own."""
    source.separate(prefix, origin)
    source.add(prefix + fence, origin)
    source.separate(prefix, origin)


def _after(raw: list[str], origin: int) -> str:
    return raw[origin + 1] if origin + 1 < len(raw) else ""


def _below_item(source: Source) -> bool:
    return MARKER.match(source.lines[-1].lstrip(" >")) is not None


def _may_open(fence: re.Match[str], lists: list[tuple[int, int]]) -> bool:
    """Fences indented by four columns outside a list are indented code."""
    return len(fence[1]) < INDENT or bool(lists)


def _fenced(lines: Iterator[tuple[int, str]], mark: str, columns: int, quoted: bool) -> Iterator[str]:
    """Yield the code up to the closing fence, or to the end where it is missing (CommonMark 4.5)."""
    closing = re.compile(rf" {{0,{columns + 3}}}{re.escape(mark[0])}{{{len(mark)},}} *$")
    for _, line in lines:
        if quoted:
            line = QUOTE.sub("", line, count=1)
        if closing.match(line):
            return
        yield line[min(columns, len(line) - len(line.lstrip(" "))) :]


def _interrupts(body: str, source: Source) -> bool:
    """Say whether a list begins right under a paragraph; only `1.` may, so that prose with a year in it stays prose."""
    marker = MARKER.match(body)
    if not marker or not marker[3] or RULE.match(body) or not source.lines or not source.lines[-1].strip(" >"):
        return False
    return marker[2] in ("-", "*", "+", "1.", "1)") and not MARKER.match(source.lines[-1].lstrip(" >"))


def _nest(body: str, lists: list[tuple[int, int]], source: Source) -> str:
    """Put a line at the indent its list level has, keeping `lists`: (marker column, text column) of the open items."""
    column = len(body) - len(body.lstrip(" "))
    marker = None if RULE.match(body) else MARKER.match(body)
    after_blank = not source.lines or not source.lines[-1].strip(" >")
    if marker and marker[3] == "" and not after_blank and not lists:
        marker = None
    if marker:
        while lists and column < lists[-1][1] and not (len(lists) > 1 and column > lists[-1][0] and column >= INDENT):
            lists.pop()
        if not lists and column >= INDENT:
            return body
        level = len(lists)
        text = body[marker.end() :]
        width = len(marker[3]) if 1 <= len(marker[3]) <= INDENT else 1
        lists.append((column, column + len(marker[2]) + width))
        mark = marker[2].replace(")", ".")
        extra = " " * (len(marker[3]) - width)
        return f"{' ' * INDENT * level}{mark} {extra}{text}"
    if after_blank or body.lstrip(" ").startswith("\x02fence:"):
        while lists and column < lists[-1][1]:
            lists.pop()
    if not lists:
        return body
    if column >= lists[-1][1]:
        return " " * INDENT * len(lists) + body[lists[-1][1] :]
    return body.lstrip(" ")


def _sweep(lines: list[str], problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield numbered lines without comments, scripts, style sheets and declarations; these never reach a reader.

    Lines inside fences pass untouched: the consumer takes them from the same iterator, and tells by `FENCE`.
    """
    fence: str | None = None
    unclosed: set[str] = set()
    number = 0
    while number < len(lines):
        origin, line = number, lines[number]
        number += 1
        mark = FENCE.match(QUOTE.sub("", line, count=1)) if "```" in line or "~~~" in line else None
        if fence is not None:
            if mark and mark[2][0] == fence[0] and len(mark[2]) >= len(fence) and not mark[3].strip():
                fence = None
            yield origin, line
            continue
        if mark and not (mark[2][0] == "`" and "`" in mark[3]):
            fence = mark[2]
            yield origin, line
            continue
        position = 0
        while "<" in line[position:] and (hidden := _find_hidden(line, position)):
            opening = hidden.group().lower()
            closer = f"</{hidden['tag'].lower()}" if hidden["tag"] else CLOSERS[opening]
            start = hidden.end() if opening != "<!--" else hidden.end() - 2
            if closer in unclosed:
                position = hidden.end()
                continue
            end = _find_closer(lines, line, start, number, closer)
            if end is None:
                unclosed.add(closer)
                position = hidden.end()
                continue
            if opening != "<!--":
                problems.append(_refused(hidden.group(), origin))
            last, rest = end
            if last >= number:
                number = last + 1
            line = line[: hidden.start()] + rest
            position = hidden.start()
        yield origin, line


def _find_hidden(line: str, position: int) -> re.Match[str] | None:
    spans = [match.span() for match in CODE_SPAN.finditer(line)] if "`" in line else []
    for match in HIDDEN.finditer(line, position):
        if not any(start <= match.start() < end for start, end in spans):
            return match
    return None


def _find_closer(lines: list[str], line: str, start: int, number: int, closer: str) -> tuple[int, str] | None:
    """Find where hidden markup ends: (number of its last line, what follows on that line)."""
    at = line.lower().find(closer, start)
    last = number - 1
    while at < 0 and last + 1 < len(lines):
        last += 1
        line = lines[last]
        at = line.lower().find(closer)
    if at < 0:
        return None
    end = at + len(closer)
    if closer.startswith("</"):
        end = line.find(">", end) + 1 or len(line)
    return last, line[end:]


def _refused(markup: str, origin: int) -> Problem:
    return warning(
        "html-active",
        f"{markup}…> is left out with what it holds: a book runs no script and takes no embedded documents",
        line=origin,
        hint="say it in Markdown, or save a drawing as a file and show it with ![description](file.svg)",
    )
