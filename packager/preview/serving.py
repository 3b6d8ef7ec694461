"""Opens the preview's ports, says where it is, and serves until it is told to stop."""

import asyncio
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from packager import production
from packager.preview import codes, ports
from packager.preview.desk import Desk, Told
from packager.preview.editor import known
from packager.preview.guard import Doors, Guard, Pass
from packager.preview.server import create
from packager.preview.session import Session
from packager.preview.state import Settings
from packager.problems import PackagerError, Problem, error

if TYPE_CHECKING:
    from packager.preview.pages import Proofs

LAN_HOURS = 2
"""How long the network may read."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    port: int | None = None
    """None for the first that is free from the usual one on; 0 for any."""
    browser: bool = True
    lan: bool = False
    editor: str = ""
    theme: str = ""
    poll: bool = False
    hosts: tuple[str, ...] = ()
    """Further `host:port` under which a tunnel shows this machine."""
    printing: bool = True


def preview(path: Path | None, wishes: Wishes, tell: Tell) -> None:
    """Serve the preview of a manuscript until interrupted; `tell` is called with lines for the terminal.

    Raises PackagerError where there is no manuscript, or no port.
    """
    # The thread that reads the book would keep the one that answers waiting for five milliseconds at a time.
    sys.setswitchinterval(0.001)
    folder = _manuscript(path)
    editor = known(wishes.editor) if wishes.editor else None
    opened = [_opened(wishes.port, tell)]
    port = opened[0].getsockname()[1]
    try:
        away = _network(tell) if wishes.lan else None
        opened += [away] if away else []
        printing = _proofs if wishes.printing else None
        desk = Desk(Session(folder, wishes.theme), Settings(folder), printing=printing, editor=editor, poll=wishes.poll)
        app = create(desk)
        home = Guard(app, Pass.local(port, wishes.hosts))
        guards = {port: home}
        tell(f"{folder}: http://127.0.0.1:{port}/?t={home.admitted.token}")
        if away:
            address, other = away.getsockname()
            guards[other] = Guard(app, Pass.lan(address, other))
            url = f"http://{address}:{other}/?t={guards[other].admitted.token}"
            desk.links = {"lan_url": url, "qr": "/qr.svg"}
            tell(codes.terminal(url) + url)
        if wishes.browser and _has_screen():
            ticket = f"http://127.0.0.1:{port}/?t={home.ticket()}"
            threading.Thread(target=webbrowser.open, args=(ticket,), daemon=True).start()
        server = Server(Doors(guards), desk, opened[1:])
        server.run(sockets=opened)
    except KeyboardInterrupt:
        tell("stopped")
    finally:
        for each in opened:
            each.close()


class Server(uvicorn.Server):
    """Serves both doors, and shuts that of the network in time."""

    def __init__(self, doors: Doors, desk: Desk, guests: list[socket.socket], hours: float = LAN_HOURS) -> None:
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
        self._doors, self._desk, self._hours = doors, desk, hours
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
        self._desk.links = {}
        self._desk.events.dismiss()
        server.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the pages that listen, which would keep the server up, and end."""
        self._desk.close()
        await super().shutdown(sockets)


def _manuscript(path: Path | None) -> Path:
    found = production.find([path] if path else ())
    if len(found) > 1:
        names = ", ".join(str(each) for each in found)
        raise PackagerError(error("preview-which", "there are several manuscripts here", hint=f"name one of {names}"))
    if not found[0].exists():
        hint = "name a folder of Markdown, or a Markdown file"
        raise PackagerError(error("no-manuscript", "no manuscript stands there", str(found[0]), hint=hint))
    return found[0]


def _opened(port: int | None, tell: Tell) -> socket.socket:
    """Open the port that was asked for, or the next where none was; raises PackagerError where it is taken."""
    try:
        return ports.listen(ports.PORT if port is None else port)
    except OSError as fault:
        wanted = ports.PORT if port is None else port
        told = _taken(wanted, fault)
        other = ports.near(wanted)
        if port is None:
            tell(f"{told.message}; {other.getsockname()[1]} is free")
            return other
        with other:
            hint = f"try --port {other.getsockname()[1]}, or leave --port out"
        raise PackagerError(Problem(told.severity, told.code, told.message, hint=hint)) from fault


def _taken(port: int, fault: OSError) -> Problem:
    holder = ports.holder(port)
    if holder:
        return error("port-taken", f"port {port} is taken by {holder}")
    return error("port-taken", f"port {port} cannot be had: {(fault.strerror or str(fault)).lower()}")


def _network(tell: Tell) -> socket.socket:
    """Open a port for the devices around; raises PackagerError where this machine is in no network."""
    address = ports.address()
    if not address:
        raise PackagerError(error("lan-none", "this machine is in no network", hint="leave --lan out"))
    tell(
        f"warning: for {LAN_HOURS} hours, whoever has this address can read the book from the network {address} is in; "
        "it goes over the air unencrypted"
    )
    return ports.listen(0, address)


def _proofs(told: Told) -> "Proofs":
    # Imported late: the reflow view does not wait for the print side.
    from packager.preview.pages import Proofs

    return Proofs(told)


def _has_screen() -> bool:
    """Say whether a browser would open in a window, not in this terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
