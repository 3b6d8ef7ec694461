"""Blocks that Python-Markdown lacks: code fences set aside before parsing, fenced divs, notes' definitions."""

import re
from typing import Protocol
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.footnotes import FootnoteBlockProcessor
from markdown.extensions.tables import TableProcessor
from markdown.util import AtomicString, code_escape

from packager.markdown.attributes import assign
from packager.problems import Problem, warning
from packager.source import Source
from packager.trees import LINE

FENCE = re.compile("\x02fence:([0-9]+)\x03$")
DIV = re.compile(r":{3,}[ \t]*(.*)$")
SETTING = re.compile(r"(?<![\w-])(numbered|me)=(?:([^\s\"'{}]+)|[\"']([^\"'{}]*)[\"'])")
"""What a block's braces say to its construct: how often verse is numbered, who holds the telephone."""

SAYING = re.compile(r"(?<![\w-])(title|filename|lst-cap|start-?[Ff]rom)=(?:([^\s\"'{}]+)|(?:\"([^\"]*)\"))", re.ASCII)
"""What a fence's braces say of the code: its caption, the number of its first line."""
CAPTION = re.compile(r" {0,3}(?:[Tt]able:|:)[ \t]+(\S.*)", re.DOTALL)
DELIMITER = re.compile(r" {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")

BRACES = re.compile(r"(?:^|[ \n])\{:?([^{}]*)\}$")


class Reader(Protocol):
    """What block processors ask of the parse they work for."""

    md: Markdown
    source: Source
    problems: list[Problem]
    line: int
    """Line of the block at hand, from 0 in the section's text."""
    position: int
    """Index of the block's first line in `source.lines`."""

    def blocks(self, parent: Element, blocks: list[str], start: int) -> None:
        """Parse blocks into the parent; `start` is the index of their first line."""


class Fences(BlockProcessor):
    """Puts code blocks back where their placeholders stand."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.md.parser)
        self.reader = reader

    def test(self, parent: Element, block: str) -> bool:
        return FENCE.match(block.strip()) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        match = FENCE.match(blocks.pop(0).strip())
        assert match
        fence = self.reader.source.fences[int(match[1])]
        # Named `pre` only at the end: the parser adds blank lines to a `pre` that more blocks follow.
        pre = ElementTree.SubElement(parent, "fence")
        code = ElementTree.SubElement(pre, "code")
        code.text = AtomicString(code_escape(fence.code))
        info, brace, attributes = fence.info.partition("{")
        for key, plain, quoted in SAYING.findall(attributes):
            pre.set(f"data-{'start' if key.lower().startswith('start') else 'caption'}", plain or quoted)
        if brace:
            assign(pre, SAYING.sub("", attributes).rstrip("} "))
        language = re.match(r"[\w+#.-]+", info.strip())
        name = language[0] if language else pre.get("class", "").split(" ")[0]
        if name:
            code.set("class", f"language-{name}")


class Divs(BlockProcessor):
    """Reads `::: name` … `:::` as a `div` (pandoc's fenced divs), nested to any depth."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.md.parser)
        self.reader = reader

    def test(self, parent: Element, block: str) -> bool:
        return DIV.match(block.strip()) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        first = blocks.pop(0)
        match = DIV.match(first.strip())
        assert match
        opening = match[1].rstrip(": ")
        reader, line = self.reader, self.reader.line
        if not opening:
            reader.problems.append(
                warning(
                    "div-stray",
                    "::: closes nothing here",
                    line=line,
                    hint="remove it, or open the block above it with ::: name",
                )
            )
            return
        inner = reader.position + first.count("\n") + 2
        held: list[str] = []
        depth = 1
        while blocks:
            block = blocks.pop(0)
            found = DIV.match(block.strip())
            if found:
                depth += 1 if found[1].rstrip(": ") else -1
            if depth == 0:
                break
            held.append(block)
        else:
            reader.problems.append(
                warning(
                    "div-unclosed", f"::: {opening} is never closed", line=line, hint="end the block with a line of :::"
                )
            )
        div = ElementTree.SubElement(parent, "div", {LINE: str(line)})
        title = ""
        name, _, rest = ("", "", opening) if opening.startswith("{") else opening.partition(" ")
        if name:
            div.set("class", name)
        if rest.strip().startswith("{") and not rest.strip().startswith("{{"):
            for key, plain, quoted in SETTING.findall(rest):
                div.set(f"data-{key}", plain or quoted)
            assign(div, SETTING.sub("", rest).strip(" {}"))
        else:
            title = rest.strip()
        if title:
            heading = ElementTree.SubElement(div, "p", {"class": "title", LINE: str(line)})
            heading.text = title
        reader.blocks(div, held, inner)


class Tables(TableProcessor):
    """Reads pipe tables; a line end behind one, as at the end of a file, is no row."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        blocks[0] = blocks[0].rstrip()
        super().run(parent, blocks)


class TableCaptions(BlockProcessor):
    """Reads `: Caption {#tbl-x .wide}` under or over a table (pandoc's table captions)."""

    def test(self, parent: Element, block: str) -> bool:
        return ":" in block and (CAPTION.match(block) is not None or _is_table(block))

    def run(self, parent: Element, blocks: list[str]) -> bool | None:
        lines = blocks[0].split("\n")
        head = CAPTION.match(blocks[0]) is not None
        # A caption that stands close to its table is parted from it first.
        cut = next((at for at in range(1, len(lines)) if (_is_table if head else CAPTION.match)(_rest(lines, at))), 0)
        if cut and (head or cut > 1):
            blocks[0] = "\n".join(lines[:cut])
            blocks.insert(1, "\n".join(lines[cut:]))
        match = CAPTION.match(blocks[0])
        if not match:
            return False
        last = parent[-1] if len(parent) else None
        if last is not None and last.tag == "table" and last.find("caption") is None:
            del blocks[0]
        elif len(blocks) > 1 and _is_table(blocks[1]):
            reader = self.parser.blockprocessors["table"]
            if not reader.test(parent, blocks[1]):
                return False
            del blocks[0]
            reader.run(parent, blocks)
            last = parent[-1]
        else:
            return False
        text = match[1].rstrip()
        if braces := BRACES.search(text):
            assign(last, braces[1])
            text = text[: braces.start()]
        if text.strip():
            caption = Element("caption")
            caption.text = " ".join(text.split())
            last.insert(0, caption)
        return None


def _rest(lines: list[str], at: int) -> str:
    return "\n".join(lines[at:])


def _is_table(block: str) -> bool:
    lines = block.split("\n", 2)
    return len(lines) > 1 and "|" in f"{lines[0]}{lines[1]}" and DELIMITER.match(lines[1]) is not None


class NoteDefinitions(FootnoteBlockProcessor):
    """Collects `[^name]: text`, in as many paragraphs as are indented under it."""

    def __init__(self, reader: Reader) -> None:
        BlockProcessor.__init__(self, reader.md.parser)
        # The parser's processor asks its extension for one method only, `setFootnote`.
        self.footnotes = reader  # type: ignore[assignment]
