"""Embeds images no finer than print can show at the size they are placed at, however they are turned."""

from collections.abc import Callable
from copy import copy
from math import hypot
from typing import Any

from weasyprint.images import RasterImage

from packager import images

_embed: Callable[[Any, bool, float], Any] = RasterImage.get_x_object


def apply() -> None:
    """Take the place of the engine's functions."""
    RasterImage.draw = _draw
    RasterImage.get_x_object = _embed_fitting


def _draw(image: Any, stream: Any, width: float, height: float, style: Any) -> None:
    """Draw an image and note how much smaller it can be; `width` and `height` are in the stream's units."""
    if image.width <= 0 or image.height <= 0:
        return
    (right, down, *_), (left, up, *_) = stream.ctm[0], stream.ctm[1]
    inches = abs(width) * hypot(right, down) / 72, abs(height) * hypot(left, up) / 72
    ratio = images.reduction((image.width, image.height), inches, lossless=image.format != "JPEG")
    name = stream.add_image(image, style["image_rendering"] == "auto", ratio)
    stream.transform(width, 0, 0, -height, 0, height)
    stream.draw_x_object(name)


def _embed_fitting(image: Any, interpolate: bool, ratio: float) -> Any:
    """Embed an image, made smaller by a ratio; the image itself stays as it is for other pages."""
    if ratio == 1:
        return _embed(image, interpolate, 1)
    fitting = copy(image)
    data, fitting.width, fitting.height = images.resampled(image.image_data.data, ratio)
    fitting.id = f"{image.id}-{fitting.width}"
    fitting.image_data = fitting.cache_image_data(data)
    return _embed(fitting, interpolate, 1)
