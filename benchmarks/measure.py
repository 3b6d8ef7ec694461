"""Run one command to its end and say what it cost: seconds, processor seconds, peak memory."""

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PR_SET_CHILD_SUBREAPER = 36
"""From Linux's <sys/prctl.h>."""
SAMPLE = 0.1
"""Seconds between two looks at the memory of the process tree."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """User and system seconds of the process and of all it waited for."""
    memory: float
    """Peak of the whole process tree in MB (10^6 bytes); pages that processes share count once."""


def run(command: Sequence[str | Path], *, cwd: Path) -> Cost:
    """Run a command, its output thrown away; raise RuntimeError with its messages if it fails."""
    _adopt_orphans()
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    done = threading.Event()
    sampler = _Sampler(process.pid, done)
    sampler.start()
    assert process.stderr is not None
    messages = process.stderr.read()
    # Waited for by hand: wait4 is the one call that tells what this child, and not its elder siblings, used.
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    sampler.join()
    usages = [usage, *_orphans()]
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {messages.decode(errors='replace')[-2000:]}")
    # The kernel's figure knows the true peak of the largest process; samples know the sum but may miss its peak.
    cpu = sum(each.ru_utime + each.ru_stime for each in usages)
    return Cost(wall, cpu, max(sampler.peak, *(each.ru_maxrss * 1024 for each in usages)) / 1e6)


def middle(costs: Sequence[Cost]) -> Cost:
    """Take the median of each figure."""
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "memory")))


def _adopt_orphans() -> None:
    """Become the parent of workers whose own parent ends before them, so that their time can be asked for."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError("this system cannot adopt processes")


def _orphans() -> Iterator[resource.struct_rusage]:
    """Wait for the processes that were adopted, and give what each used."""
    with suppress(ChildProcessError):
        while True:
            yield os.wait4(-1, 0)[2]


class _Sampler(threading.Thread):
    """Adds up the memory of a process and its descendants until told that they are done."""

    def __init__(self, pid: int, done: threading.Event) -> None:
        super().__init__(daemon=True)
        self.pid, self.done, self.peak = pid, done, 0

    def run(self) -> None:
        while not self.done.wait(SAMPLE):
            self.peak = max(self.peak, sum(map(_proportional, _tree(self.pid))))


def _tree(pid: int) -> list[int]:
    """List a process and its descendants."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(child))]


def _proportional(pid: int) -> int:
    """Read a process's proportional set size in bytes; 0 once it is gone."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
