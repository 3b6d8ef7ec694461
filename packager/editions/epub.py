"""The EPUB edition: EPUB 3.3 (https://www.w3.org/TR/epub-33/) with an NCX for old readers; alike for the same book.

EbookLib writes package document, NCX and container, and is told of the other files only what those say of them. A
thread compresses finished files, and draws the cover, beside the one that makes pages.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from html import escape
from io import BytesIO
from types import MappingProxyType

from lxml import etree

from packager import accessibility, archive, matter, opf, pagebreaks, publication, variants, xhtml
from packager.archive import Part
from packager.book import Book, Metadata
from packager.composition import direction
from packager.editions import Output, Progress
from packager.galley import Entry, Galley, Leaf
from packager.moment import made_at
from packager.pagebreaks import Break, Starts
from packager.problems import PackagerError, Problem, warning
from packager.publication import File
from packager.terms import term
from packager.theme import Theme

NAV, COVER = "nav.xhtml", "cover.xhtml"
_PACKAGE = "EPUB/content.opf"
_OPENING = ("titlepage", "copyright-page", "dedication", "epigraph")
"""Pages that stand before the contents."""
_LARGEST_PAGE = 10_000_000
"""Bytes of a page that Kobo takes."""
_STORED = (".jpg", ".png", ".gif")
"""What compression only slows."""
_APPLE = """\
<?xml version="1.0" encoding="utf-8"?>
<display_options><platform name="*"><option name="specified-fonts">true</option></platform></display_options>
"""


def make(
    galley: Galley, look: Theme, progress: Progress | None = None, *, starts: Starts = MappingProxyType({})
) -> Output:
    """Make `<name>.epub`; raises PackagerError for what cannot be shown and for any word that would be lost.

    `starts` are the beginnings of the printed book's pages, where the text is to tell them.
    """
    with ThreadPoolExecutor(1) as beside:
        return _made(galley, look, progress or (lambda *step: None), beside, starts)


def _made(galley: Galley, look: Theme, progress: Progress, beside: Executor, starts: Starts) -> Output:
    book = galley.book
    leaves = publication.leaves(galley, "epub")
    leaves, breaks = pagebreaks.marked(leaves, starts, galley.homes)
    art, problems = publication.pictures(book, leaves)
    cover = beside.submit(copy_context().run, publication.cover, book, look)
    images = {path: name for path, (name, _) in art.items()}
    homes = publication.homes(galley, leaves)
    parts: dict[str, Future[Part]] = {}
    text: set[str] = set()

    def packed(file: File) -> File:
        name, deflate = f"EPUB/{file.name}", not file.name.endswith(_STORED)
        parts[name] = beside.submit(archive.part, file.data, deflate=deflate)
        return replace(file, data=b"")

    pages, large = [], []
    for done, leaf in enumerate(leaves):
        progress("pages", done, len(leaves))
        page = publication.page(book, leaf, homes, _address, images)
        text |= publication.letters(page.data)
        if len(page.data) > _LARGEST_PAGE:
            told = f"the section fills a page of {len(page.data) // 1_000_000} MB, which shops refuse"
            large.append(warning("page-large", told, leaf.section.path, leaf.section.line, "split it"))
        pages.append(packed(page))
    listed = tuple(variants.listed(galley.contents, homes))
    listed = listed or tuple(Entry(leaf.id, leaf.title) for leaf in leaves[-1:])
    nav = _nav(replace(galley, contents=listed), leaves, homes, breaks)
    text |= publication.letters(nav.data)
    style, faces, lacking = publication.dress(look, "epub", leaves, text, turn=direction(book.metadata.lang))
    front, faults = cover.result()
    problems += [*faults, *look.problems, *large, *lacking]
    pages.insert(0, packed(_cover_page(book.metadata, front)))
    opening = max((n for n, leaf in enumerate(leaves, 2) if leaf.section.role in _OPENING), default=1)
    pages.insert(opening, packed(nav))
    rest = [
        front,
        File(publication.STYLE, style.encode(), "text/css"),
        *(File(f"fonts/{face.file}", data, f"font/{face.file[-3:]}") for face, data in faces),
        *(File(name, p.data, p.media_type) for name, p in art.values()),
    ]
    claims = accessibility.describe(
        (leaf.element for leaf in leaves),
        animated=any(picture.animated for _, picture in art.values()),
        paged=bool(breaks),
    )
    metadata = opf.elements(book.metadata, claims, paged=bool(breaks))
    about = _described(book, metadata, pages, [packed(file) for file in rest], listed, homes, leaves)
    data = archive.written(
        {
            name: parts[name].result() if name in parts else archive.part(about[name], deflate=name != "mimetype")
            for name in about
        }
    )
    _conserve(data, leaves)
    progress("pages", len(leaves), len(leaves))
    return Output({f"{book.name}.epub": data}, problems=tuple(problems))


def _cover_page(metadata: Metadata, image: File) -> File:
    by = f" by {', '.join(metadata.authors)}" if metadata.authors else ""
    alt = escape(metadata.cover_alt or f"Cover of {metadata.title}{by}")
    body = (
        '<section id="cover" class="cover" epub:type="cover">'
        f'<img src="{image.name}" alt="{alt}" role="doc-cover"/></section>'
    )
    title = term("cover", metadata.lang)
    return File(COVER, xhtml.page(body, title=title, lang=metadata.lang, kind="frontmatter"), publication.XHTML)


def _address(id: str, home: str) -> str:
    return f"{home}.xhtml" if id == home else f"{home}.xhtml#{id}"


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


def _nav(galley: Galley, leaves: Iterable[Leaf], homes: Mapping[str, str], breaks: Sequence[Break]) -> File:
    """Make the navigation document: the contents as readers and e-readers see them, landmarks, and printed pages."""
    lang = galley.book.metadata.lang
    body = xhtml.markup(matter.contents(galley), lambda id: _address(id, homes[id]), {})
    marks = "".join(
        f'<li><a epub:type="{kind}" href="{address}">{escape(label)}</a></li>'
        for kind, label, address in _landmarks(leaves, lang)
    )
    body += f'\n<nav epub:type="landmarks" hidden="hidden"><ol>{marks}</ol></nav>'
    if breaks:
        pages = "".join(
            f'<li><a href="{_address(mark.id, mark.home)}">{escape(mark.label)}</a></li>' for mark in breaks
        )
        body += f'\n<nav epub:type="page-list" role="doc-pagelist" hidden="hidden"><ol>{pages}</ol></nav>'
    title = term("contents", lang)
    data = xhtml.page(body, title=title, lang=lang, direction=direction(lang), kind="frontmatter")
    return File(NAV, data, publication.XHTML, ("nav",))


def _described(
    book: Book,
    about: Iterable[opf.Element],
    pages: Iterable[File],
    rest: Iterable[File],
    contents: tuple[Entry, ...],
    homes: Mapping[str, str],
    leaves: Iterable[Leaf],
) -> dict[str, bytes]:
    """Have EbookLib list all files, those that it writes itself with what stands in them."""
    from ebooklib import epub

    made = epub.EpubBook()
    metadata = book.metadata
    made.title, made.language = metadata.title, metadata.lang
    made.direction = "rtl" if direction(metadata.lang) == "rtl" else None
    made.set_unique_metadata("OPF", "generator", "", {"name": "generator", "content": "packager"})
    made.set_identifier(opf.identifier(metadata))
    for name, value, attributes in about:
        made.add_metadata(None if name == "meta" else "DC", name, value, attributes)

    def add(file: File) -> epub.EpubItem:
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
    with zipfile.ZipFile(packed) as listed:
        files = {name: listed.read(name) for name in listed.namelist()}
    package = files[_PACKAGE].replace(b"<package ", f'<package xml:lang="{metadata.lang}" '.encode(), 1)
    # It names no language, and a prefix that is known without.
    files[_PACKAGE] = package.replace(b' prefix="rendition: http://www.idpf.org/vocab/rendition/#"', b"", 1)
    return files


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


def _conserve(data: bytes, leaves: Iterable[Leaf]) -> None:
    """Read the finished file again and raise PackagerError for every leaf that lost a word on the way."""
    faults: list[Problem] = []
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
    with zipfile.ZipFile(BytesIO(data)) as finished:
        for leaf in leaves:
            page = etree.fromstring(finished.read(f"EPUB/{leaf.id}.xhtml"), parser)
            faults += publication.missing(leaf, page[-1], "EPUB")
    if faults:
        raise PackagerError(*faults)
