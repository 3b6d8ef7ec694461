"""A chapter that holds everything, and an author who changes it at random."""

import random
from collections import Counter
from collections.abc import Iterator

WORDS = (
    "tide harbour lantern afternoon remembered a of the considerable weather boats unaccountable rope and whoever quay "
    "morning cousin it was inconceivable"
).split()
OPENING = ["# The Tide", "The tide had gone further out than anyone on the quay remembered.[^n0]"]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120"><rect width="200" height="120"/></svg>'
WAYS = ("insert", "delete", "change", "change", "move")
"""What is done to a block, as often as it stands here."""
KINDS = ("paragraph", "paragraph", "paragraph", "note", "figure", "heading", "other")
"""Which kind of block it is done to: a note is a paragraph that calls one."""
_FEWEST = 12


class Author:
    """Writes blocks of Markdown, and changes them; the same seed gives the same edits."""

    def __init__(self, seed: int, paragraphs: int) -> None:
        self._dice = random.Random(seed)
        self._count = 0
        self._notes = {"n0": 3}
        """Words of each note."""
        self.blocks = [*OPENING, *(self._paragraph() for _ in range(paragraphs))]
        self.done: Counter[tuple[str, str]] = Counter()
        """How often each way was taken with each kind of block."""

    @property
    def text(self) -> str:
        """Give the chapter, with its notes at the end."""
        body = "\n\n".join(self.blocks)
        called = [name for name in self._notes if f"[^{name}]" in body]
        return body + "\n\n" + "\n\n".join(f"[^{name}]: {self._note(name)}" for name in called) + "\n"

    def edits(self, count: int) -> Iterator[str]:
        """Change the chapter so many times, and give its text each time."""
        for _ in range(count):
            self._edit(self._dice.choice(WAYS), self._dice.choice(KINDS))
            yield self.text

    def _edit(self, way: str, kind: str) -> None:
        """Do something to a block of a kind; one is put in where there is none to be had."""
        dice = self._dice
        found = [at for at in range(2, len(self.blocks)) if _kind(self.blocks[at]) == kind]
        if not found or (way == "delete" and len(self.blocks) <= _FEWEST):
            way = "insert"
        at = dice.choice(found) if way != "insert" else dice.randrange(2, len(self.blocks))
        self.done[way, kind] += 1
        match way:
            case "insert":
                self.blocks.insert(at, self._made(kind))
            case "delete":
                del self.blocks[at]
            case "move":
                self.blocks.insert(dice.randrange(2, len(self.blocks)), self.blocks.pop(at))
            case _:
                self.blocks[at] = self._changed(kind, self.blocks[at])

    def _made(self, kind: str) -> str:
        match kind:
            case "paragraph":
                return self._paragraph()
            case "note":
                self._count += 1
                self._notes[f"n{self._count}"] = self._dice.randrange(3, 63)
                return f"{' '.join(self._words(30)).capitalize()}.[^n{self._count}]"
            case "figure":
                self._count += 1
                named = [f"{{#fig-{self._count} width=50%}}", "{.left width=40%}", ""]
                return f"![{' '.join(self._words(3))}](boat.svg){self._dice.choice(named)}"
            case "heading":
                return f"## {' '.join(self._words(3)).capitalize()}"
        items = "\n".join(f"- {' '.join(self._words(9))}" for _ in range(4))
        table = "| Port | Boats |\n|---|--:|\n" + "\n".join(f"| {word} | {len(word)} |" for word in self._words(4))
        quote = "> " + " ".join(self._words(40))
        code = "```\n" + "\n".join(" ".join(self._words(4)) for _ in range(5)) + "\n```"
        return self._dice.choice([items, table, quote, code, "***"])

    def _changed(self, kind: str, block: str) -> str:
        """Change words of a block or of its note; a figure has its size changed, or the words below it."""
        dice = self._dice
        match kind:
            case "figure" if "%" in block and dice.random() < 0.5:
                head, _, tail = block.partition("%}")
                return f"{head.rpartition('=')[0]}={dice.choice((30, 60, 80))}%}}{tail}"
            case "note" if dice.random() < 0.5:
                self._notes[block[block.index("[^") + 2 : -1]] = dice.randrange(3, 63)
                return block
            case "other":
                return self._made(kind)
            case "paragraph" | "note" if dice.random() < 0.3:
                words = block.split(" ")
                place = dice.randrange(1, len(words))
                return " ".join(words[:place] + words[min(place + 3, len(words) - 1) :])
        words = block.split(" ")
        words[1:1] = self._words(dice.choice((1, 1, 12 if kind in ("paragraph", "note") else 2)))
        return " ".join(words)

    def _words(self, count: int) -> list[str]:
        return [self._dice.choice(WORDS) for _ in range(count)]

    def _paragraph(self) -> str:
        return " ".join(self._words(self._dice.randrange(8, 90))).capitalize() + "."

    def _note(self, name: str) -> str:
        return "The note " + " ".join(WORDS[at % len(WORDS)] for at in range(self._notes[name])) + "."


def _kind(block: str) -> str:
    if block.endswith("]"):
        return "note"
    return {"!": "figure", "#": "heading"}.get(block[0], "paragraph" if block[0].isalpha() else "other")
