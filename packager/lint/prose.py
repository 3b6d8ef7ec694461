"""A section's Markdown -> its prose: the same text, character for character, with all that is no prose blotted out.

Offsets and lines are those of the text, so that what a rule finds can be shown, and mended, where the author wrote it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from packager.book import Section
from packager.source import DIV

OBJECT = "\ufffc"
"""Stands for what is set within a line and is no prose: code, a link's target, a note's call."""
COMMENT = "\ufffb"
"""Stands for a comment, which leaves nothing behind."""

ESCAPED = {**dict.fromkeys("([", f"{OBJECT}("), **dict.fromkeys(")]", f"{OBJECT})"), " ": "\u00a0\u00a0"}
"""Escaped brackets open and close as others do; an escaped space is one that breaks no line."""

VERSE = frozenset(("verse", "facsimile", "handwritten", "messages", "line-block"))
"""Blocks in which the author's spaces are kept."""

_CODE = r"(?P<ticks>`(?<!``)`*+)(?:(?!\n[ \t]*\n)[\s\S]){0,5000}?(?<!`)(?P=ticks)(?!`)"
_HIDDEN = re.compile(rf"{_CODE}|<!--|<(?P<raw>pre|script|style|svg|math|iframe|object|xmp)\b", re.IGNORECASE)
"""What begins where prose ends, maybe for many lines; code spans are found too, as nothing begins in them."""
_INLINE = re.compile(
    rf"{_CODE}"
    r"|<[^<>\s][^<>]{0,2000}>"
    r"|\]\((?:[^()\n]|\n(?![ \t]*\n)|\([^()\n]{0,2000}\)){0,2000}\)(?:\{[^{}\n]*\})?"
    r"|\]\[[^\[\]\n]*\]"
    r"|\]\{[^{}\n]+\}"
    r"|\[[^\[\]\n]*\]\{[^{}\n]*\blang=[^{}\n]*\}"
    r"|\[\^[^\]\s]{1,100}\](?!:)"
    r"|\[[^\[\]\n]{0,400}?@\w[^\[\]\n]*\](?![(\[{])"
    r"|\{(?:[.#:]|[\w-]+=)[^{}\n]*\}"
    r"|\\[^\w\s]|\\[ ]"
    r"|&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);"
    r"|\$\$[^$]{1,2000}\$\$"
    r"|\$(?<![\\$\w]\$)(?=\S)[^$\n]{1,500}?(?<=[^\s\\])\$(?![\d$])"
)
_MARKUP = re.compile(r"[`<\[{\\&$]")
_URL = re.compile(r"https?://[^\s<>\"]+|www\.[^\s<>\"]+")
_FENCE = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})")
_RULE = re.compile(r"[ \t>]*([-*_=])(?:[ \t]*\1)*[ \t]*")
_REFERENCE = re.compile(r" {0,3}\[[^\]^][^\]]*\]:[ \t]*\S.*")
_DELIMITER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_PIPE = re.compile(r"[ \t]*\|[ \t]*")
_PREFIX = re.compile(
    r"(?P<quote>[ \t]*(?:>[ \t]?)*)[ \t]*"
    r"(?:(?P<item>(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)|(?P<heading>\#{1,6}[ \t]+)"
    r"|(?P<note>\[\^[^\]\s]+\]:[ \t]*)|(?P<definition>:[ \t]+)|(?P<verse>\|[ \t]+))?(?P<inner>[ \t]*(?:>[ \t]?)*)[ \t]*"
)
_DIV_NAME = re.compile(r"[\w-]+")
_DIV_LANG = re.compile(r"\blang=[\"']?([\w-]+)")
_ORDER = re.compile(r"\s*packager:\s*(\S++)([\w\s,.-]*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, note, table row: a run of prose."""

    start: int
    end: int
    kind: str
    """`paragraph`, `heading`, `item`, `note`, `definition`, `table`, `verse`."""
    lang: str
    """BCP 47 tag."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a comment says to the checks: `<!-- packager: ignore repeated-word -->`."""

    verb: str
    codes: tuple[str, ...]
    line: int
    """Where it stands, from 0 in the section's text."""
    reach: range
    """Lines it speaks of."""


@dataclass(slots=True)
class Prose:
    """A section as rules read it."""

    section: Section
    text: str = ""
    """As long as the section's text, line by line."""
    blocks: list[Block] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Where each line begins."""

    @property
    def raw(self) -> str:
        """The text as the author wrote it."""
        return self.section.text

    def line_of(self, offset: int) -> int:
        """Return the line, from 0, of a place in the text."""
        return bisect_right(self.starts, offset) - 1

    def block_at(self, offset: int) -> Block | None:
        """Return the block that a place in the text belongs to."""
        index = bisect_right(self.blocks, offset, key=lambda block: block.start) - 1
        return self.blocks[index] if index >= 0 and offset < self.blocks[index].end else None

    def silences(self, code: str, line: int) -> bool:
        """Say whether a comment of the author silences a rule at a line."""
        return any(code in order.codes and line in order.reach for order in self.orders)


def read(section: Section, lang: str) -> Prose:
    """Blot out what is no prose; `lang` is the book's language."""
    return _Reader(section, section.lang or lang).read()


@dataclass(slots=True)
class _Reader:
    section: Section
    lang: str
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    """Start, end and words of each comment."""
    divs: list[tuple[int, frozenset[str], str]] = field(default_factory=list)
    """Opening line, names and language of the named blocks that stand open."""
    spans: dict[int, int] = field(default_factory=dict)
    """Last line of a named block by its first."""
    found: list[tuple[int, int, str, str]] = field(default_factory=list)
    """First line, last line, kind and language of each block."""
    first: int = 0
    last: int = 0
    kind: str = ""
    """Of the block that stands open; empty between blocks."""

    def read(self) -> Prose:
        text = self.section.text
        if "```" in text or "~~~" in text:
            text = _without_fences(text)
        if "<" in text and _HIDDEN.search(text):
            text = self._without_hidden(text)
        if _MARKUP.search(text):
            text = _INLINE.sub(_blot, text)
        if "://" in text or "www." in text:
            text = _URL.sub(lambda match: OBJECT * len(match[0]), text)
        lines = text.split("\n")
        starts = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
        prose = Prose(self.section, starts=starts)
        self._read_blocks(lines, starts)
        prose.blocks = [
            Block(starts[first], starts[last] + len(lines[last]), kind, lang) for first, last, kind, lang in self.found
        ]
        prose.text = "\n".join(lines)
        prose.orders = list(self._orders(prose, lines))
        return prose

    def _without_hidden(self, text: str) -> str:
        """Blot out comments, and raw HTML with what it holds, where it is closed."""
        parts, lowered, place = [], text.lower(), 0
        unclosed: set[str] = set()
        while match := _HIDDEN.search(text, place):
            start, end = match.span()
            closer = "" if match["ticks"] else f"</{match['raw'].lower()}" if match["raw"] else "-->"
            found = -1 if closer in unclosed else lowered.find(closer, end)
            if found < 0:
                unclosed.add(closer)
            elif closer:
                end = lowered.find(">", found) + 1 or len(text)
            if closer == "-->" and found >= 0:
                self.comments.append((start, end, text[start + 4 : found]))
            kept = found < 0 or not closer
            parts += [
                text[place:start],
                text[start:end] if kept else _blotted(text[start:end], COMMENT if closer == "-->" else OBJECT),
            ]
            place = end
        return "".join([*parts, text[place:]])

    def _read_blocks(self, lines: list[str], starts: list[int]) -> None:
        """Find the blocks, taking out of `lines` what marks them."""
        depth = 0
        container = table = False
        for number, line in enumerate(lines):
            if line[:1].isalpha() and "|" not in line:
                if self.kind in ("", "heading"):
                    self._open(number, "paragraph")
                    container, depth = False, 0
                self.last = number
                continue
            prefix = _PREFIX.match(line)
            assert prefix is not None
            body = line[prefix.end() :]
            names = prefix.groupdict()
            said = next((name for name in ("item", "heading", "note", "definition", "verse") if names[name]), "")
            quotes = (names["quote"] + names["inner"]).count(">")
            div = DIV.match(line)
            code = not (said or self.kind or container) and line.startswith(("    ", "\t"))
            if div or code or not body.strip(" \t" + COMMENT) or _RULE.fullmatch(line) or _REFERENCE.fullmatch(line):
                self._close()
                if div:
                    self._div(
                        number, line.strip(" \t:"), self.section.text[starts[number] : starts[number] + len(line)]
                    )
                lines[number] = "".join(mark if mark == COMMENT else " " for mark in line)
                table, container = False, container and not div
                continue
            if not table and "|" in line and number + 1 < len(lines) and _DELIMITER.fullmatch(lines[number + 1]):
                table = "|" in lines[number + 1]
            if table:
                self._open(number, "table")
                row = "" if _DELIMITER.fullmatch(line) else line
                lines[number] = _PIPE.sub(lambda match: OBJECT * len(match[0]), row).ljust(len(line))
                continue
            if said or quotes > depth or self.kind in ("", "heading"):
                self._open(number, said or "paragraph")
                container = said in ("item", "note", "definition") or (container and line[:1] in " \t")
                depth = quotes
            self.last = number
            lines[number] = " " * prefix.end() + body
        self._close()
        for opening, _, _ in self.divs:
            self.spans[opening] = len(lines)

    def _open(self, number: int, kind: str) -> None:
        self._close()
        verse = any(names & VERSE for _, names, _ in self.divs)
        self.first = self.last = number
        self.kind = "verse" if verse and kind != "table" else kind

    def _close(self) -> None:
        """End the block that stands open, if any."""
        if self.kind:
            lang = self.divs[-1][2] if self.divs else self.lang
            self.found.append((self.first, self.last, self.kind, lang))
        self.kind = ""

    def _div(self, number: int, words: str, raw: str) -> None:
        """Open or close a named block."""
        if not words and self.divs:
            self.spans[self.divs.pop()[0]] = number
        elif words:
            lang = _DIV_LANG.search(raw)
            around = self.divs[-1][2] if self.divs else self.lang
            self.divs.append((number, frozenset(_DIV_NAME.findall(raw)), lang[1] if lang else around))

    def _orders(self, prose: Prose, lines: list[str]) -> Iterator[Order]:
        """Yield what comments say to the checks, each with the lines it speaks of."""
        for start, end, words in self.comments:
            if not (order := _ORDER.match(words)):
                continue
            codes = tuple(order[2].replace(",", " ").split())
            line, last = prose.line_of(start), prose.line_of(end - 1)
            if order[1] == "ignore-file":
                yield Order(order[1], codes, line, range(len(lines)))
                continue
            first = line
            if lines[line].strip(" \t" + COMMENT):
                while first and lines[first - 1].strip(" \t" + COMMENT):
                    first -= 1
            else:
                while last < len(lines) and not self._holds(last, lines):
                    last += 1
            last = max(last, self.spans.get(last, last))
            while last < len(lines) and self._holds(last, lines):
                last += 1
            yield Order(order[1], codes, line, range(first, last + 1))

    def _holds(self, number: int, lines: list[str]) -> bool:
        return bool(lines[number].strip(" \t" + COMMENT)) or number in self.spans


def _blot(match: re.Match[str]) -> str:
    found = match[0]
    return ESCAPED.get(found[1], OBJECT * 2) if found[0] == "\\" else _blotted(found, OBJECT)


def _blotted(text: str, mark: str) -> str:
    return mark * len(text) if "\n" not in text else "\n".join(mark * len(line) for line in text.split("\n"))


def _without_fences(text: str) -> str:
    """Blank the lines of fenced code."""
    kept = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip(fence[0] + " \t"):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            kept.append(line)
            continue
        kept.append(" " * len(line))
    return "\n".join(kept)
