"""Worker processes: started when there is work, each made ready once, gone when their owner goes.

Processes are forked from a server that has the layout engine loaded already, where the system can fork, because the
engine takes longer to load than a chapter to lay out.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")

Report = Callable[[int], None]
Work = Callable[[J, Report], R]

ENGINE = "packager.layout.worker"
"""Module whose functions the workers call."""
_LONGEST_FOLDER = 60
"""Bytes of the temporary folder's name: a socket's path holds 107 (unix(7)), of which the server takes some forty."""


class WorkerDied(Exception):
    """A worker ended in the middle of a job, which `index` names; `code` is how it ended."""

    def __init__(self, index: int, code: int | None) -> None:
        self.index, self.code = index, code
        super().__init__(f"worker ended in job {index}: {self.ending}")

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.code is None or self.code >= 0:
            return f"exit {self.code}"
        return "killed, perhaps out of memory" if self.code == -9 else f"signal {-self.code}"


class WorkFailed(Exception):
    """A job raised; the message holds the traceback of the worker."""

    def __init__(self, index: int, trace: str) -> None:
        self.index = index
        super().__init__(trace)


def context() -> "multiprocessing.context.BaseContext":
    """Choose how processes start: from a warm server on Linux, afresh elsewhere."""
    # The server listens on a socket among temporary files, whose name must be shorter than a path may be.
    near = len(os.fsencode(tempfile.gettempdir())) < _LONGEST_FOLDER
    method = "forkserver" if sys.platform == "linux" and near else "spawn"
    chosen = multiprocessing.get_context(method)
    if method == "forkserver":
        chosen.set_forkserver_preload([ENGINE])
    return chosen


def warm() -> None:
    """Start loading the engine in the background; what comes next need not wait for it."""
    if context().get_start_method() == "forkserver":
        from multiprocessing import forkserver

        forkserver.ensure_running()


class Pool(Generic[J, R]):
    """Up to `count` workers, made ready by `begin(setup)`; a context manager, at whose end none is left."""

    def __init__(self, count: int, begin: str, setup: object) -> None:
        """`begin` names a function of the engine's module."""
        self._workers: list[tuple[BaseProcess, Connection]] = []
        self._count, self._begin, self._setup = count, begin, setup

    def _hire(self, count: int) -> None:
        """Start workers until there are so many."""
        made, fresh = context(), []
        while len(self._workers) < count:
            ours, theirs = made.Pipe()
            process = made.Process(target=_serve, args=(theirs, ENGINE, self._begin), daemon=True)  # type: ignore[attr-defined]
            with _without_main():
                process.start()
            theirs.close()
            self._workers.append((process, ours))
            fresh.append(ours)
        for connection in fresh:
            with contextlib.suppress(BrokenPipeError):  # whoever died already is missed when it gets a job
                connection.send(self._setup)

    def __enter__(self) -> "Pool[J, R]":
        return self

    def __exit__(self, *exception: object) -> None:
        for process, connection in self._workers:
            connection.close()
            process.terminate()
        for process, _ in self._workers:
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()

    def run(
        self, work: str, jobs: Sequence[J], weights: Sequence[float], report: Callable[[int, int], None]
    ) -> Iterator[tuple[int, R]]:
        """Do jobs, heaviest first, and give each one's index and result as it comes.

        `work` names a function of the engine's module; `report` gets a job's index and how far it is. Raises WorkerDied
        or WorkFailed for the first job that fails.
        """
        self._hire(min(self._count, len(jobs)))
        waiting = sorted(range(len(jobs)), key=lambda index: weights[index])
        busy: dict[Connection, tuple[int, BaseProcess]] = {}
        for process, connection in self._workers:
            self._give(work, jobs, waiting, busy, process, connection)
        while busy:
            ready = set(wait(list(busy)))
            for connection in [connection for connection in busy if connection in ready]:
                index, process = busy[connection]
                try:
                    kind, value = connection.recv()
                except (EOFError, OSError):
                    process.join(1)
                    raise WorkerDied(index, process.exitcode) from None
                if kind == "at":
                    report(index, value)
                    continue
                if kind == "failed":
                    raise WorkFailed(index, value)
                del busy[connection]
                self._give(work, jobs, waiting, busy, process, connection)
                yield index, value

    @staticmethod
    def _give(work: str, jobs: Sequence[J], waiting: list[int], busy: dict[Connection, tuple[int, BaseProcess]],
              process: BaseProcess, connection: Connection) -> None:  # fmt: skip
        if waiting:
            index = waiting.pop()
            busy[connection] = (index, process)
            with contextlib.suppress(BrokenPipeError):  # noticed where its answer is awaited
                connection.send((work, jobs[index]))


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the program that calls us: a worker would run it again to prepare itself, and has no use for it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def processors() -> int:
    """Count the processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(connection: Connection, module: str, begin: str) -> None:
    """Work off jobs until the owner is gone."""
    import importlib
    import traceback

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner ends us
    engine: Any = importlib.import_module(module)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        getattr(engine, begin)(connection.recv())
        while True:
            work, job = connection.recv()
            try:
                answer = ("done", getattr(engine, work)(job, lambda at: connection.send(("at", at))))
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise
            except Exception:
                answer = ("failed", traceback.format_exc())
            connection.send(answer)
