"""Following files: one batch for one save, however an editor saves, and nothing for what changed nothing."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from packager.preview import watch
from packager.preview.watch import Watch, concerns, is_remote


@pytest.fixture(autouse=True, params=["while the author saves", "after a rest", "after a rest without a bell"])
def _rested(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "rest" in request.param:
        monkeypatch.setattr(watch, "SETTLE", 1)
        monkeypatch.setattr(watch, "LULL", 1)
    if "without" in request.param:
        monkeypatch.setattr(sys, "platform", "other")


def seen(folder: Path, act: Callable[[], None], *, poll: bool = False) -> list[set[str]]:
    """Watch a folder while something is done to it, up to the file `end.md` that is written last; names of each batch.

    What was there before is known to the watch.
    """

    async def run() -> list[set[str]]:
        watching = Watch([folder], poll=poll)
        batches: list[set[str]] = []
        acting: asyncio.Task[None] | None = None

        async def doing() -> None:
            await asyncio.to_thread(act)
            (folder / "end.md").write_text("end")

        async with contextlib.aclosing(_started(watching, folder)) as source:
            async for batch in source:
                names = {os.path.relpath(path, folder) for path in batch}
                if acting is None:
                    acting = asyncio.create_task(doing())
                    continue
                batches.append(names - {"end.md"})
                if "end.md" in names:
                    watching.stop()
                    break
            assert acting
            await acting
        return [batch for batch in batches if batch]

    return asyncio.run(asyncio.wait_for(run(), 20))


async def _started(watching: Watch, folder: Path) -> AsyncGenerator[frozenset[str], None]:
    """Yield batches once the watch is up, which a file written again and again shows."""

    async def knock() -> None:
        for count in range(1000):
            (folder / "start.md").write_text(str(count))
            await asyncio.sleep(0.05)

    knocking = asyncio.create_task(knock())
    awake = False
    async with contextlib.aclosing(watching.batches()) as batches:
        async for batch in batches:
            if not awake:
                awake = True
                knocking.cancel()
                yield frozenset([str(folder / "start.md")])
            elif batch != {str(folder / "start.md")}:
                yield batch - {str(folder / "start.md")}


def in_place(file: Path) -> None:
    """Write as nano does."""
    file.write_text("new")


def renamed(file: Path) -> None:
    """Write as vim, VS Code's atomic save and most others do."""
    beside = file.with_name(f".{file.name}.swp")
    beside.write_text("new")
    beside.replace(file)


def made_anew(file: Path) -> None:
    """Delete and create."""
    file.unlink()
    file.write_text("new")


def backed_up(file: Path) -> None:
    """Keep the old file under another name, as emacs does."""
    file.rename(file.with_name(f"{file.name}~"))
    file.write_text("new")


@pytest.mark.parametrize("poll", [False, True])
@pytest.mark.parametrize("save", [in_place, renamed, made_anew, backed_up])
def test_every_way_to_save_is_seen(tmp_path: Path, save: Callable[[Path], None], poll: bool) -> None:
    file = tmp_path / "01.md"
    file.write_text("old")
    assert set().union(*seen(tmp_path, lambda: save(file), poll=poll)) == {"01.md"}


def test_a_save_that_changes_nothing_is_not_told_twice(tmp_path: Path) -> None:
    file = tmp_path / "01.md"

    def save() -> None:
        file.write_text("same")
        time.sleep(0.2)
        file.write_text("same")
        os.utime(file)
        time.sleep(0.2)

    assert seen(tmp_path, save) == [{"01.md"}]


def test_a_file_that_vanishes_for_a_moment_was_never_gone(tmp_path: Path) -> None:
    file = tmp_path / "01.md"
    file.write_text("old")
    there = []

    def save() -> None:
        file.unlink()
        time.sleep(watch.RETURN / 2)
        file.write_text("new")
        time.sleep(watch.RETURN * 3)
        there.append(file.exists())

    assert seen(tmp_path, save) == [{"01.md"}]
    assert there == [True]


@pytest.mark.parametrize("poll", [False, True])
def test_new_renamed_and_deleted_files_are_followed(tmp_path: Path, poll: bool) -> None:
    (tmp_path / "old.md").write_text("old")
    (tmp_path / "gone.md").write_text("gone")

    def change() -> None:
        (tmp_path / "images").mkdir()
        (tmp_path / "images" / "map.png").write_bytes(b"png")
        (tmp_path / "old.md").rename(tmp_path / "new.md")
        (tmp_path / "gone.md").unlink()
        time.sleep(watch.PAUSE + 2 * watch.RETURN)

    found = set().union(*seen(tmp_path, change, poll=poll))
    assert found - {"images"} == {"images/map.png", "old.md", "new.md", "gone.md"}


def test_thousands_of_events_are_a_few_batches(tmp_path: Path) -> None:
    def burst() -> None:
        for count in range(2000):
            (tmp_path / f"{count % 50}.md").write_text(str(count))

    batches = seen(tmp_path, burst)
    assert set().union(*batches) >= {f"{count}.md" for count in range(50)}
    assert len(batches) < 400


@pytest.mark.parametrize("poll", [False, True])
def test_a_pipe_holds_nothing_up(tmp_path: Path, poll: bool) -> None:
    def act() -> None:
        os.mkfifo(tmp_path / "a-pipe.md")
        (tmp_path / "one.md").write_text("one")

    assert "one.md" in set().union(*seen(tmp_path, act, poll=poll))


def test_polling_sees_two_saves_in_one_second(tmp_path: Path) -> None:
    file = tmp_path / "01.md"
    file.write_text("a")

    def save() -> None:
        for text in ("b", "c"):
            file.write_text(text)
            time.sleep(watch.PAUSE * 1.5)

    assert seen(tmp_path, save, poll=True) == [{"01.md"}, {"01.md"}]


@pytest.mark.parametrize(
    "path", ["01.md", "images/a b.png", "style.css", "parts/one/é.md", "book.yaml", "references.bib"]
)
def test_what_can_be_part_of_a_book_concerns_us(path: str) -> None:
    assert concerns(path)


@pytest.mark.parametrize(
    "path",
    [".git/index", "01.md~", ".01.md.swp", "4913", "#01.md#", ".#01.md", "dist/book.epub", "a/.hidden/x.md", "x.tmp",
     "node_modules/a.md", ".DS_Store"],
)  # fmt: skip
def test_what_editors_and_builds_leave_does_not(path: str) -> None:
    assert not concerns(path)


@pytest.mark.parametrize(
    ("kind", "remote"), [("ext4", False), ("nfs4", True), ("cifs", True), ("9p", True), ("fuse.sshfs", True)]
)
def test_drives_that_tell_nothing_are_known(tmp_path: Path, kind: str, remote: bool) -> None:
    mounts = f"/dev/sda / ext4 rw 0 0\nserver:/books {tmp_path} {kind} rw 0 0\n"
    assert is_remote(tmp_path / "book", mounts) is remote
    assert not is_remote(tmp_path.parent, mounts)


def test_a_system_that_cannot_follow_so_much_is_looked_at_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*options: object) -> None:
        raise OSError(28, "no space left on device (OS file watch limit reached)")

    monkeypatch.setattr(watch, "RustNotify", refuse)
    (tmp_path / "01.md").write_text("old")
    assert seen(tmp_path, lambda: in_place(tmp_path / "01.md")) == [{"01.md"}]


def test_a_folder_that_goes_and_comes_back_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "01.md").write_text("old")

    def move() -> None:
        folder.rename(tmp_path / "away")
        time.sleep(2 * watch.PAUSE)
        (tmp_path / "away").rename(folder)
        time.sleep(2 * watch.PAUSE)
        (folder / "01.md").write_text("new")
        time.sleep(2 * watch.PAUSE)

    gone, *back, edited = seen(folder, move)
    assert gone == {"."}
    assert "01.md" in set().union(*back)
    assert edited == {"01.md"}


def test_a_folder_that_takes_the_place_of_another_is_followed(tmp_path: Path) -> None:
    folder, other = tmp_path / "book", tmp_path / "other"
    for each in (folder, other):
        each.mkdir()
    (folder / "01.md").write_text("old")
    (other / "01.md").write_text("restored")

    def swap() -> None:
        folder.rename(tmp_path / "away")
        other.rename(folder)
        time.sleep(4 * watch.PAUSE)
        (folder / "01.md").write_text("new")
        time.sleep(2 * watch.PAUSE)

    swapped, *_, edited = seen(folder, swap)
    assert "01.md" in swapped
    assert edited == {"01.md"}


def test_a_folder_that_goes_is_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()

    def move() -> None:
        folder.rename(tmp_path / "away")
        time.sleep(2 * watch.PAUSE)
        (tmp_path / "away").rename(folder)

    assert seen(folder, move)[0] == {"."}


@pytest.mark.parametrize("poll", [False, True])
def test_links_that_lead_round_in_a_circle_or_to_nothing_hold_nothing_up(tmp_path: Path, poll: bool) -> None:
    for name in "abc":
        (tmp_path / name).symlink_to(tmp_path)
    for name in ("nothing.md", "one.md"):
        (tmp_path / name).symlink_to("none.md")
    folder = tmp_path / "part"
    folder.mkdir()

    def act() -> None:
        (folder / "round").symlink_to(tmp_path)
        (tmp_path / "beyond").symlink_to(tmp_path)
        (tmp_path / "text.md").write_text("text")
        time.sleep(watch.PAUSE)

    found = set().union(*seen(tmp_path, act, poll=poll))
    assert "text.md" in found
    assert not poll or found == {"text.md"}


def test_a_folder_that_is_moved_in_comes_with_its_files(tmp_path: Path) -> None:
    folder, away = tmp_path / "book", tmp_path / "images"
    folder.mkdir()
    away.mkdir()
    (away / "map.png").write_bytes(b"png")

    def move() -> None:
        away.rename(folder / "images")
        time.sleep(watch.PAUSE)

    assert "images/map.png" in set().union(*seen(folder, move))
