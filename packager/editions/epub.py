"""The EPUB edition: EPUB 3.3 (https://www.w3.org/TR/epub-33/) with an NCX for old readers; alike for the same book.

EbookLib writes package document, NCX and container; it is given finished files, which it passes on untouched. Times
in the archive, which it takes from the clock, are set afterwards.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO

from lxml import etree

from packager import accessibility, cover, fonts, images, matter, opf, theme, words, xhtml
from packager.book import Book, Metadata
from packager.composition import direction
from packager.editions import Output, Progress
from packager.fonts import Face
from packager.galley import Entry, Galley, Leaf
from packager.images import ImageFault, Picture
from packager.moment import made_at
from packager.problems import PackagerError, Problem, error, warning
from packager.slugs import slugify
from packager.terms import term
from packager.theme import Theme
from packager.trees import MATHML

NAV, COVER, STYLE = "nav.xhtml", "cover.xhtml", "style.css"
_OPENING = ("titlepage", "copyright-page", "dedication", "epigraph")
"""Pages that stand before the contents."""
_LARGEST_PAGE = 10_000_000
"""Bytes of a page that Kobo takes."""
_LEAST_COVER = 1400
"""Pixels of a cover's shorter side, for Apple."""
_STORED = (".jpg", ".png", ".gif")
"""What compression only slows."""
_XHTML = "application/xhtml+xml"
_CODE = etree.XPath("boolean(.//code | .//pre | .//kbd | .//samp)")
_APPLE = """\
<?xml version="1.0" encoding="utf-8"?>
<display_options><platform name="*"><option name="specified-fonts">true</option></platform></display_options>
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the publication, as the manifest lists it."""

    name: str
    data: bytes
    media_type: str
    properties: tuple[str, ...] = ()


def make(galley: Galley, look: Theme, progress: Progress | None = None) -> Output:
    """Make `<name>.epub`; raises PackagerError for what cannot be shown and for any word that would be lost."""
    book = galley.book
    leaves = _leaves(galley)
    art, problems = _pictures(book, leaves)
    front, faults = _cover(book, look)
    problems += [*faults, *look.problems]
    addresses = {path: name for path, (name, _) in art.items()}
    homes = {leaf.id: leaf.id for leaf in leaves}
    homes |= {id: home for id, home in galley.homes.items() if home in homes}
    pages = []
    for done, leaf in enumerate(leaves):
        if progress:
            progress("pages", done, len(leaves))
        pages.append(_page(book, leaf, homes, addresses))
        if len(pages[-1].data) > _LARGEST_PAGE:
            told = f"the section fills a page of {len(pages[-1].data) // 1_000_000} MB, which shops refuse"
            problems.append(warning("page-large", told, leaf.section.path, leaf.section.line, "split it"))
    listed = tuple(_listed(galley.contents, homes)) or tuple(Entry(leaf.id, leaf.title) for leaf in leaves[-1:])
    nav = _nav(replace(galley, contents=listed), leaves, homes)
    text = set().union(*(_read(page) for page in (*pages, nav)))
    style, faces, faults = _style(look, leaves, text)
    problems += faults
    pages.insert(0, _cover_page(book.metadata, front))
    opening = max((n for n, leaf in enumerate(leaves, 2) if leaf.section.role in _OPENING), default=1)
    pages.insert(opening, nav)
    rest = [front, style, *faces, *(_File(name, p.data, p.media_type) for name, p in art.values())]
    claims = accessibility.describe(
        (leaf.element for leaf in leaves), animated=any(picture.animated for _, picture in art.values())
    )
    data = _packed(book, claims, pages, rest, listed, homes, leaves)
    _conserve(data, leaves)
    if progress:
        progress("pages", len(leaves), len(leaves))
    return Output({f"{book.name}.epub": data}, problems=tuple(problems))


def _leaves(galley: Galley) -> tuple[Leaf, ...]:
    """Return the leaves of this edition in reading order; the half-title is a thing of paper."""
    front = matter.front_matter(galley, "epub")
    rest = (leaf for leaf in galley.leaves if leaf.section.matter != "front")
    return tuple(
        leaf
        for leaf in (*front, *rest)
        if leaf.section.role != "halftitlepage" and "epub" in (leaf.section.editions or ("epub",))
    )


def _pictures(book: Book, leaves: Iterable[Leaf]) -> tuple[dict[str, tuple[str, Picture]], list[Problem]]:
    """Prepare every image of the text once: path in the manuscript -> name in the EPUB and finished file."""
    art: dict[str, tuple[str, Picture]] = {}
    warnings, faults = [], []
    for leaf in leaves:
        for element in leaf.element.iter("img"):
            path = element.get("src", "")
            if path in art:
                continue
            place = leaf.section.path, words.line_of(element)
            try:
                picture = images.for_epub(book.assets[path].data)
            except KeyError:
                faults.append(error("image-missing", f"the image `{path}` is not there", *place))
            except ImageFault as fault:
                faults.append(error("image-unusable", f"`{path}`: {fault}", *place))
            else:
                stem = slugify(path.rpartition("/")[2].rpartition(".")[0], "image")
                art[path] = f"images/{stem}-{len(art) + 1}.{picture.extension}", picture
                if picture.animated:
                    told = f"`{path}` is animated: many readers show one picture, and it cannot be paused"
                    warnings.append(warning("image-animated", told, *place))
    if faults:
        raise PackagerError(*faults, *warnings)
    return art, warnings


def _cover(book: Book, look: Theme) -> tuple[_File, list[Problem]]:
    """Prepare the author's cover image, or draw one."""
    path, problems = book.metadata.cover, []
    place = book.path, book.lines.get("cover")
    if not path:
        picture = cover.draw(book.metadata, look)
    else:
        try:
            picture = images.cover(book.assets[path].data)
        except KeyError:
            raise PackagerError(error("cover-missing", f"the cover `{path}` is not there", *place)) from None
        except ImageFault as fault:
            raise PackagerError(error("cover-unusable", f"the cover `{path}`: {fault}", *place)) from None
        if min(picture.width, picture.height) < _LEAST_COVER:
            told = f"the cover `{path}` has {picture.width} x {picture.height} pixels"
            problems.append(warning("cover-small", told, *place, "shops want 1600 x 2560"))
    return _File(f"images/cover.{picture.extension}", picture.data, picture.media_type, ("cover-image",)), problems


def _cover_page(metadata: Metadata, image: _File) -> _File:
    by = f" by {', '.join(metadata.authors)}" if metadata.authors else ""
    alt = escape(metadata.cover_alt or f"Cover of {metadata.title}{by}")
    body = (
        '<section id="cover" class="cover" epub:type="cover">'
        f'<img src="{image.name}" alt="{alt}" role="doc-cover"/></section>'
    )
    title = term("cover", metadata.lang)
    return _File(COVER, xhtml.page(body, title=title, lang=metadata.lang, kind="frontmatter"), _XHTML)


def _page(book: Book, leaf: Leaf, homes: Mapping[str, str], addresses: Mapping[str, str]) -> _File:
    def link(id: str) -> str | None:
        home = homes.get(id)
        return f"#{id}" if home == leaf.id else home and _address(id, home)

    lang = leaf.element.get("lang") or leaf.section.lang or book.metadata.lang
    turn = leaf.element.get("dir") or direction(lang)
    body = xhtml.markup(leaf.element, link, addresses)
    data = xhtml.page(body, title=leaf.title, lang=lang, direction=turn, kind=f"{leaf.section.matter}matter")
    drawn = next(leaf.element.iter("svg", "{*}svg"), None) is not None
    counted = next(leaf.element.iter(f"{{{MATHML}}}math"), None) is not None
    properties = (*(["mathml"] if counted else []), *(["svg"] if drawn else []))
    return _File(f"{leaf.id}.xhtml", data, _XHTML, properties)


def _address(id: str, home: str) -> str:
    return f"{home}.xhtml" if id == home else f"{home}.xhtml#{id}"


def _listed(entries: Iterable[Entry], homes: Mapping[str, str]) -> Iterator[Entry]:
    """Leave out what this edition lacks; entries below move up."""
    for entry in entries:
        children = tuple(_listed(entry.children, homes))
        if entry.id in homes:
            yield replace(entry, children=children)
        else:
            yield from children


def _landmarks(leaves: Iterable[Leaf], lang: str) -> list[tuple[str, str, str]]:
    """List type, label and address of the places that readers jump to."""
    found = {"cover": (term("cover", lang), COVER), "toc": (term("contents", lang), NAV)}
    for leaf in leaves:
        role = leaf.section.role
        kind = "bodymatter" if leaf.section.matter == "body" else role
        if kind in ("titlepage", "loi", "lot", "bodymatter", "endnotes"):
            found.setdefault(kind, (leaf.title, f"{leaf.id}.xhtml"))
    order = ("cover", "titlepage", "toc", "loi", "lot", "bodymatter", "endnotes")
    return [(kind, *found[kind]) for kind in order if kind in found]


def _nav(galley: Galley, leaves: Iterable[Leaf], homes: Mapping[str, str]) -> _File:
    """Make the navigation document: the contents as readers and e-readers see them, and the landmarks."""
    lang = galley.book.metadata.lang
    body = xhtml.markup(matter.contents(galley), lambda id: _address(id, homes[id]), {})
    marks = "".join(
        f'<li><a epub:type="{kind}" href="{address}">{escape(label)}</a></li>'
        for kind, label, address in _landmarks(leaves, lang)
    )
    body += f'\n<nav epub:type="landmarks" hidden="hidden"><ol>{marks}</ol></nav>'
    title = term("contents", lang)
    data = xhtml.page(body, title=title, lang=lang, direction=direction(lang), kind="frontmatter")
    return _File(NAV, data, _XHTML, ("nav",))


def _style(look: Theme, leaves: Iterable[Leaf], text: set[str]) -> tuple[_File, list[_File], list[Problem]]:
    """Make the stylesheet and cut the fonts to the characters that the book and the stylesheet show."""
    text |= set(theme.stylesheet(look, "epub"))
    faces, lacking = theme.needed(look, text)
    faces = tuple(_worn(look, faces, leaves))
    style = theme.stylesheet(look, "epub", faces)
    named = set(re.findall(r"url\([\"']?fonts/([^)\"']+)", style))
    files = [
        _File(f"fonts/{face.file}", fonts.subset(face, theme.share(look, face, text)), f"font/{face.file[-3:]}")
        for face in faces
        if face.file in named
    ]
    problems = []
    if lacking:
        shown = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(lacking)[:12])
        more = f" and {len(lacking) - 12} more" if len(lacking) > 12 else ""
        told = f"no font of the book has a glyph for {shown}{more}"
        problems.append(warning("glyph-missing", told, hint="readers will take one of their own fonts"))
    return _File(STYLE, style.encode(), "text/css"), files, problems


def _read(page: _File) -> str:
    """Return a page without its formulas: reading systems set those in a font of their own."""
    text = page.data.decode()
    return re.sub(r"<math\b.*?</math>", "", text, flags=re.DOTALL) if "mathml" in page.properties else text


def _worn(look: Theme, faces: Iterable[Face], leaves: Iterable[Leaf]) -> Iterator[Face]:
    """Leave out the face for code where the book has none; an author's own CSS may call for any."""
    code = str(look.style["code-font"])
    others = (look.style["body-font"], look.style["heading-font"])
    kept = bool(look.sheets) or code in others or any(_CODE(leaf.element) for leaf in leaves)
    return (face for face in faces if kept or face.family != code)


def _packed(
    book: Book,
    claims: accessibility.Accessibility,
    pages: Iterable[_File],
    rest: Iterable[_File],
    contents: tuple[Entry, ...],
    homes: Mapping[str, str],
    leaves: Iterable[Leaf],
) -> bytes:
    """Have EbookLib write the publication, then fix what it takes from the clock."""
    from ebooklib import epub

    made = epub.EpubBook()
    metadata = book.metadata
    made.title, made.language = metadata.title, metadata.lang
    made.direction = "rtl" if direction(metadata.lang) == "rtl" else None
    made.set_unique_metadata("OPF", "generator", "", {"name": "generator", "content": "packager"})
    made.set_identifier(opf.identifier(metadata))
    for name, value, attributes in opf.elements(metadata, claims):
        made.add_metadata(None if name == "meta" else "DC", name, value, attributes)

    def add(file: _File) -> epub.EpubItem:
        uid = file.properties[0] if "cover-image" in file.properties else re.sub(r"[/.]", "-", f"f-{file.name}")
        item = epub.EpubItem(uid, file.name, file.media_type, file.data)
        item.properties = list(file.properties)
        return made.add_item(item)

    made.spine = [add(file) for file in pages]
    for file in rest:
        add(file)
    made.add_item(epub.EpubNcx())
    made.add_item(
        epub.EpubItem("apple", "META-INF/com.apple.ibooks.display-options.xml", content=_APPLE.encode(), manifest=False)
    )
    made.toc = _ncx(contents, homes)
    old = {"titlepage": "title-page", "bodymatter": "text", "endnotes": "notes"}
    made.guide = [
        {"type": old.get(kind, kind), "title": label, "href": address}
        for kind, label, address in _landmarks(leaves, metadata.lang)
    ]
    packed = BytesIO()
    options = {"mtime": made_at(metadata), "compresslevel": 0, "raise_exceptions": True}
    epub.write_epub(packed, made, options)
    return _settled(packed, metadata.lang)


def _ncx(entries: Iterable[Entry], homes: Mapping[str, str]) -> list[object]:
    """Turn the contents into EbookLib's nested lists."""
    from ebooklib import epub

    numbers = iter(range(1, 1_000_000))

    def nested(entries: Iterable[Entry]) -> list[object]:
        made: list[object] = []
        for entry in entries:
            link = epub.Link(_address(entry.id, homes[entry.id]), _label(entry), f"ncx-{next(numbers)}")
            made.append((link, nested(entry.children)) if entry.children else link)
        return made

    return nested(entries)


def _label(entry: Entry) -> str:
    return f"{entry.number}. {entry.title}" if entry.number else entry.title


def _settled(packed: BytesIO, lang: str) -> bytes:
    """Copy the archive with fixed times, compressed, and with the package's language, which EbookLib never writes."""
    settled = BytesIO()
    with zipfile.ZipFile(packed) as made, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for entry in made.infolist():
            data = made.read(entry)
            if entry.filename.endswith(".opf"):
                data = data.replace(b"<package ", f'<package xml:lang="{lang}" '.encode(), 1)
                data = data.replace(b' prefix="rendition: http://www.idpf.org/vocab/rendition/#"', b"", 1)
            info = zipfile.ZipInfo(entry.filename)
            info.create_system, info.external_attr = 3, 0o644 << 16
            stored = entry.filename == "mimetype" or entry.filename.endswith(_STORED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            out.writestr(info, data)
    return settled.getvalue()


def _conserve(data: bytes, leaves: Iterable[Leaf]) -> None:
    """Read the finished file again and raise PackagerError for every leaf that lost a word on the way."""
    faults = []
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for leaf in leaves:
            page = etree.fromstring(archive.read(f"EPUB/{leaf.id}.xhtml"), parser)
            expected, found = words.words_of(leaf.element), words.words_of(page[-1])
            for index, word in words.lost(expected, found):
                around = " ".join(expected[max(index - 4, 0) : index + 1])
                told = f"the word `{word}` is missing from the EPUB after `{around}`"
                line = words.line_at(leaf.element, index) or leaf.section.line
                faults.append(error("word-lost", told, leaf.section.path, line))
                break
    if faults:
        raise PackagerError(*faults)
