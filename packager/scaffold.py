"""A new manuscript that builds at once, for its author to overwrite."""

import json
from pathlib import Path

from packager.problems import PackagerError, error

FIRST = """# The First Chapter

Write here. A blank line begins a new paragraph; *asterisks* make italics. Straight quotes come out "curly", and three
hyphens --- like these --- become a dash.

***

Three asterisks alone on a line make a scene break. A note[^1] goes to the foot of the page, or pops up on an e-reader.

[^1]: This is the note.
"""

SECOND = """# The Second Chapter

Each chapter is a file of its own, and files follow each other by number. Link to another by its file name:
[the first chapter](01-the-first-chapter.md).
"""


def create(
    folder: Path, *, title: str, author: str, lang: str = "en", theme: str = "novel", trim: str = ""
) -> tuple[Path, ...]:
    """Write a manuscript with two chapters into a new or empty folder and return its files.

    Raises PackagerError where something stands there already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PackagerError(
            error("folder-taken", f"{folder} is there already", hint="name a folder that does not exist yet")
        )
    front: dict[str, str | bool] = {
        "title": title, "author": author, "lang": lang, "rights": f"© {author}", "theme": theme, "trim": trim,
        "page-list": True,
    }  # fmt: skip
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items() if value]
    files = {
        "book.md": "---\n" + "\n".join(lines) + "\n---\n",
        "01-the-first-chapter.md": FIRST,
        "02-the-second-chapter.md": SECOND,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise PackagerError(error("folder-unwritable", f"{fault.strerror}: {folder}")) from fault
    return tuple(folder / name for name in files)
