"""Keeps composed sections between renders of a book, so that an edit composes what it touches.

A section is composed again when anything changed that composing reads: its own fields, what the whole book says, the
sources, the files it shows. Only its place in the file may move: lines are counted anew.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field, fields, replace
from hashlib import sha256

from lxml import etree

from packager import program, sharing
from packager.book import Asset, Book, Section
from packager.citations import Sources
from packager.composition import Composed, compose
from packager.problems import Problem, Severity
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
        self._counts: dict[bytes, int] = {}
        self._counted: dict[bytes, int] = {}

    def settle(self) -> None:
        """Keep in memory alone what is composed from now on."""
        self._store = None

    def words(self, element: etree._Element) -> tuple[int, bytes]:
        """Count the words of a finished tree, those that the last render had too by their digest, and give that too."""
        if self._once:
            return len(words_of(element)), b""
        mark = sha256(etree.tostring(element)).digest()
        count = self._counts.get(mark)
        self._counted[mark] = len(words_of(element)) if count is None else count
        return self._counted[mark], mark

    def sheets(self, book: Book, style: Mapping[str, object], sources: Sources | None) -> list[Composed]:
        """Compose all sections of a book, each as a tree of the caller's own."""
        # What composing may read of the book, and no more, so that nothing can be missed below.
        options = replace(book.options, style_lines={}, check_lines={})
        told = Book("", book.metadata, (), {}, book.stylesheets, options, book.variables)
        before = self._kept if (told, style, sources) == self._told else {}
        self._told, self._kept = (told, dict(style), sources), {}
        base = _digest(told, style, sources) if self._store else b""
        self._counts, self._counted = self._counted, {}
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
        if not self._once:
            self._kept = dict(zip(keys, whole, strict=True))
        return [kept.at(section.line, own=self._once) for kept, section in zip(whole, book.sections, strict=True)]

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

    def at(self, line: int, *, own: bool) -> Composed:
        """Give a section that begins at a line its tree: a copy, or for good its `own`."""
        sheet, moved = self.sheet, line - self.line
        element, problems = sheet.element if own else copy.deepcopy(sheet.element), sheet.problems
        if moved:
            for stamped in element.iter():
                if (at := stamped.get(LINE)) is not None:
                    stamped.set(LINE, str(int(at) + moved))
            problems = tuple(
                problem if problem.line is None else replace(problem, line=problem.line + moved) for problem in problems
            )
        return replace(sheet, element=element, names=dict(sheet.names), problems=problems)


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
        "line": kept.line, "shown": kept.shown,
    }  # fmt: skip
    return json.dumps(told).encode() + b"\n" + etree.tostring(sheet.element, encoding="utf-8")


def _unpacked(data: bytes) -> _Kept:
    head, _, tree = data.partition(b"\n")
    told = json.loads(head)
    problems = tuple(Problem(Severity(severity), *rest) for severity, *rest in told["problems"])
    sheet = Composed(etree.fromstring(tree, _PARSER), told["title"], told["names"], problems, told["unnumbered"])
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
