"""A chapter that holds everything, and an author who changes it at random."""

import random
from collections.abc import Iterator

WORDS = (
    "tide harbour lantern afternoon remembered a of the considerable weather boats unaccountable rope and whoever quay "
    "morning cousin it was inconceivable"
).split()
OPENING = ["# The Tide", "The tide had gone further out than anyone on the quay remembered.[^n0]"]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120"><rect width="200" height="120"/></svg>'


class Author:
    """Writes blocks of Markdown, and changes them; the same seed gives the same edits."""

    def __init__(self, seed: int, paragraphs: int) -> None:
        self._dice = random.Random(seed)
        self._notes = 0
        self.blocks = [*OPENING, *(self._paragraph() for _ in range(paragraphs))]

    @property
    def text(self) -> str:
        """Give the chapter, with its notes at the end."""
        body = "\n\n".join(self.blocks)
        called = [f"n{number}" for number in range(self._notes + 1) if f"[^n{number}]" in body]
        return body + "\n\n" + "\n\n".join(f"[^{name}]: {self._note(name)}" for name in called) + "\n"

    def edits(self, count: int) -> Iterator[str]:
        """Change the chapter so many times, and give its text each time."""
        for _ in range(count):
            self._edit()
            yield self.text

    def _edit(self) -> None:
        dice, at = self._dice, self._dice.randrange(2, len(self.blocks))
        match dice.choice(["word", "word", "word", "words", "cut", "insert", "drop", "move", "note", "special"]):
            case ("word" | "words") as many:
                words = self.blocks[at].split(" ")
                place = dice.randrange(len(words))
                words[place:place] = self._words(1 if many == "word" else 12)
                self.blocks[at] = " ".join(words)
            case "cut":
                words = self.blocks[at].split(" ")
                place = dice.randrange(len(words))
                self.blocks[at] = " ".join(words[:place] + words[place + 3 :]) or "Nothing."
            case "insert":
                self.blocks.insert(at, self._paragraph())
            case "drop" if len(self.blocks) > 12:
                del self.blocks[at]
            case "move":
                self.blocks.insert(dice.randrange(2, len(self.blocks)), self.blocks.pop(at))
            case "note":
                self._notes += 1
                self.blocks.insert(at, f"{' '.join(self._words(30)).capitalize()}.[^n{self._notes}]")
            case _:
                self.blocks.insert(at, self._special())

    def _words(self, count: int) -> list[str]:
        return [self._dice.choice(WORDS) for _ in range(count)]

    def _paragraph(self) -> str:
        return " ".join(self._words(self._dice.randrange(8, 90))).capitalize() + "."

    def _special(self) -> str:
        heading = f"## {' '.join(self._words(3)).capitalize()}"
        items = "\n".join(f"- {' '.join(self._words(9))}" for _ in range(4))
        table = "| Port | Boats |\n|---|--:|\n" + "\n".join(f"| {word} | {len(word)} |" for word in self._words(4))
        quote = "> " + " ".join(self._words(40))
        code = "```\n" + "\n".join(" ".join(self._words(4)) for _ in range(5)) + "\n```"
        return self._dice.choice(
            [heading, items, table, quote, code, "***", "![A boat](boat.svg)", "![Boats](boat.svg){.left width=40%}"]
        )

    @staticmethod
    def _note(name: str) -> str:
        size = 3 + int(name[1:]) * 7 % 60
        return "The note " + " ".join(WORDS[at % len(WORDS)] for at in range(size)) + "."
