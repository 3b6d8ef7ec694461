"""The rows of the table: what is timed, against what, and how far it shall come."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from statistics import median

import pypdfium2

from benchmarks import books, peers
from benchmarks.measure import Cost, middle, run
from benchmarks.table import Row

_PAGE = 330
"""Words of the novel on a page."""


@dataclass
class Bench:
    """Where the runs take place, and what several rows need."""

    scratch: Path
    corpora: Path
    runs: int = 3
    heavy: int = 3
    """Runs of what takes minutes."""
    chapters: tuple[int, ...] = (10, 30, 60, 113)
    """Lengths of the diary whose pages are priced."""
    _numbers: Iterator[int] = field(default_factory=count)
    _diaries: dict[int, tuple[list[Cost], int, Path]] = field(default_factory=dict)

    @cached_property
    def _books(self) -> tuple[Path, Path]:
        return books.find(self.corpora, self.scratch)

    @property
    def novel(self) -> Path:
        """The folder of the novel."""
        return self._books[0]

    @property
    def diary(self) -> Path:
        """The folder of the diary."""
        return self._books[1]

    def place(self) -> Path:
        """Make a fresh folder."""
        folder = self.scratch / f"{next(self._numbers):03}"
        folder.mkdir()
        return folder

    def build(self, book: Path, to: str, cache: Path | None = None) -> tuple[Cost, Path]:
        """Build editions in a new process, by default from nothing; give the folder with the files too."""
        out = self.place()
        command: list[str | Path] = [peers.SCRIPTS / "packager", "build", book, "--to", to, "--out", out, "--quiet"]
        return run(command, cwd=book, env={"PACKAGER_CACHE": str(cache or self.place())}), out

    @cached_property
    def novel_in_print(self) -> list[Cost]:
        """Cold runs of the novel for the printer: those beside one document, where there were any."""
        if "novels" in self.__dict__:
            return [ours for ours, _ in self.novels]
        return [self.build(self.novel, "print")[0] for _ in range(self.runs)]

    @cached_property
    def novels(self) -> list[tuple[Cost, Cost]]:
        """Cold runs of the novel for the printer, ours and those of one document, in turn."""
        cache = self.place()
        pairs = []
        for time in range(self.runs):
            ours, _ = self.build(self.novel, "print", cache if not time else None)
            if not time:
                document = peers.document(self.novel, self.place(), cache)
            pairs.append((ours, peers.whole(document, self.place() / "one.pdf")))
        return pairs

    def diary_in_print(self, chapters: int, runs: int) -> tuple[list[Cost], int, Path]:
        """Give cold runs of the diary's first chapters for the printer, the pages, and the first run's cache."""
        known, pages, cache = self._diaries.get(chapters, ([], 0, self.place()))
        while len(known) < runs:
            folder = self.scratch / f"diary-{chapters}"
            book = folder if folder.is_dir() else books.copied(self.diary, folder, chapters)
            cost, out = self.build(book, "print", None if known else cache)
            known.append(cost)
            pages = _pages(next(out.glob("*.pdf")))
        self._diaries[chapters] = known, pages, cache
        return known, pages, cache


def novel(bench: Bench) -> Iterator[Row]:
    """Time the novel for the printer against one document."""
    ours, peer = (middle(costs) for costs in zip(*bench.novels, strict=True))
    runs = (bench.runs, bench.runs)
    what = f"print PDF of `{books.NOVEL}`, cold, against one-document WeasyPrint"
    yield Row(f"{books.NOVEL.title()}, print", f"{what}: time", ours.wall, "s", peer.wall, 0.65, 0.45, runs)
    yield Row("", f"{what}: processor time", ours.cpu, "s", peer.cpu, runs=runs)


def diary(bench: Bench) -> Iterator[Row]:
    """Time the first 60 chapters of the diary for the printer against one document."""
    length = min(60, max(bench.chapters))
    peer: list[Cost] = []
    for time in range(max(bench.runs, bench.heavy)):
        costs, pages, cache = bench.diary_in_print(length, time + 1)
        if time < bench.heavy:
            book = bench.scratch / f"diary-{length}"
            document = peers.document(book, bench.place(), cache)
            peer.append(peers.whole(document, bench.place() / "one.pdf"))
    ours, one = middle(costs), middle(peer)
    runs = (len(costs), len(peer))
    what = f"print PDF of `{books.DIARY}`, first {length} chapters ({pages:,} pages), likewise"
    yield Row(
        f"{books.DIARY.title()}, {length} chapters, print", f"{what}: time", ours.wall, "s", one.wall, 0.50, 0.35, runs
    )
    yield Row(
        "– memory of one process", f"{what}: memory of one process", ours.largest, "MB", one.largest, 0.25, 0.12, runs
    )


def memory(bench: Bench) -> Iterator[Row]:
    """Weigh all processes while the whole diary is made for the printer."""
    costs, pages, _ = bench.diary_in_print(max(bench.chapters), bench.runs)
    cost = middle(costs)
    what = f"print PDF of the whole `{books.DIARY}` ({pages:,} pages): peak memory of all processes"
    runs = (len(costs), 0)
    label = f"{books.DIARY.title()}, print, all memory"
    yield Row(label, f"{what}, shared pages counted once (PSS)", cost.memory, "MB", None, 1000, 500, runs)
    yield Row("", f"{what}, counted in each (RSS)", cost.resident, "MB", runs=runs)


def edit(bench: Bench) -> Iterator[Row]:
    """Time a build after a word was put into a chapter."""
    what = f"print PDF after an edit inside one chapter of `{books.NOVEL}`, against our cold time"
    yield from _again(bench, "Edit in a chapter", what, 5, books.edited, 0, ((0.20, 0.10), (0.08, 0.05)))


def move(bench: Bench) -> Iterator[Row]:
    """Time a build after the first chapter grew by two pages."""
    what = "after an edit that moves all later chapters by two pages"

    def grow(text: str, time: int) -> str:
        # Where chapters begin on a right-hand page, two pages of text move the next by two pages, or by four, or none.
        return books.grown(text, time, 2 * _PAGE + (0, -100, 100)[time // bench.runs % 3])

    yield from _again(bench, "Edit that moves chapters", what, 0, grow, 2, ((0.30, 0.15), (0.15, 0.08)))


def _again(bench: Bench, label: str, what: str, at: int, change: Callable[[str, int], str], more: int,
           marks: tuple[tuple[float, float], tuple[float, float]]) -> Iterator[Row]:  # fmt: skip
    """Time builds after changes to one chapter, in new processes and in one with warm workers."""
    cold = middle(bench.novel_in_print).wall
    book = books.copied(bench.novel, bench.place() / bench.novel.name)
    chapter = books.chapters(book)[at]
    text = chapter.read_text()
    kept, walls, changed = bench.place(), [], []
    _, out = bench.build(book, "print", kept)
    pages = _pages(next(out.glob("*.pdf")))
    for time in range(4 * bench.runs):
        cache = bench.place()
        shutil.copytree(kept, cache, dirs_exist_ok=True)
        chapter.write_text(change(text, time))
        cost, out = bench.build(book, "print", cache)
        if _pages(next(out.glob("*.pdf"))) == pages + more:
            walls.append(cost.wall)
            changed.append(shutil.copy(chapter, bench.place()))
        if len(walls) == bench.runs:
            break
    if not walls:
        raise RuntimeError(f"no edit made the novel {more} pages longer")
    chapter.write_text(text)
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.warm", book, chapter, bench.place(), "print"]
    command += changed
    env = {**os.environ, "PACKAGER_CACHE": str(bench.place())}
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    warm = json.loads(done.stdout)
    for where, times, (bar, goal) in zip(("new process", "warm workers"), (walls, warm), marks, strict=True):
        yield Row(
            f"{label}, {where}", f"{what}: {where}", median(times), "s", cold, bar, goal, (len(times), bench.runs)
        )


def nothing(bench: Bench) -> Iterator[Row]:
    """Time a build of a book that did not change."""
    cache = bench.place()
    bench.build(bench.novel, "epub,print", cache)
    cost = middle([bench.build(bench.novel, "epub,print", cache)[0] for _ in range(bench.runs)])
    what = "nothing changed, both editions: processor time"
    yield Row("Nothing changed, CPU", what, cost.cpu, "s", None, 0.6, 0.3, (bench.runs, 0))


def both(bench: Bench) -> Iterator[Row]:
    """Time both editions against pandoc's."""
    ours, peer = [], []
    for _ in range(bench.runs):
        ours.append(bench.build(bench.novel, "epub,print")[0])
        out = bench.place()
        peer.append(peers.pandoc(bench.novel, out / "book.epub") + peers.pandoc(bench.novel, out / "book.pdf"))
    what = f"both editions of `{books.NOVEL}`, cold, against pandoc's EPUB plus pandoc with WeasyPrint"
    runs = (bench.runs, bench.runs)
    yield Row(
        f"{books.NOVEL.title()}, both editions",
        f"{what}: time",
        middle(ours).wall,
        "s",
        middle(peer).wall,
        0.55,
        0.40,
        runs,
    )


def epub(bench: Bench) -> Iterator[Row]:
    """Time EPUBs against pandoc's."""
    for book, bar, goal in ((bench.novel, 0.5, 0.35), (bench.diary, 0.25, 0.15)):
        ours, peer = [], []
        for _ in range(bench.runs):
            ours.append(bench.build(book, "epub")[0])
            peer.append(peers.pandoc(book, bench.place() / "book.epub"))
        mine, theirs = middle(ours), middle(peer)
        runs = (bench.runs, bench.runs)
        what = f"EPUB of `{book.name}`, cold, against pandoc's"
        yield Row(f"{book.name.title()}, EPUB", f"{what}: time", mine.wall, "s", theirs.wall, bar, goal, runs)
        limit = 0.25 if book is bench.diary else None
        label = "– memory" if limit else ""
        yield Row(label, f"{what}: memory", mine.memory, "MB", theirs.memory, limit, None, runs)


def growth(bench: Bench) -> Iterator[Row]:
    """Price a page of the diary at several lengths."""
    prices = []
    for length in bench.chapters:
        costs, pages, _ = bench.diary_in_print(length, bench.runs)
        prices.append((length, pages, 1000 * middle(costs).cpu / pages))
    first, last = prices[0], prices[-1]
    for length, pages, price in prices[:-1]:
        what = f"processor time a page of `{books.DIARY}`, {length} chapters ({pages:,} pages)"
        yield Row("", what, price, "ms", runs=(bench.runs, 0))
    what = f"the same, {last[0]} chapters ({last[1]:,} pages), against {first[0]} chapters"
    yield Row("", what, last[2], "ms", first[2], 1.15, 1.05, (bench.runs, bench.runs))


def start(bench: Bench) -> Iterator[Row]:
    """Time the start of the program."""
    costs = [run([peers.SCRIPTS / "packager", "--help"], cwd=bench.scratch) for _ in range(bench.runs * 3)]
    what, runs = "`packager --help`: processor time", (len(costs), 0)
    yield Row("packager --help, CPU", what, middle(costs).cpu, "s", None, 0.25, 0.15, runs)


def typst(bench: Bench) -> Iterator[Row]:
    """Time Typst on the novel, as the limit."""
    ours = bench.novel_in_print
    peer = [peers.typst(bench.novel, bench.place() / "book.pdf") for _ in range(bench.runs)]
    what = f"the limit: print PDF of `{books.NOVEL}`, cold, against pandoc with Typst"
    runs = (len(ours), len(peer))
    yield Row("", f"{what}: time", middle(ours).wall, "s", middle(peer).wall, runs=runs)


ROWS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    each.__name__: each for each in (start, epub, novel, both, typst, edit, move, nothing, growth, memory, diary)
}
"""In the order in which they are run; those that share runs stand together."""
ORDER = ("novel", "diary", "memory", "edit", "move", "nothing", "both", "epub", "growth", "start", "typst")
"""The order of the table."""


def _pages(pdf: Path) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)
