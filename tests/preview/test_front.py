"""The page is there before what reads the book is."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from packager.preview.desk import Desk
from packager.preview.front import Front
from packager.preview.server import create
from packager.preview.session import Session
from packager.preview.state import Settings


class Life:
    """What a server says to an application when it starts and when it ends."""

    def __init__(self, front: Front) -> None:
        self._said: asyncio.Queue[Any] = asyncio.Queue()
        self._heard: asyncio.Queue[Any] = asyncio.Queue()
        self._task = asyncio.create_task(front({"type": "lifespan"}, self._said.get, self._heard.put))

    async def tell(self, kind: str) -> None:
        """Say something, and wait until it is done."""
        await self._said.put({"type": f"lifespan.{kind}"})
        assert (await self._heard.get())["type"] == f"lifespan.{kind}.complete"


def test_the_page_is_served_while_what_reads_the_book_is_loaded(book: Path) -> None:
    async def run() -> None:
        async with _opened(book) as (front, life, loading, client):
            assert "<title>" in (await client.get("/")).text
            assert (await client.get("/static/js/main.js")).headers["content-type"].startswith("text/javascript")
            state = asyncio.create_task(client.get("/api/state"))
            await asyncio.sleep(0.05)
            assert not state.done()
            loading.set()
            assert (await state).json()["book"]["title"] == "The Tide Table"
            assert (await client.get("/static/no.js")).status_code == 404
        front.close()
        await life.tell("shutdown")

    asyncio.run(asyncio.wait_for(run(), 30))


def test_who_waits_is_told_when_the_preview_ends_before_the_book_is_read(book: Path) -> None:
    async def run() -> None:
        async with _opened(book) as (front, life, loading, client):
            state = asyncio.create_task(client.get("/api/state"))
            await asyncio.sleep(0.05)
            front.close()
            assert (await state).status_code == 503
        loading.set()
        await life.tell("shutdown")

    asyncio.run(asyncio.wait_for(run(), 30))


@asynccontextmanager
async def _opened(book: Path) -> AsyncIterator[tuple[Front, Life, threading.Event, httpx.AsyncClient]]:
    """Start a front whose book is not read before the event."""
    loading = threading.Event()

    def load() -> tuple[Desk, Starlette]:
        loading.wait(10)
        desk = Desk(Session(book), Settings(book))
        return desk, create(desk)

    front = Front(load)
    life = Life(front)
    await life.tell("startup")
    guarded: Any = _admitted(front)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url="http://here") as client:
        yield front, life, loading, client


def _admitted(front: Front) -> object:
    """Stand for the guard: say of every request what may be done by it."""

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        await front({**scope, "reads_only": False}, receive, send)

    return guard
