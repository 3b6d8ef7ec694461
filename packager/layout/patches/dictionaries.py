"""Reads patterns of hyphenation when words need them: a dictionary is at hand in a hundredth of the time."""

from pathlib import Path
from typing import Any

import pyphen

VERSION = "0.18.1"
"""The version of Pyphen that this is for."""


def apply() -> None:
    """Take the place of Pyphen's class."""
    if pyphen.VERSION == VERSION:
        pyphen.HyphDict = Patterns


class Patterns(pyphen.HyphDict):  # type: ignore[misc]  # Pyphen is untyped
    """The patterns of a language by their letters: as the file has them, or read, once a word has asked for them."""

    def __init__(self, path: Path) -> None:
        first, _, data = path.read_bytes().partition(b"\n")
        encoding = first.decode().strip()
        encoding = "cp1251" if encoding.lower() == "microsoft-cp1251" else encoding
        told, letters = (part.decode(encoding).split("\n") for part in (data, data.translate(None, b"0123456789")))
        self.patterns: dict[str, Any] = {}
        for line, key in zip(told, letters, strict=True):
            if "^^" in line or ("/" in line and "=" in line):  # characters by number, breaks that change the spelling
                self.patterns |= self._read(line.strip())
            elif line != key and not line.startswith(pyphen.ignored):
                self.patterns[key.strip()] = line.strip()
        self.cache: dict[str, list[Any]] = {}
        self.maxlen = max(map(len, self.patterns))

    def _read(self, line: str) -> dict[str, tuple[int, tuple[int, ...]]]:
        """Read a pattern of the file; give it with its letters, if it is one."""
        if not line or line.startswith(pyphen.ignored):
            return {}
        line = pyphen.parse_hex(lambda match: chr(int(match[1], 16)), line)
        told: Any = int
        if "/" in line and "=" in line:
            line, change = line.split("/", 1)
            told = pyphen.AlternativeParser(line, change)
        letters, values = zip(*((letter, told(figure or "0")) for figure, letter in pyphen.parse(line)), strict=True)
        if not any(values):
            return {}
        start = next(at for at, value in enumerate(values) if value)
        stop = next(at for at in range(len(values), 0, -1) if values[at - 1])
        return {"".join(letters): (start, values[start:stop])}

    def positions(self, word: str) -> list[Any]:
        """List where a word can be divided, with changes of its spelling, as Pyphen does."""
        word = word.lower()
        if word not in self.cache:
            text, patterns = f".{word}.", self.patterns
            levels = [0] * (len(text) + 1)
            for start in range(len(text) - 1):
                for stop in range(start + 1, min(start + self.maxlen, len(text)) + 1):
                    part = text[start:stop]
                    pattern = patterns.get(part)
                    if pattern.__class__ is str:
                        pattern = patterns[part] = self._read(pattern).get(part)
                    if pattern:
                        offset, values = pattern
                        reach = slice(start + offset, start + offset + len(values))
                        levels[reach] = map(max, values, levels[reach])
            self.cache[word] = [pyphen.DataInt(at - 1, reference=level) for at, level in enumerate(levels) if level % 2]
        return self.cache[word]
