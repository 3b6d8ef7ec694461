"""The books that are timed: real ones that lie beside the checkout, or as many words that mean nothing; and edits."""

import re
from pathlib import Path

from benchmarks import synthetic

NOVEL = "sherlock"
DIARY = "pepys"
_LINK = re.compile(r"\[([^\]]*)\]\(#note-[0-9]+\)")
_LONG = 600
"""Letters of a paragraph that an edit chooses."""


def find(corpora: Path, scratch: Path) -> tuple[Path, Path]:
    """Give the folders of the novel and of the diary with its notes."""
    novel, diary = corpora / NOVEL, corpora / DIARY
    if novel.is_dir() and diary.is_dir():
        return novel.resolve(), diary.resolve()
    return (
        synthetic.write(scratch / "synthetic" / NOVEL, chapters=12, words=9_000, notes=0),
        synthetic.write(scratch / "synthetic" / DIARY, chapters=113, words=11_000, notes=40),
    )


def chapters(folder: Path) -> list[Path]:
    """List a book's files in their order."""
    return sorted(folder.glob("[0-9]*.md"))


def copied(folder: Path, to: Path, count: int | None = None) -> Path:
    """Copy a book, or its first chapters, without their links to notes of later ones."""
    to.mkdir(parents=True)
    for path in (folder / "book.md", *chapters(folder)[:count]):
        text = path.read_text(encoding="utf-8")
        to.joinpath(path.name).write_text(text if count is None else _LINK.sub(r"\1", text), encoding="utf-8")
    return to


def edited(text: str, time: int) -> str:
    """Give a chapter with another word in the middle of a paragraph, another one each time."""
    paragraph = _paragraph(text)
    words = paragraph.split(" ")
    words.insert(len(words) // 2, ("indeed", "perhaps", "surely", "almost", "rather")[time % 5])
    return text.replace(paragraph, " ".join(words), 1)


def grown(text: str, time: int, words: int) -> str:
    """Give a chapter that goes on for so many words more, other ones each time."""
    plain = " ".join(re.sub(r"\[\^[^\]]+\]:?|[*_#>]", "", text).split()[60 + 7 * time :][:words])
    paragraphs = re.sub(r"(.{400}.*?[.?!]) ", r"\1\n\n", plain)
    return text.replace(paragraph := _paragraph(text), f"{paragraph}\n\n{paragraphs}.", 1)


def _paragraph(text: str) -> str:
    """Choose a long paragraph of prose in the middle of a chapter."""
    found = [each for each in text.split("\n\n") if len(each) > _LONG and each[0].isalpha()]
    return found[len(found) // 2]
