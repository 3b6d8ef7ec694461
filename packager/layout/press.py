"""What one process keeps between units: fonts, parsed styles, pictures; and how the engine is asked with them."""

import tempfile
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from packager.layout.engine import weasyprint  # isort: split

import cssselect2
import pyphen
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher, URLFetcherResponse

from packager import images
from packager.layout import margins, reading, tagging
from packager.layout.jobs import ASSET, Font, Margins, Setup

BASE = "http://book.invalid/"
"""Where relative addresses of a stylesheet lead: to nothing outside our own hands."""


class _Shelf(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Serves the faces of the theme and the images of the book; everything else is refused."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(allowed_protocols=())
        self.setup = setup
        self.shown: dict[str, tuple[bytes, str]] = {}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Answer a request out of memory. Raises ValueError for what is not ours to give."""
        if url.startswith(ASSET):
            return URLFetcherResponse(url, *self._image(unquote(url.removeprefix(ASSET))))
        if url.startswith(BASE):
            path = unquote(urlsplit(url).path).removeprefix("/")
            face = self.setup.faces.get(path.rpartition("/")[2])
            if face is not None:
                return URLFetcherResponse(url, face, {"Content-Type": "font/sfnt"})
            return URLFetcherResponse(url, *self._image(path))
        raise ValueError("not part of the book")

    def _image(self, path: str) -> tuple[bytes, dict[str, str]]:
        if path not in self.setup.assets:
            raise ValueError("not part of the book")
        if path not in self.shown:
            self.shown[path] = images.for_print(self.setup.assets[path], gray=self.setup.gray, frame=self.setup.frame)
        data, kind = self.shown[path]
        return data, {"Content-Type": kind}


class Press:
    """What one process keeps between units: fonts, parsed styles, pictures."""

    def __init__(self, setup: Setup) -> None:
        tempfile.tempdir = setup.folder
        self.missing = setup.missing
        self.shelf = _Shelf(setup)
        self.fonts = FontConfiguration()
        self.counters = CounterStyle()
        self.styles = cache(self._style)
        self.digests: dict[str, str] = {}
        self.pictures: dict[str, object] = {}
        self.beds: dict[tuple[bytes, str], margins.Bed] = {}
        self.drawn: dict[int, Any] = {}
        """Fonts that heads and folios were drawn with."""
        self.forgotten = 0
        """Pages freed since the collector looked for what is left of any."""
        Hyphens.exceptions = {word.replace("-", "").lower(): _points(word) for word in setup.hyphenation}

    def _style(self, text: str) -> weasyprint.CSS:
        return weasyprint.CSS(string=text, base_url=BASE, url_fetcher=self.shelf, font_config=self.fonts,
                            counter_style=self.counters)  # fmt: skip

    def document(self, root: ElementTree.Element, css: Iterable[str], *, tagged: bool = False) -> weasyprint.Document:
        """Lay a tree out."""
        return self.html(root).render(
            font_config=self.fonts, counter_style=self.counters, **self.options(css), pdf_tags=tagged
        )

    def options(self, css: Iterable[str]) -> dict[str, object]:
        """Give the options of layout."""
        styles = [self.styles(text) for text in css]
        return {"stylesheets": styles, "presentational_hints": True, "cache": self.pictures}

    def html(self, root: ElementTree.Element) -> weasyprint.HTML:
        """Wrap a tree for the engine."""
        html = weasyprint.HTML(string="", base_url=BASE, url_fetcher=self.shelf)
        # Our own tree, not one parsed from text: an HTML parser would end a paragraph where a note in it begins one.
        html.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        html.etree_element = html.wrapper_element.etree_element
        return html

    def image(self, address: str) -> str:
        """Name an image of a page by what it shows. Raises KeyError for what is none of the book's."""
        path = unquote(address.removeprefix(ASSET))
        if path not in self.digests:
            self.digests[path] = sha256(self.shelf.setup.assets[path]).hexdigest()
        return self.digests[path]

    def hidden(self, root: ElementTree.Element, css: Iterable[str]) -> set[ElementTree.Element]:
        """Find the elements that a stylesheet leaves out."""
        html, options = self.html(root), {**weasyprint.DEFAULT_OPTIONS, "stylesheets": [*map(self.styles, css)]}
        context = weasyprint.Document._build_layout_context(html, self.fonts, CounterStyle(), {}, options)
        tops = [element for element in root.iter() if context.style_for(element)["display"] == ("none",)]
        return {element for top in tops for element in top.iter()}

    def written(self, document: weasyprint.Document, *, tagged: bool = False) -> tuple[bytes, tuple[Font, ...]]:
        """Draw a document, and say which glyphs of which faces it took."""
        finish = tagging.mend if tagged else None
        pdf = document.write_pdf(finisher=finish, pdf_tags=tagged, pdf_version="1.7", cache=self.pictures)
        return pdf, tuple(self.used(font) for font in document.fonts.values())

    def bed(self, around: Margins) -> margins.Bed:
        """Prepare for heads and folios around units of a kind."""
        key = around.shell, around.css
        if key not in self.beds:
            html = self.html(ElementTree.fromstring(around.shell))
            options = {**weasyprint.DEFAULT_OPTIONS, **self.options((around.css, sheet("furniture.css")))}
            context = weasyprint.Document._build_layout_context(html, self.fonts, self.counters, {}, options)
            self.beds[key] = margins.Bed(html, context, self.drawn, self._letters, self.used)
        return self.beds[key]

    def _letters(self, page: Any) -> int:
        return reading.look(page, self.missing).letters

    def used(self, font: Any) -> Font:
        """Tell of a font that a document was drawn with; glyphs that it lacks are left out."""
        name = font.name.decode()
        if name not in self.digests:
            self.digests[name] = sha256(get_hb_object_data(font.hb_face)).hexdigest()
        glyphs = {at: (text, font.widths[at]) for at, text in font.to_unicode.items() if at < font.glyph_count}
        return Font(name, font.family, font.flags, self.digests[name], glyphs)


@cache
def sheet(name: str) -> str:
    """Read a stylesheet of the layout's own."""
    return (files("packager.layout") / name).read_text(encoding="utf-8")


class Hyphens(pyphen.Pyphen):  # type: ignore[misc]  # Pyphen is untyped
    """Breaks words as the book's exceptions say, and never where a break would change the spelling.

    WeasyPrint drops letters at breaks like the Hungarian `asz-szony`.
    """

    exceptions: dict[str, list[int]] = {}  # noqa: RUF012  # of the process, as a worker serves one book

    def positions(self, word: str) -> list[int]:
        """List where a word may break, in characters from its start."""
        own = self.exceptions.get(word.lower())
        return [place for place in super().positions(word) if not place.data] if own is None else own


class _Point(int):
    """A break that leaves the spelling alone, in the form in which Pyphen tells it."""

    data = None


def _points(word: str) -> list[int]:
    places: list[int] = []
    at = 0
    for part in word.split("-")[:-1]:
        at += len(part)
        places.append(_Point(at))
    return places
