"""Takes the words of a command line as they stand where they need no check.

Typer has pydantic make text of text and paths of paths, which takes longer to load than most commands take to run.
"""

from pathlib import Path
from typing import Any

_MAKES: tuple[tuple[object, Any], ...] = ((str, str), (Path, Path), (list[Path], lambda words: [*map(Path, words)]))
"""What a parameter is annotated with, and what makes it of what was written."""


def lightened(command: Any) -> Any:
    """Give a command whose parameters are taken as they stand, where they can be; commands within it likewise."""
    for parameter in command.get_params(command.context_class(command)):
        parameter._runtime_param = _Plain()  # where typer keeps what it has pydantic make, from 0.29 on
    for inner in getattr(command, "commands", {}).values():
        lightened(inner)
    return command


class _Plain:
    """Stands for what typer would have made for a parameter, and has it made where that is needed."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Give the value of a parameter."""
        several = param.multiple or param.nargs == -1
        make = next((make for kind, make in _MAKES if kind == param.type_descriptor.annotation), None)
        if value is None:
            return () if several else None
        if make is not None and isinstance(value, (list | tuple) if several else (str | Path)):
            return make(value)
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)
