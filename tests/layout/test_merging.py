"""One font of many pages' uses of it."""

import hashlib

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from packager import fonts
from packager.layout.jobs import Font
from packager.layout.merging import Faces

FACE = next(face.data for face in fonts.find("EB Garamond") if face.weight == fonts.REGULAR)
DIGEST = hashlib.sha256(FACE).hexdigest()
NAME = "/ABCDEF+EB-Garamond"


def font(**glyphs: str) -> Font:
    """Make a font of glyphs `g7="fi"`."""
    return Font(NAME, "EB Garamond", 4, DIGEST, {int(at[1:]): (text, 500) for at, text in glyphs.items()})


def resources(pdf: Pdf, encoding: Object | Name) -> Dictionary:
    """Name a font as a unit's PDF does."""
    descriptor = pdf.make_indirect(Dictionary(FontFile2=Stream(pdf, b"subset")))
    old = Dictionary(BaseFont=Name(NAME), Encoding=encoding, DescendantFonts=[Dictionary(FontDescriptor=descriptor)])
    return Dictionary(Font=pdf.make_indirect(Dictionary(F=pdf.make_indirect(old))))


def test_units_share_one_font() -> None:
    pdf = Pdf.new()
    faces = Faces(pdf)
    one, two = (resources(pdf, Name("/Identity-H")) for _ in range(2))
    for used, held in ((font(g7="fi", g9="\u00a0"), one), (font(g9=" ", g8="x"), two)):
        faces.note([used])
        faces.unite(held)
    faces.unite(one)
    faces.merge({DIGEST: FACE})
    assert one.Font.F == two.Font.F
    assert one.Font.F.objgen == two.Font.F.objgen
    mapped = one.Font.F.ToUnicode.read_bytes()
    assert b"<0007> <00660069>\n<0008> <0078>\n<0009> <00a0>" in mapped
    first, widths = one.Font.F.DescendantFonts[0].W
    assert (int(first), [*map(int, widths)]) == (7, [500, 500, 500])


def test_what_has_an_encoding_of_its_own_keeps_it() -> None:
    pdf = Pdf.new()
    faces = Faces(pdf)
    held = resources(pdf, Stream(pdf, b"cmap"))
    faces.note([font(g7="fi")])
    faces.unite(held)
    faces.merge({DIGEST: FACE})
    assert held.Font.F.Encoding.read_bytes() == b"cmap"
    assert held.Font.F.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes() == fonts.union_subset(FACE, [7])
