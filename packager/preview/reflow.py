"""Galley and theme -> what an e-reader shows of them: each chapter as the EPUB edition writes it, its style, its files.

Only addresses differ, since a server hands the parts out, and blocks keep the line of the source they came from.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from lxml import etree

from packager import images, publication, stylesheets, theme, variants
from packager.book import Book
from packager.composition import direction
from packager.fonts import Face
from packager.galley import Galley, Leaf
from packager.theme import Theme
from packager.trees import LINE, PLACE

EDITION = "epub"

_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "pre", "td", "th", "figure")
_STAMP = re.compile(rb' data-line="(\d+)"')
_PLACE = re.compile(rb' data-place="[^"]*"')


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Sheet:
    """One chapter in the reflow view; the same object as long as nothing on its page changes."""

    leaf: Leaf
    document: bytes = field(repr=False)
    """The page as the EPUB has it, with addresses of the server's."""
    letters: frozenset[str] = field(repr=False)
    """Characters that it shows."""
    blocks: Mapping[bytes, int] = field(repr=False)
    """What each block holds -> its source line."""

    def changes(self, before: "Sheet | None") -> list[int]:
        """List the source lines of the blocks that an earlier state of the chapter had not."""
        known = before.blocks if before else {}
        return sorted({line for block, line in self.blocks.items() if block not in known})


@dataclass(frozen=True, slots=True)
class Reflow:
    """A book in the reflow view."""

    book: Book
    sheets: Mapping[str, Sheet]
    """By chapter, in reading order."""
    style: str = field(repr=False)
    fonts: Mapping[str, Face] = field(repr=False)
    """By the name in their address."""
    pictures: Mapping[str, str] = field(repr=False)
    """Name in the address -> path in the manuscript."""

    def font(self, name: str) -> tuple[bytes, str]:
        """Give a whole face and its media type; raises KeyError for one that is not shown."""
        face = self.fonts[name]
        return face.data, f"font/{face.file[-3:]}"

    def picture(self, name: str) -> tuple[bytes, str]:
        """Give an image as the EPUB carries it, and its media type.

        Raises KeyError for one that is not shown, or not there any more, and ImageFault for what is none.
        """
        picture = images.for_epub(self.book.assets[self.pictures[name]].data)
        return picture.data, picture.media_type


class Reader:
    """Writes the reflow view, and again only what changed since the last time."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Leaf, bytes, Sheet]] = {}
        self._around: tuple[Mapping[str, str], Mapping[str, str]] = {}, {}
        """Where ids and pictures were found."""
        self._styled: tuple[object, str, dict[str, Face]] = (None, "", {})

    def read(self, galley: Galley, look: Theme) -> Reflow:
        """Write a book."""
        galley = variants.variant(galley, EDITION)
        leaves = publication.leaves(galley, EDITION)
        homes = publication.homes(galley, leaves)
        pictures = _pictures(galley.book, leaves)
        addresses = _Addresses({path: f"/asset/{name}" for name, path in pictures.items()})
        before, self._kept = self._kept, {}
        known, self._around = self._around == (homes, pictures), (homes, pictures)
        for leaf in leaves:
            kept = before.get(leaf.id)
            if kept is None or not known or kept[0] is not leaf:
                mark = _mark(leaf, homes, addresses)
                same = kept is not None and kept[1] == mark
                kept = leaf, mark, kept[2] if kept and same else _sheet(galley.book, leaf, homes, addresses)
            self._kept[leaf.id] = kept
        sheets = {id: sheet for id, (_, _, sheet) in self._kept.items()}
        letters = frozenset().union(*(sheet.letters for sheet in sheets.values()))
        style, fonts = self._style(look, letters, direction(galley.book.metadata.lang))
        return Reflow(galley.book, sheets, style, fonts, pictures)

    def restyle(self) -> None:
        """Write the style sheet anew next time, whether it seems to be another or not."""
        self._styled = (None, "", {})

    def _style(self, look: Theme, letters: frozenset[str], turn: str) -> tuple[str, dict[str, Face]]:
        """Write the style sheet, as long as neither the look nor the letters are those of last time."""
        key = (look.name, dict(look.style), look.faces, look.sheets, letters, turn)
        if self._styled[0] != key:
            faces, _ = theme.needed(look, letters | set(stylesheets.write(look, EDITION)))
            style, fonts = stylesheets.write(look, EDITION, faces, direction=turn), {}
            for face in faces:
                name = f"{_digest(repr((face.source, face.axes)).encode())}-{face.file}"
                fonts[name] = face
                style = style.replace(f"url(fonts/{face.file})", f"url(/font/{name})")
            self._styled = key, style, fonts
        return self._styled[1], self._styled[2]


class _Addresses(dict[str, str]):
    """Addresses of images by path; one that is not there has one that leads nowhere, so that its words are shown."""

    def __missing__(self, path: str) -> str:
        return "/asset/none"


def _pictures(book: Book, leaves: Iterable[Leaf]) -> dict[str, str]:
    shown = {element.get("src", ""): None for leaf in leaves for element in leaf.element.iter("img")}
    return {book.assets[path].digest[:20]: path for path in shown if path in book.assets}


def _mark(leaf: Leaf, homes: Mapping[str, str], addresses: Mapping[str, str]) -> bytes:
    """Digest all that a chapter's page is made of."""
    made = sha256(leaf.mark or sha256(etree.tostring(leaf.element)).digest())
    for element in leaf.element.iter("a", "img"):
        target = element.get("href" if element.tag == "a" else "src", "")
        made.update((addresses[target] if element.tag == "img" else homes.get(target[1:], "")).encode())
    made.update(repr((leaf.title, leaf.section.lang, leaf.section.matter, leaf.section.path)).encode())
    return made.digest()


def _sheet(book: Book, leaf: Leaf, homes: Mapping[str, str], addresses: Mapping[str, str]) -> Sheet:
    page = publication.page(book, leaf, homes, _address, addresses, keep=(LINE, PLACE))
    blocks: dict[bytes, int] = {}
    for block in leaf.element.iter(*_BLOCKS):
        markup = etree.tostring(block, with_tail=False)
        if stamp := _STAMP.search(markup):
            blocks.setdefault(sha256(_PLACE.sub(b"", _STAMP.sub(b"", markup))).digest(), int(stamp[1]))
    return Sheet(leaf, page.data, frozenset(publication.letters(page.data)), blocks)


def _address(id: str, home: str) -> str:
    return f"/chapter/{home}" if id == home else f"/chapter/{home}#{id}"


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:20]
