"""What front matter may say: pydantic models of its keys, and the book's metadata and options made from them."""

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from packager.later import later

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for plugins takes longer than all our checks
with later({"importlib.metadata": ("entry_points",)}):  # as does loading what looks for them
    import pydantic.plugin._loader  # noqa: F401  # pydantic itself would load it when it makes a model
    from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from packager import values
from packager.aliases import canonical, spell
from packager.book import Contributor, Metadata, Options, Series
from packager.frontmatter import FrontMatter, Loc, typed
from packager.problems import Problem, error, warning

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


Text = Annotated[str, AfterValidator(values.one_line)]
Prose = Annotated[str, AfterValidator(lambda text: str(text).strip())]
Texts = Annotated[tuple[Text, ...], BeforeValidator(values.listed)]
Language = Annotated[str, AfterValidator(values.language)]
Goal = Annotated[int, Field(ge=0, le=10_000_000), BeforeValidator(values.count)]


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=lambda name: name.replace("_", "-"))


class Person(_Keys):
    """Someone named on the book."""

    name: Text
    role: Annotated[str, AfterValidator(values.relator)] = ""
    file_as: Text = ""


People = Annotated[tuple[Annotated[Person, BeforeValidator(values.person)], ...], BeforeValidator(values.people)]


class BookKeys(_Keys):
    """The keys of a book's front matter, canonical spelling."""

    title: Text = ""
    subtitle: Text = ""
    author: People = ()
    contributors: People = ()
    lang: Language = "en"
    date: Annotated[str, AfterValidator(values.iso_date)] = ""
    publisher: Text = ""
    rights: Prose = ""
    description: Prose = ""
    subject: Texts = ()
    series: Text = ""
    series_number: Text = ""
    identifier: Text = ""
    isbn: dict[Annotated[str, AfterValidator(values.product)], Annotated[str, AfterValidator(values.isbn13)]] = {}
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
    lists: Annotated[tuple[Literal["figures", "tables"], ...], BeforeValidator(values.listed)] = ()
    interior: Literal["colour", "mono"] = "colour"
    hyphenation: Annotated[
        tuple[Annotated[str, AfterValidator(values.breakable)], ...], BeforeValidator(values.words)
    ] = ()
    notes: Literal["foot", "chapter", "book"] = "foot"
    editor_notes: Literal["symbols", "letters"] = "symbols"
    bibliography: Texts = ()
    nocite: Annotated[tuple[str, ...], BeforeValidator(values.uncited)] = ()
    csl: Text = ""
    also_by: Texts = ()
    colophon: bool = False
    page_list: bool = False
    goal: Goal = 0
    checks: dict[str, Any] = {}
    css: Texts = ()
    variables: dict[
        Annotated[str, AfterValidator(values.variable)], Annotated[Text, BeforeValidator(values.spoken)]
    ] = {}
    chapters: Any = None


class SectionKeys(_Keys):
    """The keys of a section's front matter, canonical spelling."""

    title: Text = ""
    subtitle: Text = ""
    short_title: Text = ""
    author: People = ()
    role: Annotated[str, AfterValidator(values.role)] = ""
    numbered: bool | None = None
    toc: bool = True
    editions: Annotated[tuple[Annotated[str, AfterValidator(values.edition)], ...], BeforeValidator(values.listed)] = ()
    id: Annotated[str, AfterValidator(values.slug)] = ""
    draft: bool = False
    lang: Annotated[str, AfterValidator(values.language)] = ""
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
        page_list=keys.page_list,
        goal=keys.goal,
    )


def _contributor(person: Person, default: str) -> Contributor:
    return Contributor(person.name, person.role or default, person.file_as)


def _validated(model: type[Keys], front: FrontMatter) -> tuple[Keys, list[Problem]]:
    """Validate all keys; those that fail become problems and keep their defaults."""
    said = {key: value for key, value in front.values.items() if value is not None and key in _names(model)}
    try:
        return model.model_validate(said), []
    except ValidationError as invalid:
        faults = invalid.errors(include_url=False)
    failed = {str(fault["loc"][0]) for fault in faults}
    problems = {_problem(fault, front): None for fault in faults}
    return model.model_validate({key: value for key, value in said.items() if key not in failed}), list(problems)


def _names(model: type[_Keys]) -> Sequence[str]:
    return [name.replace("_", "-") for name in model.model_fields]


def _problem(fault: Any, front: FrontMatter) -> Problem:
    """Say a fault of validation in the words of an author, with its line."""
    loc: Loc = tuple(part for part in fault["loc"] if part != "[key]")
    names = [str(part) for part in loc if isinstance(part, str)]
    subject = f"`{names[0]}`" + "".join(f" ({name})" for name in names[1:])
    cause = fault.get("ctx", {}).get("error")
    hint = cause.hint if isinstance(cause, values.Fault) else ""
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
