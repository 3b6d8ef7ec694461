"""The preview's own page: the files that it is made of, handed out by name."""

from functools import cache
from importlib.resources import files

from starlette.responses import Response

_KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
"""Media types by ending; what ends otherwise is not handed out."""


def find(path: str) -> Response | None:
    """Answer a request for a file of the page; None where the path leads to none."""
    name = "index.html" if path == "/" else path.removeprefix("/static/")
    if name not in names() or name == path:
        return None
    kind = _KINDS[f".{name.rpartition('.')[2]}"]
    return Response((files("packager.preview") / "static").joinpath(name).read_bytes(), media_type=kind)


@cache
def names() -> frozenset[str]:
    """List the files of the page."""
    found, folders = set(), [("", files("packager.preview") / "static")]
    while folders:
        above, folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append((f"{above}{entry.name}/", entry))
            elif f".{entry.name.rpartition('.')[2]}" in _KINDS:
                found.add(above + entry.name)
    return frozenset(found)
