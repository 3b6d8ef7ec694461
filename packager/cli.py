"""The command `packager`."""

import atexit
import gc
import json
import os
import shlex
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from packager import __version__
from packager.arguments import lightened
from packager.problems import visible
from packager.terminal import finish, print_problems, progress, stopping

app = typer.Typer(
    name="packager",
    help="Turn a folder of Markdown into a book: EPUB, print-ready PDF, tagged PDF for the screen, pages for the web.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Manuscripts: folders or .md files. None: all of manuscripts/.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the finished books.")]


def main() -> None:
    """Run the command line; a termination ends it as tidily as an interruption does."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)
    gc.set_threshold(50_000, 20, 50)  # books are many objects and few cycles
    try:
        lightened(typer.main.get_command(app))()
    except SystemExit as end:
        _leave(end)


def _leave(end: SystemExit) -> None:
    """End the process without taking its memory apart, which takes longer than many a command."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    if not isinstance(end.code, int | None):
        raise end
    os._exit(end.code or 0)


def _terminate(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"packager {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make, e.g. manuscripts/my-book.")],
    title: Annotated[str | None, typer.Option(help="The book's title.")] = None,
    author: Annotated[str | None, typer.Option(help="Its author.")] = None,
    lang: Annotated[str, typer.Option(help="Its language, as a BCP 47 tag.")] = "en",
    theme: Annotated[str, typer.Option(help="A theme; see: packager themes.")] = "novel",
    trim: Annotated[str, typer.Option(help="Page size, e.g. 6x9, a5; empty for the theme's own.")] = "",
) -> None:
    """Make a manuscript that builds, to be overwritten."""
    from packager import scaffold

    _check_theme(theme)
    _check_language(lang)
    _check_trim(trim)
    asks = sys.stdin.isatty()
    title = title or (typer.prompt("Title") if asks else folder.name.replace("-", " ").replace("_", " ").title())
    author = author or (typer.prompt("Author") if asks else "Anonymous")
    with stopping():
        files = scaffold.create(folder, title=str(title), author=str(author), lang=lang, theme=theme, trim=trim)
        for file in files:
            typer.echo(file)
        named = shlex.quote(str(folder))
        typer.echo(f"Write with: packager preview {named}\nBuild it with: packager build {named}")


@app.command()
def build(
    paths: Paths = None,
    to: Annotated[
        str, typer.Option("--to", "-t", help="Editions, with commas: epub, print, screen, web.")
    ] = "epub,print",
    out: Out = Path("dist"),
    theme: Annotated[str, typer.Option(help="A theme to take instead of the book's own.")] = "",
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes; one a core unless said.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Build again after every save.")] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Tell where the time went, here and in NAME-profile.json.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build books; yesterday's files stay until all of today's are whole."""
    from packager import production

    editions = [name.strip() for name in to.split(",") if name.strip()]
    unknown = next((name for name in editions if name not in production.EDITIONS), None)
    if unknown or not editions:
        told = f"there is no edition {unknown}; " if unknown else ""
        raise typer.BadParameter(f"{told}choose from {', '.join(production.EDITIONS)}", param_hint="--to")
    if theme:
        _check_theme(theme)
    with stopping(as_json), production.Workshop(jobs, warm=watch) as shop:
        books = production.find(paths or ())

        def once() -> None:
            reports = []
            with progress(silent=as_json or quiet) as told:
                for report in shop.build_all(books, editions, out, theme=theme, progress=told):
                    reports.append(report)
                    if not as_json:
                        print_problems(report)
            for report in reports if profile else ():
                typer.echo(f"{report.name}\n{production.profile(report, out)}", err=True)
            finish(reports, as_json=as_json, quiet=quiet)

        if not watch:
            once()
            return
        from packager.preview.watch import saves

        with suppress(typer.Exit):
            once()
        for _ in saves(book if book.is_dir() else book.parent for book in books):
            with suppress(typer.Exit):
                once()


@app.command()
def check(
    paths: Paths = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend spaces and the spelling of dashes and dots; show the change, then ask.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --fix: do not ask.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Report every problem of the manuscripts; without --fix, write nothing."""
    from packager import production

    if fix and as_json and not yes:
        raise typer.BadParameter("--json cannot ask; add --yes", param_hint="--fix")
    with stopping(as_json):
        if fix:
            for path in production.find(paths or ()):
                _mend(path, yes=yes, silent=as_json or (quiet and yes))
        reports = [production.check(path) for path in production.find(paths or ())]
        if not as_json:
            for report in reports:
                print_problems(report)
                if not (quiet or report.problems):
                    typer.echo(f"{report.name}: no problems")
        finish(reports, as_json=as_json, quiet=True)


@app.command()
def preview(
    path: Annotated[
        Path | None, typer.Argument(help="A manuscript. None: the only one of manuscripts/.", show_default=False)
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to serve on; 0 for any.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    lan: Annotated[bool, typer.Option("--lan", help="Let devices in the network read along for two hours.")] = False,
    editor: Annotated[
        str, typer.Option(help="Editor to open places in; {file} and {line} may say how.", show_default=False)
    ] = "",
    theme: Annotated[str, typer.Option(help="A theme to take instead of the book's own.")] = "",
    poll: Annotated[bool, typer.Option("--poll", help="Look at file times: for drives that tell nothing.")] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name, or NAME:PORT, under which a tunnel shows it.", show_default=False)
    ] = None,
) -> None:
    """Show a book in the browser while it is written; Ctrl-C ends it."""
    if theme:
        _check_theme(theme)
    with stopping():
        from packager.preview.serving import Wishes, preview

        hosts = tuple(allow_host or ())
        wishes = Wishes(port, not no_open, lan, editor, theme, poll, hosts)
        preview(path, wishes, lambda line: typer.echo(visible(line)))


@app.command()
def themes(
    name: Annotated[str | None, typer.Argument(help="A theme, for its knobs.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """List the themes, or the knobs of one."""
    from packager import theme

    if name is not None and name not in theme.names():
        raise typer.BadParameter(
            f"there is no theme {name}; choose one of {', '.join(theme.names())}", param_hint="NAME"
        )
    infos = [theme.describe(each) for each in ([name] if name else theme.names())]
    if as_json:
        knobs = [
            {"name": info.name, "purpose": info.purpose, "knobs": {k.name: k.default for k in info.knobs}}
            for info in infos
        ]
        typer.echo(json.dumps(knobs, ensure_ascii=False, indent=2, default=str))
        return
    for info in infos:
        typer.echo(f"{info.name}: {info.purpose}")
        if name:
            for knob in info.knobs:
                typer.echo(f"  {knob.name}: {knob.default}\n      {knob.meaning}")


@app.command()
def clean(
    paths: Paths = None,
    out: Out = Path("dist"),
) -> None:
    """Remove finished books: those of the manuscripts named, or all, with what was kept to build them faster."""
    from packager import production

    with stopping():
        names = [production.proof(path)[0].book.name for path in paths] if paths else None
        for path in production.clean(out, names):
            typer.echo(f"removed {path}")


def _check_theme(name: str) -> None:
    from packager.theme import names

    if name not in names():
        raise typer.BadParameter(f"there is no theme {name}; choose one of {', '.join(names())}", param_hint="--theme")


def _check_language(tag: str) -> None:
    from packager.values import Fault, language

    try:
        language(tag)
    except Fault as fault:
        raise typer.BadParameter(f"this {fault}; {fault.hint}", param_hint="--lang") from None


def _check_trim(size: str) -> None:
    from packager.layout.trims import TrimError, trim

    if not size:
        return
    try:
        trim(size)
    except TrimError as fault:
        raise typer.BadParameter(f"{fault}; name a size, 6x9 or a5, or two lengths", param_hint="--trim") from None


def _mend(path: Path, *, yes: bool, silent: bool) -> None:
    """Show what would be mended in a manuscript, ask, and write it."""
    from packager import production

    mended = production.mend(path)
    if not silent:
        for each in mended:
            typer.echo(visible(each.diff), nl=False)
    if mended and (yes or typer.confirm(f"Mend {len(mended)} file{'s' * (len(mended) > 1)} of {path}?")):
        production.put(path, mended)
