"""What tells streams of a finished file apart, for who has read them before."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from packager.layout import prints
from packager.layout.prints import Known

A, B = b"BT /F 9 Tf [<0001>] TJ ET", b"BT /F 9 Tf [<0002>] TJ ET"
GLYPHS = {1: "0061", 2: "0062"}


def told(*pages: list[bytes], glyphs: dict[int, str] = GLYPHS, image: bytes = b"\0", spare: int = 0,
         form: bytes = b"", known: Known | None = None) -> list[tuple[str, ...]]:  # fmt: skip
    """Give the digests of pages that are lists of streams, in a file with one font `F`."""
    pdf = Pdf.new()
    for _ in range(spare):
        pdf.make_indirect(Dictionary())
    mapped = "".join(f"<{code:04x}> <{text}>\n" for code, text in glyphs.items())
    to_unicode = Stream(pdf, f"endcodespacerange\n{len(glyphs)} beginbfchar\n{mapped}endbfchar".encode())
    descendant = Dictionary(Subtype=Name.CIDFontType2, CIDToGIDMap=Name.Identity, W=[1, [500] * max(glyphs)])
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type0, Encoding=Name("/Identity-H"), ToUnicode=to_unicode,
                   DescendantFonts=[descendant])
    )  # fmt: skip
    fonts = Dictionary(F=font)
    drawing = Stream(pdf, form, Subtype=Name.Form, Resources=Dictionary(Font=fonts))
    shown = Dictionary(I=Stream(pdf, image, Subtype=Name.Image, Width=1, Height=1), X=drawing)
    resources = pdf.make_indirect(Dictionary(Font=fonts, XObject=shown))
    for streams in pages:
        contents = Array([Stream(pdf, stream) for stream in streams])
        page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 9, 9], Resources=resources, Contents=contents)
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    file = io.BytesIO()
    pdf.save(file)
    return [*prints.prints(file.getvalue(), known or Known(), Known())]


def test_streams_are_told_by_what_they_draw() -> None:
    (head, one), (same, other) = told([A, A], [A, B])
    assert head == one == same != other


def test_where_objects_stand_makes_no_difference() -> None:
    assert told([B], [A], spare=5)[1:] == told([A])


def test_a_glyph_counts_where_it_is_shown() -> None:
    pages = [A], [B]
    one, two = told(*pages)
    other, same = told(*pages, glyphs={**GLYPHS, 1: "0078", 3: "0063"})
    assert one != other
    assert two == same


def test_images_count_for_nothing_and_forms_for_what_is_in_them() -> None:
    shown = [b"/I Do /X Do"]
    assert told(shown, image=b"\1", form=A) == told(shown, form=A) != told(shown, form=B)
    assert told(shown, form=A) == told(shown, form=A, glyphs={**GLYPHS, 2: "0078"})
    assert told(shown, form=A) != told(shown, form=A, glyphs={**GLYPHS, 1: "0078"})


@pytest.mark.parametrize(
    "stream",
    [b"<0001> Tj /F 9 Tf", b"q /F 9 Tf Q <0001> Tj", b"/F 9 Tf (ab) Tj", b"/F 9 Tf <01> Tj"],
)  # fmt: skip
def test_where_a_glyph_may_be_of_any_font_all_count(stream: bytes) -> None:
    assert not prints.shown(stream).clear
    assert told([stream]) != told([stream], glyphs={**GLYPHS, 3: "0063"})


def test_glyphs_are_found_by_their_fonts() -> None:
    named = prints.shown(b"/a1.0 gs BT /F 9 Tf [<00020001>5<0002>] TJ ET BT /G 9.5 Tf <0001> Tj ET")
    assert named == prints.Shown({"F": "00010002", "G": "0001"}, ["a1.0"], True)


def test_what_is_known_is_read_again() -> None:
    before = Known({"d": prints.shown(A)}, {"a 3", "b 2"})
    assert prints.known(before.packed()) == before
    assert prints.known(None) == Known()


def test_letters_belong_to_their_streams() -> None:
    assert prints.wanted(["head", "shift", "body"], [3], 40) == (("head 3", "shift 0", "body 40"), 43)
    assert prints.wanted(["form", "body"], [3, 1], 40) == (("form 4", "body 40"), 44)
    assert prints.wanted(["body"], [], 40) == (("body 40",), 40)


def test_what_was_read_on_one_page_is_known_on_another() -> None:
    before, now = Known(), Known()
    for page in (["head", "one"], ["other", "two"]):
        before.learn(prints.wanted(page, [3], 40), 43)
    assert now.keep(prints.wanted(["other", "one"], [3], 40), before)
    assert now.read == {"other 3", "one 40"}
    assert not now.keep(prints.wanted(["other", "one"], [4], 40), before)
    assert not now.keep(prints.wanted(["new", "one"], [3], 40), before)


def test_of_a_page_that_gave_more_only_the_whole_is_known() -> None:
    before = Known()
    before.learn(prints.wanted(["head", "one"], [3], 40), 44)
    assert Known().keep(prints.wanted(["head", "one"], [3], 40), before)
    before.learn(prints.wanted(["head", "two"], [3], 40), 43)
    assert not Known().keep(prints.wanted(["head", "one"], [2], 41), before)
