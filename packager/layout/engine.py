"""Loads the layout engine: with our fonts alone, and without what makes WeasyPrint slow to load.

Whoever needs WeasyPrint from the start takes it from here. Two thirds of its loading are not needed: the search for
libraries by starting compilers and linkers (their own names are enough on Linux), fontTools' subsetter, which only
stands in where HarfBuzz cannot subset a font, and the encryption of connections that are never made.
"""

import ctypes.util
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from packager.later import later

_LATER = {
    "fontTools.subset": (),
    "fontTools.varLib": (),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
    "ssl": (),
}
_TYPES = (
    "PangoFcFontMap *", "FcChar8 **", "PangoRectangle *", "PangoLogAttr[]", "uintptr_t", "unsigned int *", "char[]",
    "char[4]", "hb_tag_t[100]", "hb_codepoint_t[]",
)  # fmt: skip
"""Types of C that layout asks for."""


def _no_search(name: str) -> str | None:
    return None


@contextmanager
def _found_by_name() -> Iterator[None]:
    """Let libraries be opened by their names alone."""
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _no_search
    try:
        yield
    finally:
        ctypes.util.find_library = search


os.environ["FONTCONFIG_FILE"] = str(files("packager.layout") / "fonts.conf")  # before Pango is loaded, with WeasyPrint
with warnings.catch_warnings(), _found_by_name(), later(_LATER):
    warnings.simplefilter("ignore")  # it misses the fonts of the system
    import weasyprint
    from weasyprint.text.ffi import ffi


def _name_types() -> None:
    """Read the names of types at once, here, for all processes that come of this one.

    To read one, alone or with others, takes longer than to lay out a page.
    """
    pointers = [name.replace("[", "(*)[") if "[" in name else f"{name} *" for name in _TYPES]
    read = ffi.typeof(f"void(*)({', '.join(pointers)})").args
    ffi._parsed_types |= {name: (pointer.item, False) for name, pointer in zip(_TYPES, read, strict=True)}


_name_types()

__all__ = ["weasyprint"]
