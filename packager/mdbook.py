"""What an mdBook says outside its chapters: `book.toml` and `SUMMARY.md`.

See https://rust-lang.github.io/mdBook/format/summary.html.
"""

import posixpath
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from packager.folder import Folder
from packager.frontmatter import FrontMatter, Loc, Tree
from packager.headings import outside_code
from packager.outline import Item, below_chapters
from packager.problems import Problem, error

_LINK = re.compile(r"( *)([-*+]|\d+[.)])? *\[((?:[^\[\]\\]|\\.)*)\]\( *(?:<([^>]*)>|([^\s()]*))[^()]*\) *")
_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)$")
_RUST = re.compile(r"[ \t]*rust(?:[^\w]|$)")
_HIDDEN = re.compile(r"([ \t]*)#(?:$|(?= )|(#))")
_PIECE = re.compile(r"((?P<mark>`+)(?!`).+?(?<!`)(?P=mark)(?!`)|\\\{\{)|\{\{")
"""Code within a line and braces that are marked already, or double braces."""
_KEYS = {"title": "title", "authors": "author", "description": "description", "language": "lang"}


def home(path: Path) -> tuple[Path, str]:
    """Return the folder that an mdBook is, and its SUMMARY.md in it; empty where there is none.

    The folder given may be the book's or its `src/`, which a `book.toml` beside it claims: the book's root is what
    includes may read.
    """
    if (source := _source(path)) and Folder(path).has(f"{source}/SUMMARY.md"):
        return path, f"{source}/SUMMARY.md"
    if not Folder(path).has("SUMMARY.md"):
        return path, ""
    return (path.parent, f"{path.name}/SUMMARY.md") if _source(path.parent) == path.name else (path, "SUMMARY.md")


def head(folder: Folder) -> FrontMatter:
    """Read the `[book]` of a `book.toml` as front matter; what it says to mdBook's own machinery is not looked at."""
    values: dict[str, Tree] = {}
    lines: dict[Loc, int] = {}
    table, text, problems = _table(folder)
    for number, line in enumerate(text.split("\n"), 1):
        key = line.partition("=")[0].strip()
        if key in _KEYS and key in table and (_KEYS[key],) not in lines:
            lines[_KEYS[key],] = number
            value = table[key]
            values[_KEYS[key]] = [str(item) for item in value] if isinstance(value, list) else str(value)
    return FrontMatter("book.toml", values, lines, problems)


def summary(text: str, path: str) -> tuple[Item, ...]:
    """Read a SUMMARY.md: prefix chapters, parts, nested chapters, suffix chapters; drafts have no file and stay out.

    A heading is a part's title unless it stands first. What is before the list is front matter, what comes after it
    without a bullet is back matter, neither is numbered.
    """
    found: list[Item] = []
    indents: list[int] = []
    folder = posixpath.dirname(path)
    listed = in_part = begun = False
    for number, line in enumerate(text.expandtabs(4).split("\n"), 1):
        if heading := _HEADING.fullmatch(line):
            if begun:
                found.append(Item("", number, _plain(heading[1]), role="part"))
                in_part, indents = True, []
            begun = True
        elif link := _LINK.fullmatch(line):
            begun = True
            indent, bullet, title, target = len(link[1]), link[2], _plain(link[3]), link[4] or link[5]
            if bullet:
                while indents and indents[-1] >= indent:
                    indents.pop()
                entry = Item("", number, title, len(indents) + in_part)
                indents += [indent] if target else []
                listed = True
            else:
                entry = Item("", number, title, default="appendix" if listed else "introduction", numbered=False)
            if target:
                file = unquote(target.partition("#")[0])
                found.append(replace(entry, path=posixpath.normpath(posixpath.join(folder, file))))
    return tuple(below_chapters(_with_chapters(found)))


def summary_title(text: str) -> str:
    """Return the heading of a SUMMARY.md where it is the book's title, not a word for contents."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    title = _plain(heading[1]) if (heading := _HEADING.fullmatch(first)) else ""
    return "" if title.lower() in {"summary", "contents", "table of contents"} else title


def _source(path: Path) -> str:
    """Return the folder of the chapters that a `book.toml` in `path` names; empty without one."""
    folder = Folder(path)
    if not folder.has("book.toml"):
        return ""
    source = _table(folder)[0].get("src", "src")
    return posixpath.normpath(source) if isinstance(source, str) else "src"


def _table(folder: Folder) -> tuple[dict[str, object], str, tuple[Problem, ...]]:
    text, problems = folder.text("book.toml")
    try:
        table = tomllib.loads(text or "").get("book", {})
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        problems += (error("front-matter-broken", f"not TOML: {fault}", "book.toml", int(line[1]) if line else None),)
        table = {}
    return table if isinstance(table, dict) else {}, text or "", problems


def _with_chapters(items: list[Item]) -> Iterator[Item]:
    """Leave out parts under which no file stands."""
    for item, after in zip(items, [*items, None][1:], strict=True):
        if item.path or (after is not None and after.path):
            yield item


def _plain(markdown: str) -> str:
    """Return a link's text without emphasis, code marks and escapes."""
    text = re.sub(r"(?<!\\)[*`]|(?<![\\\w])_|(?<!\\)_(?!\w)", "", markdown)
    return re.sub(r"\\(.)", r"\1", text).strip()


def literal(text: str) -> str:
    """Mark double braces in prose as mere text, as they are to mdBook; not those of its own directives."""
    if "{{" not in text:
        return text
    rows = text.split("\n")
    for at, row in outside_code(text):
        if "{{" in row:
            rows[at] = _PIECE.sub(lambda match: match[1] or "\\{{", row)
    return "\n".join(rows)


def without_hidden_lines(text: str, lines: tuple[int, ...], line: int) -> tuple[str, tuple[int, ...]]:
    """Leave out the lines of Rust code that begin with `# `, which are there for the compiler; `##` stands for `#`.

    Returns the text, and the line of the file for each of its lines; `line` is the first one's.
    See https://rust-lang.github.io/mdBook/format/mdbook.html#hiding-code-lines.
    """
    if "```rust" not in text and "~~~rust" not in text:
        return text, lines
    fence, rust = "", False
    kept: list[tuple[str, int]] = []
    for at, row in enumerate(text.split("\n")):
        mark = _FENCE.match(row)
        if mark and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
            fence, rust = ("", False) if fence else (mark[1], _RUST.match(mark[2]) is not None)
        elif fence and rust and (hidden := _HIDDEN.match(row)):
            if not hidden[2]:
                continue
            row = f"{hidden[1]}{row[hidden.end(1) + 1 :]}"
        kept.append((row, lines[at] if at < len(lines) else line + at))
    return "\n".join(row for row, _ in kept), tuple(number for _, number in kept)
