"""Stand-ins for modules that a library imports and hardly ever uses: the real ones are loaded when they are asked."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import ModuleType


@contextmanager
def later(modules: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Let imports meanwhile get stand-ins for modules; the functions named are what imports take out of them."""
    stand_ins = {name: _Later(name, taken) for name, taken in modules.items() if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


class _Later(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str, taken: Sequence[str]) -> None:
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
