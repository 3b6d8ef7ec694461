"""The manuscript's files, with what needs no look by the author mended: spaces, and one spelling of dashes and dots.

Only lines that a section holds just as its file does are touched, and in them only what a rule found; line ends, byte
order mark, spaces at a line's end and bytes that are no UTF-8 stay as they are.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from packager.book import Book, Section
from packager.lint import RULES, findings, house, settings
from packager.lint.prose import read

ROUNDS = 8
"""Times the rules are asked again: mending one thing may bring another to light, such as a space before a comma."""

_BOM = b"\xef\xbb\xbf"
_ENDS = re.compile(r"(\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class Mended:
    """A file before and after."""

    path: str
    """Relative to the manuscript's folder."""
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff, without the file's own line ends."""
        old, new = (
            _ENDS.sub("\n", data.decode("utf-8-sig", "replace")).split("\n") for data in (self.before, self.after)
        )
        names = f"a/{self.path}", f"b/{self.path}"
        return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, *names, n=1, lineterm=""))


def mended_files(book: Book, load: Callable[[str], bytes]) -> tuple[Mended, ...]:
    """Return the files that change; `load` gives a file's bytes by its path."""
    sections = list(book.sections)
    edits: dict[str, dict[int, tuple[str, str]]] = {}
    for _ in range(ROUNDS):
        changed = list(_edited(book, sections))
        for place, lines in changed:
            section, original = sections[place], book.sections[place].text.split("\n")
            text = section.text.split("\n")
            for index, line in lines.items():
                edits.setdefault(section.path, {})[section.line_at(index)] = (original[index], line)
                text[index] = line
            sections[place] = replace(section, text="\n".join(text))
        if not changed:
            break
    mended = []
    for path, changes in edits.items():
        before = load(path)
        if (after := _applied(before, changes)) != before:
            mended.append(Mended(path, before, after))
    return tuple(mended)


def _edited(book: Book, sections: Sequence[Section]) -> Iterator[tuple[int, Mapping[int, str]]]:
    """Yield, for each section that changes, its place in the book and its new lines by index."""
    said = settings(book)
    rules = [rule for rule in RULES if rule.find and said.levels[rule.code] != "off"]
    proses = [read(section, book.metadata.lang) for section in sections if section.path]
    places = [place for place, section in enumerate(sections) if section.path]
    habits = house(proses, said)
    for place, prose in zip(places, proses, strict=True):
        lines: dict[int, str] = {}
        ends: dict[int, int] = {}
        found = [each for _, _, each in findings([prose], rules, habits) if each.mended is not None]
        # From the end on, so that places before stay where they are.
        for each in sorted(found, key=lambda each: (each.start, each.end), reverse=True):
            index = prose.line_of(each.start)
            first = prose.starts[index]
            line = lines.get(index, sections[place].text[first:].partition("\n")[0])
            if each.end - first <= ends.get(index, len(line)):
                lines[index] = line[: each.start - first] + (each.mended or "") + line[each.end - first :]
                ends[index] = each.start - first
        if lines:
            yield place, lines


def _applied(data: bytes, edits: Mapping[int, tuple[str, str]]) -> bytes:
    """Put new lines into a file, by their number from 1, where its own are those that were read."""
    mark = _BOM if data.startswith(_BOM) else b""
    parts = _ENDS.split(data.removeprefix(mark).decode("utf-8", "surrogateescape"))
    for number, (old, new) in edits.items():
        place = 2 * (number - 1)
        if place < len(parts) and parts[place] == old:
            parts[place] = new
    return mark + "".join(parts).encode("utf-8", "surrogateescape")
