"""Make a book out of nothing, for machines without the real ones: the same text every time."""

from pathlib import Path
from random import Random

SYLLABLES = "ba be ci do el fa ga hi in jo ka lu mo na or qui ra un".split()


def write(folder: Path, *, chapters: int, words: int, notes: int) -> Path:
    """Write a manuscript of so many chapters, words and notes a chapter; return its folder."""
    dice = Random(1455)
    lexicon = ["".join(dice.choices(SYLLABLES, k=dice.choice((1, 2, 2, 3)))) for _ in range(8000)]
    folder.mkdir(parents=True)
    folder.joinpath("book.md").write_text(
        f"---\ntitle: Book of {chapters} Chapters\nauthor: No One\nlang: en-GB\ntheme: novel\ntrim: 6x9\n---\n"
    )
    for chapter in range(1, chapters + 1):
        calls = set(dice.sample(range(words), notes))
        paragraphs, paragraph = [], ""
        for place in range(words):
            paragraph += dice.choice(lexicon) + (f"[^{chapter}-{place}]" if place in calls else "")
            if dice.random() < 0.01 and len(paragraph) > 200:
                paragraphs.append(paragraph.capitalize() + ".")
                paragraph = ""
            else:
                paragraph += dice.choices((" ", ", ", ". "), (20, 2, 1))[0]
        paragraphs.append(paragraph.strip(" ,.").capitalize() + ".")
        paragraphs += [
            f"[^{chapter}-{place}]: " + " ".join(dice.choices(lexicon, k=20)).capitalize() + "."
            for place in sorted(calls)
        ]
        text = f"# {dice.choice(lexicon).title()}\n\n" + "\n\n".join(paragraphs) + "\n"
        folder.joinpath(f"{chapter:03}.md").write_text(text)
    return folder
