"""Workers are forked of a process that has the engine loaded, and none of them outlives its owner."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from packager.layout import nursery
from packager.layout.nursery import Nursery

ENGINE = "tests.layout.sums"
OWNER = """
import multiprocessing, sys
from packager.layout.nursery import Nursery

home = Nursery("tests.layout.sums")
ours, theirs = multiprocessing.Pipe()
home.fork(theirs)
theirs.close()
ours.send(("begin", 1))
ours.send(("who", 0))
print(home.pid, ours.recv()[1][0], flush=True)
ours.send(("sleep", 60))
sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Nursery]:
    made = Nursery(ENGINE)
    yield made
    made.close()


def _ask(home: Nursery, work: str, job: object) -> object:
    ours, theirs = multiprocessing.Pipe()
    home.fork(theirs)
    theirs.close()
    with ours:
        ours.send(("begin", 10))
        ours.send((work, job))
        return ours.recv()


def _gone(pid: int) -> bool:
    """Say whether a process has ended, and wait a little for that."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_each_worker_is_a_process_of_its_own(home: Nursery) -> None:
    first, second = (_ask(home, "who", 0)[1][0] for _ in range(2))  # type: ignore[index]
    assert len({first, second, home.pid, os.getpid()}) == 4


def test_it_tells_how_a_worker_ended(home: Nursery) -> None:
    ours, theirs = multiprocessing.Pipe()
    child = home.fork(theirs)
    theirs.close()
    ours.close()
    child.join()
    assert child.exitcode == 0
    ours, theirs = multiprocessing.Pipe()
    child = home.fork(theirs)
    child.kill()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def test_a_worker_ends_with_an_error_where_there_is_no_engine() -> None:
    home = Nursery("tests.layout.no_such_engine")
    _, theirs = multiprocessing.Pipe()
    child = home.fork(theirs)
    child.join()
    assert child.exitcode == 1
    home.close()


def test_its_end_is_that_of_its_workers() -> None:
    home = Nursery(ENGINE)
    pid = _ask(home, "who", 0)[1][0]  # type: ignore[index]
    home.close()
    assert not home.alive
    assert _gone(pid)


def test_all_end_when_the_owner_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        pids = [*map(int, owner.stdout.readline().split())]
        owner.kill()
    assert all(map(_gone, pids))


def test_there_is_one_for_who_asks_again_and_another_after_its_end() -> None:
    first = nursery.begin(ENGINE)
    assert nursery.begin(ENGINE) is first
    os.kill(first.pid, signal.SIGKILL)
    assert _gone(first.pid)
    second = nursery.begin(ENGINE)
    assert second is not first
    assert _ask(second, "add", 1)[1][0] == 11  # type: ignore[index]
    nursery.end()
    assert not second.alive
