"""The layout process of the preview: one, kept warm; started again when it dies."""

import contextlib
import importlib
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from packager.layout.orders import Answer, Order
from packager.layout.pool import without_main

ENGINE = "packager.layout.live"
"""Module whose `serve` the process runs."""


class Press:
    """A process that takes orders; answers come by callbacks, on a thread of their own."""

    def __init__(self, heard: Callable[[Answer], None], died: Callable[[], None]) -> None:
        """`died` is called when the process has ended without being asked to."""
        self._heard, self._died = heard, died
        self._closed = False
        self._start()

    def _start(self) -> None:
        # Afresh, not from a server that is kept to fork from: that would be one more process to pay memory for.
        made = multiprocessing.get_context("spawn")
        self._connection, theirs = made.Pipe()
        self._process = made.Process(target=_serve, args=(theirs,), name="packager-preview", daemon=True)
        with without_main():
            self._process.start()
        theirs.close()
        Thread(target=self._listen, args=(self._connection,), name="press", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def tell(self, order: Order) -> None:
        """Give an order; one that a dead process cannot take is lost, which `died` tells of."""
        with contextlib.suppress(OSError):
            self._connection.send(order)

    def restart(self) -> None:
        """Start a new process in the place of one that has ended."""
        if not self._closed:
            self._start()

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._process.terminate()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()

    def _listen(self, connection: Connection) -> None:
        while True:
            try:
                answer = connection.recv()
            except (EOFError, OSError):
                break
            self._heard(answer)
        if not self._closed:
            self._died()


def _serve(connection: Connection) -> None:
    """Run the engine's end."""
    engine: Any = importlib.import_module(ENGINE)
    engine.serve(connection)
