"""Time packager and its peers: `python -m benchmarks [--only NAME] [--runs N] [--corpora FOLDER]`; see README.md here.

A full run writes the table and its picture beside this file; some rows alone are only printed.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import pypandoc

from benchmarks import table
from benchmarks.rows import ORDER, ROWS, Bench
from benchmarks.table import Row

_HERE = Path(__file__).parent
_CORES = 2


def main() -> None:
    """Run the rows asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time packager and its peers.")
    parser.add_argument("--only", action="append", choices=ROWS, metavar="NAME", help=f"rows: {', '.join(ROWS)}")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the median counts (default: 3)")
    parser.add_argument("--heavy", type=int, default=3, help="runs of one document of 60 chapters (default: 3)")
    parser.add_argument("--corpora", type=Path, default=_HERE.parents[1] / "shared" / "corpora", help="folder of books")
    parser.add_argument("--chapters", type=int, nargs="+", default=[10, 30, 60, 113], help="lengths of the diary")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # programs start as a reader's own do, from bytecode
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])
    results: dict[str, list[Row]] = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), options.corpora, options.runs, options.heavy, tuple(options.chapters))
        for name in [name for name in ROWS if name in (options.only or ROWS)]:
            began = time.perf_counter()
            try:
                results[name] = list(ROWS[name](bench))
            except (RuntimeError, subprocess.CalledProcessError) as fault:
                failed.append(f"{name}: {fault}")
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    rows = [row for name in ORDER for row in results.get(name, ())]
    machine = (
        f"packager {metadata.version('packager')}, pandoc {pypandoc.get_pandoc_version()}, WeasyPrint "
        f"{metadata.version('weasyprint')}, Typst {metadata.version('typst')}, Python {platform.python_version()}, "
        f"{_CORES} cores"
    )
    text = table.markdown(rows)
    print(f"{machine}\n\n{text}")
    if not options.only:
        _HERE.joinpath("results.md").write_text(
            f"# What packager takes\n\n{machine}. In bold: within the bar.\n\n{text}"
        )
        raw = {"machine": machine, "rows": [{**asdict(row), "reached": row.reached} for row in rows]}
        _HERE.joinpath("results.json").write_text(json.dumps(raw, indent=1) + "\n")
        _HERE.joinpath("results.svg").write_text(table.picture(rows))
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
