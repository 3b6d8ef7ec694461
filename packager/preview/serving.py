"""Opens the port of the preview, says where it is, and serves until it is told to stop."""

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from packager import production
from packager.preview.desk import Desk
from packager.preview.guard import Guard, Pass
from packager.preview.server import create
from packager.preview.session import Session
from packager.preview.state import Settings
from packager.problems import PackagerError, error

PORT = 4790
"""The port asked for first."""


def listen(port: int, address: str = "127.0.0.1") -> socket.socket:
    """Open a port; raises OSError where it is taken."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((address, port))
        opened.listen(64)
    except OSError:
        opened.close()
        raise
    return opened


def preview(
    path: Path | None, *, port: int | None, browser: bool, theme: str, poll: bool, tell: Callable[[str], None]
) -> None:
    """Preview a manuscript until interrupted."""
    found = production.find([path] if path else ())
    if len(found) > 1:
        names = ", ".join(str(each) for each in found)
        raise PackagerError(error("preview-which", "there are several manuscripts", hint=f"name one of {names}"))
    desk = Desk(Session(found[0], theme), Settings(found[0]), poll=poll)

    def told(address: str) -> None:
        tell(f"{found[0]}: {address}")
        if browser:
            webbrowser.open(address)

    serve(desk, PORT if port is None else port, told)


def serve(desk: Desk, port: int, tell: Callable[[str], None]) -> None:
    """Serve on this machine until interrupted; `tell` is called with the address, once it answers."""
    opened = listen(port)
    port = opened.getsockname()[1]
    admitted = Pass.local(port)
    app = Guard(create(desk), admitted)
    config = uvicorn.Config(
        app, loop="asyncio", http="h11", ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, date_header=False, proxy_headers=False, h11_max_incomplete_event_size=16_384,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    tell(f"http://127.0.0.1:{port}/?t={admitted.token}")
    server.run(sockets=[opened])
