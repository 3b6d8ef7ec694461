"""Roles of sections: the words that name them in front matter, in file names and in headings."""

import re
from pathlib import PurePosixPath

from packager.book import ROLES

ROLE_WORDS = {
    **{role: role for role in ROLES},
    **dict.fromkeys(("half-title", "half-title-page", "halftitle"), "halftitlepage"),
    **dict.fromkeys(("title-page", "full-title"), "titlepage"),
    **dict.fromkeys(("copyright", "imprint", "legal-notice"), "copyright-page"),
    **dict.fromkeys(("acknowledgements", "acknowledgment", "acknowledgement"), "acknowledgments"),
    **dict.fromkeys(("list-of-figures", "list-of-illustrations"), "loi"),
    **dict.fromkeys(("list-of-tables",), "lot"),
    **dict.fromkeys(("intro",), "introduction"),
    **dict.fromkeys(("series", "series-page"), "seriespage"),
    **dict.fromkeys(("intermezzo",), "interlude"),
    **dict.fromkeys(("postscript",), "afterword"),
    **dict.fromkeys(("timeline",), "chronology"),
    **dict.fromkeys(("notes", "rearnotes"), "endnotes"),
    **dict.fromkeys(("references", "works-cited", "further-reading"), "bibliography"),
    **dict.fromkeys(("list-of-contributors",), "contributors"),
    **dict.fromkeys(("image-credits", "picture-credits"), "credits"),
    **dict.fromkeys(("other-books", "by-the-same-author", "also-by-the-author"), "also-by"),
    **dict.fromkeys(("about", "about-author", "author"), "about-the-author"),
    **dict.fromkeys(("list-of-abbreviations",), "abbreviations"),
}
"""Words for a section's role, in front matter and in file names."""

_NUMBER = re.compile(r"^\d+(?:[\s._-]+|$)")
_PART = re.compile(r"part[\s._-]*(?:\d+|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten|)")
_ATTRIBUTES = re.compile(r"[ \t]*\{([^{}]*)\}$")


def is_counted(path: str) -> bool:
    """Say whether a file's name begins with a number, which gives its place."""
    return _NUMBER.match(PurePosixPath(path).stem) is not None


def stem_role(path: str) -> str:
    """Return the role that a file's name says, after a leading number: `001-foreword.md` is a foreword; else empty."""
    stem = bare_stem(path).lower().replace("_", "-").replace(" ", "-")
    if stem == "index" and not is_counted(path):
        return ""
    if stem in ("loi", "lot"):  # EPUB's words, but an author's are names: Lot, Loi
        return ""
    if stem.startswith("appendix"):
        return "appendix"
    return "part" if _PART.fullmatch(stem) else ROLE_WORDS.get(stem, "")


def bare_stem(path: str) -> str:
    """Return a file's name without its suffix and its leading number; a README or index is called after its folder."""
    file = PurePosixPath(path)
    if file.stem.lower() in {"readme", "index"} and file.parent.name not in {"", "src"}:
        return file.parent.name
    return _NUMBER.sub("", file.stem, count=1)


def marked_role(heading: str) -> str:
    """Return the role in a heading's attributes: `# To Ada {.dedication}`, `{epub:type=preface}`; empty for none."""
    attributes = _ATTRIBUTES.search(heading)
    words = re.findall(r"(?:\.|epub:type=|role=)[\"']?([\w-]+)", attributes[1]) if attributes else []
    return next((ROLE_WORDS[word] for word in words if word in ROLE_WORDS), "")


def without_attributes(heading: str) -> str:
    """Return a heading's text without the attributes behind it."""
    return _ATTRIBUTES.sub("", heading)
