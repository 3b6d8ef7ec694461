"""What editions that reflow are made of, alike in each: leaves, pages, pictures, style sheet, faces, and the proof."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from packager import cover as covers
from packager import fonts, images, matter, stylesheets, theme, words, xhtml
from packager.book import Book
from packager.composition import direction
from packager.fonts import Face
from packager.galley import Galley, Leaf
from packager.images import ImageFault, Picture
from packager.problems import PackagerError, Problem, error, warning
from packager.slugs import slugify
from packager.theme import Theme
from packager.trees import MATHML

STYLE = "style.css"
XHTML = "application/xhtml+xml"

Address = Callable[[str, str], str]
"""Gives the address of an id: called with the id and that of its leaf, which are the same for the leaf itself."""

_LEAST_COVER = 1400
"""Pixels of a cover's shorter side, for Apple."""
_CODE = etree.XPath("boolean(.//code | .//pre | .//kbd | .//samp)")
_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class File:
    """A finished file of a publication."""

    name: str
    """Path below the publication's folder."""
    data: bytes
    media_type: str
    properties: tuple[str, ...] = ()
    """What an EPUB's manifest says of it: `nav`, `mathml`, `svg`, `cover-image`."""


def leaves(galley: Galley, edition: str) -> tuple[Leaf, ...]:
    """Return the leaves of an edition in reading order with the generated ones; a half-title is a thing of paper."""
    front = matter.front_matter(galley, edition)
    rest = (leaf for leaf in galley.leaves if leaf.section.matter != "front")
    return tuple(
        leaf for leaf in (*front, *rest) if leaf.section.role != "halftitlepage" and matter.in_edition(leaf, edition)
    )


def homes(galley: Galley, shown: Iterable[Leaf]) -> dict[str, str]:
    """Give every id that the leaves shown hold -> the id of its leaf."""
    found = {leaf.id: leaf.id for leaf in shown}
    return found | {id: home for id, home in galley.homes.items() if home in found}


def links(leaf: Leaf, homes: Mapping[str, str], address: Address) -> Callable[[str], str | None]:
    """Give the function that turns ids into links from a leaf's page; None for what the edition lacks."""

    def link(id: str) -> str | None:
        home = homes.get(id)
        return f"#{id}" if home == leaf.id else home and address(id, home)

    return link


def language(book: Book, leaf: Leaf) -> tuple[str, str]:
    """Return a leaf's language and the direction of its lines, `ltr` or `rtl`."""
    lang = leaf.element.get("lang") or leaf.section.lang or book.metadata.lang
    return lang, leaf.element.get("dir") or direction(lang)


def page(
    book: Book,
    leaf: Leaf,
    homes: Mapping[str, str],
    address: Address,
    images: Mapping[str, str],
    *,
    keep: Container[str] = (),
) -> File:
    """Make a leaf's XHTML page; `images` names each by its path in the manuscript, `keep` the `data-` that stay."""
    lang, turn = language(book, leaf)
    body = xhtml.markup(leaf.element, links(leaf, homes, address), images, keep=keep)
    data = xhtml.page(body, title=leaf.title, lang=lang, direction=turn, kind=f"{leaf.section.matter}matter")
    drawn = next(leaf.element.iter("svg", "{*}svg"), None) is not None
    counted = next(leaf.element.iter(f"{{{MATHML}}}math"), None) is not None
    properties = (*(["mathml"] if counted else []), *(["svg"] if drawn else []))
    return File(f"{leaf.id}.xhtml", data, XHTML, properties)


def pictures(book: Book, shown: Iterable[Leaf]) -> tuple[dict[str, tuple[str, Picture]], list[Problem]]:
    """Prepare every image of the text once: path in the manuscript -> name in the publication and finished file.

    Raises PackagerError for those that cannot be shown.
    """
    art: dict[str, tuple[str, Picture]] = {}
    warnings, faults = [], []
    for leaf in shown:
        for element in leaf.element.iter("img"):
            path = element.get("src", "")
            if path in art:
                continue
            place = leaf.section.path, words.line_of(element)
            try:
                picture = images.for_epub(book.assets[path].data)
            except KeyError:
                faults.append(error("image-missing", f"the image {path} does not exist", *place))
            except ImageFault as fault:
                faults.append(error("image-unusable", f"the image {path} {fault}", *place))
            else:
                stem = slugify(path.rpartition("/")[2].rpartition(".")[0], "image")
                art[path] = f"images/{stem}-{len(art) + 1}.{picture.extension}", picture
                if picture.animated:
                    told = f"the image {path} is animated: many readers show one picture, and it cannot be paused"
                    warnings.append(warning("image-animated", told, *place))
    if faults:
        raise PackagerError(*faults, *warnings)
    return art, warnings


def cover(book: Book, look: Theme) -> tuple[File, list[Problem]]:
    """Prepare the author's cover image, or draw one."""
    path, problems = book.metadata.cover, []
    place = book.path, book.lines.get("cover")
    if not path:
        picture = covers.draw(book.metadata, look)
    else:
        try:
            picture = images.cover(book.assets[path].data)
        except KeyError:
            raise PackagerError(error("cover-missing", f"the cover {path} does not exist", *place)) from None
        except ImageFault as fault:
            raise PackagerError(error("cover-unusable", f"the cover {path} {fault}", *place)) from None
        if min(picture.width, picture.height) < _LEAST_COVER:
            told = f"the cover {path} has {picture.width} x {picture.height} pixels"
            problems.append(warning("cover-small", told, *place, "shops want 1600 x 2560"))
    return File(f"images/cover.{picture.extension}", picture.data, picture.media_type, ("cover-image",)), problems


def letters(data: bytes) -> set[str]:
    """Name the characters of a page but those of its formulas, which readers set in a font of their own."""
    return set(_FORMULA.sub("", data.decode()))


def dress(
    look: Theme,
    edition: str,
    shown: Iterable[Leaf],
    text: set[str],
    *,
    turn: str = "ltr",
    math: tuple[Face, set[str]] | None = None,
) -> tuple[str, list[tuple[Face, bytes]], list[Problem]]:
    """Write the style sheet and cut the faces to the characters that the book and the sheet show.

    What none has is told of. `turn` is the direction of the book's lines, `math` the face for formulas with their
    characters.
    """
    text = text | set(stylesheets.write(look, edition))
    faces, lacking = theme.needed(look, text)
    faces = tuple(_worn(look, faces, shown))
    wanted = [(face, theme.share(look, face, text)) for face in faces] + ([math] if math else [])
    style = stylesheets.write(look, edition, [face for face, _ in wanted], direction=turn)
    named = set(re.findall(r"url\([\"']?fonts/([^)\"']+)", style))
    cut = [(face, fonts.subset(face, letters)) for face, letters in wanted if face.file in named]
    problems = []
    if lacking:
        told = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(lacking)[:12])
        more = f" and {len(lacking) - 12} more" if len(lacking) > 12 else ""
        message = f"no font of the book has a glyph for {told}{more}"
        problems.append(warning("glyph-missing", message, hint="readers will take one of their own fonts"))
    return style, cut, problems


def _worn(look: Theme, faces: Iterable[Face], shown: Iterable[Leaf]) -> Iterator[Face]:
    """Leave out the face for code where the book has none; an author's own CSS may call for any."""
    code = str(look.style["code-font"])
    others = (look.style["body-font"], look.style["heading-font"])
    kept = bool(look.sheets) or code in others or any(_CODE(leaf.element) for leaf in shown)
    return (face for face in faces if kept or face.family != code)


def missing(leaf: Leaf, found: etree._Element, edition: str) -> Iterator[Problem]:
    """Tell the first word of a leaf that its page, read again, has lost; nothing where none is."""
    if words.shown(leaf.element) == words.shown(found):
        return
    expected = words.words_of(leaf.element)
    for index, word in words.lost(expected, words.words_of(found)):
        around = " ".join(expected[max(index - 4, 0) : index + 1])
        told = f"the word `{word}` is missing from the {edition} after `{around}`"
        line = words.line_at(leaf.element, index) or leaf.section.line
        yield error("word-lost", told, leaf.section.path, line)
        return
