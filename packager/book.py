"""The book as its author wrote it: metadata, ordered sections, assets and options, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from weakref import WeakKeyDictionary

from packager.problems import Problem

FRONT_ROLES = (
    "halftitlepage",
    "titlepage",
    "copyright-page",
    "dedication",
    "epigraph",
    "seriespage",
    "loi",
    "lot",
    "foreword",
    "preface",
    "acknowledgments",
    "introduction",
    "abbreviations",
)
"""Roles of front matter that stand before the body, in the Chicago Manual's order (CMOS 1.4)."""

BODY_ROLES = ("part", "prologue", "chapter", "section", "interlude", "epilogue", "conclusion", "afterword")
"""Roles of the body; folios turn arabic at the first of them."""

BACK_ROLES = (
    "appendix",
    "chronology",
    "endnotes",
    "glossary",
    "bibliography",
    "contributors",
    "credits",
    "index",
    "colophon",
    "also-by",
    "about-the-author",
    "errata",
)
"""Roles of back matter."""

ROLES = FRONT_ROLES + BODY_ROLES + BACK_ROLES


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or body named on the book."""

    name: str
    role: str = "aut"
    """MARC relator code: `aut`, `edt`, `trl`, `ill`, …"""
    file_as: str = ""
    """Sorting form, `Doyle, Arthur Conan`; empty where the name sorts as it stands."""


@dataclass(frozen=True, slots=True)
class Series:
    """The series a book belongs to."""

    name: str
    number: str = ""
    """Position in the series as printed: `3`, `2.5`; empty where unnumbered."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What title page, copyright page, shops and libraries say of the book."""

    title: str
    subtitle: str = ""
    contributors: tuple[Contributor, ...] = ()
    """In the order of the manuscript, authors first."""
    lang: str = "en"
    """BCP 47 tag, canonical case: `en-GB`."""
    date: str = ""
    """ISO 8601 to the precision given: `1892`, `1892-10`, `1892-10-14`; empty where unknown."""
    publisher: str = ""
    rights: str = ""
    description: str = ""
    subjects: tuple[str, ...] = ()
    series: Series | None = None
    identifier: str = ""
    """The author's own identifier (URN, DOI, URL); empty where an ISBN or a name-based UUID serves."""
    isbn: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """ISBN-13 by product: `epub`, `paperback`, `hardcover`; thirteen digits, no hyphens."""
    edition: str = ""
    """The edition line of the copyright page: `Second edition`."""
    cover: str = ""
    """Path of the cover image among the assets; empty where a typographic cover is drawn."""
    cover_alt: str = ""

    @property
    def authors(self) -> tuple[str, ...]:
        """Names of those who wrote the book."""
        return tuple(person.name for person in self.contributors if person.role == "aut")


@dataclass(frozen=True, slots=True)
class Options:
    """How the author wants the book made."""

    theme: str = "novel"
    trim: str = ""
    """Name (`6x9`, `a5`, `b-format`) or measures (`148mm x 210mm`); empty for the theme's own."""
    printer: str = "kdp"
    """Whose gutter table the print edition follows: a key of the printer profiles."""
    style: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """The theme's knobs that the author turned, by name; checked by the theme."""
    style_lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Line of each knob in the front matter, for messages; also `theme` and `trim`."""
    numbered: bool = False
    """Whether body chapters carry numbers."""
    toc_depth: int | None = None
    """How many heading levels the contents show: 1 is chapters only; None for the theme's own."""
    chapter_start: str = "recto"
    """Where chapters begin in print: `recto` or `any`. Parts always begin on a recto."""
    lists: tuple[str, ...] = ()
    """Lists that follow the contents: `figures`, `tables`."""
    interior: str = "colour"
    """What the printer's edition is printed in: `colour`, or `mono`, which turns colours grey."""
    hyphenation: tuple[str, ...] = ()
    """Exceptions, hyphens marking where a word may break: `man-u-script`; a word without one never breaks."""
    checks: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """What the author says of the manuscript checks, by code: a level, or what the rule lets pass; `lint` checks it."""
    check_lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Line of each of them in the front matter, for messages."""
    notes: str = "foot"
    """Where notes stand: `foot` of the page, end of the `chapter`, end of the `book`."""
    editor_notes: str = "symbols"
    """How the editor's notes are marked: `symbols` (*, †, ‡) or `letters` (a, b, c)."""
    bibliography: tuple[str, ...] = ()
    """Files of references, BibTeX or CSL-JSON, by their path in the folder."""
    nocite: tuple[str, ...] = ()
    """Keys of references that the bibliography lists though nothing cites them; `*` for all."""
    csl: str = ""
    """How citations look: a CSL file of the folder, or the name of a known style; empty for Chicago's author-date."""
    also_by: tuple[str, ...] = ()
    """Titles for the page of other books by the author."""
    colophon: bool = False
    """Whether a page at the end tells typeface and make."""
    page_list: bool = False
    """Whether the EPUB tells where the pages of the printed book begin."""
    goal: int = 0
    """Words that the author wants the book to have; 0 for no goal."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Asset:
    """A file of the manuscript's folder that an edition may carry: an image, a font."""

    path: str
    """Relative to the manuscript's folder, with `/`, as the file system spells it."""
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the data, in hexadecimal."""
        if (known := _DIGESTS.get(self)) is None:
            known = _DIGESTS[self] = sha256(self.data).hexdigest()
        return known


_DIGESTS: WeakKeyDictionary[Asset, str] = WeakKeyDictionary()
"""Digests of the assets that a book still holds."""


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """CSS that the author adds to the theme."""

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    """One file of the manuscript (or one `#` section of a single-file book), in Markdown."""

    path: str
    """File the text stands in, relative to the manuscript's folder; empty for a part named only in `chapters:`."""
    line: int
    """Line of the file at which `text` begins, from 1."""
    text: str = field(repr=False)
    """Markdown without front matter; line ends are `\\n`."""
    slug: str
    """Unique name in the book, `[a-z0-9-]`: file name in the EPUB, prefix of ids."""
    title: str = ""
    """From front matter or `chapters:`; empty where the text's first `#` heading gives it."""
    subtitle: str = ""
    short_title: str = ""
    """For running heads; empty where the title serves."""
    authors: tuple[str, ...] = ()
    role: str = "chapter"
    """An EPUB structural word, one of `ROLES`."""
    depth: int = 0
    """Nesting in the contents: 0 for a part or a chapter outside parts, 1 for a chapter in a part, …"""
    numbered: bool | None = None
    """None follows the book's option."""
    toc: bool = True
    """Whether the contents list it."""
    editions: tuple[str, ...] = ()
    """Editions that carry it; empty for all."""
    lang: str = ""
    """BCP 47 tag where it differs from the book's."""
    index: str = ""
    """Name of the index that a section of the role `index` holds; empty for the unnamed one."""
    goal: int = 0
    """Words that the author wants to write here; 0 for no goal."""
    lines: tuple[int, ...] = field(default=(), repr=False)
    """Line of the file for each line of `text`, where includes shifted them; empty where they follow each other."""

    included: tuple[tuple[int, str, int], ...] = field(default=(), repr=False)
    """Index of each line of `text` that another file gave, that file, and the line there."""

    def line_at(self, index: int) -> int:
        """Return the line of the file that a line of `text`, from 0, came from."""
        return self.lines[min(index, len(self.lines) - 1)] if self.lines else self.line + index

    def index_of(self, line: int) -> int:
        """Return the index in `text`, from 0, of the first line that came from a line of the file."""
        return self.lines.index(line) if line in self.lines else max(0, line - self.line)

    @property
    def matter(self) -> str:
        """`front`, `body` or `back`."""
        return "front" if self.role in FRONT_ROLES else "back" if self.role in BACK_ROLES else "body"


@dataclass(frozen=True, slots=True)
class Book:
    """A manuscript, read and checked."""

    name: str
    """Slug of the output files: `dist/<name>.epub`."""
    metadata: Metadata
    sections: tuple[Section, ...]
    assets: Mapping[str, Asset] = field(default_factory=lambda: MappingProxyType({}))
    """By path; every regular file of the folder that the sections, CSS or metadata can name as image or font."""
    stylesheets: tuple[Stylesheet, ...] = ()
    options: Options = Options()
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The author's own words by name, for `{{name}}` in the text."""
    path: str = ""
    """File that holds the book's front matter, for messages about the whole book."""
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Line of each metadata key in `path`, for messages."""
    problems: tuple[Problem, ...] = ()
    """What reading found and could live with: warnings, and errors that do not stop the reading."""
