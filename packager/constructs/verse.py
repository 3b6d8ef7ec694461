"""Verse and all that keeps its lines: each line an element, so that its turnover hangs; stanzas, indents, numbers."""

from copy import deepcopy

from lxml import etree

from packager.notices import Notices
from packager.trees import add_class, elements, take

DEEPEST = 12
"""Levels of indent that themes know; each is two columns of the source."""
STEP = 5
"""Lines from number to number where the author names none."""


def shape(div: etree._Element, notices: Notices) -> None:
    """Set a block of verse: stanzas of lines, numbered where `numbered` asks for it."""
    for block in [each for each in elements(div, "div") if each is not div and each.get("class") == "line-block"]:
        for paragraph in elements(block, "p"):
            block.addprevious(paragraph)
        parent = block.getparent()
        if parent is not None:
            parent.remove(block)
    for paragraph in elements(div, "p"):
        if not paragraph.get("class"):
            set_lines(paragraph)
            paragraph.set("class", "stanza")
    step = _step(div, notices)
    if step:
        add_class(div, "numbered")
        lines = [line for line in elements(div, "span") if line.get("class", "").split(" ")[0] == "line"]
        lines = [line for line in lines if not _source(line)]
        for count, line in enumerate(lines, 1):
            if count % step == 0:
                number = etree.Element("span", {"class": "line-number"})
                number.text, number.tail, line.text = str(count), f" {line.text or ''}", None
                line.insert(0, number)


def set_lines(paragraph: etree._Element) -> None:
    """Part a paragraph at its breaks into `span` elements of class `line`, with `indent-1` … where it is indented."""
    if next(paragraph.iter("lb"), None) is None and next(paragraph.iter("br"), None) is None:
        return
    splitter = _Splitter()
    splitter.add(paragraph.text or "")
    splitter.walk(paragraph)
    lines = [line for line in splitter.lines if (line.text or "").strip() or len(line)]
    for child in list(paragraph):
        paragraph.remove(child)
    paragraph.text = None
    for line in lines:
        line.tail = "\n"
        paragraph.append(line)
    if lines:
        lines[-1].tail = None
    if not paragraph.get("class"):
        paragraph.set("class", "lines")


def _source(line: etree._Element) -> bool:
    return (line.text or "").startswith(("-- ", "--- ", "— "))


def _step(div: etree._Element, notices: Notices) -> int:
    """Read how often lines are numbered: `numbered=5`, or `.numbered` for every fifth."""
    said = take(div, "data-numbered")
    names = div.get("class", "").split()
    if not said:
        if "numbered" in names:
            div.set("class", " ".join(name for name in names if name != "numbered"))
            return STEP
        return 0
    if said.isascii() and said.isdigit() and 0 < int(said[:6]) < 1000:
        return int(said)
    message = f"verse cannot be numbered by {said}"
    notices.warn(div, "verse-numbered", message, "write a whole number: {.verse numbered=5}", f"numbered={said}")
    return 0


def _twin(parent: etree._Element, element: etree._Element) -> etree._Element:
    """Begin an element like another."""
    twin = etree.SubElement(parent, element.tag)
    for name, value in element.attrib.items():
        twin.set(name, value)
    return twin


class _Splitter:
    """Copies a paragraph line by line; what a break stands inside goes on in the next line."""

    def __init__(self) -> None:
        self.lines: list[etree._Element] = []
        self.open: list[etree._Element] = []
        """Inline elements that the place at hand stands in, in the source."""
        self.at = self._begin(0)

    def _begin(self, indent: int) -> etree._Element:
        level = min((indent + 1) // 2, DEEPEST)
        self.at = etree.Element("span", {"class": f"line indent-{level}" if level else "line"})
        self.lines.append(self.at)
        for element in self.open:
            self.at = _twin(self.at, element)
            take(self.at, "id")
        return self.at

    def add(self, text: str) -> None:
        """Add text where we are; line ends of the source are spaces, and none at a line's beginning."""
        text = text.replace("\n", " ")
        if len(self.at):
            self.at[-1].tail = (self.at[-1].tail or "") + text
        else:
            self.at.text = (self.at.text or "") + (text if self.at.text else text.lstrip())

    def walk(self, element: etree._Element) -> None:
        """Add what an element holds behind its first text."""
        for child in element:
            if child.tag in ("lb", "br"):
                self._end()
                self.at = self._begin(int(child.get("indent", "0")))
            elif next(child.iter("lb", "br"), None) is not None:
                self.at = _twin(self.at, child)
                self.open.append(child)
                self.add(child.text or "")
                self.walk(child)
                self.open.pop()
                holder = self.at.getparent()
                self.at = self.at if holder is None else holder
            else:
                copy = deepcopy(child)
                copy.tail = None
                self.at.append(copy)
            self.add(child.tail or "")

    def _end(self) -> None:
        """Take the white space off a line's end."""
        if len(self.at):
            self.at[-1].tail = (self.at[-1].tail or "").rstrip() or None
        else:
            self.at.text = (self.at.text or "").rstrip() or None
