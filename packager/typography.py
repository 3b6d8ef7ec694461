"""Smart punctuation by language: quotation marks, apostrophes, dashes, ellipses, French spaces.

Marks follow the house rules of each language: Chicago Manual 6, Imprimerie nationale, Duden, Real Academia Española,
Einaudi's Norme, Milchin's Spravochnik.
"""

import re
from dataclasses import dataclass

from lxml import etree

from packager.trees import BLOCKS

Run = tuple[etree._Element, str, str | None, str]
"""A text: its element, `text` or `tail`, what it says, its language."""

NARROW = "\u202f"
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Marks:
    """The quotation marks of a language: for `"` outside, for `'` within."""

    outer: tuple[str, str]
    inner: tuple[str, str]


def _marks(outer: str, inner: str) -> Marks:
    middle = len(outer) // 2
    return Marks((outer[:middle], outer[middle:]), (inner[0], inner[1]))


ENGLISH = _marks("“”", "‘’")
GUILLEMETS = _marks("«»", "“”")
GERMAN = _marks("„“", "‚‘")
CENTRAL = _marks("„”", "‚’")
SLAVONIC = _marks("«»", "„“")
NORDIC = _marks("””", "’’")
FRENCH_MARKS = _marks(f"«{NARROW}{NARROW}»", "“”")

MARKS = {
    **dict.fromkeys(("en", "es-MX", "es-US", "pt-BR", "nl", "tr", "la"), ENGLISH),
    **dict.fromkeys(("es", "it", "pt", "ca", "el"), GUILLEMETS),
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "lt", "da"), GERMAN),
    **dict.fromkeys(("pl", "hr", "sr"), CENTRAL),
    **dict.fromkeys(("ru", "uk", "be"), SLAVONIC),
    **dict.fromkeys(("sv", "fi", "he"), NORDIC),
    **dict.fromkeys(("nb", "nn", "no"), _marks("«»", "‘’")),
    "fr": FRENCH_MARKS,
    "fr-CH": Marks(FRENCH_MARKS.outer, ("‹", "›")),
    "de-CH": _marks("«»", "‹›"),
    "hu": _marks("„”", "»«"),
    "ro": _marks("„”", "«»"),
}
"""Quotation marks by BCP 47 tag, the region's own before the language's."""

ELISIONS = re.compile(r"(?:tis|twas|twere|twill|twould|twixt|em|cause|bout|til|n)\b", re.IGNORECASE)
"""English words written with a leading apostrophe; a number does it too: '90s."""

SPECIAL = re.compile(r"[\"'.-](?:(?<=[\"'])|(?<=\.)\.\.|(?<=-)(?<!--)-{1,2}(?!-))")
"""Marks to set. Its first letter is one of four at any rate: Python looks for that three times as fast."""
APOSTROPHE = re.compile(r"'(?<=[^\W_]')(?=[^\W_])")
INNER_OPEN = re.compile(r"(?:^|[\s\"(\[«„“—–-])'(?=\w)")
FRENCH = re.compile(
    # Before ; ! ? a narrow space, unless they stand alone, in a URL or behind an opening mark.
    r"(?<=[^\s\u202f\u00a0\d(\[?!;:/])[ \u00a0\u202f]?([;!?]+)(?=\s|$|[»”)\]\u202f])"
    # Before : a full no-break space, unless it is in a time or a URL.
    r"|(?<=[^\s\u202f\u00a0(\[:/])[ \u00a0\u202f]?(:)(?=\s|$)"
    r"|«[ \u00a0\u202f]?|[ \u00a0\u202f]?»"
)
SHORT = 10
"""Letters of a word that would look lost alone on a title's last line."""
OPENERS = "([{<¿¡«„“‘‚‹–—-/\u2060"
VERBATIM = frozenset(("code", "pre", "kbd", "samp", "var", "fault", "math", "crossref"))


def marks_for(lang: str) -> Marks:
    """Return the quotation marks of a BCP 47 tag: the region's, else the language's, else English."""
    return MARKS.get(lang) or MARKS.get(lang.split("-")[0], ENGLISH)


def smarten(root: etree._Element, lang: str) -> None:
    """Set a tree's straight punctuation as its language does, in place; `lang` attributes inside change the rules."""
    before = ""
    runs = _runs(root, lang, [])
    for index, (element, where, text, tag) in enumerate(runs):
        if text is None or where == "_":
            before = text or ""
            continue
        if SPECIAL.search(text) or tag.startswith("fr"):
            after = ""
            if text[-1:] in "\"'":
                following = runs[index + 1][2] if index + 1 < len(runs) else None
                after = following[:1] if following else ""
            setattr(element, where, punctuate(text, tag, before, after))
        before = text[-1:] or before


def _runs(element: etree._Element, lang: str, found: list[Run]) -> list[Run]:
    """Add the texts of a tree to those found, in reading order; None for the text at a block's edge."""
    lang = element.get("lang") or lang
    tag = element.tag
    if tag in BLOCKS:
        found.append((element, "text", None, lang))
    if tag not in VERBATIM:
        if text := element.text:
            found.append((element, "text", text, lang))
        for child in element:
            if not isinstance(child.tag, str):
                continue
            _runs(child, lang, found)
            if child.tag in VERBATIM or child.tag == "img":
                # What stands verbatim counts as a letter for the marks around it, and is never rewritten.
                found.append((child, "_", "x", lang))
            if tail := child.tail:
                found.append((child, "tail", tail, lang))
    if tag in BLOCKS:
        found.append((element, "text", None, lang))
    return found


def hold_last_words(element: etree._Element) -> None:
    """Bind the last two words of a title, in place, so that no line of it is a single short word."""
    where = "tail" if len(element) else "text"
    holder = element[-1] if len(element) else element
    text = getattr(holder, where) or ""
    words = text.split()
    if len(words) >= 4 and len(words[-1]) <= SHORT and text.rstrip() == text:
        setattr(holder, where, NO_BREAK.join(text.rsplit(" ", 1)))


def punctuate(text: str, lang: str, before: str = "", after: str = "") -> str:
    """Set straight punctuation in a run of text; `before` and `after` are the characters around it, if any."""
    marks = marks_for(lang)
    apostrophe = "’"

    def replace(match: re.Match[str]) -> str:
        found = match[0]
        if found == "...":
            return "…"
        if found == "---":
            return "—"
        if found == "--":
            return "–"
        left = text[match.start() - 1] if match.start() else before
        right = text[match.end()] if match.end() < len(text) else after
        opening = (
            (not left or left.isspace() or left in OPENERS or left in "\"'") and bool(right) and not right.isspace()
        )
        if left and left in OPENERS and left in "–—-" and right and right in ".,;:!?)]":
            opening = False
        if found == '"':
            if left and left in "\"'" and match.start() > 1 and not _opens(text, match.start() - 1, before):
                opening = False
            return marks.outer[0] if opening else marks.outer[1]
        if left.isalnum() and right.isalnum():
            return apostrophe
        if (
            opening
            and lang.startswith("en")
            and ((right.isdigit() and re.match(r"\d\ds?\b", text[match.end() :])) or ELISIONS.match(text, match.end()))
        ):
            return apostrophe
        if opening and left in "\"'" and left and match.start() > 1 and not _opens(text, match.start() - 1, before):
            opening = False
        if not opening:
            return (
                marks.inner[1]
                if lang.startswith(("en", "nl", "sv", "fi")) or _has_open(text, match.start(), marks)
                else apostrophe
            )
        return marks.inner[0]

    # Most marks are these, and none of the others looks at them.
    text = SPECIAL.sub(replace, APOSTROPHE.sub(apostrophe, text))
    return _french(text) if lang.startswith("fr") else text


def _opens(text: str, index: int, before: str) -> bool:
    """Say whether the quote mark at the index opens: nothing, space or an opener stands before it."""
    left = text[index - 1] if index else before
    if left and left in "\"'":
        return index == 0 or _opens(text, index - 1, before)
    return not left or left.isspace() or left in OPENERS


def _has_open(text: str, end: int, marks: Marks) -> bool:
    """Say whether an inner quotation stands open, so that a mark after a letter closes it and is no apostrophe."""
    return INNER_OPEN.search(text, 0, end) is not None


def _french(text: str) -> str:
    """Put the no-break spaces French sets inside guillemets and before tall punctuation (Imprimerie nationale)."""

    def space(match: re.Match[str]) -> str:
        if match[1]:
            return NARROW + match[1]
        if match[2]:
            return NO_BREAK + match[2]
        return f"«{NARROW}" if match[0].startswith("«") else f"{NARROW}»"

    return FRENCH.sub(space, text)
