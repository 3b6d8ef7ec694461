"""Themes: knobs, faces and CSS of a look, with what the author changed; the only reader of `styles/`."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from packager import css, fonts, program
from packager.authorcss import Sheet, lint
from packager.book import Book
from packager.fonts import Face
from packager.mirroring import mirrored
from packager.problems import Problem, error, warning
from packager.readersafe import reader_safe
from packager.store import recall

EDITIONS = ("epub", "print", "screen", "web")

_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(pt|in|mm|cm|q|pc|px)", re.IGNORECASE)
_COLOURED = re.compile(r"color|background|border|outline|text-decoration")
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
    for kept in (describe, _rules, _catalogue, program.whole):
        kept.cache_clear()


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
def _rules(theme: str, file: str) -> tuple[css.Rule, ...]:
    """Read one of our own stylesheets; a theme need not have each."""
    path = _styles() / theme / file
    return css.parse(path.read_text(encoding="utf-8"))[0] if path.is_file() else ()


@cache
def _catalogue() -> dict[str, Any]:
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
        if text not in declared and text not in _catalogue()["families"] and not fonts.installed(text):
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
    known, fallback = _catalogue()["families"], _catalogue()["fallback"]
    wanted = [str(style[knob]) for knob in ("body-font", "heading-font", "code-font")]
    faces: list[Face] = []
    for family in dict.fromkeys([*wanted, *fallback]):
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
    fallback = _fallback(theme)
    own = tuple(face for face in theme.faces if face.family not in fallback)
    lacking, chosen = _lacked(theme, text), []
    for family in fallback:
        faces = [face for face in theme.faces if face.family == family]
        if faces and lacking and (left := fonts.covers(faces[0], lacking)) != lacking:
            chosen += [face for face in faces if fonts.covers(face, lacking) != lacking]
            lacking = left
    for face in own:
        lacking = fonts.covers(face, lacking)
    for family, place in _catalogue()["rare"].items() if lacking else ():
        rare = fonts.single(family, place) if lacking else None
        if rare is not None and (left := fonts.covers(rare, lacking)) != lacking:
            chosen.append(rare)
            lacking = left
    return (*own, *chosen), lacking


def native(theme: Theme, lang: str) -> str:
    """Name the family that a book in a language is set in before the theme's own; empty where that has its letters.

    The engine cannot justify lines whose blanks are of another face than their words.
    """
    letter, family = _catalogue()["native"].get(lang.split("-")[0], ("", ""))
    return family if letter and _lacked(theme, letter) else ""


def borrowed(faces: Iterable[Face], text: Iterable[str]) -> Mapping[str, set[str]]:
    """Give the characters of a text that rare families among `faces` are there for, by family."""
    rare = _catalogue()["rare"]
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
    behind = face.family in _fallback(theme) or face.family in _catalogue()["rare"]
    return _lacked(theme, text) if behind else set(text)


def _lacked(theme: Theme, text: Iterable[str]) -> set[str]:
    missing = set(text)
    for face in theme.faces:
        if face.style == "normal" and face.weight == fonts.REGULAR and face.family == theme.style["body-font"]:
            missing = fonts.covers(face, missing)
    return missing


def _fallback(theme: Theme) -> list[str]:
    own = {str(theme.style[knob]) for knob in ("body-font", "heading-font", "code-font")}
    return [family for family in _catalogue()["fallback"] if family not in own]


def length(theme: Theme, token: str, **measures: str) -> float:
    """Settle a length of the print edition, such as `margin-inside`, in points."""
    told = recall(lambda: repr(_length_of(theme, token, measures)).encode(), "length", _about(theme), token, measures)
    return float(told)


def _length_of(theme: Theme, token: str, measures: Mapping[str, str]) -> float:
    rules = (*_rules("common", "print.css"), *_rules(theme.name, "print.css"))
    return css.points(css.tokens_of(rules, _tokens(theme, "print", measures))[token])


def stylesheet(theme: Theme, edition: str, faces: Iterable[Face] | None = None, **measures: str) -> str:
    """Write the CSS of one edition: plain, every token resolved.

    `edition` is one of `EDITIONS`; `faces` limits the `@font-face` rules to those that are there (all, if None);
    `measures` sets tokens: `page_width` or `page-width`, `page-height`, `margin-inside`, `head-verso`, `head-recto`
    (CSS strings), `folio-style`, …; `direction="rtl"` turns the theme's own rules about, `native`
    is the family for the book's language. Fonts are looked for in `fonts/` beside the stylesheet.
    """
    there = tuple(theme.faces if faces is None else faces)
    about = (_about(theme), edition, [face.identity for face in there], measures, theme.sheets)
    return recall(lambda: _written(theme, edition, there, measures).encode(), "css", about).decode()


def _about(theme: Theme) -> tuple[object, ...]:
    """Tell all of a theme that its own stylesheets ask for."""
    return theme.name, sorted(theme.style.items()), [face.identity for face in theme.faces]


def _written(theme: Theme, edition: str, faces: Sequence[Face], measures: Mapping[str, str]) -> str:
    paged = "print" if edition in ("print", "screen") else edition
    sources = [(place, file) for file in ("book.css", f"{paged}.css") for place in ("common", theme.name)]
    rules = list(
        css.resolve([rule for source in sources for rule in _rules(*source)], _tokens(theme, edition, measures, faces))
    )
    if measures.get("direction") == "rtl":
        rules = [*mirrored(rules)]
    if edition in ("print", "screen"):
        rules += _natives(theme, faces)
    added = [rule for sheet in theme.sheets for rule in sheet.rules]
    rules += _inked(added) if edition == "print" else added
    if edition == "epub":
        rules, _ = reader_safe(rules)
    return css.write([*_font_rules(rules, faces), *rules])


def _natives(theme: Theme, faces: Iterable[Face]) -> Iterator[css.Rule]:
    """Set words of other scripts in one face with the blanks between them; see `native`."""
    there = {face.family for face in faces}
    stack = _stacks(theme, (), "")["body"]
    for lang in _catalogue()["native"]:
        if (family := native(theme, lang)) in there:
            yield css.Rule(f":lang({lang})", (css.Declaration("font-family", f'"{family}", {stack}'),))


def _font_rules(rules: Iterable[css.Rule], faces: Iterable[Face]) -> list[css.Rule]:
    """Declare the faces of the families that the rules ask for."""
    asked = css.families(rules)
    return [
        css.Rule(
            "",
            (
                css.Declaration("font-family", f'"{face.family}"'),
                css.Declaration("font-style", face.style),
                css.Declaration("font-weight", str(face.weight)),
                css.Declaration("src", f"url(fonts/{face.file})"),
            ),
            "font-face",
        )
        for face in faces
        if face.family in asked
    ]


def _inked(rules: Iterable[css.Rule]) -> Iterator[css.Rule]:
    """Turn the greys of the author's CSS into black ink, as the theme's are."""
    for rule in rules:
        body = (
            replace(item, value=css.neutral(item.value))
            if isinstance(item, css.Declaration) and _COLOURED.search(item.name)
            else item
            for item in rule.body or ()
        )
        yield replace(rule, body=None if rule.body is None else tuple(body))


def _tokens(theme: Theme, edition: str, measures: Mapping[str, str], faces: Sequence[Face] = ()) -> dict[str, str]:
    """Gather what the stylesheets may call by `var()`: knobs, font stacks, metrics, measures."""
    tokens = {"edition": edition}
    for knob in describe(theme.name).knobs:
        value = theme.style[knob.name]
        if knob.type == "colour" and edition == "print":
            tokens[knob.name] = f"device-cmyk(0 0 0 {css.grey(str(value)) or 0:.2f})"
        elif knob.type != "text":
            tokens[knob.name] = str(value).lower() if knob.type == "flag" else str(value)
    tokens |= _stacks(theme, faces, measures.get("native", ""))
    accent = str(theme.style["accent"])
    tokens["accent-by-day"], tokens["accent-by-night"] = css.legible(accent, "white"), css.legible(accent, "black")
    body = next(face for face in theme.faces if face.family == theme.style["body-font"])
    heights = fonts.metrics(body)
    tokens["cap-height"] = f"{heights.capital:.4f}"
    tokens["baseline-shift"] = f"{(heights.ascent - heights.descent) / 2:.4f}"
    return tokens | {name.replace("_", "-"): value for name, value in measures.items()}


def _stacks(theme: Theme, faces: Sequence[Face], native: str) -> dict[str, str]:
    """Write the `font-family` lists: the family, the fallbacks for its missing glyphs, the generic family.

    The `native` one stands before them all. Rare ones stand there only where `faces` has them.
    """
    known, rare = _catalogue()["families"], _catalogue()["rare"]
    families = [*_fallback(theme), *(face.family for face in faces if face.family in rare)]
    behind = "".join(f', "{family}"' for family in families)
    stacks = {}
    for role in ("body", "heading", "code"):
        family = str(theme.style[f"{role}-font"])
        told = known.get(family, {})
        kind = told.get("kind", "serif" if role != "code" else "monospace")
        ahead = f'"{native}", ' if native and role != "code" else ""
        stacks[role] = f'{ahead}"{family}"{behind}, {kind}'
        for cut in ("caption", "display"):
            first = f'"{family} {cut.title()}", ' if cut in told and not ahead else ""
            stacks[f"{role}-{cut}"] = first + stacks[role]
    return stacks
