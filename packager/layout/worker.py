"""What runs in a worker process: units go through WeasyPrint here, and nowhere else is WeasyPrint imported.

A worker reads the theme's faces and the book's images out of memory, refuses every other address, and sees no font of
the system, so that a page is the same on every machine.
"""

import gc
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from packager.layout.engine import weasyprint  # isort: split

import cssselect2
import pyphen
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher, URLFetcherResponse

from packager import images
from packager.layout import margins, mending, patches, proof, reading, tagging
from packager.layout.jobs import ASSET, Body, Drawing, Font, Margins, Pages, Proof, Setup

Lay = Callable[[ElementTree.Element, Iterable[str]], weasyprint.Document]
Report = Callable[[int], None]
"""Called with the number of pages laid out so far."""

BASE = "http://book.invalid/"
"""Where relative addresses of a stylesheet lead: to nothing outside our own hands."""

_ROUNDS = 5
"""How often a unit is laid out at most: notes cut for their pages may move the next page's notes."""
_SWEEP = 100
"""Pages whose remains are swept up at once: some hundredths of a second, some tenths of a megabyte a page."""
_log = logging.getLogger("weasyprint")
_progress = logging.getLogger("weasyprint.progress")


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
        _Hyphens.exceptions = {word.replace("-", "").lower(): _points(word) for word in setup.hyphenation}

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
            options = {**weasyprint.DEFAULT_OPTIONS, **self.options((around.css, _sheet("furniture.css")))}
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


class _Hyphens(pyphen.Pyphen):  # type: ignore[misc]  # Pyphen is untyped
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


_press: list[Press] = []


def begin(setup: Setup) -> None:
    """Make a process ready for the units of one book, and forget those of another."""
    patches.apply()
    pyphen.Pyphen = _Hyphens
    _log.setLevel(logging.WARNING)
    _progress.setLevel(logging.INFO)
    _progress.propagate = False
    gc.unfreeze()
    _press[:] = [Press(setup)]
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # layout makes many objects and few cycles


class _EndlessError(Exception):
    """Raised out of layout when a unit fills more pages than it can need."""


def lay_out(job: Body, report: Report) -> Pages:
    """Lay a unit out, mend what does not fit its pages, and draw it."""

    def count(pages: int) -> None:
        if pages > job.most:
            raise _EndlessError
        report(pages)

    try:
        return _lay_out(job, count)
    except _EndlessError:
        return Pages(b"", (), (), endless=True)


def _lay_out(job: Body, report: Report) -> Pages:
    press = _press[0]
    root = ElementTree.fromstring(job.page)
    with listening(report) as remarks:
        mended = settled(press, root, job)
        pages = drawn(press, root, job, mended, remarks)
    _forget(mended.document)
    return pages


def _forget(document: weasyprint.Document) -> None:
    """Free a document that is drawn: page by page it holds itself, and the collector would find that late."""
    for page in document.pages:
        page._page_box.__dict__.clear()
    patches.forget()
    press = _press[0]
    press.forgotten += len(document.pages)
    if press.forgotten > _SWEEP:
        press.forgotten = 0
        gc.collect()


class Mended(NamedTuple):
    """A unit whose pages have been looked at, and mended where that helped."""

    document: weasyprint.Document
    survey: reading.Survey
    rounds: int


def settled(press: Press, root: ElementTree.Element, job: Body, lay: Lay | None = None) -> Mended:
    """Lay a unit out until there is nothing to mend; `lay` does it instead of the press, where it is given."""
    lay = lay or partial(press.document, tagged=job.tagged)
    for rounds in range(1, _ROUNDS + 1):
        document = lay(root, sheets(job))
        survey = reading.survey([reading.look(page._page_box, press.missing) for page in document.pages], root)
        if rounds == _ROUNDS or not mending.mend(root, survey, last=rounds == _ROUNDS - 1):
            break
    return Mended(document, survey, rounds)


def drawn(press: Press, root: ElementTree.Element, job: Body, mended: Mended, remarks: Iterable[str]) -> Pages:
    """Draw a unit that is laid out."""
    document, survey, rounds = mended
    pdf, fonts = press.written(document, tagged=job.tagged)
    losses = survey.losses
    if losses:
        hidden = press.hidden(root, sheets(job))
        losses = tuple(loss for loss, at in zip(losses, survey.lost, strict=True) if at not in hidden)
    # On screen, two hundred pixels to the inch are plenty.
    faults = tuple(fault for fault in survey.faults if not (job.tagged and fault.code == "image-coarse"))
    return Pages(pdf, survey.drawn, fonts, anchors(document), survey.sections, losses, faults, tuple(remarks),
                 rounds)  # fmt: skip


def anchors(document: weasyprint.Document) -> dict[str, tuple[int, float, float]]:
    """Say where each id came to stand: its page, from 0, and its upper left corner in points from the lower left."""
    return {
        name: (number, box[0] * 0.75, (page.height - box[1]) * 0.75)
        for number, page in reversed(list(enumerate(document.pages)))
        for name, box in page.anchors.items()
    }


def sheets(job: Body) -> tuple[str, ...]:
    """Give the stylesheets of a unit, the weakest first."""
    return job.css, _sheet("body.css")


def furnish(job: Iterable[Margins], report: Report) -> tuple[Drawing, ...]:
    """Draw heads and folios of pages."""
    made: list[Drawing] = []
    with listening(lambda pages: None):
        for each in job:
            made.append(_press[0].bed(each).draw(each))
            report(len(made))
    return tuple(made)


def press() -> Press:
    """Give the press that `begin` set up."""
    return _press[0]


@contextmanager
def listening(report: Report) -> Iterator[dict[str, None]]:
    """Pass on which page is at work, and collect what the engine complains of, each complaint once."""
    remarks: dict[str, None] = {}

    class Complaints(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            remarks[record.getMessage()] = None

    class Steps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.args, tuple) and len(record.args) == 1 and "Page" in record.msg:
                report(int(str(record.args[0])))

    complaints, steps = Complaints(logging.WARNING), Steps(logging.INFO)
    _log.addHandler(complaints)
    _progress.addHandler(steps)
    try:
        yield remarks
    finally:
        _log.removeHandler(complaints)
        _progress.removeHandler(steps)


@cache
def _sheet(name: str) -> str:
    return (files("packager.layout") / name).read_text(encoding="utf-8")


def prove(job: Proof, report: Report) -> tuple[tuple[int, int, int], ...]:
    """Count the letters of a stretch of the finished file; see `packager.layout.proof`."""
    return tuple(proof.short(job, _press[0].missing))
