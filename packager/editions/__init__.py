"""The editions a book is made into, each a function from galley and theme to finished files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from packager.problems import Problem

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, the steps done and the steps there are."""


@dataclass(frozen=True, slots=True)
class Output:
    """What an edition gives back."""

    files: Mapping[str, bytes] = field(repr=False)
    """Finished files by name."""
    pages: int | None = None
    """Printed pages; None for editions without."""
    problems: tuple[Problem, ...] = ()
    """What showed only while making: warnings about fonts, images, layout."""
