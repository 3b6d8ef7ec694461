"""Say where the time of a cold layout goes: `python -m benchmarks.profile [MANUSCRIPT]`.

All that workers do is done in this process, and looked at some hundreds of times a second of its processor time. Each
look counts for the work that is nearest on the stack, not for the functions of others that it calls. Time in Pango
counts for the line that called it.
"""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, cast

from packager import production, variants
from packager.editions.print import Run
from packager.layout import pool, worker

_NOVEL = Path(__file__).parents[2] / "shared" / "corpora" / "sherlock"
_EVERY = 0.002
"""Seconds of the processor between two looks; systems may look less often."""
_WORK = (
    ("layout/breaking.py", "weighing the ways to break paragraphs into lines"),
    ("pyphen/", "finding where words may be divided"),
    ("patches/dictionaries.py", "finding where words may be divided"),
    ("patches/shaping.py:_show", "writing the glyphs of lines"),
    ("patches/shaping.py:_draw_text", "writing the glyphs of lines"),
    ("draw/text.py", "writing the glyphs of lines"),
    ("patches/shaping.py", "shaping text (Pango)"),
    ("patches/fonts.py", "shaping text (Pango)"),
    ("text/line_break.py", "shaping text (Pango)"),
    ("text/fonts.py", "shaping text (Pango)"),
    ("patches/paragraphs.py", "building the lines of paragraphs"),
    ("patches/building.py", "building the lines of paragraphs"),
    ("patches/notes.py", "placing notes"),
    ("pdf/", "writing PDF: pages, fonts, compression"),
    ("pydyf/", "writing PDF: pages, fonts, compression"),
    ("weasyprint/draw/", "drawing boxes"),
    ("weasyprint/layout/", "stacking blocks on pages"),
    ("weasyprint/formatting_structure/build.py", "making boxes of elements"),
    ("weasyprint/formatting_structure/", "stacking blocks on pages"),
    ("patches/cascade.py", "matching and computing styles"),
    ("patches/styles.py", "matching and computing styles"),
    ("weasyprint/css/", "matching and computing styles"),
    ("cssselect2/", "matching and computing styles"),
    ("tinycss2/", "parsing stylesheets"),
    ("layout/reading.py", "reading laid-out pages back"),
    ("layout/proof.py", "proof-reading the finished file"),
    ("layout/prints.py", "proof-reading the finished file"),
    ("layout/margins.py", "drawing boxes"),
    ("layout/merging.py", "joining"),
    ("layout/joining.py", "joining"),
    ("layout/inks.py", "joining"),
    ("packager/fonts.py", "joining"),
    ("layout/cache.py", "keeping results"),
    ("packager/store.py", "keeping results"),
)
"""What a part of a frame's file, and its function, say of its work; the first that fits counts."""


class Looks:
    """Counts what the process is at."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> "Looks":
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
        return self

    def __exit__(self, *exception: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, number: int, frame: FrameType | None) -> None:
        while frame is not None:
            where = f"{frame.f_code.co_filename}:{frame.f_code.co_name}"
            for part, work in _WORK:
                if part in where:
                    self.counts[work] += 1
                    return
            frame = frame.f_back
        self.counts["all else"] += 1


class Here:
    """Does the work of a pool in this process."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self._setup: object = None

    def run(self, setup: object, work: str, jobs: Sequence[object], weights: Sequence[float],
            report: Callable[[int, int], None]) -> Iterator[pool.Done[Any]]:  # fmt: skip
        """Do jobs as `Pool.run` does."""
        if setup is not self._setup:
            worker.begin(cast(Any, setup))
            self._setup = setup
        for index, job in enumerate(jobs):
            yield pool.Done(index, getattr(worker, work)(job, lambda at: None), 0.0, 0.0)


def main(manuscript: Path) -> None:
    """Print a table of what took how much time."""
    os.environ["PACKAGER_CACHE"] = os.devnull
    rendered, look = production.proof(manuscript)
    run = Run(variants.variant(rendered, "print"), look, "print")
    start = time.process_time()
    with Looks() as looks:
        pages = run.make(cast(pool.Pool, Here())).pages or 0
    spent, total = time.process_time() - start, sum(looks.counts.values())
    print(f"{pages} pages, {spent:.1f} s of the processor, {1000 * spent / pages:.1f} ms a page\n")
    print("| work | share | ms a page |\n|---|---:|---:|")
    for work, found in looks.counts.most_common():
        print(f"| {work} | {found / total:.0%} | {1000 * spent * found / total / pages:.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _NOVEL)
