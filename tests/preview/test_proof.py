"""The proof of the whole book: what is laid out for it, and what is taken from where a build kept it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from packager import production, variants
from packager.layout import origins
from packager.layout.cache import Cache
from packager.layout.jobs import Body, Pages
from packager.layout.lines import Mark, Marked
from packager.layout.plan import Plan
from packager.layout.units import Unit
from packager.preview import proof
from packager.preview.foreman import Foreman, PutOffError
from packager.preview.proof import Proof
from packager.preview.screen import Screen

MARKED = Marked(((Mark("runt", "go", "short", 50, 100, 80, 15, 3),),), ((),))


class Still:
    """A layout process that does nothing by itself."""

    def listen(self, heard: Any, died: Any) -> None:
        """Nothing is to be heard."""

    def tell(self, order: Any) -> None:
        """Nothing is done."""


class Hand(Foreman):
    """Lays every unit out on one page, and notes which."""

    def __init__(self) -> None:
        press: Any = Still()
        super().__init__(press, lambda event: None)
        self.drawn: list[str] = []
        self.looked: list[str] = []

    def work(self, unit: Unit, job: Body, urgent: Callable[[], bool], *, drawn: bool = True) -> tuple[Pages, Marked]:
        """Give a page at once."""
        if urgent():
            raise PutOffError
        (self.drawn if drawn else self.looked).append(unit.id)
        return Pages(unit.page, (1,), (), sections=(("", ""),)), MARKED


class Room:
    """A print side without a layout process, and the book in it."""

    def __init__(self, folder: Path, *, urgent: bool = False) -> None:
        self.foreman = Hand()
        self.screen = Screen(self.foreman, lambda event: None)
        self.proof = Proof(self.screen, self.foreman, lambda event: None, lambda: urgent)
        galley, look = production.proof(folder)
        self.plan = Plan(variants.variant(galley, "print"), look, "print")
        self.screen.show(self.plan, self.plan.setup(""), "none", 1)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path / "cache"))


def test_each_unit_is_laid_out_once(book: Path) -> None:
    room = Room(book)
    assert room.proof.due
    room.proof.make()
    assert not room.proof.due
    units = [unit.id for unit in room.plan.units]
    assert [*dict.fromkeys(room.foreman.drawn)] == units
    again = Room(book)
    again.proof.make()
    assert (again.foreman.drawn, again.foreman.looked) == ([], [])
    assert again.screen.shown["ebb"].marks[0][0].line == 3
    assert again.screen.shown["ebb"].serial > room.screen.shown["ebb"].serial


def test_faces_are_digested_once(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def opened(*about: Any) -> Cache:
        made.append(Cache(*about))
        return made[-1]

    monkeypatch.setattr(proof, "Cache", opened)
    room = Room(book)
    room.proof.make()
    (book / "01-ebb.md").write_text("# Ebb\n\nNothing.\n")
    galley, look = production.proof(book)
    plan = Plan(variants.variant(galley, "print"), look, "print")
    room.screen.show(plan, plan.setup(""), "none", 2)
    room.proof.make()
    assert len(made) == 1


def test_what_a_build_kept_stays_as_it_is(manuscript: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    # Both chapters are of one file: the second begins far down in it.
    room = Room(manuscript({"book.md": "---\ntitle: The Tide\n---\n\n# Ebb\n\nIt went.\n\n# Flow\n\nIt came.\n"}))
    cache = Cache(room.plan.setup(""))
    keys = []
    for unit in room.plan.units:
        bare, _ = origins.counted(room.plan.body(unit, room.plan.inside()))
        keys.append(cache.key("lay_out", bare, unit.images))
        cache.keep(keys[-1], Pages(unit.page, (1,), (), sections=(("", ""),), trace=b"to go on from"))
    room.proof.make()
    kept = [cache.pages(key, traced=True) for key in keys]
    assert [pages and pages.trace for pages in kept] == [b"to go on from"] * len(keys)
    assert {"ebb", "flow"} <= {*room.foreman.looked} - {*room.foreman.drawn}


def test_the_proof_gives_way(book: Path) -> None:
    room = Room(book, urgent=True)
    with pytest.raises(PutOffError):
        room.proof.make()
    assert room.proof.due
