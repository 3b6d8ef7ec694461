"""Images as each edition may carry them: told by their bytes, freed of private data, in formats that readers show.

The only module that uses Pillow, and only for images whose pixels must change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from packager import rasters, svg
from packager.rasters import ImageFault
from packager.store import recall

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

Point = tuple[float, float]
Colour = tuple[int, int, int]

MOST_EPUB_PIXELS = 3_200_000
"""The lowest limit of the shops that name one."""
MOST_COVER_SIDE = 4000
"""Pixels; beyond it a cover only costs download."""
_QUALITY = 90
_WORTH = 0.9
"""Reductions beyond this would only cost sharpness."""
_FINE = {True: 600, False: 300}
"""Pixels to the inch that print can show: of drawings and screenshots, kept without loss, and of photographs."""

__all__ = [
    "Canvas",
    "ImageFault",
    "ImageInfo",
    "Picture",
    "clean_svg",
    "cover",
    "for_epub",
    "for_print",
    "kept",
    "probe",
    "rgb",
]


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What an image is, before any work on it."""

    kind: str
    """`png`, `jpeg`, `gif`, `webp` or `svg`: from the bytes, whatever the file's name."""
    width: int
    """Pixels as a reader sees them; 0 for an SVG without a size."""
    height: int
    animated: bool = False
    removed: tuple[str, ...] = ()
    """What of an SVG is active or external and will be left out."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished image file."""

    data: bytes
    media_type: str
    width: int
    """Pixels; 0 for an SVG without a size."""
    height: int
    animated: bool = False

    @property
    def extension(self) -> str:
        """The file name's ending for this type, without the dot."""
        return {"image/jpeg": "jpg", "image/svg+xml": "svg"}.get(self.media_type, self.media_type[6:])


def probe(data: bytes) -> ImageInfo:
    """Tell kind and size from the bytes; raise ImageFault where no edition could show them."""
    if _is_svg(data):
        clean, removed = _clean(data)
        return ImageInfo("svg", *svg.size(clean), removed=removed)
    raster = rasters.read(data)
    width, height = (raster.height, raster.width) if raster.orientation > 4 else (raster.width, raster.height)
    return ImageInfo(raster.kind, width, height, raster.animated)


def clean_svg(data: bytes) -> bytes:
    """Return the SVG without scripts, handlers, entities and outward links; raise ImageFault where it is hopeless."""
    return _clean(data)[0]


def for_epub(data: bytes) -> Picture:
    """Return the image for a reading system: JPEG, opaque PNG, GIF or SVG within the shops' limits.

    Raises ImageFault where it cannot be shown.
    """
    if _is_svg(data):
        return _vector(data)
    raster = rasters.read(data)
    large = raster.width * raster.height > MOST_EPUB_PIXELS
    if raster.kind == "gif" and (raster.animated or not (large or raster.alpha)):
        return Picture(data, "image/gif", raster.width, raster.height, raster.animated)
    if raster.kind in ("jpeg", "png") and raster.plain and raster.orientation == 1 and not (large or raster.alpha):
        return Picture(rasters.strip(data, raster), f"image/{raster.kind}", raster.width, raster.height)

    def made() -> Picture:
        image = _opaque(_upright(data))
        if large:
            scale = (MOST_EPUB_PIXELS / (image.width * image.height)) ** 0.5
            image = _resized(image, int(image.width * scale), int(image.height * scale))
        return _packed(image, lossless=raster.lossless)

    return kept(made, "epub", sha256(data).digest())


def for_print(data: bytes, *, gray: bool = False, frame: tuple[float, float] = (0.0, 0.0)) -> tuple[bytes, str]:
    """Return bytes and media type for the page: as fine as print can show, grey where asked, without private data.

    `frame` is the page in inches, the largest size that an image can be placed at; zeros set no bound. An animation
    gives its first picture. Raises ImageFault where the image cannot be shown.
    """
    if _is_svg(data):
        clean = clean_svg(data)
        return svg.with_images(clean, lambda inner: for_print(inner, gray=True)) if gray else clean, "image/svg+xml"
    raster = rasters.read(data)
    width, height = (raster.height, raster.width) if raster.orientation > 4 else (raster.width, raster.height)
    room = min(frame[0] / width, frame[1] / height)
    scale = reduction((width, height), (width * room, height * room), lossless=raster.lossless)
    if raster.kind == "jpeg" and raster.orientation == 1 and not gray and scale == 1:
        return rasters.strip(data, raster), "image/jpeg"
    if raster.kind == "png" and raster.plain and not (gray or raster.alpha or raster.animated) and scale == 1:
        return rasters.strip(data, raster), "image/png"

    def made() -> Picture:
        image = _opaque(_upright(data))
        if scale < 1:
            image = _resized(image, round(image.width * scale), round(image.height * scale))
        return _packed(image.convert("L") if gray else image, lossless=raster.lossless)

    picture = kept(made, "print", sha256(data).digest(), scale, gray)
    return picture.data, picture.media_type


def kept(make: Callable[[], Picture], *about: object) -> Picture:
    """Give a picture that was made before, or make it and keep it; `about` names all that goes in."""

    def written() -> bytes:
        made = make()
        return f"{made.media_type} {made.width} {made.height} {made.animated:d}\n".encode() + made.data

    head, _, data = recall(written, "picture", *about).partition(b"\n")
    media_type, *numbers = head.decode().split()
    width, height, animated = map(int, numbers)
    return Picture(data, media_type, width, height, bool(animated))


def reduction(pixels: tuple[float, float], inches: tuple[float, float], *, lossless: bool) -> float:
    """Say by how much an image can shrink that nobody will see it in print: 1 where not worth a loss."""
    if not all(inches) or not all(pixels):
        return 1.0
    fine = _FINE[lossless]
    scale = max(inches[0] * fine / pixels[0], inches[1] * fine / pixels[1])
    return scale if scale < _WORTH else 1.0


def resampled(data: bytes, ratio: float) -> tuple[bytes, int, int]:
    """Return a PNG or JPEG made smaller, with its width and height in pixels."""
    image = _opaque(_upright(data))
    image = _resized(image, round(image.width * ratio), round(image.height * ratio))
    return _packed(image, lossless=rasters.read(data).lossless).data, *image.size


def cover(data: bytes) -> Picture:
    """Return a cover image as the shops take it: JPEG in RGB, no side beyond their limit.

    Raises ImageFault where it cannot be shown.
    """
    raster = rasters.read(data)
    fits = max(raster.width, raster.height) <= MOST_COVER_SIDE
    if raster.kind == "jpeg" and raster.orientation == 1 and fits:
        return Picture(rasters.strip(data, raster), "image/jpeg", raster.width, raster.height)

    def made() -> Picture:
        image = _opaque(_upright(data))
        if not fits:
            scale = MOST_COVER_SIDE / max(image.size)
            image = _resized(image, round(image.width * scale), round(image.height * scale))
        return _packed(image.convert("RGB"), lossless=False)

    return kept(made, "cover", sha256(data).digest())


def rgb(colour: str) -> Colour | None:
    """Read a CSS colour: hexadecimal, by name, `rgb()`, `hsl()`; None for what Pillow cannot read."""
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(colour)[:3]
    except ValueError:
        return None
    return red, green, blue


class Canvas:
    """A sheet to draw a cover on; lengths in pixels from the upper left corner."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        from PIL import Image, ImageDraw

        self._image = Image.new("RGB", (width, height), ground)
        self._draw = ImageDraw.Draw(self._image)
        self._fonts: dict[tuple[bytes, int], FreeTypeFont] = {}

    def width(self, text: str, face: bytes, size: int, tracking: float = 0) -> float:
        """Measure a line of text; `face` is a font file, `tracking` the space added between letters."""
        font = self._font(face, size)
        if not tracking:
            return float(font.getlength(text))
        return sum(font.getlength(letter) for letter in text) + tracking * (len(text) - 1)

    def text(self, at: Point, text: str, face: bytes, size: int, ink: Colour, tracking: float = 0) -> None:
        """Write a line of text from its left end on the baseline."""
        font = self._font(face, size)
        x, y = at
        for part in text if tracking else (text,):
            self._draw.text((x, y), part, ink, font, anchor="ls")
            x += font.getlength(part) + tracking

    def bar(self, left: float, top: float, right: float, bottom: float, ink: Colour) -> None:
        """Fill an upright rectangle."""
        self._draw.rectangle((round(left), round(top), round(right) - 1, round(bottom) - 1), ink)

    def shapes(self, box: tuple[int, int, int, int], polygons: Iterable[Sequence[Point]], ink: Colour) -> None:
        """Fill polygons with smooth edges inside a box (left, top, right, bottom)."""
        self._smooth(box, polygons, ink, 0)

    def lines(self, box: tuple[int, int, int, int], paths: Iterable[Sequence[Point]], ink: Colour, wide: float) -> None:
        """Draw paths of many short steps with smooth edges inside a box."""
        self._smooth(box, paths, ink, wide)

    def picture(self) -> Picture:
        """Pack the sheet as JPEG."""
        return Picture(_jpeg(self._image), "image/jpeg", *self._image.size)

    def _font(self, face: bytes, size: int) -> FreeTypeFont:
        from PIL import ImageFont

        key = face, size
        if key not in self._fonts:
            self._fonts[key] = ImageFont.truetype(BytesIO(face), size)
        return self._fonts[key]

    def _smooth(
        self, box: tuple[int, int, int, int], paths: Iterable[Sequence[Point]], ink: Colour, wide: float
    ) -> None:
        from PIL import Image, ImageDraw

        left, top, right, bottom = box
        fine = 3
        mask = Image.new("L", ((right - left) * fine, (bottom - top) * fine))
        draw = ImageDraw.Draw(mask)
        for path in paths:
            points = [((x - left) * fine, (y - top) * fine) for x, y in path]
            if wide:
                draw.line(points, 255, round(wide * fine))
            else:
                draw.polygon(points, 255)
        self._image.paste(ink, box, mask.reduce(fine))


def _jpeg(image: Image) -> bytes:
    """Pack pixels as JPEG, alike every time."""
    packed = BytesIO()
    # 4:4:4 keeps the edges of coloured letters sharp.
    image.save(packed, "JPEG", quality=_QUALITY, subsampling=0, optimize=True, icc_profile=_profile(image))
    return packed.getvalue()


def _is_svg(data: bytes) -> bool:
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<") and (b"<svg" in data[:65536] or b":svg" in data[:65536])


def _clean(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    try:
        return svg.clean(data)
    except svg.SvgFault as fault:
        raise ImageFault(str(fault)) from None


def _vector(data: bytes) -> Picture:
    clean = clean_svg(data)
    return Picture(clean, "image/svg+xml", *svg.size(clean))


def _upright(data: bytes) -> Image:
    """Decode the first picture and turn it as its EXIF says."""
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the layout engine would have it otherwise
    try:
        image = Image.open(BytesIO(data))
        image.load()
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as fault:
        raise ImageFault(f"cannot be decoded: {fault}") from None


def _opaque(image: Image) -> Image:
    """Return the picture in eight-bit grey or RGB, on white where it was transparent.

    Night mode would show through, and shops refuse transparency.
    """
    from PIL import Image

    if image.mode.startswith("I"):
        # Pillow clips sixteen bits; books want them scaled.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        ground.info["icc_profile"] = image.info.get("icc_profile")
        return ground.convert("L" if image.mode == "LA" else "RGB")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


def _resized(image: Image, width: int, height: int) -> Image:
    from PIL.Image import Resampling

    return image.resize((max(width, 1), max(height, 1)), Resampling.LANCZOS)


def _packed(image: Image, *, lossless: bool) -> Picture:
    """Pack pixels as PNG or JPEG, with nothing beside them."""
    if not lossless:
        return Picture(_jpeg(image), "image/jpeg", image.width, image.height)
    packed = BytesIO()
    profile = _profile(image)
    image.info = {}
    image.save(packed, "PNG", compress_level=6, icc_profile=profile)
    return Picture(packed.getvalue(), "image/png", image.width, image.height)


def _profile(image: Image) -> bytes | None:
    """Return the colour profile that the pixels still follow."""
    return image.info.get("icc_profile") if image.mode == "RGB" else None
