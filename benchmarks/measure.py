"""Run one command to its end and say what it cost: seconds, processor seconds, peak memory."""

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

PR_SET_CHILD_SUBREAPER = 36
"""From Linux's <sys/prctl.h>."""
_SAMPLE = 0.1
"""Seconds between two looks at the memory of the process tree."""
_SHARE = 20
"""How much longer than a look the pause after it is at least, so that looking costs no more than a twentieth."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took; memory in MB (10^6 bytes)."""

    wall: float
    """Seconds from start to end."""
    cpu: float
    """User and system seconds of the process and of all it waited for."""
    memory: float
    """Peak of the whole process tree; what processes share counts once (PSS)."""
    resident: float
    """The same, what is shared counted in each process (RSS)."""
    largest: float
    """Peak of the largest process (RSS), as the kernel tells it."""

    def __add__(self, other: "Cost") -> "Cost":
        """Give the cost of doing one after the other."""
        most = (max(getattr(self, name), getattr(other, name)) for name in ("memory", "resident", "largest"))
        return Cost(self.wall + other.wall, self.cpu + other.cpu, *most)


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command, its output thrown away, and `env` added to its environment; wait for all that it starts.

    Raises RuntimeError with its messages if it fails.
    """
    _adopt_orphans()
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    done = threading.Event()
    sampler = _Sampler(process.pid, done)
    sampler.start()
    assert process.stderr is not None
    with process.stderr as told:
        messages = told.read()
    # Waited for by hand: wait4 is the one call that tells what this child, and not its elder siblings, used.
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    sampler.join()
    usages = [usage, *_orphans()]
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {messages.decode(errors='replace')[-2000:]}")
    cpu = sum(each.ru_utime + each.ru_stime for each in usages)
    # Samples know the sum but may miss its peak: it is never less than that of the largest process.
    largest = max(each.ru_maxrss for each in usages) * 1024
    memory, resident = (max(largest, peak) for peak in sampler.peaks)
    return Cost(wall, cpu, memory / 1e6, resident / 1e6, largest / 1e6)


def middle(costs: Sequence[Cost]) -> Cost:
    """Take the median of each figure."""
    return Cost(*(median(getattr(cost, field.name) for cost in costs) for field in fields(Cost)))


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
        self.pid, self.done, self.peaks = pid, done, (0, 0)

    def run(self) -> None:
        pause = _SAMPLE
        while not self.done.wait(pause):
            start = time.perf_counter()
            found = [sizes(pid) for pid in tree(self.pid)]
            proportional, resident = (sum(column) for column in zip(*found, strict=True)) if found else (0, 0)
            self.peaks = max(self.peaks[0], proportional), max(self.peaks[1], resident)
            pause = max(_SAMPLE, _SHARE * (time.perf_counter() - start))


def tree(pid: int) -> list[int]:
    """List a process and its descendants."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in tree(child))]


def sizes(pid: int) -> tuple[int, int]:
    """Read a process's proportional and resident set sizes in bytes; zeros once it is gone."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0, 0
    told = {key: value for key, _, value in (line.partition(":") for line in rollup.splitlines())}
    return int(told["Pss"].split()[0]) * 1024, int(told["Rss"].split()[0]) * 1024
