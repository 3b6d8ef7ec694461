"""A manuscript while its files are read: what is known of the book so far, and each file made a draft of a section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from packager import frontmatter, includes, mdbook, quarto
from packager.drafts import Draft
from packager.folder import CELLS, Folder, Text
from packager.frontmatter import FrontMatter, Tree
from packager.headings import chapter_headings
from packager.metadata import BookKeys, SectionKeys, book_keys, section_keys
from packager.outline import Item
from packager.problems import Problem
from packager.roles import bare_stem, stem_role

SILENT = SectionKeys()
"""What front matter says that says nothing."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of a section's file, of which nothing but its text counts."""

    text: str
    item: Item
    draft: Draft | None
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Memory:
    """What was read of a manuscript, for when it is read again."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    drafts: Mapping[str, Drafted] = field(default_factory=dict)
    kind: tuple[bool, bool] = (False, False)
    """Whether the manuscript was an mdBook, and a Quarto book."""
    certain: int = 0
    """Nanoseconds since 1970: a file that changed later may have changed again and look the same."""


@dataclass
class Reading:
    """What is known of a manuscript while its files are read."""

    folder: Folder
    name: str
    """Of the folder or file: the book's slug, and its title where that is missing."""
    summary: str = ""
    """The SUMMARY.md that gives the order; empty in a book that is no mdBook."""
    project: FrontMatter = field(default_factory=lambda: FrontMatter(""))
    """The _quarto.yml that gives the order; its path is empty in a book that is no Quarto book."""
    head: FrontMatter = field(default_factory=lambda: FrontMatter(""))
    """The book's front matter; its path is empty until a file is found to hold it."""
    keys: BookKeys = field(default_factory=BookKeys)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, str | None] = field(default_factory=dict)
    """Files that have been read ahead."""
    drafts: dict[str, Drafted] = field(default_factory=dict)

    def text(self, path: str) -> str | None:
        """Read a text file; one that cannot be read is a problem."""
        if path in self.texts:
            return self.texts.pop(path)
        text, problems = self.folder.text(path)
        self.problems += problems
        return text

    def translated(self, expanded: includes.Expanded, path: str, line: int) -> tuple[str, tuple[int, ...]]:
        """Return a text that includes are put into, and its lines; a chapter of Quarto in our Markdown."""
        self.problems += expanded.problems
        if not path.lower().endswith(CELLS):
            return expanded.text, expanded.lines
        from packager import cells  # few books have any

        text, lines, problems = cells.translate(expanded.text, expanded.lines, line, path, self.variables)
        self.problems += problems
        return text, lines

    @cached_property
    def variables(self) -> Mapping[str, Tree]:
        """What `{{< var name >}}` stands for in a Quarto book."""
        text, _ = self.folder.text("_variables.yml") if self.folder.has("_variables.yml") else ("", ())
        return frontmatter.parse(text or "", "_variables.yml", 1).values

    def set_head(self, front: FrontMatter, shared: bool = False) -> None:
        """Take front matter for the book's."""
        self.keys, self.head = book_keys(front, shared)
        self.problems += self.head.problems


def draft(item: Item, reading: Reading, shared: str, known: Mapping[str, Drafted]) -> Draft | None:
    """Read a section's file; None where it is a draft of its author or cannot be read.

    `shared` is the file whose front matter is the book's; `known` are files of the same kind of book, read before.
    """
    if not item.path:
        empty = FrontMatter(reading.head.path or reading.summary)
        return Draft("", item, SILENT, empty, "", item.line or 1, item.title, item.title)
    if (text := reading.text(item.path)) is None:
        return None
    before = known.get(item.path) if item.path != shared else None
    if before and before.item == item and before.text == text:
        reading.problems += before.problems
        reading.drafts[item.path] = before
        return before.draft
    start = len(reading.problems)
    made = _draft(text, item, reading, shared)
    if item.path != shared and "{{" not in text and not item.path.lower().endswith(CELLS):
        reading.drafts[item.path] = Drafted(text, item, made, tuple(reading.problems[start:]))
    return made


def _draft(text: str, item: Item, reading: Reading, shared: str) -> Draft | None:
    yaml, body, line = frontmatter.split(text)
    keys, front = SILENT, FrontMatter(item.path)
    lines: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    if item.path == shared:
        keys, problems = section_keys(reading.head, shared=True)
    elif yaml is not None:
        front = frontmatter.parse(yaml, item.path)
        front = quarto.section_head(front) if reading.project.path else front
        keys, problems = section_keys(front)
    reading.problems += problems
    if keys.draft:
        return None
    if reading.summary:
        expanded = includes.expand(body, item.path, line, reading.folder)
        body, lines = mdbook.without_hidden_lines(mdbook.literal(expanded.text), expanded.lines, line)
        reading.problems += expanded.problems
        included = expanded.included if body == expanded.text else ()
        # The summary's words are for its own list: a heading of the text is the chapter's title.
        title = "" if next(chapter_headings(body), None) else item.title
    else:
        reading.problems += includes.foreign(body, item.path, line)
        expanded = includes.expand(body, item.path, line, reading.folder, shortcodes=True)
        body, lines = reading.translated(expanded, item.path, line)
        # Of a text that was translated, no line is known to be one of another file.
        included = expanded.included if body == expanded.text else ()
        title = item.title
    stem = bare_stem(item.path) or PurePosixPath(item.path).stem
    guess = quarto.role(item.path, body) if reading.project.path else stem_role(item.path)
    return Draft(item.path, item, keys, front, body, line, keys.title or title, stem, guess, lines, included)
