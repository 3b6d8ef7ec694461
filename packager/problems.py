"""Faults as values: what is wrong in the author's material, and the one exception that stops a run."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the author's material, with the place and the remedy."""

    severity: Severity
    code: str
    """Stable name of the rule in kebab case, e.g. `link-broken`."""
    message: str
    """What is wrong: lower case, names the thing, no full stop."""
    path: str = ""
    """File relative to the manuscript's folder, with `/`; empty where no file is at fault."""
    line: int | None = None
    """Line in the file, from 1; None where the whole file is meant."""
    hint: str = ""
    """How to mend it, as an imperative; empty where the message says it."""

    @property
    def place(self) -> str:
        """The `path:line` that editors and terminals turn into a link."""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.path else self.message
        return visible(f"{text} ({self.hint})" if self.hint else text)


class PackagerError(Exception):
    """What stops a run: one or more problems, at least one of them an error."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def error(code: str, message: str, path: str = "", line: int | None = None, hint: str = "") -> Problem:
    """Make a problem that stops the build."""
    return Problem(Severity.ERROR, code, message, path, line, hint)


def warning(code: str, message: str, path: str = "", line: int | None = None, hint: str = "") -> Problem:
    """Make a problem that the build survives."""
    return Problem(Severity.WARNING, code, message, path, line, hint)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Say whether any of the problems stops the build."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Put problems in the order an author mends them: by file, line, severity; each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.path, p.line or 0, p.severity, p.code, p.message)))


def visible(text: str) -> str:
    """Show control and direction characters as escapes, so that a message cannot steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
