"""Joins the layers of all units into one PDF: pages stacked and numbered, one font a face, one image a picture.

The same pages give the same bytes: no clock is read and the file's identifier is made from what is in it.
Terms are those of ISO 32000-1, whose sections the functions name.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from packager.layout import inks, navigation, structure
from packager.layout.jobs import Drawing, Pages
from packager.layout.merging import Faces, merge_images
from packager.layout.numbering import Numbering, Place
from packager.layout.units import Mark, Unit

_FURNITURE = Name("/Furniture")
_STATE = re.compile(rb"/([aA])([\d.]+) gs")
_OPACITY = {"a": "/ca", "A": "/CA"}
"""What graphics states set that the engine names so: how opaque areas and strokes are."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit with its pages."""

    unit: Unit
    place: Place
    body: Pages
    margins: Sequence[Drawing | None]
    """Heads and folio of each page; None where there are none."""
    shift: float = 0.0
    """Points by which the body moves to the right on its first, third, … page and to the left on the others."""


@dataclass(frozen=True, slots=True)
class Finish:
    """What the file is, besides its pages."""

    title: str
    author: str
    lang: str
    width: float
    """Of the page, in points."""
    height: float
    faces: Mapping[str, bytes] = field(repr=False)
    """Whole fonts by SHA-256."""
    marks: tuple[Mark, ...] = ()
    """Lines of the outline; none in print."""
    tagged: bool = False
    """Whether the file is PDF/UA: tagged, linked, with metadata."""
    backwards: bool = False
    """Whether pages turn from left to right."""
    mono: bool = False
    """Whether colours turn into greys."""


class Binder:
    """A file in the making: bodies of units may be taken in as they come, before it is known where they stand."""

    def __init__(self, finish: Finish) -> None:
        self.pdf = pdf = Pdf.new()
        self.finish = finish
        self.faces = Faces(pdf)
        self.structures = structure.Structures()
        self.anchors: dict[str, navigation.Anchor] = {}
        self._taken: dict[bytes, Pdf] = {}
        self._streams: dict[bytes, pikepdf.Object] = {}
        """What stands on pages besides their bodies, by operators."""
        self._lending: dict[object, bool] = {}
        self._box = Array([0, 0, finish.width, finish.height])

    def take(self, body: bytes) -> None:
        """Make the PDF of a unit ready, if there is one; what is not called for in the end stays out of the file."""
        if body and body not in self._taken:
            self._taken[body] = taken = Pdf.open(io.BytesIO(body))
            for page in taken.pages if not self.finish.tagged else ():
                inks.settle(page.obj, mono=self.finish.mono)

    def join(self, sheets: Iterable[Sheet], numbering: Numbering) -> bytes:
        """Make the file, once."""
        pdf, finish = self.pdf, self.finish
        for sheet in sheets:
            self._add(sheet)
        self._pad(numbering.pages)
        self.faces.merge(finish.faces)
        merge_images(pdf)
        _label(pdf, numbering)
        _describe(pdf, finish)
        if finish.tagged:
            structure.write(pdf, self.structures)
            navigation.write(pdf, self.anchors, finish.marks)
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7")
        return file.getvalue()

    def _pad(self, count: int) -> None:
        """Add blank pages until there are so many."""
        while len(self.pdf.pages) < count:
            page = Dictionary(Type=Name.Page, MediaBox=self._box, Resources=Dictionary())
            self.pdf.pages.append(pikepdf.Page(self.pdf.make_indirect(page)))
            self._trim(self.pdf.pages[-1].obj)

    def _add(self, sheet: Sheet) -> None:
        """Add the pages of a unit at its place."""
        self._pad(sheet.place.start)
        self.take(sheet.body.pdf)
        body = self._taken.pop(sheet.body.pdf)
        self.pdf.pages.extend(body.pages)
        pages = [self.pdf.pages[sheet.place.start + number].obj for number in range(len(body.pages))]
        self.faces.note(sheet.body.fonts)
        for resources in {page.Resources.objgen: page.Resources for page in pages}.values():
            self.faces.unite(resources)
        if self.finish.tagged:
            self.structures.add(self.pdf, body, pages)
        for number, (page, margins) in enumerate(zip(pages, sheet.margins, strict=True)):
            shift = sheet.shift if number % 2 == 0 else -sheet.shift
            self._stack(page, self._above(margins, page) if margins else (), shift)
            self._trim(page)
            navigation.link(page, sheet.unit.links, shift)
        for name, (number, x, y) in sheet.body.anchors.items():
            x += sheet.shift if number % 2 == 0 else -sheet.shift
            self.anchors.setdefault(name, navigation.Anchor(pages[number], x, y))

    def _above(self, margins: Drawing, page: pikepdf.Object) -> Iterable[bytes]:
        """Give the streams that draw heads and folio on a page, out of its resources.

        Where a name would mean something else there, or more is drawn than text, they show a form with resources of
        its own (8.10).
        """
        self.faces.note(margins.fonts)
        if not margins.file and self._lent(margins, page.Resources):
            return [part for part, _ in margins.parts]
        operators = b"".join(part for part, _ in margins.parts)
        resources: pikepdf.Object = self._resources(margins)
        if margins.file:
            with Pdf.open(io.BytesIO(margins.file)) as source:
                drawn = source.pages[0].obj
                operators, resources = drawn.Contents.read_bytes(), self.pdf.copy_foreign(drawn.Resources)
            self.faces.unite(resources)
        form = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=self._box, Resources=resources)
        page.Resources = Dictionary(dict(page.Resources.items()))
        page.Resources.XObject = Dictionary(dict(page.Resources.get("/XObject", Dictionary()).items()))
        page.Resources.XObject[_FURNITURE] = Stream(self.pdf, operators, form)
        return [f"{_FURNITURE} Do\n".encode()]

    def _lent(self, margins: Drawing, resources: pikepdf.Object) -> bool:
        """Put among a unit's resources what its margins need, if no name means something else there."""
        key = resources.objgen, tuple(font.name for font in margins.fonts), _states(margins)
        if key not in self._lending:
            self._lending[key] = _lend(self._resources(margins), resources)
        return self._lending[key]

    def _resources(self, margins: Drawing) -> Dictionary:
        """Name what text needs: fonts and how opaque it is (8.4.5)."""
        fonts = {f"/{font.name[1:].partition('+')[0]}": self.faces.font(font.name) for font in margins.fonts}
        states = {f"/{kind}{value}": Dictionary({_OPACITY[kind]: float(value)}) for kind, value in _states(margins)}
        return Dictionary(Font=Dictionary(fonts), ExtGState=Dictionary(states))

    def _stack(self, page: pikepdf.Object, above: Iterable[bytes], shift: float) -> None:
        """Draw furniture, as an artifact (14.8.2.2), and then the body, moved aside where the page changed sides.

        Each is a stream of its own (7.8.2), so that what stands on many pages stands in the file once.
        """
        parts = list(above)
        if self.finish.tagged:
            parts = [b"/Artifact <</Type /Pagination>> BDC\n%bEMC\n" % part for part in parts]
        if shift:
            parts.append(f"1 0 0 1 {shift:.4f} 0 cm\n".encode())
        if parts:
            page.Contents = Array([*map(self._stream, parts), page.Contents])

    def _stream(self, operators: bytes) -> pikepdf.Object:
        if operators not in self._streams:
            self._streams[operators] = self.pdf.make_indirect(Stream(self.pdf, operators))
        return self._streams[operators]

    def _trim(self, page: pikepdf.Object) -> None:
        """Give a page its boxes (14.11.2): without bleed they are one."""
        page.MediaBox = page.TrimBox = page.BleedBox = self._box


def _lend(resources: pikepdf.Object, to: pikepdf.Object) -> bool:
    """Put a layer's fonts and graphics states among those of a page, if no name means something else there (7.8.3)."""
    for kind, held in resources.items():
        there = to.get(kind, Dictionary())
        if any(there[key] != item for key, item in held.items() if key in there):
            return False
    for kind, held in resources.items():
        to[kind] = to.get(kind, Dictionary())
        for key, item in held.items():
            if key not in to[kind]:
                to[kind][key] = item
    return True


def _states(margins: Drawing) -> tuple[tuple[str, str], ...]:
    """List the graphics states that margins name."""
    found = {match for part, _ in margins.parts for match in _STATE.findall(part)}
    return tuple(sorted((kind.decode(), value.decode()) for kind, value in found))


def _label(pdf: Pdf, numbering: Numbering) -> None:
    """Name the pages as their folios do (12.4.2)."""
    labels: list[object] = []
    if numbering.front:
        labels += [0, Dictionary(S=Name.r)]
    if numbering.front < numbering.pages:
        labels += [numbering.front, Dictionary(S=Name.D)]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _describe(pdf: Pdf, finish: Finish) -> None:
    """Write title, author and language (14.3, 14.9.2), and what PDF/UA-1 asks for besides."""
    pdf.Root.Lang = String(finish.lang)
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String(finish.title)))
    if finish.author:
        pdf.trailer.Info.Author = String(finish.author)
    if finish.tagged:
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.Metadata = pdf.make_indirect(Stream(pdf, _xmp(finish).encode(), Type=Name.Metadata, Subtype=Name.XML))
    if finish.backwards:
        pdf.Root.ViewerPreferences = pdf.Root.get("/ViewerPreferences", Dictionary())
        pdf.Root.ViewerPreferences.Direction = Name.R2L


def _xmp(finish: Finish) -> str:
    """Write XMP (ISO 16684-1) that claims PDF/UA-1 (ISO 14289-1, 5)."""
    creator = (
        f"<dc:creator><rdf:Seq><rdf:li>{escape(finish.author)}</rdf:li></rdf:Seq></dc:creator>" if finish.author else ""
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(finish.title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{escape(finish.lang)}</rdf:li></rdf:Bag></dc:language>{creator}"
        "<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    )
