"""What front matter may say: pydantic models of its keys, and the book's metadata and options made from them."""

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for plugins takes longer than all our checks
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from packager.aliases import PRODUCTS, RELATORS, canonical, nearest, spell
from packager.book import Contributor, Metadata, Options, Series
from packager.frontmatter import FrontMatter, Loc, Tree, typed
from packager.problems import Problem, error, warning
from packager.roles import ROLE_WORDS
from packager.slugs import slugify
from packager.store import recall

EDITIONS = ("epub", "print", "screen", "web")
"""Editions that a section may name."""

_FILE_AS = ("file-as", "sort", "sort-as")
_BREAKS = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_KINDS: Mapping[type, str] = {str: "text", list: "a list", dict: "a mapping", type(None): "nothing"}
_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of `name: value`",
    "model_type": "a name, or a mapping with a name",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
}


class Fault(ValueError):
    """What is wrong with a value, as a phrase that follows its key, and how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def _one_line(text: str) -> str:
    """Collapse white space but no-break spaces."""
    return _BREAKS.sub(" ", str(text)).strip()


def _listed(value: Tree) -> Tree:
    """Make a list of a single value, and drop what is blank."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item is not None and not (isinstance(item, str) and not item.strip())]


def language(tag: str) -> str:
    """Return a BCP 47 tag in canonical case; `en_GB` is taken for `en-GB`; raise `Fault` for what is no language."""
    return recall(lambda: _language(tag).encode(), "language", tag).decode()


def _language(tag: str) -> str:
    # Imported here: it costs a third of the start of a program that knows the tag already.
    from langcodes import standardize_tag, tag_is_valid
    from langcodes.tag_parser import LanguageTagError

    written = _one_line(tag).replace("_", "-")
    hint = "write a BCP 47 tag: en, en-GB, fr, zh-Hant"
    try:
        if tag_is_valid(written):
            return str(standardize_tag(written))
    except LanguageTagError:
        pass
    raise Fault(f"is no language: {tag!r}", hint)


def iso_date(text: str) -> str:
    """Return a date of ISO 8601, precise to year, month or day as written; raise `Fault` for what is none."""
    text = _one_line(text)
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        raise Fault(f"is no date: {text!r}", "write 1892, 1892-10 or 1892-10-14")
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as impossible:
        raise Fault(f"is no date of the calendar: {text!r}") from impossible
    return text


def isbn13(text: str) -> str:
    """Return the thirteen digits of an ISBN; raise `Fault` where length, prefix or check digit is wrong (ISO 2108)."""
    digits = re.sub(r"^(urn:)?isbn(-1[03])?[: ]*|[-\s‐‑–]", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"\d{9}[\dXx]", digits, re.ASCII):
        raise Fault(f"is an ISBN-10: {text!r}", f"write the ISBN-13, {_checked('978' + digits[:9])}")
    if not re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        raise Fault(f"is no ISBN: {text!r}", "an ISBN has 13 digits and begins with 978 or 979")
    if _checked(digits[:12]) != digits:
        raise Fault(
            f"is an ISBN with a wrong digit: {text!r}",
            f"its last digit does not fit; {_checked(digits[:12])} would be right",
        )
    return digits


def _checked(twelve: str) -> str:
    """Append the check digit."""
    return f"{twelve}{-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(twelve)) % 10}"


def relator(word: str) -> str:
    """Return the MARC code for what a person did, `edt` for `editor` and `Editors`; raise `Fault` for another word."""
    key = spell(word)
    code = RELATORS.get(key) or RELATORS.get(key.removesuffix("s")) or key
    if not re.fullmatch("[a-z]{3}", code):
        near = nearest(key, RELATORS)
        raise Fault(
            f"is no role that is known: {word!r}", f"did you mean {near}?" if near else "use a MARC relator code"
        )
    return code


def _role(word: str) -> str:
    if (key := spell(word)) not in ROLE_WORDS:
        near = nearest(key, ROLE_WORDS)
        raise Fault(f"is no role that is known: {word!r}", f"did you mean {near}?" if near else "")
    return ROLE_WORDS[key]


def _product(word: str) -> str:
    if word not in PRODUCTS:
        raise Fault("names no product that is made here", "there are epub, paperback and hardcover")
    return word


def _edition(word: str) -> str:
    if (key := spell(word)) not in EDITIONS:
        raise Fault(f"is no edition: {word!r}", f"there are {', '.join(EDITIONS)}")
    return key


def _slug(text: str) -> str:
    if text != slugify(text, ""):
        raise Fault(f"is no id: {text!r}", f"write {slugify(text)}: small letters, digits and hyphens")
    return text


def _breakable(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise Fault(f"is no word: {word!r}", "write letters, with a hyphen where the word may break: man-u-script")
    return word


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][\w.-]{0,60}", name):
        raise Fault(f"has a name that cannot stand in {{{{ }}}}: {name!r}", "begin with a letter; no spaces")
    return name


def _spoken(value: Tree) -> Tree:
    """Take a list for its items with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _uncited(value: Tree) -> Tree:
    """Read pandoc's `nocite`: keys with their signs, in a list or between commas."""
    items = value if isinstance(value, list) else [value]
    return [key.lstrip("@") for item in items for key in re.split(r"[,;\s]+", str(item or "")) if key]


def _words(value: Tree) -> Tree:
    items = value if isinstance(value, list) else [value]
    return [word for item in items for word in (item.split() if isinstance(item, str) else [item])]


def _count(value: Tree) -> Tree:
    """Take the marks of thousands out of a number: `80,000`."""
    return re.sub(r"(?<=\d)[,_ ](?=\d{3})", "", value) if isinstance(value, str) else value


def _person(value: Tree) -> Tree:
    """Bring the forms in which tools write a person to `{name, role, file-as}`."""
    if isinstance(value, str):
        return {"name": value}
    if not isinstance(value, dict):
        return value
    said = {spell(key): item for key, item in value.items()}
    whole = " ".join(part for key in ("given", "family") if isinstance(part := said.get(key), str))
    named = {
        "name": said.get("name") or said.get("text") or whole or None,
        "role": said.get("role") or said.get("type"),
    }
    named["file-as"] = next((said[key] for key in _FILE_AS if said.get(key)), None)
    if named["name"] is None:
        raise Fault("has an entry without a name", "write a name, or name: …")
    return {key: item for key, item in named.items() if item is not None}


def _people(value: Tree) -> Tree:
    """Spread `{editor: A, translator: [B, C]}` into a list of people."""
    if isinstance(value, dict) and value and not {"name", "text", "family"} & value.keys():
        return [
            {**person, "role": word} if isinstance(person, dict) else {"name": person, "role": word}
            for word, named in value.items()
            for person in (named if isinstance(named, list) else [named])
        ]
    return _listed(value)


Text = Annotated[str, AfterValidator(_one_line)]
Prose = Annotated[str, AfterValidator(lambda text: str(text).strip())]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Language = Annotated[str, AfterValidator(language)]
Goal = Annotated[int, Field(ge=0, le=10_000_000), BeforeValidator(_count)]


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=lambda name: name.replace("_", "-"))


class Person(_Keys):
    """Someone named on the book."""

    name: Text
    role: Annotated[str, AfterValidator(relator)] = ""
    file_as: Text = ""


People = Annotated[tuple[Annotated[Person, BeforeValidator(_person)], ...], BeforeValidator(_people)]


class BookKeys(_Keys):
    """The keys of a book's front matter, canonical spelling."""

    title: Text = ""
    subtitle: Text = ""
    author: People = ()
    contributors: People = ()
    lang: Language = "en"
    date: Annotated[str, AfterValidator(iso_date)] = ""
    publisher: Text = ""
    rights: Prose = ""
    description: Prose = ""
    subject: Texts = ()
    series: Text = ""
    series_number: Text = ""
    identifier: Text = ""
    isbn: dict[Annotated[str, AfterValidator(_product)], Annotated[str, AfterValidator(isbn13)]] = {}
    edition: Text = ""
    cover: Text = ""
    cover_alt: Text = ""
    theme: Text = "novel"
    trim: Text = ""
    printer: Text = "kdp"
    style: dict[str, Any] = {}
    numbered: bool = False
    toc_depth: Annotated[int, Field(ge=1, le=6)] | None = None
    chapter_start: Literal["recto", "any"] = "recto"
    lists: Annotated[tuple[Literal["figures", "tables"], ...], BeforeValidator(_listed)] = ()
    interior: Literal["colour", "mono"] = "colour"
    hyphenation: Annotated[tuple[Annotated[str, AfterValidator(_breakable)], ...], BeforeValidator(_words)] = ()
    notes: Literal["foot", "chapter", "book"] = "foot"
    editor_notes: Literal["symbols", "letters"] = "symbols"
    bibliography: Texts = ()
    nocite: Annotated[tuple[str, ...], BeforeValidator(_uncited)] = ()
    csl: Text = ""
    also_by: Texts = ()
    colophon: bool = False
    goal: Goal = 0
    checks: dict[str, Any] = {}
    css: Texts = ()
    variables: dict[Annotated[str, AfterValidator(_variable)], Annotated[Text, BeforeValidator(_spoken)]] = {}
    chapters: Any = None


class SectionKeys(_Keys):
    """The keys of a section's front matter, canonical spelling."""

    title: Text = ""
    subtitle: Text = ""
    short_title: Text = ""
    author: People = ()
    role: Annotated[str, AfterValidator(_role)] = ""
    numbered: bool | None = None
    toc: bool = True
    editions: Annotated[tuple[Annotated[str, AfterValidator(_edition)], ...], BeforeValidator(_listed)] = ()
    id: Annotated[str, AfterValidator(_slug)] = ""
    draft: bool = False
    lang: Annotated[str, AfterValidator(language)] = ""
    index: Text = ""
    goal: Goal = 0


Keys = TypeVar("Keys", bound=_Keys)

BOOK_KEYS = frozenset(name.replace("_", "-") for name in BookKeys.model_fields)
SECTION_KEYS = frozenset(name.replace("_", "-") for name in SectionKeys.model_fields)


def book_keys(front: FrontMatter, shared: bool = False) -> tuple[BookKeys, FrontMatter]:
    """Check the book's front matter; return its keys and the front matter under our spelling, with all problems.

    `shared` is true for a file whose front matter speaks of the book and of its section.
    """
    said = canonical(front, BOOK_KEYS | SECTION_KEYS if shared else BOOK_KEYS)
    keys, problems = _validated(BookKeys, said)
    problems += [_same_isbn(said)] if len(set(keys.isbn.values())) < len(keys.isbn) else []
    return keys, FrontMatter(said.path, said.values, said.lines, (*said.problems, *problems))


def section_keys(front: FrontMatter, shared: bool = False) -> tuple[SectionKeys, tuple[Problem, ...]]:
    """Check a section's front matter; `shared` leaves the book's part of it, and its problems, to `book_keys`."""
    if shared:
        own = {key: value for key, value in front.values.items() if key in SECTION_KEYS - BOOK_KEYS}
        keys, problems = _validated(SectionKeys, FrontMatter(front.path, own, front.lines))
        return keys, tuple(problems)
    said = canonical(front, SECTION_KEYS, BOOK_KEYS)
    keys, problems = _validated(SectionKeys, said)
    return keys, (*said.problems, *problems)


def metadata(keys: BookKeys, title: str) -> Metadata:
    """Make the book's metadata, with a title for the book whose own is missing."""
    people = [_contributor(person, "aut") for person in keys.author]
    people += [_contributor(person, "ctb") for person in keys.contributors]
    return Metadata(
        title=keys.title or title,
        subtitle=keys.subtitle,
        contributors=tuple(sorted(dict.fromkeys(people), key=lambda person: person.role != "aut")),
        lang=keys.lang,
        date=keys.date,
        publisher=keys.publisher,
        rights=keys.rights,
        description=keys.description,
        subjects=tuple(dict.fromkeys(keys.subject)),
        series=Series(keys.series, keys.series_number) if keys.series else None,
        identifier=keys.identifier,
        isbn=MappingProxyType(dict(keys.isbn)),
        edition=keys.edition,
        cover=keys.cover,
        cover_alt=keys.cover_alt,
    )


def options(keys: BookKeys, front: FrontMatter) -> Options:
    """Make the options; the knobs of `style` keep the types that their spelling shows."""
    style = {spell(knob): typed(value) for knob, value in keys.style.items()}
    lines = {spell(knob): front.line("style", knob) for knob in keys.style}
    lines |= {key: front.line(key) for key in ("theme", "trim", "printer", "style") if key in front.values}
    return Options(
        theme=keys.theme,
        trim=keys.trim,
        printer=keys.printer,
        style=MappingProxyType(style),
        style_lines=MappingProxyType({knob: line for knob, line in lines.items() if line}),
        numbered=keys.numbered,
        toc_depth=keys.toc_depth,
        chapter_start=keys.chapter_start,
        lists=tuple(dict.fromkeys(keys.lists)),
        interior=keys.interior,
        hyphenation=tuple(dict.fromkeys(keys.hyphenation)),
        checks=MappingProxyType({spell(code): typed(value) for code, value in keys.checks.items()}),
        check_lines=MappingProxyType({spell(code): front.line("checks", code) or 1 for code in keys.checks}),
        notes=keys.notes,
        editor_notes=keys.editor_notes,
        bibliography=tuple(dict.fromkeys(keys.bibliography)),
        nocite=tuple(dict.fromkeys(keys.nocite)),
        csl=keys.csl,
        also_by=keys.also_by,
        colophon=keys.colophon,
        goal=keys.goal,
    )


def _contributor(person: Person, default: str) -> Contributor:
    return Contributor(person.name, person.role or default, person.file_as)


def _validated(model: type[Keys], front: FrontMatter) -> tuple[Keys, list[Problem]]:
    """Validate all keys; those that fail become problems and keep their defaults."""
    values = {key: value for key, value in front.values.items() if value is not None and key in _names(model)}
    try:
        return model.model_validate(values), []
    except ValidationError as invalid:
        faults = invalid.errors(include_url=False)
    failed = {str(fault["loc"][0]) for fault in faults}
    problems = {_problem(fault, front): None for fault in faults}
    return model.model_validate({key: value for key, value in values.items() if key not in failed}), list(problems)


def _names(model: type[_Keys]) -> Sequence[str]:
    return [name.replace("_", "-") for name in model.model_fields]


def _problem(fault: Any, front: FrontMatter) -> Problem:
    """Say a fault of validation in the words of an author, with its line."""
    loc: Loc = tuple(part for part in fault["loc"] if part != "[key]")
    names = [str(part) for part in loc if isinstance(part, str)]
    subject = f"`{names[0]}`" + "".join(f" ({name})" for name in names[1:])
    cause = fault.get("ctx", {}).get("error")
    hint = cause.hint if isinstance(cause, Fault) else ""
    if cause is not None:
        message = f"{subject} {cause}"
    elif fault["type"] == "literal_error":
        message = f"{subject} cannot be {fault['input']!r}"
        hint = f"write {fault['ctx']['expected']}"
    elif fault["type"] in _EXPECTED:
        kind = next((name for type_, name in _KINDS.items() if isinstance(fault["input"], type_)), "that")
        shown = repr(str(fault["input"])) if kind == "text" else kind
        message = f"{subject} must be {_EXPECTED[fault['type']]}, not {shown}"
    else:
        message = f"{subject} is wrong: {fault['msg'][0].lower()}{fault['msg'][1:]}"
    return error("key-value", message, front.path, front.line(*loc), hint)


def _same_isbn(front: FrontMatter) -> Problem:
    message, hint = "two products have the same ISBN", "each product needs its own"
    return warning("isbn-shared", message, front.path, front.line("isbn"), hint)
