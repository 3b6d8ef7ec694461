"""Work shared with a second process: every job is done once, and nothing is left behind."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from packager import sharing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="shared on Linux alone")

BOTH = """
import os, sys, time
from pathlib import Path
from packager import sharing
def work(job):
    time.sleep(0.01)
    Path(sys.argv[1], f"{job}-{os.getpid()}").touch()
"""


def _run(script: str, folder: Path) -> str:
    """Run a program of its own: a fork of one with threads may hang, and pytest may have some."""
    done = subprocess.run([sys.executable, "-c", BOTH + script, folder], capture_output=True, text=True, timeout=60)
    assert not done.stderr
    return done.stdout


def test_each_job_is_done_once_and_both_processes_help(tmp_path: Path) -> None:
    script = "with sharing.shared(range(50), work, 'x') as ours:\n    for job in ours: work(job)\n"
    _run(script + "assert len(os.listdir(sys.argv[1])) == 50\n", tmp_path)
    jobs, processes = zip(*(path.name.split("-") for path in tmp_path.iterdir()), strict=True)
    assert sorted(map(int, jobs)) == list(range(50))
    assert len(set(processes)) == 2


def test_more_jobs_than_a_pipe_holds_are_all_done(tmp_path: Path) -> None:
    script = "work = lambda job: Path(sys.argv[1], str(job)).touch()\n"
    script += "with sharing.shared(range(20_000), work, 'x') as ours:\n    for job in ours: work(job)\n"
    _run(script, tmp_path)
    assert {int(path.name) for path in tmp_path.iterdir()} == {*range(20_000)}


def test_what_fails_there_is_left_undone(tmp_path: Path) -> None:
    script = (
        "us = os.getpid()\n"
        "def fail(job): raise ValueError\n"
        "with sharing.shared(range(3), fail, 'x') as ours:\n"
        "    time.sleep(0.5)\n"
        "    print(list(ours))\n"
    )
    assert _run(script, tmp_path) == "[1, 2]\n"


def test_the_second_process_ends_with_us(tmp_path: Path) -> None:
    script = (
        "try:\n"
        "    with sharing.shared(range(1000), work, 'x') as ours:\n"
        "        next(ours)\n"
        "        raise KeyboardInterrupt\n"
        "except KeyboardInterrupt:\n"
        "    try:\n"
        "        os.wait()\n"
        "    except ChildProcessError:\n"
        "        print('alone')\n"
    )
    assert _run(script, tmp_path) == "alone\n"


def test_threads_forbid_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert sharing.possible()
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not sharing.possible()
