"""Pages as images: size, colour, and one page upon another."""

import io
import struct
import zlib

import pikepdf
import pytest

from packager.layout.painting import Layer, is_grey, paint


def pdf(contents: str) -> bytes:
    """Make a file of one page of 20 by 10 points."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(20, 10))
    made.pages[0].Contents = made.make_stream(contents.encode())
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Give width, height and the rows of a PNG, each behind a zero."""
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    return width, height, zlib.decompress(png[41 : 41 + length])


def test_a_page_is_painted_in_grey() -> None:
    width, height, rows = pixels(paint([Layer(pdf("0 g 0 0 10 10 re f"))], 20, 10, 1, grey=True))
    assert (width, height) == (20, 10)
    assert rows[:21] == b"\0" + b"\x00" * 10 + b"\xff" * 10


def test_a_page_is_painted_in_colour() -> None:
    _, _, rows = pixels(paint([Layer(pdf("1 0 0 rg 0 0 10 10 re f"))], 20, 10, 1, grey=False))
    assert rows[:61] == b"\0" + b"\xff\x00\x00" * 10 + b"\xff" * 30


def test_a_layer_stands_upon_another_and_can_be_moved() -> None:
    layers = [Layer(pdf("0 g 0 0 5 10 re f")), Layer(pdf("0 g 0 0 5 10 re f"), shift=10)]
    _, _, rows = pixels(paint(layers, 20, 10, 1, grey=True))
    assert rows[1:21] == (b"\x00" * 5 + b"\xff" * 5) * 2


@pytest.mark.parametrize(
    ("drawn", "grey"),
    [
        ("0 g 0 0 1 1 re f", True),
        (".2 .2 .2 rg 0 0 1 1 re f", True),
        ("/DeviceCMYK cs 0 0 0 1 scn", True),
        ("0 0 0 .5 k", True),
        ("1 0 0 rg", False),
        ("/DeviceCMYK cs 0 .5 0 1 scn", False),
        ("1 0 0 0 K", False),
        ("/Im1 Do /ColorSpace /DeviceRGB", False),
    ],
)
def test_colour_is_seen(drawn: str, grey: bool) -> None:
    assert is_grey(f"q\n{drawn}\nQ".encode()) is grey
