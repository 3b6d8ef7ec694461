"""An author at work: changes a word here, puts in a paragraph there, and saves."""

import time
from pathlib import Path
from random import Random


class Author:
    """Edits one chapter; the same seed gives the same edits."""

    def __init__(self, file: Path, seed: int = 7) -> None:
        self.file, self._dice, self._count, self._at = file, Random(seed), 0, 0
        self._text = file.read_text()

    @property
    def mark(self) -> str:
        """The word that the next edit will put in."""
        return f"edit{self._count + 1:04}x"

    def place(self) -> int:
        """Choose where the next edit will be, and give its line."""
        blocks = self._text.split("\n\n")
        prose = [at for at, block in enumerate(blocks) if at and block[:1] not in "[#" and len(block) > 80]
        # A few edits are made at one place before the author goes on.
        if self._count % 5 == 0 or self._at not in prose:
            self._at = self._dice.choice(prose)
        return "\n\n".join(blocks[: self._at]).count("\n") + 3

    def edit(self) -> float:
        """Save the file with one change, and give the time in milliseconds since 1970."""
        mark, blocks = self.mark, self._text.split("\n\n")
        self._count += 1
        words = blocks[self._at].split(" ")
        where = self._dice.randrange(1, len(words))
        words[where:where] = [mark]
        if self._count % 3 == 0:
            words[where + 1 : where + 6] = []
        blocks[self._at] = " ".join(words)
        if self._count % 10 == 9:
            blocks.insert(self._at + 1, "A paragraph that was not there before, and that takes two lines of the page.")
        self._text = "\n\n".join(blocks)
        self.file.write_text(self._text)
        return time.time() * 1000
