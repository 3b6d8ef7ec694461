"""Time packager and pandoc on the same books, in one run: `python -m benchmarks [--runs N] [--corpora FOLDER]`.

Every figure is of a whole process, from start to end, with all it starts. The two take turns, so that a busy moment of
the machine strikes both; of N runs each the median counts. Both start from the same Markdown files:

- EPUB: `packager build --to epub` against `pandoc -o book.epub`. Ours embeds and subsets its fonts, draws a cover and
  checks that no word was lost; pandoc's does none of this.
- Print: `packager build --to print` against `pandoc --pdf-engine=weasyprint` with `peer.css`, which asks of the same
  WeasyPrint the same trim, fonts, type size, heads and contents.
"""

import argparse
import json
import os
import platform
import re
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import pypandoc
import pypdfium2

from benchmarks import synthetic
from benchmarks.measure import Cost, middle, run

HERE = Path(__file__).parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
FIGURES = ("wall", "cpu", "memory")
os.environ["PACKAGER_CACHE"] = os.devnull  # each build begins from nothing


@dataclass(frozen=True, slots=True)
class Result:
    """Both tools' costs for one edition of one book."""

    book: str
    edition: str
    ours: Cost
    peer: Cost
    pages: tuple[int, int] | None
    """Pages of our PDF and of the peer's; None for EPUB."""


def compare(folder: Path, edition: str, runs: int) -> Result:
    """Make one edition of a book with both tools in turn, and take the medians."""
    with tempfile.TemporaryDirectory() as scratch:
        ours_out, peer_out = Path(scratch, "ours"), Path(scratch, f"peer.{'epub' if edition == 'epub' else 'pdf'}")
        ours: list[str | Path] = [SCRIPTS / "packager", "build", folder, "--to", edition, "--out", ours_out, "--quiet"]
        peer = _pandoc(folder, peer_out, Path(scratch))
        our_costs, peer_costs, pages = [], [], None
        for _ in range(runs):
            our_costs.append(run(ours, cwd=folder))
            peer_costs.append(run(peer, cwd=folder))
            (made,) = ours_out.iterdir()
            pages = (_pages(made), _pages(peer_out)) if edition == "print" else None
            made.unlink()
        return Result(folder.name, edition, middle(our_costs), middle(peer_costs), pages)


def _pandoc(folder: Path, out: Path, scratch: Path) -> list[str | Path]:
    command: list[str | Path] = [pypandoc.get_pandoc_path(), "--from=markdown", f"--output={out}"]
    if out.suffix == ".pdf":
        front = folder.joinpath("book.md").read_text()
        fonts = Path(sysconfig.get_path("purelib"), "fontpkg_eb_garamond", "files")
        css = HERE.joinpath("peer.css").read_text()
        for name, value in {
            **{f"@{key.upper()}@": value for key, value in re.findall(r"^(title|author): *(.+)$", front, re.MULTILINE)},
            "@REGULAR@": (fonts / "EBGaramond[wght].ttf").as_uri(),
            "@ITALIC@": (fonts / "EBGaramond-Italic[wght].ttf").as_uri(),
        }.items():
            css = css.replace(name, value)
        scratch.joinpath("peer.css").write_text(css)
        command += [f"--pdf-engine={SCRIPTS / 'weasyprint'}", f"--css={scratch / 'peer.css'}", "--toc", "--toc-depth=1"]
    return [*command, folder / "book.md", *sorted(folder.glob("[0-9]*.md"))]


def _pages(pdf: Path) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def table(results: Sequence[Result]) -> str:
    """Set the results as a Markdown table: seconds, processor seconds, MB, and how many times ours goes into theirs."""
    rows = ["| book, edition | figure | packager | pandoc | ratio |", "|---|---|---:|---:|---:|"]
    for result in results:
        for figure, unit in zip(FIGURES, ("s", "s", "MB"), strict=True):
            ours, peer = getattr(result.ours, figure), getattr(result.peer, figure)
            digits = 0 if unit == "MB" else 2
            rows.append(
                f"| {result.book}, {result.edition} | {figure}, {unit} "
                f"| {ours:.{digits}f} | {peer:.{digits}f} | {peer / ours:.2f} |"
            )
        if result.pages:
            rows.append(f"| {result.book}, {result.edition} | pages | {result.pages[0]} | {result.pages[1]} | |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Run the comparisons; print the table and write it, with the raw figures, beside this file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time packager beside pandoc.")
    parser.add_argument("--runs", type=int, default=3, help="runs of each tool; the median counts (default: 3)")
    parser.add_argument("--corpora", type=Path, default=HERE.parents[1] / "shared" / "corpora", help="folder of books")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        novel, notes = options.corpora / "sherlock", options.corpora / "pepys"
        if not novel.is_dir():
            novel = synthetic.write(Path(scratch, "novel"), chapters=12, words=9_000, notes=0)
            notes = synthetic.write(Path(scratch, "notes"), chapters=113, words=11_000, notes=40)
        results = []
        for folder, edition in ((novel, "epub"), (notes, "epub"), (novel, "print")):
            results.append(compare(folder.resolve(), edition, options.runs))
            print(table(results[-1:]), file=sys.stderr)
    machine = (
        f"packager {metadata.version('packager')}, pandoc {pypandoc.get_pandoc_version()}, "
        f"WeasyPrint {metadata.version('weasyprint')}, Python {platform.python_version()}, {os.cpu_count()} cores; "
        f"medians of {options.runs}"
    )
    text = f"# packager beside pandoc\n\n{machine}. Ratio: how many times ours goes into pandoc's.\n\n{table(results)}"
    HERE.joinpath("results.md").write_text(text)
    raw = {"machine": machine, "results": [asdict(result) for result in results]}
    HERE.joinpath("results.json").write_text(json.dumps(raw, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    main()
