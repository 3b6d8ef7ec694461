"""A process that has the engine loaded, and of which workers are forked: they begin where it stands. For Linux.

It is begun as soon as pages may have to be laid out, so that the engine is loaded while a book is read, and stays for
who comes next. It has one thread and does nothing of its own; it ends with its owner, and its children end with it.
"""

import atexit
import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Lock
from typing import NoReturn

from packager.layout.service import serve

_PROGRAM = "import sys; sys.path[:] = {path!r}; from packager.layout.nursery import main; main({socket}, {engine!r})"
_NUMBER = struct.Struct("q")
_WORKER = 0
"""Comes with a connection, and asks for a worker; any other number asks how the worker of that number ended."""


class Nursery:
    """The process, as its owner sees it."""

    def __init__(self, engine: str) -> None:
        """`engine` is the module whose functions the workers call."""
        self.engine, self.owner = engine, os.getpid()
        self._lock = Lock()
        self.children: set[int] = set()
        """Numbers of the workers that nobody has waited for yet."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = _PROGRAM.format(path=sys.path, socket=theirs.fileno(), engine=engine)
        with theirs:
            # In a session of its own no key of a terminal reaches it: it ends when its owner says so.
            self._process = subprocess.Popen(
                [sys.executable, "-c", program], stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def fork(self, connection: Connection) -> "Child":
        """Start a worker at the other end of a connection. Raises OSError where the process has ended."""
        with self._lock:
            socket.send_fds(self._socket, [_NUMBER.pack(_WORKER)], [connection.fileno()])
            pid = self._answer()
            self.children.add(pid)
        return Child(self, pid)

    def ending(self, pid: int) -> int | None:
        """Wait for a worker, and tell how it ended; None where nobody knows."""
        with self._lock, suppress(OSError):
            self.children.discard(pid)
            self._socket.send(_NUMBER.pack(pid))
            return self._answer()
        return None

    def close(self) -> None:
        """End the process and its workers."""
        self._socket.close()
        if not self.children:
            self._process.kill()  # it may be busy, and has nobody to look after
        self._process.wait()

    def _answer(self) -> int:
        answer = self._socket.recv(_NUMBER.size)
        if not answer:
            raise ConnectionResetError
        return int(_NUMBER.unpack(answer)[0])


class Child:
    """A worker that was forked."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self._pid = nursery, pid
        self.exitcode: int | None = None
        """How it ended, the negative of a signal; None before `join`, or where nobody knows."""

    def kill(self) -> None:
        """End it at once."""
        # Until it is joined the number is its own, even where it has ended.
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def join(self) -> None:
        """Wait until it has ended."""
        self.exitcode = self._nursery.ending(self._pid)


_here: list[Nursery] = []
"""The one of this process, if any."""
_lock = Lock()


def begin(engine: str) -> Nursery:
    """Give the process that has an engine loaded, or is loading it; it is started where there is none."""
    with _lock:
        if _here and _here[0].owner != os.getpid():
            _here.clear()  # it is that of the process that we were forked from
        if _here and (_here[0].engine != engine or not _here[0].alive):
            _here.pop().close()
        if not _here:
            _here.append(Nursery(engine))
        return _here[0]


def end() -> None:
    """End the process, where there is one."""
    with _lock:
        if _here and _here[0].owner == os.getpid():
            _here.pop().close()


def children() -> set[int]:
    """Give the workers of this process, but for those that were seen to end."""
    return {pid for home in _here for pid in home.children}


atexit.register(end)


def main(number: int, engine: str) -> None:
    """Load an engine, and fork a worker whenever the owner asks for one, at the other end of a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # what is loaded stays
    with socket.socket(fileno=number) as owner:
        try:
            import_module(engine)
        except Exception:
            traceback.print_exc()  # a worker will fail for the same reason, which tells the chapter
        gc.freeze()  # what no collector looks at stays shared with the workers
        gc.enable()
        children: set[int] = set()
        with suppress(BrokenPipeError, ConnectionResetError):
            while asked := _asked(owner):
                pid, passed = asked
                if passed:
                    answer = os.fork() or _worker(owner, passed[0], engine)
                    children.add(answer)
                    os.close(passed[0])
                else:
                    children.discard(pid)
                    answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                owner.send(_NUMBER.pack(answer))
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)
    os._exit(0)


def _asked(owner: socket.socket) -> tuple[int, list[int]] | None:
    """Wait for what the owner asks: a number, and a connection; None when it is gone."""
    data, passed, *_ = socket.recv_fds(owner, _NUMBER.size, 1)
    return (_NUMBER.unpack(data)[0], passed) if data else None


def _worker(owner: socket.socket, connection: int, engine: str) -> NoReturn:
    """Be a worker."""
    code = 1
    try:
        owner.close()
        serve(Connection(connection), engine)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
