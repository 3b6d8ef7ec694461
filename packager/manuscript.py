"""A folder of Markdown, or one file, in; a checked `Book` out. What is wrong in it comes along as problems."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from packager import frontmatter, includes, mdbook, outline, quarto
from packager.book import Book, Stylesheet
from packager.drafts import Draft, sections
from packager.folder import BOOK_FILES, MARKDOWN, Assets, Folder
from packager.frontmatter import FrontMatter
from packager.headings import chapter_headings
from packager.metadata import metadata, options, section_keys
from packager.outline import Item
from packager.problems import PackagerError, Problem, Severity, error, has_errors, in_order, warning
from packager.reading import SILENT, Memory, Reading, draft
from packager.roles import marked_role, stem_role, without_attributes
from packager.slugs import slugify


def load(path: Path, memory: Memory | None = None) -> Book:
    """Read a manuscript: a folder, or a Markdown file; with a memory of it, no more than what is another.

    All problems that reading can find are in `Book.problems`, errors too; `PackagerError`, with all of them, is raised
    only where there is nothing to make a book of.
    """
    try:
        path = path.resolve()
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, RuntimeError, ValueError):
        is_file = is_folder = False
    if is_folder or (is_file and path.name in BOOK_FILES):
        return _folder(path if is_folder else path.parent, memory or Memory())
    if not is_file:
        hint = "name a folder of Markdown, or a Markdown file"
        raise PackagerError(error("no-manuscript", "there is no such file or folder", path.name, hint=hint))
    if path.suffix.lower() not in MARKDOWN:
        hint = "name a .md file, or a folder of them"
        raise PackagerError(error("no-manuscript", "the file is not Markdown", path.name, hint=hint))
    return _single(Reading(Folder(path.parent), path.stem), path.name)


def root(book: Book) -> Path:
    """Return the folder that the book's paths are relative to."""
    return book.assets.root if isinstance(book.assets, Assets) else Path()


def _folder(path: Path, memory: Memory) -> Book:
    root, summary = mdbook.home(path)
    folder = Folder(root, frozenset({"book"} if summary else ()), memory.texts, memory.certain)
    reading = Reading(folder, root.name, summary)
    if not summary and quarto.is_book(reading.folder):
        reading.project = quarto.read(reading.folder)
    body = _read_head(reading)
    items, source = _outline(reading)
    shared = "" if reading.head.path else next((item.path for item in items if item.path), "")
    if shared:
        _share_head(shared, reading)
        if reading.head.values.get("chapters") is not None:
            items, source = _outline(reading)
    if body and not items:
        return _single(reading, "book.md")
    if body:
        message, hint = "book.md holds front matter only: its text is not in the book", "move it to a chapter's file"
        reading.problems.append(warning("book-text", message, "book.md", hint=hint))
    kind = bool(reading.summary), bool(reading.project.path)
    known = memory.drafts if kind == memory.kind else {}
    drafts = [made for item in _existing(items, source, reading) if (made := draft(item, reading, shared, known))]
    memory.texts, memory.drafts, memory.kind = reading.folder.texts, reading.drafts, kind
    return _book(reading, drafts)


def _single(reading: Reading, path: str) -> Book:
    """Make a book of one file, each `#` heading of which starts a section."""
    yaml, body, first = frontmatter.split(reading.text(path) or "")
    if not reading.head.path:
        reading.set_head(FrontMatter(path) if yaml is None else frontmatter.parse(yaml, path))
    reading.problems += includes.foreign(body, path, first)
    expanded = includes.expand(body, path, first, reading.folder, shortcodes=True)
    body, origins = reading.translated(expanded, path, first)
    lines = body.split("\n")
    starts = [(0, ""), *chapter_headings(body)]
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    drafts = []
    for (start, heading), end in zip(starts, ends, strict=True):
        text = "\n".join(lines[start:end])
        if text.strip():
            title = without_attributes(heading)
            guess = stem_role(f"{slugify(title, 'none')}.md")
            name = title or (reading.name if len(starts) == 1 else "opening")
            drafts.append(
                Draft(
                    path,
                    Item(path, role=marked_role(heading)),
                    SILENT,
                    FrontMatter(path),
                    text,
                    origins[start] if origins else first + start,
                    "",
                    name,
                    guess,
                    origins[start:end],
                    tuple((at - start, file, there) for at, file, there in expanded.included if start <= at < end),
                )
            )
    return _book(reading, drafts)


def _read_head(reading: Reading) -> str:
    """Read the book's front matter from its own file, if there is one; return the text that book.md holds besides."""
    found = [name for name in BOOK_FILES if name in reading.folder.files]
    for name in found[1:]:
        message = f"the book's front matter stands in {found[0]}, and this file is not read"
        reading.problems.append(warning("book-twice", message, name, hint="delete one of them"))
    if not found:
        if reading.summary and "book.toml" in reading.folder.files:
            reading.set_head(mdbook.head(reading.folder))
        elif reading.project.path:
            reading.set_head(quarto.head(reading.project))
        return ""
    path = found[0]
    text = reading.text(path) or ""
    yaml, body, _ = frontmatter.split(text)
    if yaml is None and path != "book.md":
        reading.set_head(frontmatter.parse(text, path, 1))
    else:
        reading.set_head(FrontMatter(path) if yaml is None else frontmatter.parse(yaml, path))
    return body.strip() if path == "book.md" else ""


def _share_head(path: str, reading: Reading) -> None:
    """Take the front matter of the first section for the book's."""
    path = reading.folder.spelling(path)
    text = reading.texts[path] = reading.text(path)
    yaml, _, _ = frontmatter.split(text or "")
    reading.set_head(FrontMatter(path) if yaml is None else frontmatter.parse(yaml, path), shared=True)


def _outline(reading: Reading) -> tuple[tuple[Item, ...], str]:
    """Find the order of the sections, and the file that gives it; empty for the order of names."""
    names = outline.natural(reading.folder.files)
    if reading.head.values.get("chapters") is not None:
        reading.summary = ""
        items, problems = outline.from_chapters(reading.head.values["chapters"], reading.head)
        reading.problems += problems
        if problems:
            return items or names, reading.head.path
        reading.problems += _unlisted(items, names, reading)
        return items, reading.head.path
    if reading.summary:
        return mdbook.summary(reading.text(reading.summary) or "", reading.summary), reading.summary
    if reading.project.path:
        items, problems = quarto.outline(reading.project)
        reading.problems += problems
        return items, quarto.FILE
    for path in ("Book.txt", "manuscript/Book.txt"):
        if path in reading.folder.files:
            return outline.from_book_txt(reading.text(path) or "", path), path
    return names, ""


def _unlisted(items: Sequence[Item], names: Sequence[Item], reading: Reading) -> Iterator[Problem]:
    """Warn of Markdown that `chapters` forgets: a chapter that is missing in print is found too late."""
    listed = {item.path for item in items}
    for item in names:
        if item.path not in listed and item.path != reading.head.path:
            text, _ = reading.folder.text(item.path)
            yaml, _, _ = frontmatter.split(text or "")
            front = frontmatter.parse(yaml, item.path) if yaml else FrontMatter(item.path)
            if not section_keys(front)[0].draft:
                hint = "name it there, or write draft: true in its front matter"
                yield warning("chapter-unlisted", "`chapters` does not name this file", item.path, hint=hint)


def _existing(items: Sequence[Item], source: str, reading: Reading) -> Iterator[Item]:
    """Leave out what the outline names and the folder lacks, or names again."""
    seen: set[str] = set()
    for item in items:
        fault = ""
        if item.path in seen:
            fault = "is named twice"
        elif item.path and source:
            item = replace(item, path=reading.folder.spelling(item.path))
            fault = reading.folder.fault(item.path)
            if not fault and PurePosixPath(item.path).suffix.lower() not in {*MARKDOWN, ".txt"}:
                fault = "is not Markdown"
        if fault:
            reading.problems.append(error("chapter-missing", f"the chapter {item.path} {fault}", source, item.line))
        else:
            seen |= {item.path} - {""}
            yield item


def _book(reading: Reading, drafts: Sequence[Draft]) -> Book:
    problems, keys, head = reading.problems, reading.keys, reading.head
    if not any(draft.path for draft in drafts):
        if not has_errors(problems):
            message, hint = "there is no Markdown text", "write the first one, 01-chapter.md, or name another folder"
            if reading.summary:
                message, hint = f"{reading.summary} lists none", "list each in it: - [Title](file.md)"
            problems.append(error("no-chapters", f"no chapters: {message}", head.path or reading.summary, hint=hint))
        raise PackagerError(*in_order(problems))
    title = _title(reading, drafts)
    found = sections(drafts, problems)
    stylesheets = tuple(_stylesheets(reading))
    meta = metadata(keys, title)
    if meta.cover:
        if fault := reading.folder.fault(meta.cover):
            message = f"the cover image {meta.cover} {fault}"
            problems.append(error("cover-missing", message, head.path, head.line("cover")))
        meta = replace(meta, cover="" if fault else reading.folder.spelling(meta.cover))
    return Book(
        name=slugify(reading.name, "book"),
        metadata=meta,
        sections=tuple(replace(each, lang="" if each.lang == meta.lang else each.lang) for each in found),
        assets=Assets(reading.folder),
        stylesheets=stylesheets,
        options=options(keys, head),
        variables=MappingProxyType(dict(keys.variables)),
        path=head.path,
        lines=MappingProxyType({str(loc[0]): line for loc, line in head.lines.items() if len(loc) == 1}),
        problems=in_order(problems),
    )


def _title(reading: Reading, drafts: Sequence[Draft]) -> str:
    """Return a title for a book without one, which is an error but in an mdBook: that may have none."""
    head = reading.head
    if reading.keys.title or any(problem.code.startswith("front-matter") for problem in head.problems):
        return reading.keys.title or reading.name
    name = re.sub(r"[\s_-]+", " ", reading.name).strip().capitalize() or "Untitled"
    path = head.path or next(draft.path for draft in drafts if draft.path)
    hint = "write --- on the first line, then title: The Title, then ---"
    if reading.summary and head.path in {"", "book.toml"} | {draft.path for draft in drafts}:
        title = mdbook.summary_title(reading.text(reading.summary) or "") or name
        message = f"the book has no title, and is called {title}"
        reading.problems.append(
            warning("title-missing", message, path, head.line("title"), "write title: in book.toml or book.md")
        )
        return title
    blank = "title" in head.values
    message = "`title` is blank" if blank else "the book has no title"
    line = head.line("title") or 1
    if not any(problem.line == line and "`title`" in problem.message for problem in head.problems):
        reading.problems.append(
            error("title-missing", message, path, line, "write title: The Title" if head.lines else hint)
        )
    return name


def _stylesheets(reading: Reading) -> Iterator[Stylesheet]:
    """Read the author's CSS: `style.css`, and what `css` names; CSS in another encoding is read with a warning."""
    for path in dict.fromkeys(posixpath.normpath(path) for path in ("style.css", *reading.keys.css)):
        if path == "style.css" and path not in reading.folder.files:
            continue
        if fault := reading.folder.fault(path):
            line = reading.head.line("css") if path in map(posixpath.normpath, reading.keys.css) else None
            place = reading.head.path if line else path
            reading.problems.append(error("css-missing", f"the stylesheet {path} {fault}", place, line))
            continue
        text, problems = reading.folder.text(path)
        lenient = {"file-encoding": Severity.WARNING}
        reading.problems += [replace(each, severity=lenient.get(each.code, each.severity)) for each in problems]
        if text is not None:
            yield Stylesheet(reading.folder.spelling(path), text)
