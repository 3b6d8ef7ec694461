"""Fonts: found in packages, pinned, subset, asked, and the author's checked."""

import struct
import zlib

import pytest

from packager import fonts
from packager.fonts import FontError


def face(style: str = "normal", weight: int = 400) -> fonts.Face:
    return next(f for f in fonts.find("EB Garamond", bold=600) if (f.style, f.weight) == (style, weight))


def woff(sfnt: bytes) -> bytes:
    """Wrap an sfnt as WOFF 1.0."""
    count = struct.unpack_from(">H", sfnt, 4)[0]
    entries, body, start = b"", b"", 44 + 20 * count
    for index in range(count):
        tag, checksum, offset, length = struct.unpack_from(">4sIII", sfnt, 12 + 16 * index)
        table = sfnt[offset : offset + length]
        packed = min(zlib.compress(table), table, key=len)
        entries += struct.pack(">4sIIII", tag, start + len(body), len(packed), length, checksum)
        body += packed + b"\0" * (-len(packed) % 4)
    head = struct.pack(">4s4sIHHI", b"wOFF", sfnt[:4], start + len(body), count, 0, len(sfnt)) + b"\0" * 24
    return head + entries + body


def test_a_family_has_four_faces_with_plain_names() -> None:
    assert [f.file for f in fonts.find("EB Garamond")] == [
        "eb-garamond-400.ttf",
        "eb-garamond-700.ttf",
        "eb-garamond-italic-400.ttf",
        "eb-garamond-italic-700.ttf",
    ]


def test_a_family_without_a_bold_italic_goes_without() -> None:
    assert "cardo-italic-700.ttf" not in [f.file for f in fonts.find("Cardo")]


def test_a_cut_pins_its_axes() -> None:
    caption = fonts.find("Literata Caption", cut_of="Literata", axes={"opsz": 8})[0]
    text = fonts.find("Literata", axes={"opsz": 11})[0]
    assert caption.axes == (("opsz", 8.0), ("wght", 400.0))
    assert caption.data != text.data


def test_an_unknown_family_is_an_error() -> None:
    with pytest.raises(FontError, match="Nowhere Serif"):
        fonts.find("Nowhere Serif")


def test_faces_are_static_and_the_same_each_time() -> None:
    data = face().data
    assert b"fvar" not in data[:400]
    fonts._pinned.cache_clear()
    assert face().data == data


def test_a_subset_is_small_and_keeps_small_capitals() -> None:
    plain = fonts.subset(face(), "abc")
    assert len(plain) < len(face().data) / 10
    assert b"GSUB" in plain[:400]
    fonts._pinned.cache_clear()
    assert fonts.subset(face(), "cba") == plain


def test_covers_names_what_is_missing_and_what_shows() -> None:
    assert fonts.covers(face(), "a\u2060\u200a\xad\n✓∴") == {"✓", "∴"}


def test_metrics_follow_the_design() -> None:
    measured = fonts.metrics(face())
    assert 0.6 < measured.capital < 0.7 < measured.ascent
    assert measured.descent > 0


def test_authors_fonts_are_read_plain_and_as_woff() -> None:
    sfnt = fonts.subset(face(), "abc")
    assert fonts.read(sfnt, "own.ttf")[:4] == b"\0\1\0\0"
    assert fonts.read(woff(sfnt), "own.woff") == fonts.read(sfnt, "own.ttf")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a font",
        b"\0\1\0\0" + b"\0\5" + b"\0" * 200,
        b"wOFF" + b"\0" * 40,
        b"wOFF\0\1\0\0\0\0\0\0\0\1\0\0" + b"\xff" * 40,
        b"wOF2" + b"\0" * 40,
    ],
)
def test_broken_fonts_are_refused(data: bytes) -> None:
    with pytest.raises(FontError, match=r"own\.ttf"):
        fonts.read(data, "own.ttf")


def test_a_woff_that_unpacks_to_more_than_it_says_is_refused() -> None:
    packed = bytearray(woff(fonts.subset(face(), "abc")))
    for index in range(struct.unpack_from(">H", packed, 12)[0]):
        at = 44 + 20 * index
        size, length = struct.unpack_from(">II", packed, at + 8)
        if size < length:
            struct.pack_into(">I", packed, at + 12, length - 4)
            break
    with pytest.raises(FontError, match="damaged"):
        fonts.read(bytes(packed), "own.woff")
