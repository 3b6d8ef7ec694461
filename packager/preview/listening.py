"""Listens at the preview's ports, and shuts that of the network in time."""

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Protocol

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from packager.preview.guard import Doors
from packager.preview.ports import LAN_HOURS

PATIENCE = 20.0
"""Seconds in which a caller has to have said what is wanted."""
MOST = 256
"""Connections at a time."""
_LOOK = 1.0
"""Seconds after which the server looks whether guests have to go."""


class Line(H11Protocol):
    """A connection; hangs up on who opens one, or begins to ask, and then says no more."""

    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to listen."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take in what is said."""
        super().data_received(data)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        if self._hurry is not None:
            self._hurry.cancel()

    def _expect(self) -> None:
        """Set a time for what is still to be said; each further byte does not put it off."""
        waiting = self.cycle is None or self.cycle.response_complete or self.cycle.more_body
        if waiting and self._hurry is None:
            self._hurry = self.loop.call_later(PATIENCE, self.transport.close)
        elif not waiting and self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None


class Host(Protocol):
    """Who sees the pages off."""

    def close(self) -> None:
        """Say goodbye to every page."""

    def dismiss(self) -> None:
        """Say goodbye to the pages of guests."""


class Server(uvicorn.Server):
    """Serves both doors, and shuts that of the network in time."""

    def __init__(self, doors: Doors, host: Host, guests: list[socket.socket], hours: float = LAN_HOURS) -> None:
        config = uvicorn.Config(
            doors,
            loop="asyncio",
            http=Line,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="error",  # what others send that makes no sense is no news for the author
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            limit_concurrency=MOST,
        )
        super().__init__(config)
        self._doors, self._host = doors, host
        self._guests = [each.getsockname()[1] for each in guests]
        self._until = _elapsed() + hours * 3600
        """When guests have to go."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        """Wait for the end, asleep: to look for it ten times a second would cost more than all else at rest."""
        while not await self.on_tick(0):
            if self._guests and _elapsed() > self._until:
                self._see_off()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK if self._guests else None):
                    await self._told.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals for the wish to end, that of a terminal which is closed among them."""
        with super().capture_signals():
            before = signal.signal(signal.SIGHUP, self.handle_exit) if _in_charge() else None
            try:
                yield
            finally:
                if before is not None:
                    signal.signal(signal.SIGHUP, before)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal for the wish to end."""
        super().handle_exit(sig, frame)
        self.end()

    def end(self) -> None:
        """Have the server end; may be called from any thread."""
        self.should_exit = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._told.set)

    def _see_off(self) -> None:
        """Shut out the network."""
        for port in self._guests:
            self._doors.close(port)
        self._host.dismiss()
        for server in self.servers:
            if server.sockets[0].getsockname()[1] in self._guests:
                server.close()
        self._guests = []

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the pages that listen, which would keep the server up, and end."""
        self._host.close()
        await super().shutdown(sockets)


def _elapsed() -> float:
    """Tell the time since some moment, in seconds; while the machine sleeps it goes on, where the system knows how."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _in_charge() -> bool:
    """Say whether signals reach this thread."""
    return threading.current_thread() is threading.main_thread()
