"""Style sheets: the CSS of a settled theme for one edition, and the lengths in it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from packager import css, fonts
from packager.fonts import Face
from packager.mirroring import mirrored
from packager.readersafe import reader_safe
from packager.store import recall
from packager.theme import Theme, catalogue, describe, fallback, native, own_rules

_COLOURED = re.compile(r"color|background|border|outline|text-decoration")


def length(theme: Theme, token: str, **measures: str) -> float:
    """Settle a length of the print edition, such as `margin-inside`, in points."""
    told = recall(lambda: repr(_length_of(theme, token, measures)).encode(), "length", _about(theme), token, measures)
    return float(told)


def _length_of(theme: Theme, token: str, measures: Mapping[str, str]) -> float:
    rules = (*own_rules("common", "print.css"), *own_rules(theme.name, "print.css"))
    return css.points(css.tokens_of(rules, _tokens(theme, "print", measures))[token])


def write(theme: Theme, edition: str, faces: Iterable[Face] | None = None, **measures: str) -> str:
    """Write the CSS of one edition: plain, every token resolved.

    `edition` is `epub`, `print`, `screen` or `web`; `faces` limits the `@font-face` rules to those that are there
    (all, if None); `measures` sets tokens: `page_width` or `page-width`, `page-height`, `margin-inside`,
    `head-verso`, `head-recto` (CSS strings), `folio-style`, …; `direction="rtl"` turns the theme's own rules about,
    `native` is the family for the book's language. Fonts are looked for in `fonts/` beside the stylesheet.
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
    own = [rule for source in sources for rule in own_rules(*source)]
    rules = list(css.resolve(own, _tokens(theme, edition, measures, faces)))
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
    for lang in catalogue()["native"]:
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
    known, rare = catalogue()["families"], catalogue()["rare"]
    families = [*fallback(theme), *(face.family for face in faces if face.family in rare)]
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
