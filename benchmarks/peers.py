"""What our builds are held against: pandoc, WeasyPrint on a whole book at once, Typst."""

import re
import sys
import sysconfig
from pathlib import Path

import pypandoc

from benchmarks import books
from benchmarks.measure import Cost, run

_HERE = Path(__file__).parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
_FONTS = Path(sysconfig.get_path("purelib"), "fontpkg_eb_garamond", "files")


def pandoc(folder: Path, out: Path) -> Cost:
    """Make an EPUB, or a PDF by way of WeasyPrint, with `peer.css`."""
    command: list[str | Path] = [pypandoc.get_pandoc_path(), "--from=markdown", f"--output={out}"]
    if out.suffix == ".pdf":
        front = folder.joinpath("book.md").read_text()
        css = _HERE.joinpath("peer.css").read_text()
        for name, value in {
            **{f"@{key.upper()}@": value for key, value in re.findall(r"^(title|author): *(.+)$", front, re.MULTILINE)},
            "@REGULAR@": (_FONTS / "EBGaramond[wght].ttf").as_uri(),
            "@ITALIC@": (_FONTS / "EBGaramond-Italic[wght].ttf").as_uri(),
        }.items():
            css = css.replace(name, value)
        style = out.with_suffix(".css")
        style.write_text(css)
        command += [f"--pdf-engine={SCRIPTS / 'weasyprint'}", f"--css={style}", "--toc", "--toc-depth=1"]
    return run([*command, folder / "book.md", *books.chapters(folder)], cwd=folder)


def document(folder: Path, to: Path, cache: Path) -> Path:
    """Write a book as the one document that `whole` makes a PDF of; its page numbers come from `cache`."""
    run([sys.executable, "-m", "benchmarks.single", folder, to], cwd=_HERE.parent, env={"PACKAGER_CACHE": str(cache)})
    return to


def whole(document: Path, out: Path) -> Cost:
    """Make a PDF of a book's own XHTML and CSS in one piece, with WeasyPrint as it comes."""
    return run([sys.executable, "-m", "benchmarks.plain", document, out], cwd=_HERE.parent)


def typst(folder: Path, out: Path) -> Cost:
    """Make a PDF by way of Typst, with `peer.typ`."""
    body = out.with_suffix(".body.typ")
    command = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=typst", f"--output={body}"]
    told = run([*command, *books.chapters(folder)], cwd=folder)
    front = dict(re.findall(r"^(title|author): *(.+)$", folder.joinpath("book.md").read_text(), re.MULTILINE))
    head = _HERE.joinpath("peer.typ").read_text()
    page = out.with_suffix(".typ")
    page.write_text(f"{head.replace('@TITLE@', front['title']).replace('@AUTHOR@', front['author'])}{body.read_text()}")
    script = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]])"
    return told + run([sys.executable, "-c", script, page, out, _FONTS], cwd=out.parent)
