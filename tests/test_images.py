"""Images by their bytes: kinds, limits, private data, transparency, and pictures that mean harm."""

import re
import struct
import zlib
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from packager import images
from packager.images import ImageFault
from packager.rasters import MOST_PIXELS


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    data = BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    """Put a chunk behind IHDR."""
    return png[:33] + chunk(name, body) + png[33:]


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


RED = Image.new("RGB", (6, 4), "red")
PNG, JPEG, GIF, WEBP = (packed(RED, kind) for kind in ("PNG", "JPEG", "GIF", "WEBP"))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="3" height="3"/></svg>'
MOVING = packed(RED, "GIF", save_all=True, append_images=[Image.new("RGB", (6, 4), "blue")])


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PNG, "png"), (JPEG, "jpeg"), (GIF, "gif"), (WEBP, "webp"), (packed(RED, "WEBP", lossless=True), "webp")],
)
def test_probe_tells_kind_and_size_from_the_bytes(data: bytes, kind: str) -> None:
    info = images.probe(data)
    assert (info.kind, info.width, info.height, info.animated) == (kind, 6, 4, False)


def test_probe_reads_svg_and_names_what_will_be_left_out() -> None:
    info = images.probe(SVG.replace(b"<rect", b"<script>1</script><rect onload='x'"))
    assert (info.kind, info.width, info.height) == ("svg", 20, 10)
    assert info.removed == ("<script>", "the handler onload")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"just words", "is not an image"),
        (PNG[:-20], "breaks off"),
        (JPEG[:-2], "breaks off"),
        (GIF[:-3], "breaks off"),
        (WEBP[:-9], "breaks off"),
        (PNG.replace(b"IDAT", b"IDAX"), "is damaged"),
        (packed(RED, "TIFF"), "is TIFF, which"),
        (packed(RED, "BMP"), "is BMP"),
        (b"\0\0\0\x20ftypavif", "is AVIF"),
        (b"\0\0\0\x20ftypheic", "is HEIC"),
        (b"8BPS\0\1", "is Photoshop"),
        (b"%!PS-Adobe", "is EPS"),
        (packed(RED.convert("CMYK"), "JPEG"), "is in CMYK"),
        (b"<svg><g></svg>", "is not well-formed"),
        (b"<html><svg/></html>", "begins with <html>"),
    ],
)
def test_probe_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(ImageFault, match=f"^{reason}"):
        images.probe(data)


def test_probe_refuses_a_decompression_bomb_by_its_header() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(ImageFault, match=r"^has .* 80 megapixels"):
        images.probe(bomb)


def test_clean_files_keep_their_pixels_byte_for_byte() -> None:
    assert images.for_epub(PNG).data == PNG
    assert opened(images.for_epub(JPEG).data).tobytes() == opened(JPEG).tobytes()
    assert images.for_print(PNG) == (PNG, "image/png")


def test_exif_leaves_and_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "at the harbour"
    for data in (packed(RED, "JPEG", exif=exif), packed(RED, "PNG", exif=exif)):
        for made in (images.for_epub(data).data, images.for_print(data)[0]):
            assert b"harbour" in data
            assert b"harbour" not in made
    turned = images.for_epub(packed(RED, "JPEG", exif=exif))
    assert (turned.width, turned.height) == (4, 6) == opened(turned.data).size
    info = images.probe(packed(RED, "JPEG", exif=exif))
    assert (info.width, info.height) == (4, 6)


def test_exif_without_a_turn_leaves_without_new_compression() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at the harbour"
    made = images.for_epub(packed(RED, "JPEG", exif=exif, comment=b"secret")).data
    assert opened(made).tobytes() == opened(packed(RED, "JPEG")).tobytes()
    assert b"harbour" not in made
    assert b"secret" not in made


def test_what_follows_a_jpeg_is_left_out() -> None:
    assert images.for_epub(JPEG + b"a film").data == images.for_epub(JPEG).data


def test_inflating_chunks_are_left_out_unread() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    data = with_chunk(with_chunk(PNG, b"zTXt", b"k\0\0" + bomb), b"iCCP", b"p\0\0" + bomb)
    assert images.for_epub(data).data == PNG


def test_small_colour_profile_stays() -> None:
    data = with_chunk(PNG, b"iCCP", b"p\0\0" + zlib.compress(b"profile"))
    assert b"iCCP" in images.for_epub(data).data


def test_transparency_becomes_white() -> None:
    glass = Image.new("RGBA", (6, 4), (255, 0, 0, 0))
    for data in (packed(glass, "PNG"), packed(glass, "WEBP", lossless=True), packed(glass, "GIF")):
        made = images.for_epub(data)
        assert made.media_type == "image/png"
        assert opened(made.data).convert("RGB").getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bits_become_eight() -> None:
    gray = Image.new("I;16", (2, 1))
    gray.putpixel((0, 0), 65535)
    gray.putpixel((1, 0), 32896)
    made = opened(images.for_epub(packed(gray, "PNG")).data)
    assert (made.mode, made.getpixel((0, 0)), made.getpixel((1, 0))) == ("L", 255, 128)


def test_webp_is_converted_to_what_every_reader_shows() -> None:
    assert images.for_epub(WEBP).media_type == "image/jpeg"
    assert images.for_epub(packed(RED, "WEBP", lossless=True)).media_type == "image/png"


def test_animation_stays_in_the_epub_and_stands_still_in_print() -> None:
    moving = images.for_epub(MOVING)
    assert (moving.data, moving.media_type, moving.animated) == (MOVING, "image/gif", True)
    assert images.probe(MOVING).animated
    data, media_type = images.for_print(MOVING)
    assert media_type == "image/png"
    assert opened(data).convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_large_images_shrink_to_the_shops_limit_in_the_epub_only() -> None:
    large = packed(Image.new("RGB", (4000, 2000)), "JPEG")
    made = images.for_epub(large)
    assert made.width * made.height <= images.MOST_EPUB_PIXELS
    assert made.width / made.height == pytest.approx(2, abs=0.01)
    assert opened(images.for_print(large)[0]).size == (4000, 2000)


def test_print_in_grey() -> None:
    assert opened(images.for_print(JPEG, gray=True)[0]).mode == "L"


def test_conversion_gives_the_same_bytes_every_time() -> None:
    glass = packed(Image.new("RGBA", (6, 4), (255, 0, 0, 9)), "PNG")
    assert images.for_epub(glass) == images.for_epub(glass)


def test_cover_is_jpeg_within_limits() -> None:
    made = images.cover(packed(Image.new("RGB", (500, 8000)), "PNG"))
    assert (made.media_type, made.extension, made.width, made.height) == ("image/jpeg", "jpg", 250, 4000)


def test_pixels_that_do_not_decode_are_a_fault() -> None:
    header = struct.pack(">IIBBBBB", 9, 9, 16, 2, 0, 0, 0)
    broken = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"nonsense") + chunk(b"IEND", b"")
    with pytest.raises(ImageFault, match=r"^cannot be decoded"):
        images.for_epub(broken)


def test_print_takes_no_more_pixels_than_a_page_can_show() -> None:
    photo, drawing = (packed(Image.new("RGB", (3000, 1500)), kind) for kind in ("JPEG", "PNG"))
    assert opened(images.for_print(photo, frame=(5.0, 8.0))[0]).size == (1500, 750)
    assert opened(images.for_print(drawing, frame=(5.0, 8.0))[0]).size == (3000, 1500)
    assert images.for_print(photo, frame=(10.0, 10.0))[0] == images.for_print(photo)[0]


def test_the_images_inside_a_drawing_turn_grey_with_it() -> None:
    link = b64encode(PNG).decode()
    drawing = SVG.replace(b"<rect", f'<image href="data:image/png;base64,{link}"/><rect'.encode())
    grey, kind = images.for_print(drawing, gray=True)
    inner = re.search(rb"base64,([^\"]+)", grey)
    assert inner is not None
    assert (kind, opened(b64decode(inner[1])).mode) == ("image/svg+xml", "L")
    assert images.for_print(drawing)[0] == images.clean_svg(drawing)


@pytest.mark.parametrize(
    ("lossless", "inches", "ratio"),
    [(False, (2.0, 2.0), 0.5), (True, (2.0, 2.0), 1.0), (True, (1.0, 1.0), 0.5), (False, (3.8, 3.8), 1.0)],
)
def test_an_image_shrinks_to_what_print_shows_at_its_size(
    lossless: bool, inches: tuple[float, float], ratio: float
) -> None:
    assert images.reduction((1200, 1200), inches, lossless=lossless) == ratio


def test_a_smaller_image_keeps_its_kind() -> None:
    for data, kind in ((PNG, "PNG"), (JPEG, "JPEG")):
        small, width, height = images.resampled(data, 0.5)
        assert (opened(small).format, width, height) == (kind, 3, 2)


def test_pictures_are_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path))
    data = packed(Image.new("RGBA", (8, 6), (255, 0, 0, 128)), "PNG")
    fresh = [images.for_epub(data), images.for_print(data, gray=True)]
    monkeypatch.setattr(images, "_packed", lambda *about, **how: pytest.fail("worked out again"))
    assert [images.for_epub(data), images.for_print(data, gray=True)] == fresh
    with pytest.raises(pytest.fail.Exception):
        images.for_print(data)
