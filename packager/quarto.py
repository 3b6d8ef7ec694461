"""What a Quarto book says outside its chapters: `_quarto.yml`.

See https://quarto.org/docs/books/book-structure.html. Keys of Quarto's own machinery (formats, themes, execution, web
sites) are not looked at; a mapping `packager:` may hold keys of ours that Quarto has no words for.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from packager import frontmatter
from packager.folder import Folder
from packager.frontmatter import FrontMatter, Loc, Tree
from packager.headings import chapter_headings
from packager.outline import Item, from_chapters
from packager.problems import Problem, warning
from packager.roles import stem_role, without_attributes
from packager.slugs import slugify

FILE = "_quarto.yml"
_BOOK = ("title", "subtitle", "author", "date", "description", "cover-image", "cover-image-alt", "doi", "isbn")
"""Keys below `book:` that say something of the book."""
_WHOLE = ("lang", "bibliography", "csl", "title", "subtitle", "author", "date", "description", "keywords", "license")
"""Keys of the file itself that do."""
_MACHINERY = frozenset(
    (
        "abstract-title aliases author-title bread-crumbs categories cell-fold code-annotations code-copy code-fold "
        "code-link code-summary code-tools comments date-format date-modified description-meta doi draft-mode editor "
        "editor-options engine error execute filters format format-links freeze header-includes highlight-style "
        "include-after-body include-before-body include-in-header jupyter keep-md knitr listing message number-depth "
        "number-offset order other-links output page-layout pagetitle params reference-location search sidebar "
        "site-url tbl-cap-location title-block-banner toc toc-depth toc-location toc-title vignette warning"
    ).split()
)
"""Keys of a chapter that speak to Quarto, not to a reader."""
_UNNUMBERED = re.compile(r"\{[^{}]*(?:\.unnumbered|(?<![\w-])-(?=[ }]))[^{}]*\}")
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_AMERICAN = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")


def is_book(folder: Folder) -> bool:
    """Say whether a folder is a Quarto book: has a `_quarto.yml` with chapters."""
    return folder.has(FILE) and bool(_listed(read(folder)))


def read(folder: Folder) -> FrontMatter:
    """Read the whole file."""
    text, problems = folder.text(FILE)
    found = frontmatter.parse(text or "", FILE, 1)
    return replace(found, problems=(*problems, *found.problems))


def head(project: FrontMatter) -> FrontMatter:
    """Give what the file says of the book as front matter of ours; chapters are numbered unless it says otherwise."""
    values: dict[str, Tree] = {"theme": "manual", "numbered": "true"}
    lines: dict[Loc, int] = {}
    problems = list(project.problems)

    def take(source: Mapping[str, Tree], *above: str) -> None:
        for key, value in source.items():
            name = "numbered" if key == "number-sections" else key
            if name == "author":
                value = [_name(person) for person in (value if isinstance(value, list) else [value])]
            if name == "date" and (value := _date(value, project, above, problems)) is None:
                continue
            values[name] = value
            for loc, line in project.lines.items():
                if loc[: len(above) + 1] == (*above, key):
                    lines[(name, *loc[len(above) + 1 :])] = line

    whole = project.values
    book, formats, ours = (_mapping(whole.get(key)) for key in ("book", "format", "packager"))
    take({key: whole[key] for key in (*_WHOLE, "number-sections") if key in whole})
    take({key: book[key] for key in _BOOK if key in book}, "book")
    for name in ("epub", "pdf", "html"):
        if "number-sections" in (options := _mapping(formats.get(name))):
            take({"number-sections": options["number-sections"]}, "format", name)
            break
    if "doi" in values:
        values["identifier"] = f"https://doi.org/{values.pop('doi')}"
    take(ours, "packager")
    return FrontMatter(FILE, values, lines, tuple(problems))


def outline(project: FrontMatter) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Read `chapters:` and `appendices:`, with their parts."""
    lines = {loc[1:]: line for loc, line in project.lines.items() if loc[:1] == ("book",)}
    chapters = FrontMatter(FILE, {"chapters": _listed(project)}, lines)
    items, problems = from_chapters(chapters.values["chapters"], chapters)
    appendices = _entries(_mapping(project.values.get("book")).get("appendices"))
    behind = FrontMatter(
        FILE, {}, {("chapters", *loc[1:]): line for loc, line in lines.items() if loc[:1] == ("appendices",)}
    )
    more, faults = from_chapters(appendices, behind) if appendices else ((), ())
    return (*items, *(replace(item, role="appendix", default="appendix") for item in more)), (*problems, *faults)


def role(path: str, body: str) -> str:
    """Guess a chapter's role: of those without a number by heading or file name, for Quarto numbers all others."""
    heading = next((text for _, text in chapter_headings(body)), "")
    if posixpath.basename(path).startswith("references."):
        return "bibliography"
    if not _UNNUMBERED.search(heading):
        return "chapter"
    guess = stem_role(f"{slugify(without_attributes(heading), 'none')}.md") or stem_role(path)
    return guess or ("introduction" if posixpath.basename(path).startswith("index.") else "chapter")


def section_head(front: FrontMatter) -> FrontMatter:
    """Leave out what a chapter's front matter says to Quarto's machinery."""
    values = {key: value for key, value in front.values.items() if key not in _MACHINERY}
    if isinstance(author := values.get("author"), list | dict):
        values["author"] = [_name(person) for person in (author if isinstance(author, list) else [author])]
    return replace(front, values=values)


def _listed(project: FrontMatter) -> list[Tree]:
    return _entries(_mapping(project.values.get("book")).get("chapters"))


def _entries(tree: Tree) -> list[Tree]:
    """Leave out what only a web site shows: separators, links to elsewhere; name a file with a text by both."""
    return list(_each(tree if isinstance(tree, list) else []))


def _each(tree: list[Tree]) -> Iterator[Tree]:
    for entry in tree:
        if isinstance(entry, dict) and "part" in entry:
            inner = entry.get("chapters")
            yield {**entry, "chapters": _entries(inner)} if isinstance(inner, list) else entry
        elif isinstance(entry, dict):
            file = entry.get("file") or entry.get("href")
            if isinstance(file, str) and "://" not in file:
                yield {"file": file, "title": entry.get("text") or ""}
        elif entry and not re.fullmatch("-+", str(entry)):
            yield entry


def _mapping(tree: Tree) -> dict[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _name(person: Tree) -> Tree:
    """Take an author's name; what stands beside it is for a scholarly paper's title block."""
    name = person.get("name") if isinstance(person, dict) else person
    if isinstance(name, dict):
        parts = [name.get(key) for key in ("given", "non-dropping-particle", "family")]
        name = name.get("literal") or " ".join(str(part) for part in parts if part)
    return name


def _date(value: Tree, project: FrontMatter, above: tuple[str, ...], problems: list[Problem]) -> Tree:
    """Bring a date to ISO 8601; one that changes with the day of the build has no place in a book."""
    text = str(value or "").strip()
    if american := _AMERICAN.fullmatch(text):
        return f"{american[3]}-{int(american[1]):02}-{int(american[2]):02}"
    if _ISO.fullmatch(text) or not text:
        return text or None
    if text not in ("today", "now", "last-modified"):
        line = project.line(*above, "date")
        problems.append(warning("date-unread", f"the date {text!r} is left out", FILE, line, "write it as 1892-10-14"))
    return None
