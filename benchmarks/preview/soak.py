"""A day's writing at once: `python -m benchmarks.preview.soak [--edits N]`.

A chapter is changed again and again, every save laid out and its pages looked at. Told are the memory of server and
layout process after a tenth of the edits and after all of them, and how many pages were not those of the build.
"""

import argparse
import os
import queue
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import synthetic
from benchmarks.measure import sizes, tree
from benchmarks.preview.author import Author
from packager import workshop
from packager.galley import Memo
from packager.preview.pages import Proofs

BAR = 0.20
"""How much memory may grow."""
CHECKS = 10
"""How often the pages are compared with those of the build."""


class Desk:
    """What the server does between file and pages, without a server."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.memo, self.news = folder, Memo(), queue.Queue[dict[str, Any]]()
        self.proofs = Proofs(self.news.put)

    def show(self, chapter: str, rev: int) -> dict[str, Any]:
        """Lay a chapter out as it is on disk."""
        galley, look = workshop.proof(self.folder, memo=self.memo)
        self.proofs.show(galley, look, chapter, rev=rev)
        return self.wait(lambda told: told["event"] == "pages" and told["rev"] == rev)

    def prove(self) -> None:
        """Bring the whole book up to date."""
        self.proofs.idle()
        self.wait(lambda told: told["event"] == "proof" and told["fresh"])

    def wait(self, wanted: Any) -> dict[str, Any]:
        """Wait for news."""
        while not wanted(told := self.news.get(timeout=120)):
            if told["event"] == "failed":
                raise RuntimeError(told["message"])
        return told


def hashes(pages: dict[str, Any]) -> list[str]:
    """Give the names of pages: what they look like."""
    return [page["hash"] for page in pages["pages"]]


def memory() -> list[float]:
    """Give the memory of this process and of those it started, in MB."""
    return [sizes(pid)[1] / 1e6 for pid in tree(os.getpid())]


def soak(folder: Path, edits: int) -> int:
    """Write, and tell what came of it; gives the number of pages that were not those of the build."""
    author, wrong, early = Author(folder / "002.md"), 0, 0.0
    desk = Desk(folder)
    desk.show("chapter-002", 1)
    desk.prove()
    for number in range(1, edits + 1):
        author.place()
        author.edit()
        pages = desk.show("chapter-002", number + 1)
        shown = [page["hash"] for page in pages["pages"][:3]]
        assert all(desk.proofs.image(each, 2) for each in shown)
        if number == edits // 10:
            early = sum(memory())
        if number % (edits // CHECKS) == 0:
            desk.prove()  # compares with a whole layout; what differs is shown in its place
            now = desk.proofs.pages("chapter-002")
            wrong += sum(a != b for a, b in zip(hashes(pages), hashes(now or pages), strict=True))
            print(
                f"{number} edits: {' + '.join(f'{each:.0f}' for each in memory())} MB, {wrong} pages wrong", flush=True
            )
    late = sum(memory())
    desk.proofs.close()
    print(f"memory grew by {(late / early - 1):.1%}, from {early:.0f} to {late:.0f} MB; at most {BAR:.0%} is allowed")
    return wrong + (late > early * (1 + BAR))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preview.soak", description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PACKAGER_CACHE"] = f"{scratch}/cache"
        folder = synthetic.write(Path(scratch, "book"), chapters=4, words=3000, notes=6)
        raise SystemExit(min(1, soak(folder, options.edits)))


if __name__ == "__main__":
    main()
