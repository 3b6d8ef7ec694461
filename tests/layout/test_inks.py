"""Greys in one ink."""

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from packager.layout import inks


def test_greys_of_pages_and_forms_become_one_ink() -> None:
    pdf = Pdf.new()
    inner = Stream(pdf, b"0.5 0.5 0.5 RG 1 0 0 rg\n", Type=Name.XObject, Subtype=Name.Form)
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    inner.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    form = Stream(pdf, b"1 1 1 rg\n", Type=Name.XObject, Subtype=Name.Form, Group=group)
    form.Resources = Dictionary(XObject=Dictionary(Y=inner))
    page = pdf.make_indirect(
        Dictionary(
            Contents=Stream(pdf, b"q 0 0 0 rg (0 0 0 rgb) Tj 0 0 0 1 k .2 .2 .3 rg Q\n"),
            Resources=Dictionary(XObject=Dictionary(X=form), ExtGState=Dictionary(A=Dictionary(ca=0.5))),
        )
    )
    inks.settle(page)
    shown = page.Resources.XObject.X
    assert page.Contents.read_bytes() == b"q 0 g (0 0 0 rgb) Tj 0 0 0 1 k .2 .2 .3 rg Q\n"
    assert shown.read_bytes() == b"1 g\n"
    assert Name.DeviceGray == shown.Group.CS
    assert Name.DeviceRGB == shown.Resources.XObject.Y.Group.CS  # it holds a colour
    assert shown.Resources.XObject.Y.read_bytes() == b"0.5 G 1 0 0 rg\n"


def test_a_page_without_forms() -> None:
    pdf = Pdf.new()
    page = pdf.make_indirect(Dictionary(Contents=pikepdf.Array([Stream(pdf, b"0 0 0 rg\n")])))
    inks.settle(page)
    assert page.Contents[0].read_bytes() == b"0 g\n"


def test_a_group_without_transparency_is_no_group() -> None:
    pdf = Pdf.new()
    form = Stream(pdf, b"0 g\n", Type=Name.XObject, Subtype=Name.Form, Group=Dictionary(S=Name.Transparency))
    states = Dictionary(A=Dictionary(ca=1, CA=1))
    resources = Dictionary(XObject=Dictionary(X=form), ExtGState=states)
    page = pdf.make_indirect(Dictionary(Contents=Stream(pdf, b""), Resources=resources))
    inks.settle(page)
    assert "/Group" not in page.Resources.XObject.X


def test_a_page_for_one_ink_holds_no_colour() -> None:
    pdf = Pdf.new()
    ends = Dictionary(FunctionType=2, C0=[1, 0, 0], C1=[0, 0, 1], N=1, Domain=[0, 1])
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Function=Dictionary(FunctionType=3, Functions=[ends], Bounds=[])
    )
    tile = Stream(pdf, b"1 0 0 rg\n", Type=Name.Pattern, PatternType=1)
    resources = Dictionary(
        Shading=Dictionary(S=shading), Pattern=Dictionary(P=pdf.make_indirect(tile), Q=Dictionary(Shading=shading))
    )
    content = Stream(pdf, b"1 0 0 rg 0 0 0 .5 k 0 1 0 0 K\n")
    page = pdf.make_indirect(Dictionary(Contents=content, Resources=resources))
    inks.settle(page, mono=True)
    assert page.Contents.read_bytes() == b"0.2126 g 0 0 0 .5 k 0.2848 G\n"
    found = page.Resources.Shading.S
    assert Name.DeviceGray == found.ColorSpace
    assert [[float(value) for value in found.Function.Functions[0][end]] for end in ("/C0", "/C1")] == [
        [0.2126],
        [0.0722],
    ]
    assert page.Resources.Pattern.P.read_bytes() == b"0.2126 g\n"
