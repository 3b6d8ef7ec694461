"""The author's CSS, checked: what is broken, hides text or leads out of the folder is told of and taken out."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from packager import css, fonts
from packager.book import Book, Stylesheet
from packager.css import Declaration, Rule
from packager.fonts import Face, FontError
from packager.problems import Problem, error, warning
from packager.readersafe import reader_safe

_NOTHING = r"0(?:\.0*)?(?:[a-z]+|%)?"
_AWAY = r".*-\d{3,}.*"
_HIDING = {
    "display": "none",
    "visibility": "hidden|collapse",
    "opacity": r"0?\.[0-4]\d*|0+(?:\.0*)?|[0-4]?\d(?:\.\d*)?%",
    "color": ".*transparent.*",
    "font-size": _NOTHING,
    "line-height": _NOTHING,
    "height": _NOTHING,
    "max-height": _NOTHING,
    "width": _NOTHING,
    "max-width": _NOTHING,
    "text-indent": _AWAY,
    "margin": _AWAY,
    "margin-left": _AWAY,
    "margin-right": _AWAY,
    "margin-top": _AWAY,
    "float": "footnote",
}
"""Properties and values by which readers lose text."""
_REFUSED = frozenset(
    "behavior -moz-binding position z-index clip clip-path mask filter -ms-filter transform overflow overflow-x "
    "overflow-y -webkit-text-fill-color".split()
)
"""Properties that run code, lay things over text or cut it off."""
_RESERVED = frozenset(
    "string-set bookmark-label bookmark-level bookmark-state footnote-policy footnote-display page".split()
)
"""Properties by which the print edition keeps its own books."""
_CALLS = frozenset("expression element running target-counter target-counters target-text string counters attr".split())
_AT_RULES = frozenset("font-face page media import charset".split())
_COUNT = 10_000
"""How far a counter may step at once."""
_IMPORTS = 20
_LARGEST = 288.0
"""Points: four inches, the largest type that a page has room for."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of the author's stylesheets, fit to be added to a theme."""

    path: str
    rules: tuple[Rule, ...]


def lint(book: Book) -> tuple[tuple[Sheet, ...], tuple[Face, ...], tuple[Problem, ...]]:
    """Check the author's stylesheets: give the rules that may stay, the faces they declare, and all faults.

    Addresses in the rules become relative to the manuscript's folder, as those of images in the text are.
    """
    reader = _Reader(book)
    sheets = [
        Sheet(sheet.path, tuple(reader.read(sheet, ()))) for sheet in book.stylesheets if sheet.path not in reader.seen
    ]
    return tuple(sheets), tuple(reader.faces), tuple(reader.problems)


class _Reader:
    """What is gathered while one book's stylesheets are read."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.sheets = {sheet.path: sheet for sheet in book.stylesheets}
        self.seen: set[str] = set()
        self.faces: list[Face] = []
        self.problems: list[Problem] = []

    def read(self, sheet: Stylesheet, above: tuple[str, ...]) -> Iterator[Rule]:
        """Check one stylesheet and those it imports; `above` names the importing ones."""
        self.seen.add(sheet.path)
        rules, faults = css.parse(sheet.text)
        for fault in faults:
            self.problems.append(warning("css-syntax", f"CSS is broken: {fault.message}", sheet.path, fault.line))
        for rule in rules:
            yield from self._rule(rule, sheet.path, (*above, sheet.path))

    def _warn(self, code: str, message: str, path: str, line: int, hint: str = "") -> None:
        self.problems.append(warning(code, message, path, line, hint))

    def _refuse(self, code: str, message: str, path: str, line: int, hint: str = "") -> None:
        self.problems.append(error(code, message, path, line, hint))

    def _rule(self, rule: Rule, path: str, above: tuple[str, ...]) -> Iterator[Rule]:
        if rule.keyword and rule.keyword not in _AT_RULES:
            self._warn("css-unsupported", f"`@{rule.keyword}` is left out", path, rule.line)
        elif rule.keyword == "import":
            yield from self._import(rule, path, above)
        elif rule.keyword == "font-face":
            self._font(rule, path)
        elif rule.keyword == "page":
            yield from self._page(rule, path)
        elif rule.keyword == "media":
            self._warn("css-unsupported", "`@media` is left out", path, rule.line)
        elif not rule.keyword:
            body = tuple(item for item in rule.declarations if self._allowed(item, path))
            for nested in rule.rules:
                told = f"nested rule `{nested.prelude[:40]}` is left out"
                self._warn("css-unsupported", told, path, nested.line, "close the rule before it with `}`")
            local = replace(rule, body=tuple(self._local(item, path) for item in body))
            for lost in reader_safe([local])[1]:
                named = f"{lost.name}: {lost.value[:40]}" if isinstance(lost, Declaration) else lost.prelude[:40]
                self._warn(
                    "css-epub",
                    f"`{named}` stays out of the EPUB",
                    path,
                    lost.line,
                    "reading systems choose or break on it",
                )
            yield local

    def _allowed(self, item: Declaration, path: str) -> bool:
        value = item.value.lower()
        hiding = _HIDING.get(item.name)
        calls = _CALLS & set(css.functions(value))
        if item.name in _REFUSED or (hiding and re.fullmatch(hiding, value)):
            self._warn(
                "css-hides", f"`{item.name}: {item.value[:40]}` is left out", path, item.line, "it can hide text"
            )
        elif item.name in _RESERVED or calls:
            self._warn("css-reserved", f"`{item.name}: {item.value[:40]}` is left out", path, item.line)
        elif item.name in ("font-size", "line-height") and _points(value) > _LARGEST:
            self._warn("css-limit", f"`{item.name}: {item.value[:40]}` is larger than a page", path, item.line)
        elif item.name.startswith("counter-") and any(abs(n) > _COUNT for n in css.numbers(value)):
            self._warn("css-limit", f"`{item.name}: {item.value[:40]}` counts beyond {_COUNT}", path, item.line)
        else:
            return all(self._reachable(address, path, item.line) for address in css.addresses(item.value))
        return False

    def _reachable(self, address: str, path: str, line: int) -> bool:
        if self._inside(address, path) in self.book.assets:
            return True
        self._refuse("css-address", f"`{address[:80]}` is no file of the book", path, line)
        return False

    def _inside(self, address: str, path: str) -> str:
        """Give an address as a path in the manuscript's folder; empty where it leads out of it."""
        parts = urlsplit(address) if not re.match(r"[\\/]", address) else None
        if parts is None or parts.scheme or parts.netloc or "\\" in address:
            return ""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
        return "" if target.startswith("..") else target

    def _local(self, item: Declaration, path: str) -> Declaration:
        return replace(item, value=css.readdress(item.value, lambda address: self._inside(address, path)))

    def _import(self, rule: Rule, path: str, above: tuple[str, ...]) -> Iterator[Rule]:
        address = next(css.addresses(rule.prelude), "") or css.string(rule.prelude)
        target = self._inside(address, path)
        if target in above:
            self._refuse("css-import", f"`{address[:80]}` imports itself again", path, rule.line)
        elif len(above) > _IMPORTS:
            self._refuse("css-import", f"more than {_IMPORTS} stylesheets import one another", path, rule.line)
        elif target in self.seen:
            return
        elif target in self.sheets:
            yield from self.read(self.sheets[target], above)
        else:
            self._refuse("css-import", f"`{address[:80]}` is no stylesheet of the book", path, rule.line)

    def _font(self, rule: Rule, path: str) -> None:
        told = {item.name: item for item in rule.declarations}
        family = css.string(told["font-family"].value) if "font-family" in told else ""
        source = told.get("src")
        if not family or source is None:
            self._refuse("css-font", "`@font-face` needs `font-family` and `src`", path, rule.line)
            return
        if "local" in set(css.functions(source.value)):
            self._refuse("css-font", "`local()` fonts differ from machine to machine", path, source.line, "name a file")
        for address in css.addresses(source.value):
            target = self._inside(address, path)
            if target not in self.book.assets:
                self._refuse("css-font", f"font `{address[:80]}` is no file of the book", path, source.line)
                continue
            try:
                data = fonts.read(self.book.assets[target].data, f"`{target}`")
            except FontError as fault:
                self._refuse("css-font", str(fault), path, source.line)
                continue
            style = "italic" if "font-style" in told and told["font-style"].value.lower() != "normal" else "normal"
            weight = told["font-weight"].value.lower() if "font-weight" in told else "400"
            heavy = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
            name = fonts.package(family).removeprefix("fontpkg-")
            suffix = "otf" if data[:4] == b"OTTO" else "ttf"
            cut = fonts.BOLD if heavy else fonts.REGULAR
            file = f"own-{name}{'-italic' if style == 'italic' else ''}-{cut}.{suffix}"
            self.faces.append(Face(family, style, cut, file, data))
            return

    def _page(self, rule: Rule, path: str) -> Iterator[Rule]:
        body = []
        for item in rule.declarations:
            if item.name == "size" or item.name.startswith("margin"):
                self._warn(
                    "css-page",
                    f"`{item.name}` of `@page` is left out",
                    path,
                    item.line,
                    "set `trim`, `margin-inside`, … in the front matter",
                )
            elif self._allowed(item, path):
                body.append(self._local(item, path))
        for nested in rule.rules:
            self._warn("css-page", f"`@{nested.keyword}` of `@page` is left out", path, nested.line)
        yield replace(rule, body=tuple(body))


def _points(value: str) -> float:
    """Read an absolute length in points; 0 for what is none."""
    try:
        return css.points(value)
    except ValueError:
        return 0.0
