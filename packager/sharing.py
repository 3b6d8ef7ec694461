"""Work shared with a second process, where there is a second processor and nothing that a fork would break."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from packager import timing

_SIZE = 4
"""Bytes of a job's number in the pipe."""
_MOST = 1_000
"""Jobs that are shared at most: their numbers fit into the smallest pipe of Linux (pipe(7)), so no write waits."""


def possible() -> bool:
    """Say whether work can be shared: a fork copies no other threads, and what they hold stays locked for ever."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


@contextmanager
def shared(jobs: Sequence[int], work: Callable[[int], object], stage: str) -> Iterator[Iterator[int]]:
    """Give the jobs that fall to us, one by one, while a second process does `work` for the others.

    It keeps nothing for us: what it does has to be found elsewhere, as in a store. When the last of our jobs is taken
    it has ended; it ends with us, too. Its time counts for the `stage`.
    """
    read, write = os.pipe()
    os.write(write, b"".join(job.to_bytes(_SIZE, "big") for job in jobs[:_MOST]))
    os.close(write)
    us = os.getpid()
    helper = os.fork()
    if not helper:
        _help(_jobs(read), work, us)
    ended: list[int] = []

    def ours() -> Iterator[int]:
        yield from _jobs(read)
        yield from jobs[_MOST:]
        ended.append(_end(helper, stage))

    try:
        yield ours()
    finally:
        os.close(read)
        if not ended:
            with suppress(ProcessLookupError):
                os.kill(helper, signal.SIGKILL)
            _end(helper, stage)


def _jobs(pipe: int) -> Iterator[int]:
    """Take numbers from a pipe, in turn with whoever else reads it."""
    while told := os.read(pipe, _SIZE):
        yield int.from_bytes(told, "big")


def _help(jobs: Iterator[int], work: Callable[[int], object], us: int) -> None:
    """Work for a process as long as it is there; what fails is left for it to find undone."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us ends us
        for job in jobs:
            if os.getppid() != us:
                break
            work(job)
    finally:
        os._exit(0)


def _end(helper: int, stage: str) -> int:
    _, status, used = os.wait4(helper, 0)
    timing.note(stage, "second process", cpu=used.ru_utime + used.ru_stime)
    return status
