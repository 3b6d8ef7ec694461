"""Other tools' spellings of front matter, turned into ours: pandoc, Quarto, mdBook, Asciidoctor, crowbook, Re:VIEW."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field

from packager.frontmatter import FrontMatter, Loc, Tree
from packager.problems import Problem, error, warning

ALIASES = {
    "booktitle": "title",
    **dict.fromkeys(("authors", "creator", "creators", "aut"), "author"),
    "contributor": "contributors",
    **dict.fromkeys(("language", "inlanguage"), "lang"),
    **dict.fromkeys(("urnid", "uuid"), "identifier"),
    **dict.fromkeys(("revdate", "published"), "date"),
    **dict.fromkeys(("license", "licence", "copyright"), "rights"),
    "blurb": "description",
    **dict.fromkeys(("subjects", "keywords"), "subject"),
    **dict.fromkeys(("cover-image", "coverimage", "epub-cover-image", "front-cover-image", "image"), "cover"),
    "cover-image-alt": "cover-alt",
    **dict.fromkeys(("belongs-to-collection", "series-name"), "series"),
    **dict.fromkeys(("group-position", "series-volume"), "series-number"),
    "number-sections": "numbered",
    "sectiondepth": "toc-depth",
    **dict.fromkeys(("stylesheet", "stylesheets"), "css"),
    **dict.fromkeys(("size", "papersize", "page-size", "pdf-page-size"), "trim"),
    **dict.fromkeys(("type", "epub:type"), "role"),
    **dict.fromkeys(("references", "bib"), "bibliography"),
    **dict.fromkeys(("citation-style", "bibliography-style"), "csl"),
    "other-books": "also-by",
}
"""Spellings that mean just what ours mean, in the form that `spell` gives."""

RELATORS = {
    "author": "aut", "editor": "edt", "translator": "trl", "illustrator": "ill", "photographer": "pht",
    "narrator": "nrt", "designer": "dsr", "book-designer": "bkd", "cover-designer": "cov", "annotator": "ann",
    "compiler": "com", "adapter": "adp", "artist": "art", "proofreader": "pfr", "reviewer": "rev", "printer": "prt",
    "publisher": "pbl", "producer": "pro", "introduction": "aui", "foreword": "aui", "afterword": "aft",
    "contributor": "ctb",
}  # fmt: skip
"""Words for what a person did on a book, with the MARC relator code (id.loc.gov/vocabulary/relators)."""

PEOPLE = ("editor", "translator", "illustrator", "photographer", "narrator", "designer", "annotator", "compiler")
"""Words of `RELATORS` that may stand as keys of the front matter, as may their plurals and codes."""

RUNS_CODE = frozenset({
    "command", "commands", "engine", "exec", "execute", "extension", "extensions", "filter", "filters", "hook", "hooks",
    "jupyter", "knitr", "lua-filter", "lua-filters", "markdown-extensions", "pdf-engine", "pdf-engine-opt",
    "pdf-engine-opts", "plugin", "plugins", "postprocess", "postprocessor", "preprocess", "preprocessor",
    "preprocessors", "python", "script", "scripts", "shell",
})  # fmt: skip
"""Keys by which a manuscript makes other tools run programs."""

UNUSED = {
    "accessibility": "accessibility metadata is computed from the content",
    "modified": "the date of a build is not recorded: equal text gives equal files",
    "dir": "the direction follows `lang`",
    "text-direction": "the direction follows `lang`",
    "page-progression-direction": "the direction follows `lang`",
    "toc-title": "the title of the contents follows `lang`",
    "number-depth": "only chapters are numbered",
}
"""Keys that authors bring and that change nothing here, with the reason."""

PRODUCTS = {
    **dict.fromkeys(("epub", "ebook", "e-book"), "epub"),
    **dict.fromkeys(("paperback", "print", "print-pdf", "softcover"), "paperback"),
    **dict.fromkeys(("hardcover", "hardback"), "hardcover"),
}
"""Names of the products that carry an ISBN."""


@dataclass(slots=True)
class _Draft:
    """Front matter on its way to our spelling."""

    path: str
    values: dict[str, Tree] = field(default_factory=dict)
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def put(self, key: str, value: Tree, line: int) -> None:
        """Give a key its value unless the author gave it one himself."""
        if self.values.get(key) is None:
            self.values[key] = value
            self.lines[key,] = line


def spell(key: str) -> str:
    """Return a key in lower case with hyphens: `Short_Title` is `short-title`."""
    return key.strip().lower().replace("_", "-").replace(" ", "-")


def canonical(front: FrontMatter, known: Collection[str], elsewhere: Collection[str] = ()) -> FrontMatter:
    """Return the front matter under our keys; what is unknown, unused, doubled or would run code becomes a problem.

    `elsewhere` are keys that are known, but not in this file.
    """
    draft = _Draft(front.path, problems=list(front.problems))
    if line := front.line():
        draft.lines[()] = line
    origins: dict[str, str] = {}
    people: list[tuple[str, Tree, int]] = []
    for written, value in front.values.items():
        line = front.line(written) or 1
        spelled = spell(written)
        key = ALIASES.get(spelled, spelled)
        if (role := _role_key(spelled)) and "contributors" in known:
            people.append((role, value, line))
        elif spelled == "unnumbered":
            draft.put("numbered", _opposite(value), line)
        elif spelled == "products":
            _products(value, line, draft)
        elif key not in known:
            draft.problems.append(_unknown(written, key, known, elsewhere, front.path, line))
        elif key in origins:
            message = f"`{written}` says again what `{origins[key]}` says on line {front.line(origins[key])}"
            draft.problems.append(error("key-twice", message, front.path, line, "keep one of them"))
        else:
            origins[key] = written
            if value is not None or key not in draft.values:
                draft.values[key] = f"urn:uuid:{value}" if spelled == "uuid" and isinstance(value, str) else value
            draft.lines |= {(key, *loc[1:]): at for loc, at in front.lines.items() if loc and loc[0] == written}
    for role, value, line in people:
        _add_people(role, value, line, draft)
    for key, reshape in (("title", _title), ("series", _series), ("identifier", _identifier), ("isbn", _isbn)):
        if key in known and draft.values.get(key) is not None:
            reshape(draft.values[key], draft.lines.get((key,), 1), draft)
    return FrontMatter(front.path, draft.values, draft.lines, tuple(draft.problems))


def nearest(word: str, known: Collection[str]) -> str:
    """Return the known word that is spelled most like this one; empty where none is."""
    return next(iter(difflib.get_close_matches(word, known, n=1)), "")


def _role_key(key: str) -> str:
    """Return the relator code where a key names a person's work: `editors`, `trl`; empty elsewhere."""
    word = key if key in PEOPLE else key.removesuffix("s")
    if word in PEOPLE:
        return RELATORS[word]
    return key if key in {RELATORS[word] for word in PEOPLE} else ""


def _unknown(
    written: str, key: str, known: Collection[str], elsewhere: Collection[str], path: str, line: int
) -> Problem:
    if key in RUNS_CODE:
        message = f"`{written}` makes other tools run programs, and a manuscript runs none"
        return error("key-runs-code", message, path, line, "delete it")
    if key in UNUSED:
        return warning("key-unused", f"`{written}` changes nothing: {UNUSED[key]}", path, line)
    if key in elsewhere:
        return warning(
            "key-misplaced", f"`{written}` says something of the whole book", path, line, "move it to book.md"
        )
    near = nearest(key, [*known, *(alias for alias, ours in ALIASES.items() if ours in known)])
    return warning("key-unknown", f"unknown key `{written}`", path, line, f"did you mean `{near}`?" if near else "")


def _opposite(value: Tree) -> Tree:
    word = value.lower() if isinstance(value, str) else ""
    return "false" if word in {"true", "yes", "on"} else "true" if word in {"false", "no", "off"} else value


def _text(value: Tree) -> str:
    """Return the text of a value, or of pandoc's `{text: …}`, `{name: …}` around it."""
    if isinstance(value, dict):
        value = value.get("text") or value.get("name")
    return value if isinstance(value, str) else ""


def _add_people(role: str, value: Tree, line: int, draft: _Draft) -> None:
    """Append the people of `editor:`, `trl:`, … to the contributors."""
    listed = draft.values.get("contributors")
    people: list[Tree] = listed if isinstance(listed, list) else [] if listed is None else [listed]
    for person in value if isinstance(value, list) else [value]:
        draft.lines["contributors", len(people)] = line
        people.append({**person, "role": role} if isinstance(person, dict) else {"name": person, "role": role})
    draft.put("contributors", people, line)
    draft.values["contributors"] = people


def _title(value: Tree, line: int, draft: _Draft) -> None:
    """Part pandoc's list of `{type: main, text: …}` into title, subtitle and edition."""
    parts = [value] if isinstance(value, dict) else value
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return
    draft.values["title"] = None
    for part in parts:
        kind = part.get("type") or "main" if isinstance(part, dict) else "main"
        key = {"main": "title", "subtitle": "subtitle", "edition": "edition"}.get(str(kind))
        if key:
            draft.put(key, _text(part), line)


def _series(value: Tree, line: int, draft: _Draft) -> None:
    """Part `{name: …, number: …}` into name and number."""
    first = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(first, dict):
        number = next(
            (first[key] for key in ("number", "position", "group-position", "volume") if first.get(key)), None
        )
        draft.values["series"] = _text(first) or first
        draft.put("series-number", number, line)


def _identifier(value: Tree, line: int, draft: _Draft) -> None:
    """Part pandoc's `{scheme: ISBN-13, text: …}`: an ISBN is the EPUB's, the first of other schemes stays."""
    kept: Tree = None
    for item in value if isinstance(value, list) else [value]:
        text = _text(item)
        scheme = spell(str(item.get("scheme") or "")) if isinstance(item, dict) else ""
        digits = text.lower().removeprefix("urn:").removeprefix("isbn").strip(" :").replace("-", "").replace(" ", "")
        if scheme.startswith("isbn") or text.lower().startswith(("isbn", "urn:isbn")) or _bookland(digits):
            _products({"epub": {"isbn": text}}, line, draft)
        elif kept is None:
            prefix = {"doi": "https://doi.org/", "uuid": "urn:uuid:"}.get(scheme, "")
            kept = f"{prefix}{text}" if text and not text.startswith(prefix or "\0") else text or item
    draft.values["identifier"] = kept


def _bookland(digits: str) -> bool:
    return len(digits) == 13 and digits.isdecimal() and digits.startswith(("978", "979"))


def _products(value: Tree, line: int, draft: _Draft) -> None:
    """Take the ISBNs out of `products: {print: {isbn: …}}`."""
    isbns = draft.values.get("isbn")
    isbns = {"epub": isbns} if isinstance(isbns, str) else isbns if isinstance(isbns, dict) else {}
    for product, about in value.items() if isinstance(value, dict) else ():
        number = (about.get("isbn") or about.get("identifier")) if isinstance(about, dict) else about
        isbns.setdefault(product, number)
    draft.lines.setdefault(("isbn",), line)
    draft.values["isbn"] = isbns


def _isbn(value: Tree, line: int, draft: _Draft) -> None:
    """Give a single number to the EPUB, and name the products as we do."""
    if isinstance(value, str):
        message, hint = "`isbn` names no product, and is taken for the EPUB's", "write isbn: {epub: …, paperback: …}"
        draft.problems.append(warning("isbn-product", message, draft.path, line, hint))
        draft.values["isbn"] = {"epub": value}
    elif isinstance(value, dict):
        named = {PRODUCTS.get(spell(product), product): number for product, number in value.items()}
        draft.lines |= {("isbn", PRODUCTS.get(spell(p), p)): draft.lines.get(("isbn", p), line) for p in value}
        draft.values["isbn"] = named
