"""A port to serve on: opened for this machine or its network, or said who has it."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

PORT = 4790
"""The port asked for first."""
TRIES = 20
"""Ports tried above one that is taken."""
LAN_HOURS = 2
"""How long the network may read."""

_LISTENS = "0A"


def listen(port: int, address: str = "127.0.0.1") -> socket.socket:
    """Open a port of one address; 0 for any. Raises OSError where it is taken or not ours to take."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # So that a preview that has just ended does not keep its own successor out.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
        opened.listen(64)
    except BaseException:
        opened.close()
        raise
    return opened


def near(port: int, address: str = "127.0.0.1") -> socket.socket:
    """Open the first free port above a port; raises OSError where none is."""
    for other in range(port + 1, min(port + TRIES, 65_536)):
        try:
            return listen(other, address)
        except OSError:
            continue
    return listen(0, address)


def holder(port: int, proc: Path = Path("/proc")) -> str:
    """Name the program that listens on a port, `python3 (process 1234)`; empty where the system does not tell."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    if not sockets:
        return ""
    for process in proc.glob("[0-9]*"):
        try:
            if any(os.readlink(link) in sockets for link in (process / "fd").iterdir()):
                name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
                return f"{name} (process {process.name})"
        except OSError:
            continue
    return ""


def _inodes(port: int, proc: Path) -> Iterator[str]:
    """Find the numbers of the sockets that listen on a port (proc(5), `/proc/net/tcp`)."""
    for table in ("net/tcp", "net/tcp6"):
        try:
            lines = (proc / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def address() -> str:
    """Find this machine's address in its network; empty where it is in none."""
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        # Nothing is sent: the system only says from where it would be (RFC 5737's address is nobody's).
        probe.connect(("192.0.2.1", 9))
        found = str(probe.getsockname()[0])
    except OSError:
        return ""
    finally:
        probe.close()
    return "" if re.match(r"127\.|0\.", found) else found
