"""Markdown text -> one XHTML tree a section; the only importer of Python-Markdown.

The dialect is pandoc's where books need it (https://pandoc.org/MANUAL.html#pandocs-markdown): footnotes, inline notes,
attributes, fenced divs, bracketed spans, definition lists, pipe tables. Blocks carry `data-line`, the line of the
section's text they begin at, from 0. What a book cannot take stands as a `fault` element in the text, so that the
galley can name its place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import markdown
from lxml import etree
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.util import INLINE_PLACEHOLDER_PREFIX, INLINE_PLACEHOLDER_RE, AtomicString

from packager import rawhtml
from packager.later import later
from packager.markdown.apparatus import APPARATUS
from packager.markdown.attributes import Attributes
from packager.markdown.blocks import Divs, Fences, NoteDefinitions, TableCaptions, Tables
from packager.markdown.inlines import INLINES
from packager.markdown.inlining import Inlines
from packager.markdown.stamps import fresh, stamp
from packager.marks import ITEM_MARK, LINE_MARK
from packager.problems import Problem, error
from packager.source import Source, prepare
from packager.trees import LINE

PLAIN = re.compile(r"(?![Tt]able:)(?:[\"'“‘(]*[0-9]*[^\W\d_][^\n]*+(?:\n|\Z))+\Z")
"""A block that can be nothing but a paragraph: each line begins with a word, behind a quotation mark perhaps."""
SCRIPTS = re.compile(r"[~^](?:(?<=~)|(?<!\[\^)|(?<=\\\[\^)|(?![^\]\s]+\]))")
"""Any sign of raised, lowered or deleted text: a tilde, or a caret that is not a note's."""
NEEDED = {
    "inline": re.compile(""),
    "attributes": re.compile("[{&]"),
    "abbr": re.compile(r"\*\["),
    "unescape": re.compile("[\\\\`\x02]"),
}
"""Passes over a section's tree, and what its text holds where they find anything."""
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
RAW = re.compile("\x02wzxhzdk:([0-9]+)\x03")
RAW_PARAGRAPH = re.compile('<p(?: data-line="[0-9]+")?>((?:\\s*\x02wzxhzdk:[0-9]+\x03\\s*)+)</p>')
CUT_OFF = re.compile(f"{INLINE_PLACEHOLDER_PREFIX}[0-9]*")
"""What is left where the parser cut through the sign of something set aside."""
MARKS = re.compile(f"{LINE_MARK}|{ITEM_MARK}")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A section's text as a tree."""

    body: etree._Element
    """A `div` of the section's blocks, then its notes: `aside` elements with `data-note`."""
    problems: tuple[Problem, ...]
    """With `path` empty and `line` from 0 in the section's text."""


def parse(text: str) -> Fragment:
    """Parse a section's Markdown; never raises on what an author can write."""
    reader = _reader(scripts=SCRIPTS.search(text) is not None)
    return reader.read(prepare(text))


@cache
def _reader(*, scripts: bool) -> "_Reader":
    return _Reader(scripts=scripts)


def _scripts() -> list[Extension]:
    """Load what reads `H~2~O`, `x^2^` and `~~gone~~`: it loads slower than a chapter is parsed."""
    # The functions stood for are for paths of images, which we do not ask for.
    with later({"urllib.request": ("pathname2url", "url2pathname")}):
        from pymdownx.caret import InsertSupExtension
        from pymdownx.tilde import DeleteSubExtension

    return [DeleteSubExtension(), InsertSupExtension(insert=False)]


class _Reader:
    """The parser, assembled once, and the state of one parse."""

    def __init__(self, *, scripts: bool) -> None:
        self.md = markdown.Markdown(
            extensions=[
                TableExtension(),
                AbbrExtension(),
                DefListExtension(),
                SaneListExtension(),
                *(_scripts() if scripts else ()),
            ]
        )
        self.md.ESCAPED_CHARS += list("\"'$@^~|<&:,;=?/%")
        blocks, trees = self.md.parser.blockprocessors, self.md.treeprocessors
        self.parser = self.md.parser
        self.plain = [self.parser.blockprocessors["paragraph"]]
        for block, name, rank in ((Fences, "fence", 89), (Divs, "div", 85), (NoteDefinitions, "note", 17)):
            blocks.register(block(self), name, rank)
        blocks.register(TableCaptions(self.parser), "table-caption", 80)
        blocks.register(Tables(self.parser, {"use_align_attribute": True}), "table", 75)
        for name in ("html", "entity", "autolink", "automail"):
            self.md.inlinePatterns.deregister(name)
        for inline, pattern, name, place in (*INLINES, *APPARATUS):
            self.md.inlinePatterns.register(inline(pattern, self.md), name, place)
        trees.deregister("prettify")
        trees.register(Inlines(self.md), "inline", 20)
        trees.register(Attributes(self.md), "attributes", 8)
        self.source = Source()
        self.line = 0
        self.position = 0
        self.problems: list[Problem] = []
        self.notes: dict[str, tuple[str, int]] = {}

    def read(self, source: Source) -> Fragment:
        """Parse prepared lines."""
        self.md.reset()
        self.source, self.line, self.problems, self.notes = source, 0, [*source.problems], {}
        root = Element("div")
        text = "\n".join(source.lines)
        self.blocks(root, text.split("\n\n"), 0)
        for name in self._named():
            note, place = self.notes[name]
            line = source.origins[place] if source.origins else 0
            aside = ElementTree.SubElement(root, "aside", {"data-note": name, LINE: str(line)})
            self.blocks(aside, note.split("\n\n"), place)
        for name, needed in NEEDED.items():
            if needed.search(text):
                self.md.treeprocessors[name].run(root)
        _mend_code(root)
        text = ElementTree.tostring(root, encoding="unicode")
        if INLINE_PLACEHOLDER_PREFIX in text:
            self._give_back(root)
            text = ElementTree.tostring(root, encoding="unicode")
        return Fragment(_tree(text, self.md.htmlStash.rawHtmlBlocks), tuple(self.problems))

    def _named(self) -> Iterator[str]:
        """Name the notes; the text of one may define others, which come last."""
        done = 0
        while done < len(self.notes):
            names = [*self.notes][done:]
            done += len(names)
            yield from names

    def _give_back(self, root: Element) -> None:
        """Put words in the place of what the parser set aside and forgot: in odd links it does so."""
        words = self.md.inlinePatterns["link"].unescape

        def given(text: str | None) -> str | None:
            while text and INLINE_PLACEHOLDER_RE.search(text):
                text = words(text)
            return text and CUT_OFF.sub("", text)

        for element in root.iter():
            element.text, element.tail = given(element.text), given(element.tail)
            for key, value in element.items():
                element.set(key, given(value) or "")

    def blocks(self, parent: Element, blocks: list[str], start: int) -> None:
        """Parse blocks into the parent and stamp what comes of each with its line; `start` is the first one's."""
        lengths = [block.count("\n") for block in blocks]
        starts = list(accumulate((length + 2 for length in lengths), initial=start))
        total = len(blocks)
        while blocks:
            index = max(0, total - len(blocks))
            at = starts[index] + max(0, lengths[index] - blocks[0].count("\n"))
            at += len(blocks[0]) - len(blocks[0].lstrip("\n"))
            self.line = self.source.origins[min(at, len(self.source.origins) - 1)] if self.source.origins else 0
            self.position = at
            known, count = len(parent), blocks[0].strip("\n").count("\n") + 1
            for processor in self.plain if PLAIN.match(blocks[0]) else self.parser.blockprocessors:
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break
            made = [(child, parent) for child in parent[known:]] or fresh(parent)
            stamp(made, self.source.lines, self.source.origins, at, count)

    def setFootnote(self, name: str, text: str) -> None:
        """Take a note's definition."""
        if name in self.notes:
            self.problems.append(
                error(
                    "note-duplicate",
                    f"note [^{name}] is defined twice",
                    line=self.line,
                    hint="give one of them another name",
                )
            )
            return
        opening, lines = f"[^{name}]:", self.source.lines
        at = next((at for at in range(self.position, len(lines)) if opening in lines[at]), self.position)
        self.notes[name] = (text, at)


def _mend_code(root: Element) -> None:
    """Let code say what its author wrote."""
    for code in root.iter("code"):
        code.text = AtomicString((code.text or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    for pre in root.iter("fence"):
        pre.tag = "pre"


def _tree(text: str, raw: Sequence[str | Element]) -> etree._Element:
    """Turn the parser's tree, as it is written, into an lxml tree with raw tags put in place."""
    # Inside code, a mark is no line's beginning but a character that no XML may hold.
    text = MARKS.sub("", text)

    def tags(text: str) -> str:
        return RAW.sub(lambda match: str(raw[int(match[1])]), text)

    def is_block(number: str) -> bool:
        name = re.match(r"</?([a-z0-9]+)", str(raw[int(number)]))
        return name is not None and name[1] in rawhtml.BLOCKS

    if raw:
        text = RAW_PARAGRAPH.sub(lambda p: tags(p[1]) if all(map(is_block, RAW.findall(p[1]))) else p[0], text)
        text = tags(text)
    try:
        return etree.fromstring(text)
    except etree.XMLSyntaxError:
        inside = CONTROLS.sub("", text).removeprefix("<div>").removesuffix("</div>")
        return etree.fromstring(f"<div>{rawhtml.mend(inside)}</div>")
