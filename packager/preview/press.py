"""The layout process of the preview: one, kept warm; started again when it dies."""

import contextlib
import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from packager.layout.pool import without_main

if TYPE_CHECKING:
    from packager.layout.orders import Answer, Order

ENGINE = "packager.layout.live"
"""Module whose `serve` the process runs."""
NICENESS = 10
"""Of the process: the browser and the server come first."""


class Press:
    """A process that takes orders; it loads the engine as soon as it is made: that takes longer than to read a book."""

    def __init__(self) -> None:
        self._heard: Callable[[Answer], None] | None = None
        self._died: Callable[[], None] | None = None
        self._closed = False
        self._start()

    def listen(self, heard: "Callable[[Answer], None]", died: Callable[[], None]) -> None:
        """Have answers passed on by a thread; `died` is called when the process has ended without being asked to."""
        self._heard, self._died = heard, died
        Thread(target=self._listen, args=(self._connection, heard, died), name="press", daemon=True).start()

    def _start(self) -> None:
        # Afresh, not from a server that is kept to fork from: that would be one more process to pay memory for.
        made = multiprocessing.get_context("spawn")
        self._connection, theirs = made.Pipe()
        self._process = made.Process(target=_serve, args=(theirs,), name="packager-preview", daemon=True)
        with without_main():
            self._process.start()
        theirs.close()
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        Thread(target=_hand_on, args=(self._connection, self._orders), name="orders", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def tell(self, order: "Order") -> None:
        """Give an order, without waiting; one that a dead process cannot take is lost, which `died` tells of."""
        self._orders.put(order)

    def restart(self) -> None:
        """Start a new process in the place of one that has ended."""
        if not self._closed and self._heard and self._died:
            self._orders.put(None)
            self._start()
            self.listen(self._heard, self._died)

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._orders.put(None)
        self._process.terminate()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()

    def _listen(self, connection: Connection, heard: "Callable[[Answer], None]", died: Callable[[], None]) -> None:
        while True:
            try:
                answer = connection.recv()
            except (EOFError, OSError):
                break
            heard(answer)
        if not self._closed:
            died()


def _hand_on(connection: Connection, orders: "SimpleQueue[Order | None]") -> None:
    """Send orders: one that is longer than a pipe holds waits until the process is done with what it is at."""
    with contextlib.suppress(OSError):
        while order := orders.get():
            connection.send(order)


def _serve(connection: Connection) -> None:
    """Run the engine's end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner ends us
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)  # now: while the engine is loaded, the book is read and the browser opens
    engine: Any = importlib.import_module(ENGINE)
    engine.serve(connection)
