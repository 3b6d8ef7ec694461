"""What tells pages of a finished file apart, for who has read them before."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from packager.layout.prints import prints


def _file(texts: list[bytes], mapping: bytes = b"a", image: bytes = b"\0", spare: int = 0) -> bytes:
    pdf = Pdf.new()
    for _ in range(spare):
        pdf.make_indirect(Dictionary())
    font = pdf.make_indirect(Dictionary(Type=Name.Font, ToUnicode=Stream(pdf, mapping)))
    font.Self = Array([font])
    shown = Stream(pdf, image, Subtype=Name.Image, Width=1, Height=1)
    for text in texts:
        resources = Dictionary(Font=Dictionary(F=font), XObject=Dictionary(I=shown))
        page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 9, 9], Resources=resources, Contents=Stream(pdf, text))
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def test_pages_are_told_by_what_they_draw() -> None:
    one, two, three = prints(_file([b"(a) Tj", b"(b) Tj", b"(a) Tj"]))
    assert one == three != two


def test_where_objects_stand_makes_no_difference() -> None:
    moved = _file([b"(x) Tj", b"(a) Tj"], spare=5)
    assert [*prints(moved)][1:] == [*prints(_file([b"(a) Tj"]))]


def test_fonts_count_and_images_do_not() -> None:
    (plain,) = prints(_file([b"(a) Tj"]))
    assert list(prints(_file([b"(a) Tj"], mapping=b"b"))) != [plain]
    assert list(prints(_file([b"(a) Tj"], image=b"\1"))) == [plain]
