"""Keeps the images of pages as long as there is room."""

from collections import OrderedDict

LIMIT = 16_000_000
"""Bytes of all images."""


class Shelf:
    """Images by digest and scale; those not wanted for longest are given up."""

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._size = 0

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._images

    def get(self, key: tuple[str, int]) -> bytes:
        """Give an image; empty where there is none, or none could be made, which is forgotten."""
        png = self._images.get(key, b"")
        if png:
            self._images.move_to_end(key)
        else:
            self._images.pop(key, None)
        return png

    def put(self, key: tuple[str, int], png: bytes) -> None:
        """Keep an image; an empty one says that it could not be made."""
        self._size += len(png) - len(self._images.pop(key, b""))
        self._images[key] = png
        while self._size > LIMIT and len(self._images) > 1:
            self._size -= len(self._images.popitem(last=False)[1])
