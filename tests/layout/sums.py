"""An engine that reckons instead of laying out, for the tests of the pool."""

import os
import resource
import signal
import time
from collections.abc import Callable

_begun: list[int] = []


def begin(setup: object) -> None:
    """Note what a worker is made ready with."""
    if not isinstance(setup, int):
        raise ValueError("not a number")
    _begun.append(setup)


def begun(job: object, report: object) -> list[int]:
    """Tell what this worker was made ready with."""
    return list(_begun)


def who(job: object, report: object) -> int:
    """Tell the process."""
    return os.getpid()


def add(job: int, report: object) -> int:
    """Add a number to that of the setup."""
    return _begun[-1] + job


def divide(job: int, report: object) -> int:
    """Divide the setup's number."""
    return _begun[-1] // job


def count(job: int, report: Callable[[int], None]) -> None:
    """Report each number below the job's."""
    for at in range(job):
        report(at)


def nap(job: object, report: object) -> None:
    """Take a moment."""
    time.sleep(0.3)


def sleep(job: float, report: object) -> None:
    """Take as many seconds."""
    time.sleep(job)


def die(job: object, report: object) -> None:
    """End as the system ends what takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def write(job: str, report: object) -> None:
    """Write into a file that is no file."""
    with open(job, "w") as file:
        file.write("text")


def swell(job: int, report: object) -> None:
    """Take more memory than a process is given: `job` bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (job // 2, resource.RLIM_INFINITY))
    bytearray(job)
