"""Keeps composed sections between renders of a book, so that an edit composes what it touches.

A section is composed again when anything changed that composing reads: its own fields, what the whole book says, the
sources, the files it shows. Only its place in the file may move: lines are counted anew.
"""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from hashlib import sha256

from lxml import etree

from packager import citations, citing, program, sharing
from packager.book import Asset, Book, Section
from packager.citations import Sources
from packager.citing import Cite, Made
from packager.composition import Composed, compose
from packager.crossrefs import Named
from packager.leaf import Around, Settled
from packager.problems import Problem, Severity
from packager.references import Entry
from packager.store import Store
from packager.trees import LINE
from packager.words import words_of

_WORTH = 1_000_000
"""Letters to compose that are worth a second process."""
_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False)


class Memo:
    """Sections as they were composed last."""

    def __init__(self, store: Store | None = None, *, once: bool = False, jobs: int | None = None) -> None:
        """A store keeps them for the next process too; one that serves `once` keeps them nowhere else.

        With `jobs` of 1, no second process is asked for help with a long book.
        """
        self._store, self._once, self._jobs = store, once, jobs
        self._told: tuple[object, ...] = ()
        self._kept: dict[Section, _Kept] = {}
        self._counted: dict[str, tuple[int, bytes]] = {}
        self._cited: tuple[str, Made] = "", ([], [])
        self._asked: tuple[object, ...] = ()
        self._sources: Sources | None = None
        self._around: Around | None = None
        self._settled: dict[str, Settled] = {}

    def settle(self) -> None:
        """Keep in memory alone what is composed from now on."""
        self._store = None

    def own(self, sheet: Composed) -> Composed:
        """Give a sheet of `sheets` with a tree that may be changed."""
        return sheet if self._once else replace(sheet, element=copy.deepcopy(sheet.element))

    def settled(self, around: Around) -> Mapping[str, Settled]:
        """Give the sections as the last render left them, by slug; none where what is around them is another."""
        return self._settled if around == self._around else {}

    def remember(self, settled: Iterable[Settled], around: Around) -> None:
        """Keep the sections of a finished render for the next one."""
        if not self._once:
            self._around, self._settled = around, {each.leaf.id: each for each in settled}

    def words(self, slug: str, element: etree._Element) -> tuple[int, bytes]:
        """Count the words of a section's finished tree, unless it is that of the last render; give its digest too."""
        if self._once:
            return len(words_of(element)), b""
        mark = sha256(etree.tostring(element)).digest()
        if self._counted.get(slug, (0, b""))[1] != mark:
            self._counted[slug] = len(words_of(element)), mark
        return self._counted[slug]

    def sources(self, book: Book) -> Sources | None:
        """Read what the book can cite, unless its files are those of the last render."""
        options = book.options
        paths = *options.bibliography, *([options.csl] if options.csl.endswith(".csl") else [])
        files = [_state(book.assets, path) for path in paths]
        asked = book.path, dict(book.lines), options.bibliography, options.csl, options.nocite, files
        # What is told of a file that is not there names others.
        if asked != self._asked or not all(digest for _, digest in files):
            self._sources, self._asked = citations.load(book), asked
        return self._sources

    def set_all(self, style: bytes, lang: str, entries: Mapping[str, Entry], cites: Sequence[Sequence[Cite]]) -> Made:
        """Set citations as `citing.set_all` does, unless they are those that were set before."""
        used = {cite.key: entries[cite.key] for citation in cites for cite in citation}
        told = program.whole(), style, lang, used, cites
        name = sha256(repr(told).encode(errors="surrogatepass")).hexdigest()
        if name != self._cited[0]:
            data = self._store.get(name) if self._store else None
            made = json.loads(data) if data else citing.set_all(style, lang, entries, cites)
            self._cited = name, (made[0], [(key, markup) for key, markup in made[1]])
            if self._store and not data:
                self._store.put(name, json.dumps(made).encode())
        return self._cited[1]

    def sheets(self, book: Book, style: Mapping[str, object], sources: Sources | None) -> list[Composed]:
        """Compose all sections of a book; a tree is changed in an `own` copy only."""
        # What composing may read of the book, and no more, so that nothing can be missed below.
        options = replace(book.options, style_lines={}, check_lines={})
        told = Book("", book.metadata, (), {}, book.stylesheets, options, book.variables)
        before = self._kept if (told, style, sources) == self._told else {}
        self._told, self._kept = (told, dict(style), sources), {}
        base = _digest(told, style, sources) if self._store else b""
        keys = [section if section.lines else replace(section, line=0) for section in book.sections]
        names = [_name(base, key) if self._store else "" for key in keys]
        found = [
            kept if (kept := before.get(key)) and kept.holds(book.assets) else self._fetched(name, book.assets)
            for key, name in zip(keys, names, strict=True)
        ]
        lacking = [at for at, kept in enumerate(found) if kept is None]

        def make(at: int) -> _Kept:
            watched, section = _Watched(book.assets), book.sections[at]
            sheet = compose(replace(told, assets=watched), section, style, sources)
            kept = _Kept(sheet, section.line, watched.asked)
            if self._store:
                self._store.put(names[at], _packed(kept))
            return kept

        size = sum(len(book.sections[at].text) for at in lacking)
        if self._store and self._store.usable and self._jobs != 1 and size > _WORTH and sharing.possible():
            lacking.sort(key=lambda at: -len(book.sections[at].text))
            with sharing.shared(lacking, make, "compose") as ours:
                for at in ours:
                    found[at] = make(at)
            for at in lacking:
                found[at] = found[at] or self._fetched(names[at], book.assets)
        whole = [kept or make(at) for at, kept in enumerate(found)]
        whole = [kept.at(section.line) for kept, section in zip(whole, book.sections, strict=True)]
        if not self._once:
            self._kept = dict(zip(keys, whole, strict=True))
        return [kept.sheet for kept in whole]

    def _fetched(self, name: str, assets: Mapping[str, Asset]) -> "_Kept | None":
        data = self._store.get(name) if self._store else None
        kept = _unpacked(data) if data else None
        return kept if kept and kept.holds(assets) else None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A section as it was composed at a line of its file, and the files that were asked for: path -> their state."""

    sheet: Composed
    line: int
    shown: Mapping[str, tuple[str, str]] = field(repr=False)

    def holds(self, assets: Mapping[str, Asset]) -> bool:
        """Say whether the files are what they were."""
        return all(_state(assets, path) == state for path, state in self.shown.items())

    def at(self, line: int) -> "_Kept":
        """Move the section to another line of its file; what was at its old line is no more."""
        moved = line - self.line
        if not moved:
            return self
        for stamped in self.sheet.element.iter():
            if (at := stamped.get(LINE)) is not None:
                stamped.set(LINE, str(int(at) + moved))
        problems = tuple(
            problem if problem.line is None else replace(problem, line=problem.line + moved)
            for problem in self.sheet.problems
        )
        return replace(self, sheet=replace(self.sheet, problems=problems), line=line)


def _digest(book: Book, style: Mapping[str, object], sources: Sources | None) -> bytes:
    """Tell all that composing reads besides a section."""
    css = [(sheet.path, sheet.text) for sheet in book.stylesheets]
    told = (program.whole(), book.metadata, book.options, book.variables, css, sorted(style.items()), sources)
    return sha256(repr(told).encode()).digest()


def _name(base: bytes, section: Section) -> str:
    told = [getattr(section, field.name) for field in fields(section) if field.name != "text"]
    digest = sha256(base + repr(told).encode())
    digest.update(section.text.encode(errors="surrogatepass"))
    return digest.hexdigest()


def _packed(kept: _Kept) -> bytes:
    sheet = kept.sheet
    told = {
        "title": sheet.title, "names": dict(sheet.names),
        "problems": [astuple(problem) for problem in sheet.problems], "unnumbered": sheet.unnumbered,
        "named": [astuple(each) for each in sheet.named], "asks": sorted(sheet.asks),
        "line": kept.line, "shown": kept.shown,
    }  # fmt: skip
    return json.dumps(told).encode() + b"\n" + etree.tostring(sheet.element, encoding="utf-8")


def _unpacked(data: bytes) -> _Kept:
    head, _, tree = data.partition(b"\n")
    told = json.loads(head)
    problems = tuple(Problem(Severity(severity), *rest) for severity, *rest in told["problems"])
    named, asks = tuple(Named(*each) for each in told["named"]), frozenset(told["asks"])
    element = etree.fromstring(tree, _PARSER)
    sheet = Composed(element, told["title"], told["names"], problems, told["unnumbered"], named, asks)
    return _Kept(sheet, told["line"], {path: (name, state) for path, (name, state) in told["shown"].items()})


class _Watched(Mapping[str, Asset]):
    """The files of a book, with a note of each that is asked for."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self._assets = assets
        self.asked: dict[str, tuple[str, str]] = {}

    def __getitem__(self, path: str) -> Asset:
        self._note(path)
        return self._assets[path]

    def __contains__(self, path: object) -> bool:
        self._note(str(path))
        return path in self._assets

    def __iter__(self) -> Iterator[str]:
        return iter(self._assets)

    def __len__(self) -> int:
        return len(self._assets)

    def fault(self, path: str) -> str:
        """Say why a file is absent, as a phrase that follows its name."""
        self._note(path)
        return _fault(self._assets, path)

    def _note(self, path: str) -> None:
        self.asked.setdefault(path, _state(self._assets, path))


def _state(assets: Mapping[str, Asset], path: str) -> tuple[str, str]:
    """Tell what is there by a name: the file's own name and digest, or why there is none."""
    asset = assets.get(path)
    return (_fault(assets, path), "") if asset is None else (asset.path, asset.digest)


def _fault(assets: Mapping[str, Asset], path: str) -> str:
    tell = getattr(assets, "fault", None)
    return str(tell(path)) if tell else ""
