"""Worker processes: started when there is work, made ready for a book, shared by all books, gone when their owner goes.

They are forked of one that has the layout engine loaded already (`packager.layout.nursery`), where the system can do
that, because the engine takes longer to load than a chapter to lay out.
"""

import contextlib
import errno
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Lock, Thread
from types import ModuleType
from typing import Any, Generic, TypeVar

from packager.layout import nursery
from packager.layout.nursery import Child
from packager.layout.service import serve
from packager.scratch import Scratch

R = TypeVar("R")

ENGINE = "packager.layout.worker"
"""Module whose functions the workers call."""
_FORKS = sys.platform == "linux"
"""Whether workers are forked; elsewhere they start afresh."""
_HELPLESS = ("SIGKILL", "SIGTRAP", "SIGABRT")
"""How the system ends what takes too much memory, and libraries end themselves that get none."""


class WorkerDied(Exception):
    """A worker ended in the middle of a job, which `index` names; `code` is how it ended."""

    def __init__(self, index: int, code: int | None) -> None:
        self.index, self.code = index, code
        super().__init__(f"worker ended in job {index}: {self.ending}")

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.code == errno.ENOMEM:
            return "out of memory"
        if self.code is None or self.code >= 0:
            return f"exit {self.code}"
        name = signal.Signals(-self.code).name
        return f"{name}, perhaps out of memory" if name in _HELPLESS else name


class WorkFailed(Exception):
    """A job raised; the message holds the traceback of the worker."""

    def __init__(self, index: int, trace: str) -> None:
        self.index = index
        super().__init__(trace)


def warm() -> None:
    """Start loading the engine in the background, where that helps; what comes next need not wait for it."""
    if _FORKS:
        nursery.begin(ENGINE)


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """A job that is done."""

    index: int
    result: R
    wall: float
    """Seconds that it took."""
    cpu: float
    """Seconds of the processor."""


@dataclass(slots=True, eq=False)
class _Task:
    """A job that waits for a worker."""

    shift: "_Shift"
    index: int
    weight: float


@dataclass(slots=True, eq=False)
class _Shift:
    """Jobs that were asked for together."""

    setup: object
    work: str
    jobs: Sequence[object]
    answers: "SimpleQueue[tuple[str, int, Any]]" = field(default_factory=SimpleQueue)


@dataclass(slots=True, eq=False)
class _Worker:
    process: Child | BaseProcess
    connection: Connection
    setup: object = None
    """What it was made ready with last."""
    task: _Task | None = None


class Pool:
    """Up to `count` workers for whoever asks, from any thread; a context manager, at whose end none is left.

    Workers stay between jobs, and keep what they were made ready with as long as it serves. Who waits for answers lets
    go of `desk`, so that of the threads that hold it one computes at a time.
    """

    def __init__(self, count: int, desk: "Lock | None" = None) -> None:
        self._count, self._desk = count, desk
        self._lock = Lock()
        self._waiting: list[_Task] = []
        self._workers: list[_Worker] = []
        self._bell, self._ear = multiprocessing.Pipe()
        self._thread: Thread | None = None
        self._closed = False
        self.folder = Scratch()
        """For temporary files of the workers and of those who ask."""

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._closed = True
            self._ring()
        if self._thread is not None:
            self._thread.join()
        for worker in self._workers:
            worker.connection.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
        self._bell.close()
        self._ear.close()
        self.folder.remove()

    def run(self, setup: object, work: str, jobs: Sequence[object], weights: Sequence[float],
            report: Callable[[int, int], None]) -> Iterator[Done[Any]]:  # fmt: skip
        """Begin jobs at once, heaviest first, and give each one's result as it comes.

        `setup` is what the engine's `begin` makes a worker ready with, `work` names a function of the engine's module;
        `report` gets a job's index and how far it is. Raises WorkerDied or WorkFailed for the first job that fails, and
        OSError where the system refused it something.
        """
        with self._lock:
            if self._closed and jobs:
                raise WorkerDied(0, None)
            setup = next((worker.setup for worker in self._workers if worker.setup == setup), setup)
            shift = _Shift(setup, work, jobs)
            self._waiting += [_Task(shift, index, weight) for index, weight in enumerate(weights)]
            if jobs:
                self._ring()
            if jobs and self._thread is None:
                self._thread = Thread(target=self._dispatch, daemon=True)
                self._thread.start()
        return self._results(shift, report)

    def _results(self, shift: _Shift, report: Callable[[int, int], None]) -> Iterator[Done[Any]]:
        try:
            left = len(shift.jobs)
            while left:
                kind, index, value = self._answer(shift)
                if kind == "at":
                    report(index, value)
                elif kind == "died":
                    raise WorkerDied(index, value)
                elif kind == "refused":
                    raise OSError(*value)
                elif kind == "failed":
                    raise WorkFailed(index, value)
                else:
                    left -= 1
                    yield Done(index, *value)
        finally:
            with self._lock:
                self._waiting = [task for task in self._waiting if task.shift is not shift]

    def _answer(self, shift: _Shift) -> tuple[str, int, Any]:
        if self._desk is None or not shift.answers.empty():
            return shift.answers.get()
        self._desk.release()
        try:
            return shift.answers.get()
        finally:
            self._desk.acquire()

    def _ring(self) -> None:
        self._bell.send(None)

    def _dispatch(self) -> None:
        """Hand out jobs and pass on answers, in a thread, until the pool is closed."""
        kind, value = "died", None
        try:
            while not self._closed:
                with self._lock:
                    self._hand_out()
                busy = {worker.connection: worker for worker in self._workers if worker.task}
                for ready in wait([self._ear, *busy]):
                    if ready is self._ear:
                        self._ear.recv()
                    else:
                        self._hear(busy[ready])  # type: ignore[index]
        except Exception:  # whoever waits would wait for ever
            kind, value = "failed", traceback.format_exc()
        with self._lock:
            self._closed = True
            for task in (*self._waiting, *(worker.task for worker in self._workers)):
                if task is not None:
                    task.shift.answers.put((kind, task.index, value))

    def _hand_out(self) -> None:
        """Give idle workers the heaviest jobs, first of those that they are ready for; hire while there are too few."""
        idle = [worker for worker in self._workers if worker.task is None]
        while self._waiting and (idle or len(self._workers) < self._count):
            worker = idle.pop() if idle else self._hired()
            ready = [task for task in self._waiting if task.shift.setup is worker.setup]
            task = max(ready or self._waiting, key=lambda task: (task.weight, task.index))
            self._waiting.remove(task)
            shift, worker.task = task.shift, task
            with contextlib.suppress(BrokenPipeError):  # noticed where its answer is awaited
                if not ready:
                    worker.setup = shift.setup
                    worker.connection.send(("begin", shift.setup))
                worker.connection.send((shift.work, shift.jobs[task.index]))

    def _hired(self) -> _Worker:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            self._workers.append(_Worker(_started(theirs), ours))
        return self._workers[-1]

    def _hear(self, worker: _Worker) -> None:
        task = worker.task
        assert task is not None
        try:
            kind, value = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()
            kind, value = "died", worker.process.exitcode
            worker.connection.close()
            self._workers.remove(worker)
        if kind != "at":
            worker.task = None
        task.shift.answers.put((kind, task.index, value))


def _started(connection: Connection) -> Child | BaseProcess:
    """Start a worker at the other end of a connection."""
    if _FORKS:
        try:
            return nursery.begin(ENGINE).fork(connection)
        except OSError:  # it has just ended
            nursery.end()
            return nursery.begin(ENGINE).fork(connection)
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(connection, ENGINE), daemon=True)
    with without_main():
        process.start()
    return process


@contextlib.contextmanager
def without_main() -> Iterator[None]:
    """Hide the program that calls us: a process that starts would run it again to prepare itself."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def processors() -> int:
    """Count the processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
