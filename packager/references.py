"""Files of references, BibTeX or CSL-JSON, in; entries as CSL knows them out. The only importer of bibtexparser.

Types and fields follow the mapping of citeproc (https://github.com/jgm/pandoc/wiki/CSL-and-BibTeX) and the CSL 1.0.2
schema for input data (https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packager.aliases import nearest
from packager.book import Book
from packager.problems import Problem, error, warning

Entry = Mapping[str, Any]
"""An item of CSL-JSON."""

TYPES = {
    "article": "article-journal", "book": "book", "mvbook": "book", "booklet": "pamphlet", "collection": "book",
    "conference": "paper-conference", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "manual": "book",
    "mastersthesis": "thesis", "phdthesis": "thesis", "thesis": "thesis", "misc": "document",
    "online": "webpage", "www": "webpage", "electronic": "webpage", "proceedings": "book", "techreport": "report",
    "report": "report", "unpublished": "manuscript", "periodical": "periodical", "patent": "patent",
    "reference": "entry-encyclopedia", "inreference": "entry-encyclopedia", "dataset": "dataset",
    "software": "software",
    "letter": "personal_communication",
}  # fmt: skip
"""BibTeX's and BibLaTeX's kinds of entries -> CSL's."""

FIELDS = {
    "title": "title", "booktitle": "container-title", "journal": "container-title", "journaltitle": "container-title",
    "publisher": "publisher", "institution": "publisher", "school": "publisher", "organization": "publisher",
    "address": "publisher-place", "location": "publisher-place", "volume": "volume", "number": "issue",
    "issue": "issue", "pages": "page", "edition": "edition", "series": "collection-title", "doi": "DOI", "url": "URL",
    "isbn": "ISBN", "issn": "ISSN", "note": "note", "abstract": "abstract", "chapter": "chapter-number",
    "howpublished": "medium", "language": "language", "langid": "language", "volumes": "number-of-volumes",
    "eventtitle": "event-title", "shorttitle": "title-short", "version": "version", "archive": "archive",
}  # fmt: skip
PEOPLE = {"author": "author", "editor": "editor", "translator": "translator", "bookauthor": "container-author"}
GENRES = {"mastersthesis": "Master’s thesis", "phdthesis": "PhD thesis"}
_PLAIN = re.compile(r"(?:[^\W_]|[\s.,:;()/+]|-(?!-))*")
"""Text that LaTeX sets as it stands; to decode the rest is slow."""
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@dataclass(frozen=True, slots=True)
class References:
    """What the book's files of references hold."""

    entries: Mapping[str, Entry]
    """By key."""
    problems: tuple[Problem, ...] = ()


def load(book: Book) -> References:
    """Read the files that `bibliography:` names; what cannot be read is an error with its line."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path in book.options.bibliography:
        place = book.path, book.lines.get("bibliography")
        try:
            text = book.assets[path].data.decode("utf-8-sig").replace("\r\n", "\n")
        except KeyError:
            near = nearest(path, [name for name in book.assets if name.endswith((".bib", ".json"))])
            hint = f"did you mean {near}?" if near else "put a .bib or .json file into the book's folder"
            problems.append(error("bibliography-missing", f"the bibliography {path} does not exist", *place, hint))
            continue
        except UnicodeDecodeError as fault:
            at = fault.object.count(b"\n", 0, fault.start) + 1
            problems.append(error("bibliography-unreadable", "the file is not UTF-8", path, at, "save it as UTF-8"))
            continue
        found = _json(text, path, problems) if path.lower().endswith(".json") else _bibtex(text, path, problems)
        for key, entry, line in found:
            if key in entries:
                hint = "keep one of them, or give one another key"
                problems.append(warning("citation-key-twice", f"two references have the key {key}", path, line, hint))
            entries.setdefault(key, entry)
    return References(entries, tuple(problems))


def _json(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[str, Entry, int | None]]:
    try:
        items = json.loads(text)
    except json.JSONDecodeError as fault:
        message = f"the file is no JSON: {fault.msg[:1].lower()}{fault.msg[1:]}"
        problems.append(error("bibliography-unreadable", message, path, fault.lineno, "export it again as CSL-JSON"))
        return
    items = items.get("items", items) if isinstance(items, dict) else items
    if not isinstance(items, list):
        problems.append(error("bibliography-unreadable", "the file holds no list of references", path, 1))
        return
    for at, item in enumerate(items, 1):
        key = item.get("id") or item.get("citation-key") if isinstance(item, dict) else None
        if key is None:
            message = f"reference {at} of the file has no `id`"
            problems.append(error("bibliography-unreadable", message, path, hint="give each reference an id"))
            continue
        yield str(key), _sound({**item, "id": str(key)}), None


def _sound(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is no CSL: people who are not mappings, dates without numbers."""
    for name, value in list(item.items()):
        if name in ("author", "editor", "translator", "container-author", "collection-editor"):
            people = value if isinstance(value, list) else []
            item[name] = [person for person in people if isinstance(person, dict) and person]
            if not item[name]:
                del item[name]
        elif name in ("issued", "accessed", "original-date", "event-date"):
            date = _date_parts(value)
            if date:
                item[name] = date
            else:
                del item[name]
        elif value is None or isinstance(value, dict | list):
            del item[name]
    item.setdefault("type", "document")
    return item


def _date_parts(value: Any) -> dict[str, Any] | None:
    """Return a date of CSL with parts that are numbers."""
    if isinstance(value, str):
        return _date(value)
    parts = value.get("date-parts") if isinstance(value, dict) else None
    try:
        return {"date-parts": [[int(part) for part in date] for date in parts]} if parts and parts[0] else None
    except (TypeError, ValueError):
        return None


def _bibtex(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[str, Entry, int | None]]:
    import logging

    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    # A bare & is LaTeX's mark between columns, and would go; authors mean the sign.
    library = parse_string(re.sub(r"(?<!\\)&", r"\\&", text))
    decoder = LatexDecodingMiddleware()
    for block in library.failed_blocks:
        previous = getattr(block, "previous_block", None)
        line = (block.start_line or 0) + 1
        if previous is not None:
            message = f"two references have the key {getattr(block, 'key', '')}"
            problems.append(warning("citation-key-twice", message, path, line, "give one of them another key"))
        else:
            told = (block.raw or "").strip().split("\n")[0][:60]
            hint = "close its braces and quotes, and put a comma behind each field"
            problems.append(
                error("bibliography-unreadable", f"no reference can be read from `{told}`", path, line, hint)
            )
    if not library.entries and not library.failed_blocks and text.strip():
        hint = "write @book{key, title = {…}, …}"
        problems.append(error("bibliography-unreadable", "the file holds no reference", path, 1, hint))

    def decoded(value: str) -> str:
        if _PLAIN.fullmatch(value):
            return " ".join(value.split())
        done, fault = decoder._transform_python_value_string(value)
        return " ".join((value if fault else done).replace("{", "").replace("}", "").split())

    for entry in library.entries:
        values = {field.key.lower(): str(field.value) for field in entry.fields}
        yield entry.key, _item(entry.key, entry.entry_type.lower(), values, decoded), (entry.start_line or 0) + 1


def _item(key: str, kind: str, values: Mapping[str, str], decoded: Any) -> dict[str, Any]:
    """Turn an entry of BibTeX into CSL."""
    item: dict[str, Any] = {"id": key, "type": TYPES.get(kind, "document")}
    if kind in GENRES:
        item["genre"] = GENRES[kind]
    for name, value in values.items():
        if name in PEOPLE:
            item[PEOPLE[name]] = [_person(part, decoded) for part in _apart(value)]
        elif name in FIELDS:
            item.setdefault(FIELDS[name], decoded(value))
    if "subtitle" in values and "title" in item:
        item["title"] = f"{item['title']}: {decoded(values['subtitle'])}"
    if item["type"] in ("book", "chapter") and "issue" in item:
        item["collection-number"] = item.pop("issue")
    if "page" in item:
        item["page"] = re.sub(r"\s*(?:--+|–|—)\s*", "-", item["page"])
    year = decoded(values.get("date") or values.get("year", ""))
    month = decoded(values.get("month", ""))[:3].lower()
    if date := _date(year):
        if month in MONTHS and len(date["date-parts"][0]) == 1:
            date["date-parts"][0].append(MONTHS.index(month) + 1)
        item["issued"] = date
    if accessed := _date(decoded(values.get("urldate", ""))):
        item["accessed"] = accessed
    return item


def _date(text: str) -> dict[str, Any] | None:
    parts = re.match(r"\s*(-?\d{1,4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text)
    return {"date-parts": [[int(part) for part in parts.groups() if part]]} if parts else None


def _apart(people: str) -> list[str]:
    """Part people at each ` and ` outside braces."""
    found, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]|\s+and\s+", people, re.IGNORECASE):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth == 0:
            found.append(people[start : match.start()])
            start = match.end()
    return [part.strip() for part in (*found, people[start:]) if part.strip()]


def _person(text: str, decoded: Any) -> dict[str, str]:
    """Part a name as BibTeX does: `von Last, Jr, First`, `First von Last`, or a body in braces."""
    if text.startswith("{") and text.endswith("}") and "}" not in text[1:-1]:
        return {"literal": decoded(text)}
    parts = [decoded(part) for part in re.split(r",\s*", text)]
    if len(parts) == 1:
        words = parts[0].split()
        last = next((at for at, word in enumerate(words[1:-1], 1) if word[:1].islower()), len(words) - 1)
        family, given, suffix = " ".join(words[last:]), " ".join(words[:last]), ""
    else:
        family, given, suffix = parts[0], parts[-1], parts[1] if len(parts) > 2 else ""
    particle = re.match(r"((?:[a-zà-ÿ’']+ )+)(?=\S)", family)
    person = {"family": family[particle.end() :] if particle else family, "given": given, "suffix": suffix}
    if particle:
        person["non-dropping-particle"] = particle[1].strip()
    return {name: value for name, value in person.items() if value}
