"""A book as one document, and what a reader of either file finds in it."""

import ctypes
import multiprocessing
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Pdf
from pypdfium2 import raw

from benchmarks.single import Single
from packager.layout import inks, mending, reading, worker

Tag = tuple[int, str, str, str]
"""How deep it stands, its type, its text alternative and language; or `content`, its page and its place on that."""
Link = tuple[int, tuple[float, ...], str]
"""Page, rectangle, address or target."""


def draw(book: Single) -> bytes:
    """Lay a document out in a process of its own, mend it as units are mended, and draw it."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_draw, (book,))


def _draw(book: Single) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        worker.begin(replace(book.setup, folder=folder))
        (press,) = worker._press
        root = ElementTree.fromstring(book.page)
        body, open_ = root[-1], {*range(len(book.numbering.places))}
        for rounds in range(1, worker._ROUNDS + 1):
            document = press.document(root, (book.css,), tagged=book.tagged)
            if rounds == worker._ROUNDS:
                break
            for at in [*open_]:
                place = book.numbering.places[at]
                pages = [page._page_box for page in document.pages[place.start : place.start + place.pages]]
                survey = reading.survey([reading.look(page, press.missing) for page in pages], body[at])
                if not mending.mend(body[at], survey, last=rounds == worker._ROUNDS - 1):
                    open_.remove(at)
            if not open_:
                break
        data, _ = press.written(document, tagged=book.tagged)
    return data


def settled(pdf: Pdf) -> None:
    """Paint a document's greys in one ink, as a printer's edition is: the edges of drawings look a little different."""
    for page in pdf.pages:
        if "/Contents" in page.obj:
            inks.settle(page.obj)


def glyphs(pdf: pypdfium2.PdfDocument, number: int) -> list[tuple[int, float, float]]:
    """List the characters of a page with their origins, to a tenth of a point, in order of their places."""
    page = pdf[number]
    layer = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    found = []
    for at in range(layer.count_chars()):
        code = raw.FPDFText_GetUnicode(layer, at)
        code = ord("-") if code == 2 else code  # how a hyphen at a line's end is told hangs on what was drawn before
        if not chr(code).isspace() and raw.FPDFText_GetCharOrigin(layer, at, x, y):
            found.append((code, x.value, y.value))
    layer.close()
    page.close()
    return sorted(found, key=lambda each: (round(each[2]), each[1], each[0]))


def picture(pdf: pypdfium2.PdfDocument, number: int) -> bytes:
    """Draw a page, a pixel a point."""
    page = pdf[number]
    drawn = bytes(page.render(scale=1, grayscale=True).buffer)
    page.close()
    return drawn


def outline(pdf: Pdf) -> list[tuple[int, str, int, tuple[float, ...]]]:
    """List the outline: depth, title, page and place."""
    numbers = _numbers(pdf)

    def walk(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str, int, tuple[float, ...]]]:
        for item in items:
            where = item.destination
            assert isinstance(where, Array)
            yield depth, str(item.title), numbers[where[0].objgen], _rounded(where[2:4])
            yield from walk(item.children, depth + 1)

    with pdf.open_outline() as found:
        return list(walk(found.root, 0))


def links(pdf: Pdf) -> list[Link]:
    """List the links page by page, those of the book with the place that they lead to."""
    numbers, table = _numbers(pdf), list(pdf.Root.Names.Dests.Names) if "/Names" in pdf.Root else []
    places = {str(name): where for name, where in zip(table[::2], table[1::2], strict=True)}

    def target(link: pikepdf.Object) -> str:
        if "/Dest" not in link:
            return str(link.A.URI)
        where = places[str(link.Dest)]
        return f"{numbers[where[0].objgen]} {_rounded(where[2:4])}"

    return sorted(
        (number, _rounded(link.Rect), target(link))
        for number, page in enumerate(pdf.pages)
        for link in page.obj.get("/Annots", Array())
    )


def tags(pdf: Pdf) -> list[Tag]:
    """List the structure tree in reading order.

    Marks of content are counted anew on each page: the one document has some for margin boxes too, out of reach.
    """
    numbers = _numbers(pdf)
    found: list[Tag] = []
    marked: dict[int, set[int]] = {}

    def walk(element: pikepdf.Object, depth: int) -> None:
        kind, alternative, lang = (str(element.get(key, "")) for key in ("/S", "/Alt", "/Lang"))
        found.append((depth, kind, alternative, lang))
        kids = element.get("/K", Array())
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, Dictionary) and "/S" in kid:
                walk(kid, depth + 1)
                continue
            page = numbers[(kid if isinstance(kid, Dictionary) and "/Pg" in kid else element).Pg.objgen]
            mark = int(kid.get("/MCID", -1)) if isinstance(kid, Dictionary) else int(kid)
            marked.setdefault(page, set()).add(mark)
            found.append((depth + 1, "content", str(page), str(mark)))

    walk(pdf.Root.StructTreeRoot.K[0], 0)
    ranks = {page: {mark: rank for rank, mark in enumerate(sorted(marks))} for page, marks in marked.items()}
    return [
        (depth, kind, one, str(ranks[int(one)][int(other)])) if kind == "content" else (depth, kind, one, other)
        for depth, kind, one, other in found
    ]


def programs(pdf: Pdf) -> dict[str, set[tuple[int, int]]]:
    """Give the font programs that each face brings."""
    found: dict[str, set[tuple[int, int]]] = {}
    for page in pdf.pages:
        for font in page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary()).values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            program = descriptor["/FontFile2" if "/FontFile2" in descriptor else "/FontFile3"]
            found.setdefault(str(font.BaseFont), set()).add(program.objgen)
    return found


def _numbers(pdf: Pdf) -> dict[tuple[int, int], int]:
    return {page.obj.objgen: number for number, page in enumerate(pdf.pages)}


def _rounded(lengths: pikepdf.Object | list[pikepdf.Object]) -> tuple[float, ...]:
    return tuple(round(float(length), 1) for length in lengths)
