"""Themes: knobs and faces of a look, with what the author changed; the only reader of `styles/`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from packager import css, fonts, program, store
from packager.authorcss import Sheet, lint
from packager.book import Book
from packager.fonts import Face
from packager.problems import Problem, error, warning

_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(pt|in|mm|cm|q|pc|px)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")


@dataclass(frozen=True, slots=True)
class Knob:
    """Something about a theme that an author may change."""

    name: str
    type: str
    """`trim`, `font`, `length`, `leading`, `flag`, `choice`, `text` or `colour`."""
    default: object
    """What the theme sets: text in CSS's terms, or a bool for a flag."""
    meaning: str
    choices: tuple[str, ...] = ()
    low: str = ""
    """Least length; empty for no bound."""
    high: str = ""


@dataclass(frozen=True, slots=True)
class ThemeInfo:
    """What a theme is for and what can be changed in it."""

    name: str
    title: str
    purpose: str
    knobs: tuple[Knob, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A look, settled for one book."""

    name: str
    style: Mapping[str, object]
    """Every knob of the theme by name, the author's values over the theme's: str, or bool for a flag."""
    faces: tuple[Face, ...]
    """Every face that the stylesheets may name: text, headings, code, the author's, then those for missing glyphs."""
    problems: tuple[Problem, ...]
    sheets: tuple[Sheet, ...] = ()
    """The author's CSS, checked."""


@cache
def _styles() -> Traversable:
    """Find the folder of themes: inside the package when installed, beside it in a checkout."""
    inside = files("packager") / "styles"
    return inside if inside.is_dir() else Path(__file__).resolve().parent.parent / "styles"


def folder() -> Path | None:
    """Name the folder that holds the themes, where they are files that may be followed while someone edits them."""
    styles = _styles()
    return styles if isinstance(styles, Path) else None


def forget() -> None:
    """Read the themes' files again when they are next asked for."""
    for kept in (describe, own_rules, catalogue, program.whole):
        kept.cache_clear()
    store.forget()


def names() -> tuple[str, ...]:
    """Name every theme, in alphabetical order."""
    return tuple(sorted(d.name for d in _styles().iterdir() if d.is_dir() and d.name != "common"))


@lru_cache(maxsize=16)
def describe(name: str) -> ThemeInfo:
    """Describe a theme; raises KeyError where there is none of that name."""
    if name not in names():
        raise KeyError(name)
    own = _toml(name, "theme.toml")
    shared = _toml("common", "theme.toml")["knobs"] | own.get("knobs", {})
    defaults = own.get("defaults", {})
    knobs = []
    for key, told in shared.items():
        choices = tuple(told.get("choices", ()))
        default = defaults.get(key, told["default"])
        low, high = told.get("low", ""), told.get("high", "")
        knobs.append(Knob(key, told["type"], default, told["meaning"], choices, low, high))
    return ThemeInfo(name, own["title"], own["purpose"], tuple(knobs))


def _toml(theme: str, file: str) -> dict[str, Any]:
    return tomllib.loads((_styles() / theme / file).read_text(encoding="utf-8"))


@cache
def own_rules(theme: str, file: str) -> tuple[css.Rule, ...]:
    """Read one of our own stylesheets; a theme need not have each."""
    path = _styles() / theme / file
    return css.parse(path.read_text(encoding="utf-8"))[0] if path.is_file() else ()


@cache
def catalogue() -> dict[str, Any]:
    """Read what is told of the families that we know."""
    return _toml("common", "fonts.toml")


def load(book: Book) -> Theme:
    """Settle the book's theme: its knobs, the faces it needs, the author's CSS; all faults are in `problems`."""
    problems: list[Problem] = []
    name = book.options.theme
    if name not in names():
        near = get_close_matches(name, names(), 1)
        hint = f"did you mean `{near[0]}`?" if near else f"choose one of {', '.join(names())}"
        problems.append(error("theme-unknown", f"there is no theme `{name}`", book.path, _line(book, "theme"), hint))
        name = "novel"
    sheets, declared, faults = lint(book)
    problems += faults
    style = _style(book, describe(name), {face.family for face in declared}, problems)
    faces = (*declared, *_faces(style, {face.family for face in declared}))
    return Theme(name, MappingProxyType(style), faces, tuple(problems), sheets)


def _line(book: Book, knob: str) -> int | None:
    return book.options.style_lines.get(knob)


def _style(book: Book, info: ThemeInfo, declared: set[str], problems: list[Problem]) -> dict[str, object]:
    knobs = {knob.name: knob for knob in info.knobs}
    style = {knob.name: knob.default for knob in info.knobs}
    for name, value in book.options.style.items():
        line = _line(book, name)
        knob = knobs.get(name)
        if knob is None:
            near = get_close_matches(name, knobs, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"`packager themes` lists the knobs of `{info.name}`"
            told = f"theme `{info.name}` has no knob `{name}`"
            problems.append(warning("knob-unknown", told, book.path, line, hint))
            continue
        try:
            style[name] = _checked(knob, value, declared)
        except ValueError as fault:
            told = f"`{name}` is `{value}`, {fault}"
            problems.append(error("knob-value", told, book.path, line, knob.meaning))
    if book.options.trim:
        style["trim"] = book.options.trim
    return style


def _checked(knob: Knob, value: object, declared: set[str]) -> object:
    """Give a knob's value in CSS's terms; raises ValueError saying what was wanted."""
    if knob.type == "flag":
        if not isinstance(value, bool):
            raise ValueError("not true or false")
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        value = {True: "yes", False: "none"}.get(value) if isinstance(value, bool) else None
    text = "" if value is None else str(value).strip()
    if knob.type == "text":
        return text
    if knob.type == "choice":
        if text not in knob.choices:
            near = get_close_matches(text, knob.choices, 1)
            raise ValueError(f"not one of {', '.join(knob.choices)}" + (f"; meant `{near[0]}`?" if near else ""))
        return text
    if knob.type == "font":
        if text not in declared and text not in catalogue()["families"] and not fonts.installed(text):
            raise ValueError(f"no family known here; `pip install {fonts.package(text)}` may bring it")
        return text
    if knob.type == "colour":
        if css.grey(text) is None:
            raise ValueError("no CSS colour")
        return text
    if knob.type == "trim" and text:
        return text
    return _length(knob, text)


def _length(knob: Knob, text: str) -> str:
    if knob.type == "leading" and _NUMBER.fullmatch(text):
        if not 1 <= float(text) <= 3:
            raise ValueError("not between 1 and 3")
        return f"calc(var(--font-size) * {text})"
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise ValueError("no length with a unit (pt, mm, cm, in)")
    length = f"{float(match[1]):g}{match[2].lower()}"
    if knob.low and not css.points(knob.low) <= css.points(length) <= css.points(knob.high):
        raise ValueError(f"not between {knob.low} and {knob.high}")
    return length


def _faces(style: Mapping[str, object], declared: set[str]) -> tuple[Face, ...]:
    known, behind = catalogue()["families"], catalogue()["fallback"]
    wanted = [str(style[knob]) for knob in ("body-font", "heading-font", "code-font")]
    faces: list[Face] = []
    for family in dict.fromkeys([*wanted, *behind]):
        if family in declared:
            continue
        told = known.get(family, {})
        bold = told.get("bold", fonts.BOLD)
        faces += fonts.find(family, axes=told.get("axes"), bold=bold)
        for cut in ("caption", "display") if family in wanted else ():
            if cut in told:
                faces += fonts.find(f"{family} {cut.title()}", cut_of=family, axes=told[cut], bold=bold)
    return tuple(faces)


def needed(theme: Theme, text: Iterable[str]) -> tuple[tuple[Face, ...], set[str]]:
    """Choose the faces that a text needs: all of the theme's own, and fallbacks for what these lack.

    Gives also the characters that no face has. `text` is the book's characters.
    """
    behind = fallback(theme)
    own = tuple(face for face in theme.faces if face.family not in behind)
    lacking, chosen = _lacked(theme, text), []
    for family in behind:
        faces = [face for face in theme.faces if face.family == family]
        if faces and lacking and (left := fonts.covers(faces[0], lacking)) != lacking:
            chosen += [face for face in faces if fonts.covers(face, lacking) != lacking]
            lacking = left
    for face in own:
        lacking = fonts.covers(face, lacking)
    for family, place in catalogue()["rare"].items() if lacking else ():
        rare = fonts.single(family, place) if lacking else None
        if rare is not None and (left := fonts.covers(rare, lacking)) != lacking:
            chosen.append(rare)
            lacking = left
    return (*own, *chosen), lacking


def native(theme: Theme, lang: str) -> str:
    """Name the family that a book in a language is set in before the theme's own; empty where that has its letters.

    The engine cannot justify lines whose blanks are of another face than their words.
    """
    letter, family = catalogue()["native"].get(lang.split("-")[0], ("", ""))
    return family if letter and _lacked(theme, letter) else ""


def borrowed(faces: Iterable[Face], text: Iterable[str]) -> Mapping[str, set[str]]:
    """Give the characters of a text that rare families among `faces` are there for, by family."""
    rare = catalogue()["rare"]
    lacking, found = set(text), dict[str, set[str]]()
    faces = tuple(faces)
    if not any(face.family in rare for face in faces):
        return found
    for face in sorted(faces, key=lambda face: face.family in rare):
        left = fonts.covers(face, lacking)
        if face.family in rare:
            found[face.family] = {sign for sign in lacking - left if not sign.isspace()}
        lacking = left
    return found


def share(theme: Theme, face: Face, text: Iterable[str]) -> set[str]:
    """Give the characters of a text that a face is there for: a fallback has only what the text's own face lacks."""
    behind = face.family in fallback(theme) or face.family in catalogue()["rare"]
    return _lacked(theme, text) if behind else set(text)


def _lacked(theme: Theme, text: Iterable[str]) -> set[str]:
    missing = set(text)
    for face in theme.faces:
        if face.style == "normal" and face.weight == fonts.REGULAR and face.family == theme.style["body-font"]:
            missing = fonts.covers(face, missing)
    return missing


def fallback(theme: Theme) -> list[str]:
    """Name the families that stand behind the theme's own, for letters that these lack."""
    own = {str(theme.style[knob]) for knob in ("body-font", "heading-font", "code-font")}
    return [family for family in catalogue()["fallback"] if family not in own]
