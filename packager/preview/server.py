"""The preview over HTTP: what a page may ask for, and what it is answered; no sockets here.

Ids and names come from the book's own lists, never paths from an address. What reads or draws runs in a thread.
"""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from packager.images import ImageFault
from packager.preview import looking, shell
from packager.preview.desk import Desk
from packager.preview.events import encode
from packager.preview.guard import CHAPTER_POLICY, HEARD_POLICY, PICTURE_POLICY
from packager.preview.session import Version

_KEPT = "private, max-age=31536000, immutable"
"""For what has its digest in its name."""
_MISSING = HTTPException(404, "Nothing is here.")


def create(desk: Desk) -> Starlette:
    """Make the application; it needs a guard before it."""
    answers = _Answers(desk)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with desk.open():
            yield

    gets = {
        "/": answers.shell,
        "/static/{name:path}": answers.shell,
        "/events": answers.events,
        "/api/state": answers.state,
        "/api/find": answers.find,
        "/api/outline": answers.outline,
        "/api/pages/{id}": answers.pages,
        "/chapter/{id}": answers.chapter,
        "/style.css": answers.style,
        "/font/{name}": answers.font,
        "/asset/{name}": answers.asset,
        "/page/{hash}.png": answers.page,
        "/qr.svg": answers.code,
    }
    posts = {"/api/see": answers.see, "/api/open": answers.open, "/api/settings": answers.settings}
    return Starlette(
        routes=[
            *(Route(path, answer, methods=["GET"]) for path, answer in gets.items()),
            *(Route(path, answer, methods=["POST"]) for path, answer in posts.items()),
        ],
        lifespan=lifespan,
    )


class _Answers:
    """One method for each address."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def shell(self, request: Request) -> Response:
        file = shell.find(request.url.path)
        if file is None:
            raise _MISSING
        return file

    async def events(self, request: Request) -> Response:
        guest = request.scope["reads_only"]

        async def stream() -> AsyncIterator[bytes]:
            with self.desk.events.subscribed(guest=guest) as mailbox:
                await self.desk.version()
                yield b"retry: 500\n\n" + await run_in_threadpool(encode, "state", self.desk.state(guest=guest))
                async for frame in mailbox.frames():
                    yield frame

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def state(self, request: Request) -> Response:
        await self.desk.version()
        guest = request.scope["reads_only"]
        return await run_in_threadpool(lambda: _json(self.desk.state(guest=guest)))

    async def find(self, request: Request) -> Response:
        version = await self._version()
        wanted = request.query_params.get("q", "")
        return await run_in_threadpool(lambda: _json({"hits": looking.find(version, wanted)}))

    async def outline(self, request: Request) -> Response:
        version = await self._version()
        return await run_in_threadpool(lambda: _json({"outline": looking.outline(version)}))

    async def chapter(self, request: Request) -> Response:
        version, id = await self._version(), request.path_params["id"]
        if id not in version.sheets:
            raise _MISSING
        heard = "heard" in request.query_params
        headers = {"Content-Security-Policy": HEARD_POLICY if heard else CHAPTER_POLICY}
        page = version.frame(id) if heard else version.document(id)
        return Response(page, media_type="application/xhtml+xml; charset=utf-8", headers=headers)

    async def style(self, request: Request) -> Response:
        version = await self._version()
        return Response(version.reflow.style, media_type="text/css")

    async def font(self, request: Request) -> Response:
        version = await self._version()
        try:
            data, kind = await run_in_threadpool(version.reflow.font, request.path_params["name"])
        except KeyError:
            raise _MISSING from None
        return Response(data, media_type=kind, headers={"Cache-Control": _KEPT})

    async def asset(self, request: Request) -> Response:
        version = await self._version()
        try:
            data, kind = await run_in_threadpool(version.reflow.picture, request.path_params["name"])
        except (KeyError, ImageFault):
            raise _MISSING from None
        headers = {"Cache-Control": _KEPT, "Content-Security-Policy": PICTURE_POLICY}
        return Response(data, media_type=kind, headers=headers)

    async def pages(self, request: Request) -> Response:
        id, proofs = request.path_params["id"], self.desk.proofs
        await self._version()
        if not self.desk.shows(id):
            raise _MISSING
        brief = "brief" in request.query_params
        if proofs and (told := await run_in_threadpool(proofs.pages, id, brief=brief)):
            return await run_in_threadpool(_json, told)
        return _json({"chapter": id, "rev": 0, "stale": True, "pages": None}, 202 if proofs else 200)

    async def page(self, request: Request) -> Response:
        scale = 2 if request.query_params.get("scale") == "2" else 1
        digest = request.path_params["hash"]
        data = await run_in_threadpool(self.desk.proofs.image, digest, scale) if self.desk.proofs else None
        if data is None:
            raise _MISSING
        return Response(data, media_type="image/png", headers={"Cache-Control": _KEPT})

    async def code(self, request: Request) -> Response:
        address = self.desk.links.get("lan_url")
        if request.scope["reads_only"] or not address:
            raise _MISSING
        from packager.preview import codes

        return Response(codes.svg(str(address)), media_type="image/svg+xml")

    async def see(self, request: Request) -> Response:
        said = await _said(request)
        pages = said.get("pages")
        seen = [page for page in pages if isinstance(page, int)][:500] if isinstance(pages, list) else []
        self.desk.look(str(said.get("chapter", "")), seen)
        return Response(status_code=204)

    async def open(self, request: Request) -> Response:
        said = await _said(request)
        line = said.get("line")
        line = line if isinstance(line, int) and 0 < line < 10_000_000 else 1
        place = self.desk.place(str(said.get("path", "")))
        if place is None or self.desk.editor is None:
            raise _MISSING
        try:
            await run_in_threadpool(self.desk.editor.open, place, line)
        except OSError as fault:
            return PlainTextResponse(f"The editor cannot be started: {fault.strerror}\n", 500)
        return Response(status_code=204)

    async def settings(self, request: Request) -> Response:
        try:
            await run_in_threadpool(self.desk.settings.update, await _said(request))
        except ValueError as fault:
            return PlainTextResponse(f"{fault}\n", 413)
        return Response(status_code=204)

    async def _version(self) -> Version:
        version = await self.desk.version()
        if version is None:
            raise _MISSING
        return version


async def _said(request: Request) -> dict[str, Any]:
    """Read what a page says; anything but a JSON object is refused."""
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise HTTPException(400, "That is no JSON object.")
    return said


def _json(told: object, status: int = 200) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), status, media_type="application/json")
