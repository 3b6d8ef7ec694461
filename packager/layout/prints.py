"""Tells pages of a finished file apart by all that the text on them depends on: operators, fonts, forms."""

import io
from collections.abc import Iterator
from hashlib import sha256

import pikepdf
from pikepdf import Name

_ELSEWHERE = frozenset(("/Parent", "/StructParent", "/StructParents", "/Annots", "/Length"))
"""Keys whose values say nothing of a page's text, or lead away from the page."""


def prints(file: bytes) -> Iterator[bytes]:
    """Give a digest of each page; images count for nothing."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        reader = _Reader()
        for page in pdf.pages:
            yield sha256(b"".join(reader.read(page.obj.get(key)) for key in ("/Resources", "/Contents"))).digest()


class _Reader:
    """Reads objects of one file, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def read(self, value: object) -> bytes:
        if not isinstance(value, pikepdf.Object):
            return repr(value).encode()
        if not value.is_indirect:
            return self._told(value)
        if value.objgen not in self._known:
            self._known[value.objgen] = b""  # where it leads back to itself
            self._known[value.objgen] = sha256(self._told(value)).digest()
        return self._known[value.objgen]

    def _told(self, value: pikepdf.Object) -> bytes:
        if isinstance(value, pikepdf.Stream):
            if value.get("/Subtype") == Name.Image:
                return b"image"
            return self._dictionary(value) + sha256(value.read_raw_bytes()).digest()
        if isinstance(value, pikepdf.Dictionary):
            return self._dictionary(value)
        if isinstance(value, pikepdf.Array):
            return b"[%b]" % b" ".join(map(self.read, value))
        return value.unparse()

    def _dictionary(self, value: pikepdf.Object) -> bytes:
        items = sorted((key, self.read(item)) for key, item in value.items() if key not in _ELSEWHERE)
        return repr(items).encode()
