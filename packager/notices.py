"""Problems in a section's text, each with the line the author finds it on."""

from collections.abc import Callable

from lxml import etree

from packager.book import Section
from packager.problems import Problem, error, warning
from packager.words import line_of

REACH = 400
"""Lines searched from a block's first line on; no paragraph is longer."""


class Notices:
    """Collects a section's problems. Trees carry lines of the section's text from 0 until the section is composed."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.problems: list[Problem] = []
        self._lines = section.text.split("\n")

    def line(self, element: etree._Element, *needles: str) -> int:
        """Return the file's line of what an element came from: from its block on, the first that holds a needle."""
        start = line_of(element) or 0
        for needle in filter(None, needles):
            for offset, line in enumerate(self._lines[start : start + REACH]):
                if needle in line:
                    return self.section.line_at(start + offset)
        return self.section.line_at(start)

    def warn(self, element: etree._Element, code: str, message: str, hint: str = "", *needles: str) -> None:
        """Note what the book can live with, at an element of the text."""
        self._add(warning, element, code, message, hint, needles)

    def fail(self, element: etree._Element, code: str, message: str, hint: str = "", *needles: str) -> None:
        """Note what stops the build, at an element of the text."""
        self._add(error, element, code, message, hint, needles)

    def _add(
        self,
        make: Callable[[str, str, str, int | None, str], Problem],
        element: etree._Element,
        code: str,
        message: str,
        hint: str,
        needles: tuple[str, ...],
    ) -> None:
        self.problems.append(make(code, message, self.section.path, self.line(element, *needles), hint))
