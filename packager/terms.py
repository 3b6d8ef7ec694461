"""The words a book's furniture needs, by language: `Contents`, `Chapter`, `Edited by`, … from `terms.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

ONES = (
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen "
    "Eighteen Nineteen"
).split()
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
TENS = "Zero Ten Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety".split()


@cache
def _terms() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("packager").joinpath("terms.toml").read_text("utf-8"))


def term(name: str, lang: str) -> str:
    """Return a term in the language of a BCP 47 tag, or in English."""
    terms = _terms()
    return terms.get(lang.split("-")[0], terms["en"])[name]


def roman(number: int) -> str:
    """Write a number from 1 in lower-case roman numerals."""
    text = ""
    for value, numeral in ROMAN:
        text += numeral * (number // value)
        number %= value
    return text


def in_words(number: int) -> str:
    """Write a number below 100 in English words, `Twenty-one`; larger ones in digits."""
    if number < len(ONES):
        return ONES[number]
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return TENS[tens] + (f"-{ONES[ones].lower()}" if ones else "")


def ordinal_label(style: str, number: int, name: str, lang: str) -> str:
    """Write a chapter's or part's number in a style: `arabic`, `roman`, `words`, `label` (`Chapter 1`), `none`."""
    match style:
        case "none":
            return ""
        case "roman":
            return roman(number).upper()
        case "words":
            return in_words(number) if lang.startswith("en") else str(number)
        case "label":
            return f"{term(name, lang)} {number}"
    return str(number)


def part_label(style: str, number: int, name: str, lang: str) -> str:
    """Name a part or appendix with its number in the style of the chapters' numbers: `Part One`, `Part I`, `Part 1`."""
    figure = ordinal_label(style if style in ("roman", "words") else "arabic", number, name, lang)
    return f"{term(name, lang)} {figure}"
