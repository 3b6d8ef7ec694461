"""A book -> what a copy-editor would mark in its text: rules with stable codes, read on the manuscript itself.

Nothing here opens a file; `mending` makes the changes that need no look by the author.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from packager.aliases import nearest
from packager.book import Book
from packager.lint import punctuation, wording
from packager.lint.house import House, survey
from packager.lint.prose import Order, Prose, read
from packager.lint.rule import Finding
from packager.problems import Problem, Severity, in_order, warning

LEVELS = ("off", "warning", "error")
"""What `checks:` in the front matter may say of a rule."""

SHOWN = 50
"""Problems of one rule that are shown for a book; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thing to look for."""

    code: str
    find: Callable[[Prose, House], Iterator[Finding]] | None = None
    """None where only the galley finds it."""
    galley: bool = False
    """Whether the galley finds it too; its level is set here."""
    level: str = "warning"
    shown: int = SHOWN
    """Problems shown for a book; of what is a habit, a few tell enough."""


RULES = (
    Rule("quote-unpaired", punctuation.quote_unpaired),
    Rule("quote-measure", punctuation.quote_measure),
    Rule("dash-mixed", punctuation.dash_mixed),
    Rule("dash-typed", punctuation.dash_typed),
    Rule("ellipsis-mixed", punctuation.ellipsis_mixed),
    Rule("double-space", punctuation.double_space),
    Rule("space-before", punctuation.space_before),
    Rule("repeated-word", wording.repeated_word),
    Rule("look-alike", wording.look_alike),
    Rule("placeholder", wording.placeholder),
    Rule("link-text", wording.link_text),
    Rule("paragraph-long", wording.paragraph_long, shown=5),
    Rule("heading-level", galley=True),
    Rule("section-empty", wording.section_empty, galley=True),
    Rule("glyph-missing", galley=True),
    Rule("glyph-borrowed", galley=True),
)
"""Every rule, in the order of the handbook."""

CODES = tuple(rule.code for rule in RULES)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the author says of the rules in the front matter."""

    levels: Mapping[str, str]
    """By code."""
    allowed: tuple[str, ...] = ()
    longest: int = 500
    problems: tuple[Problem, ...] = ()
    """What he says that cannot be."""


def settings(book: Book) -> Settings:
    """Read `checks:`: a level for a rule, words for `repeated-word`, a number for `paragraph-long`."""
    levels = {rule.code: rule.level for rule in RULES}
    problems = []
    allowed: tuple[str, ...] = ()
    longest = 500
    for code, value in book.options.checks.items():
        line = book.options.check_lines.get(code)
        if code not in levels:
            problems.append(_unknown(code, book.path, line))
        elif code == "repeated-word" and isinstance(value, list | tuple):
            allowed = tuple(str(word).lower() for word in value)
        elif code == "paragraph-long" and isinstance(value, int) and value > 0 and not isinstance(value, bool):
            longest = value
        elif (level := "off" if value is False else str(value).lower()) in LEVELS:
            levels[code] = level
        else:
            near = nearest(level, LEVELS)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(LEVELS)}"
            message = f"`checks` ({code}) cannot be {value!r}"
            problems.append(warning("check-unknown", message, book.path, line, hint))
    return Settings(levels, allowed, longest, tuple(problems))


def check(book: Book, *, errors_only: bool = False) -> tuple[Problem, ...]:
    """Find what the rules mind; `errors_only` leaves out all that the author did not make an error."""
    said = settings(book)
    wanted = ("error",) if errors_only else ("warning", "error")
    rules = [rule for rule in RULES if rule.find and said.levels[rule.code] in wanted]
    if not rules:
        return said.problems
    proses = tuple(read(section, book.metadata.lang) for section in book.sections if section.path)
    problems = [
        Problem(Severity(said.levels[rule.code]), rule.code, found.message, prose.section.path, line, found.hint)
        for rule, prose, found in findings(proses, rules, house(proses, said))
        if (line := prose.section.line_at(prose.line_of(found.start)))
    ]
    told = [problem for prose in proses for problem in _orders(prose)]
    return in_order([*said.problems, *_folded(problems), *told])


def house(proses: Sequence[Prose], said: Settings) -> House:
    """Learn the book's habits."""
    return survey(proses, said.allowed, said.longest)


def findings(proses: Iterable[Prose], rules: Sequence[Rule], habits: House) -> Iterator[tuple[Rule, Prose, Finding]]:
    """Yield what rules find and no comment silences."""
    for prose in proses:
        for rule in rules:
            for found in rule.find(prose, habits) if rule.find else ():
                if not (prose.orders and prose.silences(rule.code, prose.line_of(found.start))):
                    yield rule, prose, found


def adjust(book: Book, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give problems of the galley the level that the author set, and leave out those he silenced."""
    theirs = {rule.code for rule in RULES if rule.galley}
    problems = tuple(problems)
    if not any(problem.code in theirs for problem in problems):
        return problems
    levels = settings(book).levels
    return tuple(
        replace(problem, severity=Severity(levels[problem.code])) if problem.code in theirs else problem
        for problem in problems
        if problem.code not in theirs or (levels[problem.code] != "off" and not _silenced(book, problem))
    )


def _silenced(book: Book, problem: Problem) -> bool:
    for section in book.sections:
        if section.path == problem.path and "packager:" in section.text:
            index = section.index_of(problem.line or section.line)
            if read(section, book.metadata.lang).silences(problem.code, index):
                return True
    return False


def _orders(prose: Prose) -> Iterator[Problem]:
    """Tell of comments to the checks that say nothing they know."""
    for order in prose.orders:
        line = prose.section.line_at(order.line)
        if order.verb not in ("ignore", "ignore-file"):
            hint = "write <!-- packager: ignore CODE -->, or ignore-file"
            yield warning("check-unknown", f"a comment to packager says {order.verb}", prose.section.path, line, hint)
        elif not order.codes:
            hint = f"write <!-- packager: {order.verb} CODE -->"
            yield warning("check-unknown", f"{order.verb} names no rule", prose.section.path, line, hint)
        yield from (_unknown(code, prose.section.path, line) for code in order.codes if code not in CODES)


def _unknown(code: str, path: str, line: int | None) -> Problem:
    near = nearest(code, CODES)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(CODES)}"
    return warning("check-unknown", f"there is no rule {code}", path, line, hint)


def _folded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first problems of each rule, and one that counts the others."""
    shown = {rule.code: rule.shown for rule in RULES}
    alike: dict[str, list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        alike.setdefault(problem.code, []).append(problem)
    for code, group in alike.items():
        yield from group[: shown[code]]
        if rest := group[shown[code] :]:
            message = (
                f"{rest[0].message}, and {len(rest) - 1} more like it from here on" if rest[1:] else rest[0].message
            )
            yield replace(rest[0], message=message)


__all__ = ["CODES", "LEVELS", "RULES", "Order", "Rule", "Settings", "adjust", "check", "findings", "house", "settings"]
