"""The bell that tells the watch to look."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from packager.preview.bell import Bell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has inotify")


def below(folder: str) -> list[str]:
    """List a folder and those in it, but for one that is of no concern."""
    return [each for each, _, _ in os.walk(folder) if Path(each).name != "dist"]


def rings(folder: Path, *acts: str) -> list[bool]:
    """Hang a bell in a folder and those below it, write files one after the other, and say of each whether it rang."""

    async def run() -> list[bool]:
        bell, stopped, heard = Bell([str(folder)], below), asyncio.Event(), []
        for act in acts:
            path = folder / act
            path.mkdir() if act.endswith("/") else path.write_text(act)
            try:
                async with asyncio.timeout(0.5):
                    await bell.rung(stopped)
                heard.append(True)
            except TimeoutError:
                heard.append(False)
        bell.close()
        return heard

    return asyncio.run(run())


def test_it_rings_for_what_is_written_and_in_new_folders_too(tmp_path: Path) -> None:
    assert rings(tmp_path, "one.md", "part/", "part/two.md", "part/deep/", "part/deep/x.md") == [True] * 5


def test_it_is_silent_for_what_is_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    acts = ("../other.md", "one.md", "dist/", "dist/book.pdf")
    assert rings(tmp_path / "book", *acts) == [False, True, True, False]


def test_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    async def run() -> None:
        bell, stopped = Bell([str(tmp_path)], below), asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stopped.set)
        await bell.rung(stopped)
        bell.close()

    asyncio.run(asyncio.wait_for(run(), 5))


def test_a_folder_that_is_gone_by_now_has_none(tmp_path: Path) -> None:
    Bell([str(tmp_path)], lambda folder: [f"{folder}/gone", folder]).close()


def test_another_system_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OSError, match="inotify"):
        Bell([str(tmp_path)], below)
