"""The preview over HTTP: what a page may ask for, and what it is answered; no sockets here.

Ids and names come from the book's own lists, never paths from an address. What reads or draws runs in a thread.
"""

import contextlib
from collections.abc import AsyncIterator
from functools import cache
from importlib.resources import files
from json import JSONDecodeError

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from packager.images import ImageFault
from packager.preview.desk import Desk, text
from packager.preview.guard import CHAPTER_POLICY, PICTURE_POLICY

_KEPT = "private, max-age=31536000, immutable"
"""For what has its digest in its name."""
_XHTML = "application/xhtml+xml; charset=utf-8"
_STATIC = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
"""Media types of the page's own files, by ending; what ends otherwise is not handed out."""


def create(desk: Desk) -> Starlette:
    """Make the application."""
    pages = _Answers(desk)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with desk.open():
            yield

    return Starlette(
        routes=[
            Route("/", pages.shell),
            Route("/static/{name:path}", pages.static),
            Route("/api/state", pages.state),
            Route("/chapter/{id}", pages.chapter),
            Route("/style.css", pages.style),
            Route("/font/{name}", pages.font),
            Route("/asset/{name}", pages.asset),
            Route("/events", pages.events),
            Route("/api/see", pages.see, methods=["POST"]),
            Route("/api/settings", pages.settings, methods=["POST"]),
        ],
        lifespan=lifespan,
    )


class _Answers:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def shell(self, request: Request) -> Response:
        return _file("index.html")

    async def static(self, request: Request) -> Response:
        return _file(str(request.path_params["name"]))

    async def state(self, request: Request) -> Response:
        await self.desk.version()
        return JSONResponse(await run_in_threadpool(self.desk.state, reads_only=request.scope["reads_only"]))

    async def chapter(self, request: Request) -> Response:
        version = await self.desk.version()
        sheet = version.sheets.get(request.path_params["id"]) if version else None
        if version is None or sheet is None:
            return _missing()
        return Response(text(version, sheet), media_type=_XHTML, headers={"Content-Security-Policy": CHAPTER_POLICY})

    async def style(self, request: Request) -> Response:
        version = await self.desk.version()
        return Response(version.reflow.style, media_type="text/css") if version else _missing()

    async def font(self, request: Request) -> Response:
        version = await self.desk.version()
        try:
            assert version is not None
            data, kind = await run_in_threadpool(version.reflow.font, request.path_params["name"])
        except (AssertionError, KeyError):
            return _missing()
        return Response(data, media_type=kind, headers={"Cache-Control": _KEPT})

    async def asset(self, request: Request) -> Response:
        version = await self.desk.version()
        try:
            assert version is not None
            data, kind = await run_in_threadpool(version.reflow.picture, request.path_params["name"])
        except (AssertionError, KeyError, ImageFault):
            return _missing()
        return Response(data, media_type=kind,
                        headers={"Cache-Control": _KEPT, "Content-Security-Policy": PICTURE_POLICY})  # fmt: skip

    async def events(self, request: Request) -> Response:
        async def stream() -> AsyncIterator[bytes]:
            with self.desk.events.subscribed() as mailbox:
                await self.desk.version()
                from packager.preview.events import encode

                yield b"retry: 500\n\n" + encode("state", self.desk.state(reads_only=request.scope["reads_only"]))
                async for frame in mailbox.frames():
                    yield frame

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def see(self, request: Request) -> Response:
        said = await _said(request)
        chapter = str(said.get("chapter", ""))
        if chapter:
            self.desk.chapter = chapter
        return Response(status_code=204)

    async def settings(self, request: Request) -> Response:
        try:
            self.desk.settings.update(await _said(request))
        except ValueError as fault:
            return PlainTextResponse(f"{fault}\n", 413)
        return Response(status_code=204)


async def _said(request: Request) -> dict[str, object]:
    try:
        said = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        return {}
    return said if isinstance(said, dict) else {}


def _missing() -> Response:
    return PlainTextResponse("Nothing is here.\n", 404)


@cache
def _names() -> frozenset[str]:
    """List the files of the page itself."""
    found, folders = set(), [("", files("packager.preview") / "static")]
    while folders:
        above, folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append((f"{above}{entry.name}/", entry))
            elif "." in entry.name and f".{entry.name.rpartition('.')[2]}" in _STATIC:
                found.add(above + entry.name)
    return frozenset(found)


def _file(name: str) -> Response:
    if name not in _names():
        return _missing()
    kind = _STATIC[f".{name.rpartition('.')[2]}"]
    return Response((files("packager.preview") / "static").joinpath(name).read_bytes(), media_type=kind)
