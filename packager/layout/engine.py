"""Loads the layout engine: with our fonts alone, and without what makes WeasyPrint slow to load.

Whoever needs WeasyPrint from the start takes it from here. Two thirds of its loading are not needed: the search for
libraries by starting compilers and linkers (their own names are enough on Linux), and fontTools' subsetter, which only
stands in where HarfBuzz cannot subset a font.
"""

import ctypes.util
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.resources import files
from types import ModuleType

_LATER = {
    "fontTools.subset": (),
    "fontTools.varLib": (),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
}
"""Modules that are loaded when they are first used, and what is taken out of them before."""


class _Later(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str, taken: tuple[str, ...]) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        for function in taken:
            setattr(self, function, partial(self._call, function))

    def _call(self, function: str, *args: object, **named: object) -> object:
        return getattr(import_module(self.__name__), function)(*args, **named)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def _no_search(name: str) -> str | None:
    return None


@contextmanager
def _quickly() -> Iterator[None]:
    stand_ins = {name: _Later(name, taken) for name, taken in _LATER.items() if name not in sys.modules}
    search = ctypes.util.find_library
    sys.modules.update(stand_ins)
    if sys.platform == "linux":
        ctypes.util.find_library = _no_search
    try:
        yield
    finally:
        ctypes.util.find_library = search
        for name in stand_ins:
            del sys.modules[name]


os.environ["FONTCONFIG_FILE"] = str(files("packager.layout") / "fonts.conf")  # before Pango is loaded, with WeasyPrint
with warnings.catch_warnings(), _quickly():
    warnings.simplefilter("ignore")  # it misses the fonts of the system
    import weasyprint

__all__ = ["weasyprint"]
