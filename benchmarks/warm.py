"""Build again and again in one process whose workers are warm: `python -m benchmarks.warm BOOK FILE OUT EDITION TEXT…`.

Each TEXT, a file, takes the place of FILE in turn; between two of them the book is what it was, and the cache is as
after the first build. Prints a JSON list of the seconds of each build.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path

from packager import Workshop
from packager.problems import PackagerError


def main(book: Path, chapter: Path, out: Path, edition: str, texts: list[Path]) -> list[float]:
    """Time the builds."""
    cache = Path(os.environ["PACKAGER_CACHE"])
    before = chapter.read_bytes()
    times = []
    with Workshop(warm=True) as shop:

        def build() -> float:
            start = time.perf_counter()
            report = shop.build(book, (edition,), out)
            if not report.ok:
                raise PackagerError(*report.problems)
            return time.perf_counter() - start

        build()
        kept = shutil.copytree(cache, cache.with_name(f"{cache.name}-kept"))
        for text in texts:
            chapter.write_bytes(text.read_bytes())
            times.append(build())
            chapter.write_bytes(before)
            shutil.rmtree(cache)
            shutil.copytree(kept, cache)
            build()
    return times


if __name__ == "__main__":
    places = [*map(Path, sys.argv[1:4])]
    print(json.dumps(main(places[0], places[1], places[2], sys.argv[4], [*map(Path, sys.argv[5:])])))
