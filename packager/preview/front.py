"""Serves the preview's own page from the first moment on; what is asked of the book waits until books can be read.

To load what reads a book takes about as long as a browser takes to open a page: both happen at once.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from packager.preview import shell

if TYPE_CHECKING:
    from packager.preview.desk import Desk


class Front:
    """An application before the one that is loaded; it needs a guard before it."""

    def __init__(self, load: "Callable[[], tuple[Desk, Starlette]]") -> None:
        """`load` is called in a thread and makes the desk, and the application that serves it."""
        self._load = load
        self._loaded: asyncio.Future[Starlette] | None = None
        self._desk: Desk | None = None

    def close(self) -> None:
        """Say goodbye to every page; to be called on the loop."""
        if self._loaded:
            self._loaded.cancel()
        if self._desk:
            self._desk.close()

    def dismiss(self) -> None:
        """Say goodbye to the pages of guests; to be called on the loop."""
        if self._desk:
            self._desk.dismiss()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on as soon as there is somebody to take it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        file = shell.find(scope["path"]) if scope["method"] == "GET" else None
        await (file or await self._app())(scope, receive, send)

    async def _app(self) -> ASGIApp:
        assert self._loaded is not None
        try:
            return await asyncio.shield(self._loaded)
        except asyncio.CancelledError:
            return PlainTextResponse("The preview has ended.\n", 503)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Be there at once, and load meanwhile."""
        await receive()
        self._loaded = asyncio.get_running_loop().create_future()
        over = asyncio.Event()
        opening = asyncio.create_task(self._open(self._loaded, over))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        over.set()
        await opening
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, loaded: asyncio.Future[Starlette], over: asyncio.Event) -> None:
        self._desk, app = await asyncio.to_thread(self._load)
        async with app.router.lifespan_context(app):
            if not loaded.cancelled():
                loaded.set_result(app)
            await over.wait()
