"""Layers of pages put into one file."""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, Pdf, Stream

from packager import fonts
from packager.layout.jobs import Drawing, Font, Heads, Pages
from packager.layout.joining import Binder, Finish, Sheet
from packager.layout.numbering import Numbering, Place
from packager.layout.units import Unit

FACE = next(face.data for face in fonts.find("EB Garamond") if face.weight == fonts.REGULAR)
DIGEST = hashlib.sha256(FACE).hexdigest()
UNIT = Unit("one", "One", "", False, True, False, Heads(), b"", b"")
FINISH = Finish("T", "", "en", 300, 400, {DIGEST: FACE})


def part(code: int) -> bytes:
    return b"q\n/a1.0 gs\nBT /ABCDEF 10 Tf 1 0 0 1 9 9 Tm <%04x> Tj ET\nQ\n" % code


def font(code: int, text: str) -> Font:
    return Font("/ABCDEF+Face", "Face", 4, DIGEST, {code: (text, 500)})


def margins(folio: str, file: bytes = b"") -> Drawing:
    """Draw a head `H`, as on every page, and a folio."""
    return Drawing(((part(1), 1), (part(ord(folio)), 0)), (font(1, "H"), font(ord(folio), folio)), file)


def unit(*contents: bytes, **held: Any) -> bytes:
    """Make the PDF of a unit."""
    pdf = Pdf.new()
    resources = pdf.make_indirect(Dictionary(**held))
    for content in contents:
        page = Dictionary(Type=Name.Page, Resources=resources, Contents=Stream(pdf, content), MediaBox=[0, 0, 1, 1])
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def bound(bodies: Sequence[bytes], drawn: Sequence[Sequence[Drawing | None]], early: Sequence[int] = (),
          shift: float = 0.0) -> bytes:  # fmt: skip
    """Join units; those numbered in `early` are taken before."""
    binder = Binder(FINISH)
    for at in early:
        binder.take(bodies[at])
    sheets, start = [], 0
    for body, around in zip(bodies, drawn, strict=True):
        pages = Pages(body, (0,) * len(around), ())
        sheets.append(Sheet(UNIT, Place(start, len(around), start + 1, False), pages, around, shift))
        start += len(around)
    return binder.join(sheets, Numbering(tuple(sheet.place for sheet in sheets), start, 0))


def texts(file: bytes) -> list[str]:
    with pypdfium2.PdfDocument(file) as pdf:
        return [pdf[at].get_textpage().get_text_range() for at in range(len(pdf))]


def test_a_head_is_in_the_file_once() -> None:
    file = bound([unit(b"0 0 m", b"1 1 m")], [[margins("7"), margins("8")]], shift=9.0)
    with pikepdf.open(io.BytesIO(file)) as pdf:
        one, two = (page.obj.Contents for page in pdf.pages)
        assert one[0].objgen == two[0].objgen
        assert [stream.read_bytes() for stream in two] == [part(1), part(ord("8")), b"1 0 0 1 -9.0000 0 cm\n", b"1 1 m"]
    assert texts(file) == ["H7", "H8"]


def test_when_units_are_taken_makes_no_difference() -> None:
    bodies = [unit(b"0 0 m", b"1 1 m"), unit(b"2 2 m")]
    drawn: list[list[Drawing | None]] = [[margins("1"), None], [margins("3")]]
    files = {bound(bodies, drawn, early) for early in ((), (0, 1), (1, 0), (1,))}
    assert len(files) == 1


def test_equal_units_have_pages_of_their_own() -> None:
    file = bound([unit(b"0 0 m")] * 2, [[margins("1")], [margins("2")]], early=[0])
    assert texts(file) == ["H1", "H2"]


def test_heads_that_cannot_be_lent_what_they_name_are_a_form() -> None:
    file = bound([unit(b"0 0 m", ExtGState=Dictionary({"/a1.0": Dictionary(ca=0.5)}))], [[margins("7")]])
    with pikepdf.open(io.BytesIO(file)) as pdf:
        page = pdf.pages[0].obj
        assert page.Resources.ExtGState["/a1.0"].ca * 2 == 1
        assert page.Resources.XObject.Furniture.Resources.ExtGState["/a1.0"].ca == 1
        assert page.Contents[0].read_bytes() == b"/Furniture Do\n"
    assert texts(file) == ["H7"]


def test_what_is_more_than_text_is_drawn_from_its_file() -> None:
    shown = unit(b"/p0 Do", XObject=Dictionary({"/p0": Dictionary(Drawn=1)}))
    with pikepdf.open(io.BytesIO(bound([unit(b"0 0 m")], [[margins("7", shown)]]))) as pdf:
        form = pdf.pages[0].obj.Resources.XObject.Furniture
        assert form.read_bytes() == b"/p0 Do"
        assert "/p0" in form.Resources.XObject
