"""Listens at the preview's ports, and shuts that of the network in time."""

import asyncio
import socket
from functools import partial
from typing import Protocol

import uvicorn

from packager.preview.guard import Doors
from packager.preview.ports import LAN_HOURS


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
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=16_384,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._doors, self._host, self._hours = doors, host, hours
        self._guests = [each.getsockname()[1] for each in guests]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        for server in self.servers:
            port = server.sockets[0].getsockname()[1]
            if port in self._guests:
                shut = partial(self._shut, server, port)
                asyncio.get_running_loop().call_later(self._hours * 3600, shut)

    def _shut(self, server: asyncio.Server, port: int) -> None:
        self._doors.close(port)
        self._host.dismiss()
        server.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the pages that listen, which would keep the server up, and end."""
        self._host.close()
        await super().shutdown(sockets)
