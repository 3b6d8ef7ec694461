"""The order of a book's sections: `chapters:`, Leanpub's Book.txt, or the names of the files."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from packager.book import BODY_ROLES, FRONT_ROLES, ROLES
from packager.folder import MARKDOWN
from packager.frontmatter import FrontMatter, Tree
from packager.problems import Problem, error
from packager.roles import is_counted, stem_role

_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the outline: a file, or a part that is only named."""

    path: str
    """File relative to the manuscript's folder; empty for a part that is only named."""
    line: int | None = None
    """Line of the outline that names it; None where the file's name gives its place."""
    title: str = ""
    depth: int = 0
    role: str = ""
    """A role that the outline gives; empty where the file says it."""
    default: str = "chapter"
    """The role of a file that says none."""
    numbered: bool | None = None


def natural(paths: Iterable[str]) -> tuple[Item, ...]:
    """Order Markdown files as people count: `2` before `10`, an index first; `_parts.md` are there to be included.

    Where no name begins with a number, the roles that names say come first: front matter before the chapters in the
    Chicago Manual's order, back matter after them.
    """
    files = [path for path in paths if _is_section(path)]
    ranked = not any(is_counted(path) for path in files)
    return tuple(
        Item(path) for path in sorted(files, key=lambda path: (_rank(path) if ranked else 0, _natural_key(path)))
    )


def from_chapters(tree: Tree, front: FrontMatter) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Read the `chapters:` of front matter: files, `{file, title}`, and parts `{part, file, chapters}`."""
    problems: list[Problem] = []

    def items(tree: Tree, depth: int, *loc: str | int) -> Iterator[Item]:
        if not isinstance(tree, list) or depth > _DEPTH:
            message = "`chapters` must be a list of files and parts"
            problems.append(error("chapters", message, front.path, front.line(*loc), "write - 01-first.md"))
            return
        for place, entry in enumerate(tree):
            yield from item(entry, depth, *loc, place)

    def item(entry: Tree, depth: int, *loc: str | int) -> Iterator[Item]:
        line = front.line(*loc)
        if isinstance(entry, str):
            yield Item(posixpath.normpath(entry), line, depth=depth)
            return
        texts = (
            {key: value for key, value in entry.items() if isinstance(value, str)} if isinstance(entry, dict) else {}
        )
        odd = set(entry if isinstance(entry, dict) else ()) - {"part", "file", "title", "chapters", "role"}
        if odd or not texts.keys() & {"part", "file"}:
            message = (
                f"`chapters` has an entry that names no file and no part{': ' + ', '.join(sorted(odd)) if odd else ''}"
            )
            problems.append(
                error("chapters", message, front.path, line, "write - file.md, or - part: Title with chapters:")
            )
            return
        assert isinstance(entry, dict)
        part, file, title = (texts.get(key, "") for key in ("part", "file", "title"))
        if part.lower().endswith(MARKDOWN) and not file:
            part, file = "", part
        is_part = "part" in texts
        path = posixpath.normpath(file) if file else ""
        yield Item(path, line, part or title, depth, "part" if is_part else "")
        if entry.get("chapters") is not None:
            yield from items(entry["chapters"], depth + 1, *loc, "chapters")

    return tuple(below_chapters(items(tree, 0, "chapters"))), tuple(problems)


def from_book_txt(text: str, path: str) -> tuple[Item, ...]:
    """Read Leanpub's Book.txt: a file a line, and `frontmatter:`, `mainmatter:`, `backmatter:` between."""
    items: list[Item] = []
    default, numbered = "chapter", None
    for number, line in enumerate(text.split("\n"), 1):
        name = line.strip()
        if matter := re.fullmatch(r"\{?(front|main|back)matter:?\}?", name.lower()):
            default = {"front": "introduction", "main": "chapter", "back": "appendix"}[matter[1]]
            numbered = None if matter[1] == "main" else False
        elif name and not name.startswith("#") and PurePosixPath(name).suffix.lower() in {*MARKDOWN, ".txt"}:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            items.append(Item(file, number, default=default, numbered=numbered))
    return tuple(items)


def _is_section(path: str) -> bool:
    file = PurePosixPath(path)
    if file.name.startswith("_"):
        return False
    return file.suffix.lower() in MARKDOWN and file.name.lower() not in {"readme.md", "readme.markdown", "book.md"}


def _rank(path: str) -> int:
    role = stem_role(path) or "chapter"
    if role in BODY_ROLES:
        body = {"prologue": -1, "epilogue": 1, "conclusion": 2, "afterword": 3}
        return len(FRONT_ROLES) + 1 + body.get(role, 0)
    return ROLES.index(role) if role in FRONT_ROLES else len(ROLES) + ROLES.index(role)


def _natural_key(path: str) -> tuple[object, ...]:
    *folders, name = path.split("/")
    stem = PurePosixPath(name).stem
    return (*(_counted(folder) for folder in folders), _counted("" if stem.lower() == "index" else stem), path)


def _counted(name: str) -> tuple[tuple[int, int, str], ...]:
    """Split a name into words and numbers that compare as such."""
    pieces = re.findall(r"[0-9]{1,18}|[^0-9]+", name.casefold())
    return tuple((0, int(piece), "") if piece[0] in "0123456789" else (1, 0, piece) for piece in pieces)


def below_chapters(items: Iterable[Item]) -> Iterator[Item]:
    """Call a file that is nested in a chapter a section of it."""
    above: list[Item] = []
    for item in items:
        del above[item.depth :]
        inside = bool(above) and above[-1].role != "part"
        yield replace(item, default="section") if inside and item.default == "chapter" else item
        above += [item] * (item.depth + 1 - len(above))
