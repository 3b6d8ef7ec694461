"""The web edition: a folder of pages that any browser opens from a disk or a server, without a script in full.

One page a section; the start page holds cover, title page, contents and copyright page. The script, which adds notes
that pop up, search and the arrow keys, loads nothing but the folder's own `search.js`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from importlib.resources import files

from lxml import etree

from packager import formulas, hypertext, matter, publication, variants, woff, xhtml
from packager.book import Metadata
from packager.composition import direction
from packager.editions import Output, Progress
from packager.galley import Entry, Galley, Leaf
from packager.hypertext import START, Around, Place
from packager.images import Picture
from packager.problems import PackagerError, Problem
from packager.publication import File
from packager.slugs import unique
from packager.terms import term
from packager.theme import Theme
from packager.trees import BLOCKS, classes
from packager.typography import smarten

HOSTED = ("titlepage", "copyright-page")
"""Roles of sections that stand on the start page."""
FOLDER = "-web"
"""What the folder's name has behind the book's."""

Art = Mapping[str, tuple[str, Picture]]


class _Site:
    """A book's pages, and where each id of the book stands."""

    def __init__(self, galley: Galley) -> None:
        self.book = galley.book
        self.leaves = publication.leaves(galley, "web")
        self.homes = publication.homes(galley, self.leaves)
        taken = {"index"}
        self.files = {
            leaf.id: START if leaf.section.role in HOSTED else f"{unique(leaf.id, taken)}.html" for leaf in self.leaves
        }
        """Page of each leaf."""
        listed = tuple(variants.listed(galley.contents, self.homes))
        self.contents = listed or tuple(Entry(leaf.id, leaf.title) for leaf in self.leaves[-1:])
        self.pages = tuple(leaf for leaf in self.leaves if leaf.section.role not in HOSTED)
        """Leaves with a page of their own."""

    def address(self, id: str, home: str) -> str:
        """Give the address of an id of the book; that of a page needs no id."""
        page = self.files[home]
        return page if id == home and page != START else f"{page}#{id}"

    def find(self, id: str) -> str | None:
        """Give the address of an id from outside of the text."""
        return self.address(id, self.homes[id]) if id in self.homes else None

    def text(self, leaf: Leaf, art: Art) -> str:
        """Write a leaf for its page."""
        link = publication.links(leaf, self.homes, self.address)
        return hypertext.markup(leaf.element, link, art, self.book.metadata.lang)


def make(galley: Galley, look: Theme, progress: Progress | None = None) -> Output:
    """Make the folder `<name>-web`; raises PackagerError for what cannot be shown and for any word that is lost."""
    site = _Site(galley)
    art, problems = publication.pictures(site.book, site.leaves)
    front, faults = publication.cover(site.book, look)
    problems += [*faults, *look.problems]
    pages = [_start(site, galley, front, art)]
    for done in range(len(site.pages)):
        if progress:
            progress("pages", done, len(site.pages))
        pages.append(_page(site, done, art))
    text = set().union(*(publication.letters(page.data) for page in pages))
    style, faces, faults = publication.dress(
        look,
        "web",
        site.leaves,
        text,
        turn=direction(site.book.metadata.lang),
        math=formulas.face(leaf.element for leaf in site.leaves),
    )
    problems += faults
    for face, _ in faces:
        style = style.replace(f"url(fonts/{face.file})", f'url(fonts/{_packed(face.file)}) format("woff2")')
    made = [
        *pages,
        front,
        File(publication.STYLE, style.encode(), "text/css"),
        File("book.js", files("packager.editions").joinpath("web.js").read_bytes(), "text/javascript"),
        File("search.js", _index(site), "text/javascript"),
        *(File(f"fonts/{_packed(face.file)}", woff.pack(data), "font/woff2") for face, data in faces),
        *(File(name, picture.data, picture.media_type) for name, picture in art.values()),
    ]
    _conserve(site, pages)
    if progress:
        progress("pages", len(site.pages), len(site.pages))
    folder = f"{site.book.name}{FOLDER}"
    return Output({f"{folder}/{file.name}": file.data for file in made}, problems=tuple(problems))


def _packed(file: str) -> str:
    return f"{file.rpartition('.')[0]}.woff2"


def _start(site: _Site, galley: Galley, front: File, art: Art) -> File:
    """Make the start page: cover, title page, what the book is about, contents, copyright page."""
    about = site.book.metadata
    hosted = {leaf.section.role: site.text(leaf, art) for leaf in site.leaves if leaf.section.role in HOSTED}
    nav = matter.contents(replace(galley, contents=site.contents))
    nav[0].tag = "h2"
    begin = site.files[site.pages[0].id] if site.pages else f"#{nav.get('id')}"
    parts = [
        hosted.get("titlepage", ""),
        _blurb(about) if about.description else "",
        f'<p class="begin"><a href="{begin}">{escape(term("begin", about.lang))}</a></p>',
        hypertext.markup(nav, site.find, {}, about.lang),
        hosted.get("copyright-page", ""),
    ]
    text = "\n".join(part for part in parts if part)
    alt = about.cover_alt or term("cover", about.lang)
    main = (
        f'<main id="_main" class="start">\n<p class="cover"><img src="{front.name}" alt="{escape(alt)}"/></p>\n'
        f'<div class="beside">\n{text}\n</div>\n</main>'
    )
    title = " — ".join(filter(None, (about.title, ", ".join(about.authors))))
    head = f"<title>{escape(title)}</title>\n" + hypertext.meta(
        author=", ".join(about.authors),
        description=" ".join(about.description.split()),
        og_type="book",
        og_title=about.title,
        og_description=" ".join(about.description.split()),
        og_locale=about.lang.replace("-", "_"),
    )
    return File(START, hypertext.page(about, main, Around(""), head, site.find), "text/html")


def _blurb(about: Metadata) -> str:
    """Write what the book is about, with the punctuation of its language."""
    blurb = etree.Element("div", {"class": "blurb"})
    for part in filter(str.strip, about.description.split("\n\n")):
        etree.SubElement(blurb, "p").text = " ".join(part.split())
    smarten(blurb, about.lang)
    return xhtml.written(blurb)


def _page(site: _Site, number: int, art: Art) -> File:
    leaf, about = site.pages[number], site.book.metadata
    lang, turn = publication.language(site.book, leaf)
    told = f' lang="{escape(lang)}"' if lang != about.lang else ""
    told += f' dir="{turn}"' if turn != direction(about.lang) else ""
    head = "" if next(leaf.element.iter("h1"), None) is not None else f'<h1 class="unseen">{escape(leaf.title)}</h1>\n'
    main = f'<main id="_main"{told}>\n{head}{site.text(leaf, art)}\n</main>'
    before = _place(site, number - 1) if number else Place(START, about.title)
    after = _place(site, number + 1) if number + 1 < len(site.pages) else None
    around = Around(leaf.id, before, after, site.contents)
    title = f"<title>{escape(leaf.title)} — {escape(about.title)}</title>\n"
    links = "".join(
        f'<link rel="{way}" href="{place.address}"/>\n' for way, place in (("prev", before), ("next", after)) if place
    )
    said = hypertext.meta(
        author=", ".join(about.authors), og_type="article", og_title=leaf.title, og_site_name=about.title
    )
    data = hypertext.page(about, main, around, title + links + said, site.find)
    return File(site.files[leaf.id], data, "text/html")


def _place(site: _Site, number: int) -> Place:
    leaf = site.pages[number]
    return Place(site.files[leaf.id], leaf.title, leaf.number)


def _index(site: _Site) -> bytes:
    """Write what the search looks through: titles of pages, and each block of text with the id before it."""
    pages = [[site.files[leaf.id], leaf.title] for leaf in site.leaves]
    texts = [[number, *block] for number, leaf in enumerate(site.leaves) for block in _blocks(leaf.element)]
    told = json.dumps({"pages": pages, "texts": texts}, ensure_ascii=False, separators=(",", ":"))
    return f"packager.found({told});\n".encode()


def _blocks(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the nearest id and the text of each innermost block; marks of notes are no text."""
    near = element.get("id", "")
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        name = etree.QName(node).localname
        text = node.text if event == "start" else node.tail if node is not element else ""
        if name in BLOCKS and (told := " ".join("".join(pieces).split())):
            yield near, told
            pieces = []
        elif name in BLOCKS:
            pieces = []
        if event == "start" and name in BLOCKS:
            near = node.get("id", near)
        if event == "start" and (name == "math" or not {"noteref", "backlink"}.isdisjoint(classes(node))):
            pieces.append(node.get("alttext", ""))
            walk.skip_subtree()
            continue
        pieces.append(text or "")


def _conserve(site: _Site, pages: Iterable[File]) -> None:
    """Read the finished pages again and raise PackagerError for every leaf that lost a word on the way."""
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
    found = {}
    for page in pages:
        for section in etree.fromstring(page.data, parser).iter("{*}section"):
            found[page.name, section.get("id")] = section
    faults: list[Problem] = []
    for leaf in site.leaves:
        faults += publication.missing(leaf, found[site.files[leaf.id], leaf.id], "web edition")
    if faults:
        raise PackagerError(*faults)
