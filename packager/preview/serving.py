"""Opens the preview's ports, says where it is, and serves until it is told to stop."""

import os
import re
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packager.preview import ports
from packager.preview.editor import Editor, known
from packager.preview.passes import Pass
from packager.problems import PackagerError, Problem, error

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from packager.preview.desk import Desk, Told
    from packager.preview.pages import Proofs

Tell = Callable[[str], None]

_SCHEME = re.compile(r"https?://")
_HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


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
    wishes = replace(wishes, hosts=tuple(map(_host, wishes.hosts)))
    opened = [_opened(wishes.port, tell)]
    try:
        away = _network(tell) if wishes.lan else None
        opened += [away] if away else []
        _serve(folder, wishes, editor, opened, tell)
    except KeyboardInterrupt:
        tell("stopped")
    finally:
        for each in opened:
            each.close()


def _serve(folder: Path, wishes: Wishes, editor: Editor | None, opened: list[socket.socket], tell: Tell) -> None:
    """Serve at ports that are open."""
    (_, port), *guests = [each.getsockname() for each in opened]
    admitted = Pass.local(port, wishes.hosts)
    tell(f"{folder}: http://127.0.0.1:{port}/?t={admitted.token}  (Ctrl-C ends it)")
    # Who opens the address now waits for what is loaded here, and opens a window meanwhile.
    from packager.preview.front import Front
    from packager.preview.guard import Doors, Guard
    from packager.preview.listening import Server

    links: dict[str, object] = {}
    front = Front(partial(_loaded, folder, wishes, editor, links))
    home = Guard(front, admitted)
    guards = {port: home}
    for address, other in guests:
        from packager.preview import codes

        guards[other] = Guard(front, Pass.lan(address, other))
        url = f"http://{address}:{other}/?t={guards[other].admitted.token}"
        links |= {"lan_url": url, "qr": "/qr.svg"}
        tell(codes.terminal(url) + url)
    if wishes.browser and _has_screen():
        ticket = f"http://127.0.0.1:{port}/?t={home.ticket()}"
        threading.Thread(target=webbrowser.open, args=(ticket,), daemon=True).start()
    Server(Doors(guards), front, opened[1:]).run(sockets=opened)


def _loaded(
    folder: Path, wishes: Wishes, editor: Editor | None, links: Mapping[str, object]
) -> "tuple[Desk, Starlette]":
    """Load what reads the book."""
    from packager.preview.desk import Desk
    from packager.preview.server import create
    from packager.preview.session import Session
    from packager.preview.state import Settings

    printing = _proofs if wishes.printing else None
    desk = Desk(Session(folder, wishes.theme), Settings(folder), printing=printing, editor=editor, poll=wishes.poll)
    desk.links = links
    return desk, create(desk)


def _proofs(told: "Told") -> "Proofs":
    """Start the print side: later still, as its process would take half a processor from the browser that opens."""
    from packager.preview.press import Press

    press = Press()  # first: it loads the engine while we load the rest
    from packager.preview.pages import Proofs

    return Proofs(told, press)


def _manuscript(path: Path | None) -> Path:
    from packager import production
    from packager.folder import BOOK_FILES, MARKDOWN

    found = production.find([path] if path else ())
    if len(found) > 1:
        names = ", ".join(map(str, found))
        raise PackagerError(error("preview-which", "there are several manuscripts here", hint=f"name one of {names}"))
    (book,) = found
    is_text = os.path.isfile(book) and (book.suffix.lower() in MARKDOWN or book.name in BOOK_FILES)
    if not (is_text or os.path.isdir(book)):
        hint = "name a folder of Markdown, or a Markdown file"
        raise PackagerError(error("no-manuscript", "there is no such folder or Markdown file", str(book), hint=hint))
    return book


def _host(named: str) -> str:
    """Read a host as a browser will ask for it; an address that was copied whole is one too."""
    host = _SCHEME.sub("", named.strip().lower()).removesuffix("/")
    if not _HOST.fullmatch(host):
        hint = "name what the browser's address begins with: words.example.dev, with :8443 if a port stands there"
        raise PackagerError(error("host-odd", f"{named} is no name of a host", hint=hint))
    return host


def _opened(port: int | None, tell: Tell) -> socket.socket:
    """Open the port that was asked for, or the next where none was; raises PackagerError where it is taken."""
    wanted = ports.PORT if port is None else port
    try:
        return ports.listen(wanted)
    except OSError as fault:
        told = _taken(wanted, fault)
        other = ports.near(wanted)
        if port is None:
            tell(f"{told.message}; {other.getsockname()[1]} is free")
            return other
        with other:
            hint = f"try --port {other.getsockname()[1]}, or leave --port out"
        raise PackagerError(replace(told, hint=hint)) from fault


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
        f"warning: for {ports.LAN_HOURS} hours, whoever has this address can read the book from the network {address} "
        "is in; it goes over the air unencrypted"
    )
    return ports.listen(0, address)


def _has_screen() -> bool:
    """Say whether a browser would open in a window, not in this terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
