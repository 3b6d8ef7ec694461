"""Keeps finished editions, so that a book that did not change is neither read nor made again.

An edition is given out again only where everything that went into it is what it was: each question that the build asked
of the manuscript's folder, which files there are and what stands in them, is asked anew and has to get the same answer;
program, packages, fonts and environment are part of the entry's name.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from pathlib import Path

from packager import folder, program
from packager.editions import Output
from packager.problems import Problem, Severity
from packager.store import Store


@dataclass(frozen=True, slots=True)
class Finished:
    """One edition of a book, and what there is to tell of the book."""

    name: str
    words: int
    problems: tuple[Problem, ...]
    """Of the manuscript; those of the edition are with the output."""
    output: Output = field(repr=False)


def find(source: Path, edition: str, theme: str) -> Finished | None:
    """Give the edition that was made last, if it would be made the same way again."""
    data = Store(usable=bool(program.whole())).get(_name(source, edition, theme))
    if data is None:
        return None
    size = 8 + int.from_bytes(data[:8], "big")
    told = json.loads(data[8:size])
    if any(folder.again(question) != answer for question, answer in told["seen"].items()):
        return None
    files, at = {}, size
    for name, length in told["files"]:
        files[name] = data[at : at + length]
        at += length
    output = Output(files, told["pages"], _problems(told["found"]))
    return Finished(told["name"], told["words"], _problems(told["problems"]), output)


def keep(source: Path, edition: str, theme: str, made: Finished, seen: Mapping[str, str]) -> None:
    """Keep an edition, for which `seen` was asked of the manuscript's folder."""
    files = made.output.files
    told = {
        "seen": dict(seen), "name": made.name, "words": made.words, "pages": made.output.pages,
        "problems": [astuple(problem) for problem in made.problems],
        "found": [astuple(problem) for problem in made.output.problems],
        "files": [(name, len(data)) for name, data in files.items()],
    }  # fmt: skip
    head = json.dumps(told).encode()
    store = Store(usable=bool(program.whole()) and all(seen.values()))
    store.put(_name(source, edition, theme), b"".join((len(head).to_bytes(8, "big"), head, *files.values())))
    store.trim()


def _name(source: Path, edition: str, theme: str) -> str:
    place = (os.path.abspath(source), os.path.realpath(source), source.is_dir(), source.is_file())
    return sha256(repr((program.conditions(), place, edition, theme)).encode(errors="surrogatepass")).hexdigest()


def _problems(told: Sequence[Sequence[object]]) -> tuple[Problem, ...]:
    return tuple(Problem(Severity(str(severity)), *rest) for severity, *rest in told)  # type: ignore[arg-type]
