"""The units of a book as one WeasyPrint document: what joined pages are held against in tests, and timed against here.

The same XHTML and the same CSS, but heads and folios are margin boxes, blanks come of breaks to a recto, and pages are
counted by CSS. The program itself has no such engine to offer: it would be slower, take the memory of a whole book, and
lose notes where WeasyPrint does.

`python -m benchmarks.single MANUSCRIPT FOLDER` writes the files that `benchmarks.plain` reads.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from lxml import etree

from packager import css, production, variants
from packager.editions.print import Run
from packager.layout import plan, units
from packager.layout.fitting import plain
from packager.layout.jobs import ASSET, Margins, Setup
from packager.layout.numbering import Numbering, roman
from packager.layout.pool import Pool
from packager.layout.units import Mark, Unit

_FRONT = -999
"""The number of the first page of the front matter, which a counter style of ours shows as `i`."""
_BOXES = ("top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right")
_BARE = " ".join(f"@{box} {{ content: none !important }}" for box in _BOXES)
_FIRST = re.compile(r":first\b|:nth\(\s*1\s*\)")
_SHEET = f"""
@counter-style folio {{ system: fixed {_FRONT}; symbols: {" ".join(f'"{roman(n)}"' for n in range(1, 200))} }}
@page :nth(1) {{ counter-reset: page {_FRONT} }}
body > * {{ break-after: auto !important; break-before: page !important }}
body > .on-recto {{ break-before: recto !important }}
[data-verso] {{ string-set: head-verso attr(data-verso), head-recto attr(data-recto) }}
"""


@dataclass(frozen=True, slots=True)
class Single:
    """A book as one document."""

    page: bytes = field(repr=False)
    """XHTML, UTF-8."""
    css: str = field(repr=False)
    setup: Setup = field(repr=False)
    """Faces and images."""
    tagged: bool
    numbering: Numbering = field(repr=False)
    """Where its units stand."""


def single(run: Run) -> Single:
    """Put the units of a finished run into one document, with the page numbers that they tell."""
    numbering = run.plan.number([len(pages.letters) for pages in run.laid])
    told = plan.folios(numbering, run.laid)
    root = etree.Element("html", {"lang": run.book.metadata.lang})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = run.book.metadata.title
    body = etree.SubElement(root, "body", {"class": f"{run.edition} edition"})
    opening = next((at for at, unit in enumerate(run.units) if not unit.roman), None)
    for at, (unit, pages) in enumerate(zip(run.units, run.laid, strict=True)):
        section = etree.fromstring(unit.page)[-1][0]
        body.append(section)
        if unit.recto or at == opening:
            section.set("class", f"{section.get('class', '')} on-recto".strip())
        for link in section.iter("a"):
            if link.get("href", "").startswith(units.LINK):
                link.set("href", unit.links[int(link.get("href", "").removeprefix(units.LINK))].target)
        _head(section, unit)
        if unit.endnotes:
            margins = run.plan.surround(at, numbering.places[at], told, run.inside).around(pages).margins
            _head_notes(section, margins, {key: anchor[0] for key, anchor in pages.anchors.items()})
    marks = units.marks(run.plan.galley, run.plan.front, run.edition) if run.plan.screen else ()
    _mark(root, marks)
    starts = [place.start + 1 for place in numbering.places]
    # A verso's head names the first section of its page, a recto's the last.
    sheet = run.plan.css(run.inside, folio="folio").replace("string(head-recto)", "string(head-recto, last)")
    rules = (
        *_paged(css.parse(sheet)[0], starts),
        *_unpaged(css.parse((files("packager.layout") / "body.css").read_text(encoding="utf-8"))[0]),
    )
    text = "\n".join((css.write(rules), _SHEET, *_bookmarks(marks), *_places(run.units, numbering)))
    return Single(etree.tostring(root, encoding="utf-8"), text, run.plan.setup(""), run.plan.screen, numbering)


def save(book: Single, folder: Path) -> None:
    """Write a document as files: `book.xhtml`, `book.css`, fonts and images."""
    page = book.page
    for path, data in book.setup.assets.items():
        target = folder / "images" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        page = page.replace(f"{ASSET}{quote(path)}".encode(), f"images/{quote(path)}".encode())
    folder.joinpath("fonts").mkdir(parents=True, exist_ok=True)
    for name, face in book.setup.faces.items():
        folder.joinpath("fonts", name).write_bytes(face)
    folder.joinpath("book.xhtml").write_bytes(page)
    folder.joinpath("book.css").write_text(book.css, encoding="utf-8")


def _head(section: etree._Element, unit: Unit) -> None:
    """Let a unit say what its running heads say, and its sections where heads follow them.

    What goes on over several pages would say it on each: WeasyPrint sets strings once more where a box is carried on.
    """
    first = next(iter(section), section)
    first.set("data-verso", unit.heads.verso)
    first.set("data-recto", unit.heads.recto)
    if any(unit.heads.section):
        for heading in section.iter("h2"):
            verso, recto = unit.heads.on((plain(heading), plain(heading)))
            heading.set("data-verso", verso)
            heading.set("data-recto", recto)


def _head_notes(section: etree._Element, margins: Sequence[Margins | None], pages: dict[str, int]) -> None:
    """Let the first note of a page say above it which pages the notes belong to: no CSS could know."""
    headed: set[int] = set()
    for note in section.iter("div"):
        page = pages.get(note.get("id", ""), 0)
        mark = next(note.iter("a"), None)
        around = margins[page]
        if around is not None and mark is not None and page and page not in headed:
            headed.add(page)
            mark.set("data-verso", around.heads[0])
            mark.set("data-recto", around.heads[1])


def _mark(root: etree._Element, marks: Iterable[Mark]) -> None:
    elements = {name: element for element in root.iter() if (name := element.get("id"))}
    for mark in marks:
        if mark.id in elements:
            elements[mark.id].set("data-mark-level", str(mark.level))
            elements[mark.id].set("data-mark-title", mark.title)


def _bookmarks(marks: Iterable[Mark]) -> Iterator[str]:
    for level in sorted({mark.level for mark in marks}):
        label = f"bookmark-level: {level + 1} !important; bookmark-label: attr(data-mark-title)"
        yield f'[data-mark-level="{level}"] {{ {label} }}'


def _paged(rules: Iterable[css.Rule], starts: Sequence[int]) -> Iterator[css.Rule]:
    """Let what holds for the first page of a document hold for that of each unit."""
    for rule in rules:
        if rule.keyword == "page" and _FIRST.search(rule.prelude):
            selectors = [each.strip() for each in rule.prelude.split(",")]
            every = [_FIRST.sub(f":nth({start})", each) for each in selectors for start in starts]
            rule = replace(rule, prelude=", ".join(every))
        yield rule


def _unpaged(rules: Iterable[css.Rule]) -> Iterator[css.Rule]:
    """Leave out of what units are given that which parts them: empty margins, breaks of their own."""
    return (rule for rule in rules if rule.keyword != "page" and rule.prelude != "body > *")


def _places(book: Sequence[Unit], numbering: Numbering) -> Iterator[str]:
    """Number the text's pages from 1; leave heads and folios off the first page of what is for show."""
    yield f"@page :nth({numbering.front + 1}) {{ counter-reset: page 1 }}"
    for unit, place in zip(book, numbering.places, strict=True):
        if unit.display:
            yield f"@page :nth({place.start + 1}) {{ {_BARE} }}"


if __name__ == "__main__":
    rendered, look = production.proof(Path(sys.argv[1]))
    making = Run(variants.variant(rendered, "print"), look, "print")
    with Pool(2) as workers:
        making.make(workers)
    save(single(making), Path(sys.argv[2]))
