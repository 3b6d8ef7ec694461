"""What a worker process does: it works off jobs until its owner is gone."""

import contextlib
import errno
import os
import signal
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from typing import Any


def serve(connection: Connection, engine: str) -> None:
    """Work off jobs by an engine, named by its module, until the owner is gone, or memory is out."""
    try:
        _work(connection, import_module(engine))
    except MemoryError:
        os._exit(errno.ENOMEM)  # there is none left to tell it otherwise


def _work(connection: Connection, engine: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner ends us
    broken: tuple[str, object] | None = None
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            work, job = connection.recv()
            wall, cpu = perf_counter(), process_time()
            answer = broken
            try:
                if work == "begin":
                    broken = None
                    engine.begin(job)
                    continue
                if broken is None:
                    result = getattr(engine, work)(job, lambda at: connection.send(("at", at)))
                    answer = ("done", (result, perf_counter() - wall, process_time() - cpu))
            except (EOFError, BrokenPipeError, ConnectionResetError, MemoryError):
                raise
            except Exception as fault:
                answer = _told(fault)
                if work == "begin":
                    broken = answer
                    continue
            connection.send(answer)


def _told(fault: Exception) -> tuple[str, object]:
    """Tell what the system refused as that, and all else to whoever mends the program."""
    if isinstance(fault, OSError):
        return "refused", (fault.errno, fault.strerror, fault.filename)
    return "failed", traceback.format_exc()
