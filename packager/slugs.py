"""Names for files and ids: any text in, `[a-z0-9-]` out."""

import re
import unicodedata

RESERVED = frozenset({"contents", "copyright", "cover", "half-title", "nav", "title-page", "toc"})
"""Slugs of what packager makes itself: no section may take one."""

_LONGEST = 60
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
    | {"'": "", "’": "", "ʼ": ""}
)
"""What Unicode's decomposition leaves whole, and apostrophes, which join: `don’t` is `dont`."""


def slugify(text: str, fallback: str = "section") -> str:
    """Fold text to small ASCII words joined by hyphens, at most 60 characters; `fallback` where nothing is left."""
    letters = unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > _LONGEST:
        slug = slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
    return slug or fallback


def unique(slug: str, taken: set[str]) -> str:
    """Return the slug, with `-2`, `-3`, … where it is taken, and take it."""
    number, name = 2, slug
    while name in taken:
        number, name = number + 1, f"{slug}-{number}"
    taken.add(name)
    return name
