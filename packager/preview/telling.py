"""Pages as the browser is told of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from packager.preview.numbers import Book
from packager.preview.shown import Shown


def described(chapter: str, shown: Shown, known: Collection[str] = ()) -> dict[str, Any]:
    """Describe a chapter's pages; texts whose names are known are told by their names alone."""
    pages = [
        {
            "hash": digest,
            "folio": shown.place.label(page),
            "side": "verso" if (shown.place.start + page) % 2 else "recto",
            "blank": not letters,
            "text": text.name,
            "line": text.line,
            **({} if text.name in known else text.told),
        }
        for page, (digest, letters, text) in enumerate(
            zip(shown.digests, shown.pages.letters, shown.texts, strict=True)
        )
    ]
    return {"chapter": chapter, "rev": shown.rev, "serial": shown.serial, "stale": shown.stale,
            "first": shown.place.start, "report": shown.report, "pages": pages}  # fmt: skip


def overview(book: Book, shown: Mapping[str, Shown]) -> dict[str, Any] | None:
    """Describe the whole book: its pages, whether they are up to date, and the same by unit, in order.

    `blanks` are the empty pages before a unit.
    """
    if book.plan is None:
        return None
    numbering, changed = book.numbering(), len(book.plan.units) if book.fresh else book.first_changed()
    chapters, end = {}, 0
    for at, (unit, place) in enumerate(zip(book.plan.units, numbering.places, strict=True)):
        marked = shown[unit.id].marks if unit.id in shown else ()
        marks = Counter(mark.code for page in marked for mark in page)
        chapters[unit.id] = {
            "pages": place.pages if unit.id in book.laid else None, "first": place.start,
            "folio": place.label(), "stale": at >= changed, "marks": dict(marks),
            "title": unit.title, "blanks": place.start - end,
        }  # fmt: skip
        end = place.start + place.pages
    return {"pages": book.pages, "fresh": book.fresh, "chapters": chapters}
