"""Workers that serve whoever asks: in order of weight, ready for what they are asked, and gone at the end."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from packager.layout import nursery, pool
from packager.layout.pool import Pool, WorkerDied, WorkFailed


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pool, "ENGINE", "tests.layout.sums")
    yield
    assert not nursery.children()


def _told(workers: Pool, setup: object, work: str, jobs: list[object]) -> list[tuple[int, object]]:
    done = workers.run(setup, work, jobs, [1.0] * len(jobs), lambda index, at: None)
    return [(each.index, each.result) for each in done]


def test_heaviest_first_each_with_its_result() -> None:
    with Pool(1) as workers:
        done = list(workers.run(10, "add", [1, 2, 3], [1.0, 3.0, 2.0], lambda index, at: None))
    assert [(each.index, each.result) for each in done] == [(1, 12), (2, 13), (0, 11)]
    assert all(each.wall >= 0 for each in done)


def test_workers_stay_and_are_made_ready_when_that_changes() -> None:
    with Pool(1) as workers:
        first = _told(workers, 10, "who", [0, 0])
        assert _told(workers, 10, "who", [0]) == [(0, first[0][1])]
        assert _told(workers, 10, "begun", [0]) == [(0, [10])]
        assert _told(workers, 20, "begun", [0]) == [(0, [10, 20])]


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    with Pool(2) as workers:
        list(workers.run(0, "count", [2, 3], [1.0, 1.0], lambda index, at: seen.append((index, at))))
    assert sorted(seen) == [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]


def test_a_fault_is_the_asker_s_and_no_other_s() -> None:
    with Pool(2) as workers:
        with pytest.raises(WorkFailed, match="ZeroDivisionError") as failed:
            _told(workers, 10, "divide", [1, 0, 2])
        assert failed.value.index == 1
        assert _told(workers, 10, "divide", [5]) == [(0, 2)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no file that is always full")
def test_what_the_system_refuses_is_told_as_such() -> None:
    with Pool(1) as workers, pytest.raises(OSError, match="No space left"):
        _told(workers, 10, "write", ["/dev/full"])


def test_a_worker_that_dies_is_replaced() -> None:
    with Pool(1) as workers:
        with pytest.raises(WorkerDied, match="out of memory"):
            _told(workers, 10, "die", [0])
        assert _told(workers, 10, "add", [1]) == [(0, 11)]


def test_a_worker_that_gets_no_memory_is_replaced(capfd: pytest.CaptureFixture[str]) -> None:
    with Pool(1) as workers:
        with pytest.raises(WorkerDied, match="job 0: out of memory"):
            _told(workers, 10, "swell", [10_000_000_000])
        assert _told(workers, 10, "add", [1]) == [(0, 11)]
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("code", "told"), [(-9, "SIGKILL, perhaps out of memory"), (-5, "SIGTRAP, perhaps out of memory"),
                       (-11, "SIGSEGV"), (3, "exit 3"), (None, "exit None")],
)  # fmt: skip
def test_how_a_worker_ended_is_told_in_words(code: int | None, told: str) -> None:
    assert WorkerDied(0, code).ending == told


def test_what_makes_no_worker_ready_is_told() -> None:
    with Pool(1) as workers:
        with pytest.raises(WorkFailed, match="not a number"):
            _told(workers, "ten", "add", [1])
        assert _told(workers, 10, "add", [1]) == [(0, 11)]


def test_a_job_that_cannot_be_sent_is_told() -> None:
    with Pool(1) as workers, pytest.raises(WorkFailed, match="pickle"):
        _told(workers, 10, "add", [threading.Lock()])


def test_several_ask_at_once() -> None:
    found: dict[int, list[tuple[int, object]]] = {}
    with Pool(2) as workers:

        def ask(setup: int) -> None:
            found[setup] = sorted(_told(workers, setup, "add", [1, 2, 3, 4]))

        threads = [threading.Thread(target=ask, args=(setup,)) for setup in (10, 20, 30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {setup: [(at, setup + at + 1) for at in range(4)] for setup in (10, 20, 30)}


def test_who_waits_lets_go_of_the_desk() -> None:
    desk = threading.Lock()
    with desk, Pool(1, desk) as workers:
        for _ in workers.run(10, "count", [3], [1.0], lambda index, at: None):
            assert desk.locked()
        taken = threading.Event()

        def take() -> None:
            with desk:
                taken.set()

        threading.Thread(target=take).start()
        assert not taken.wait(0.05)
        _told(workers, 10, "nap", [0])
        assert taken.wait(5)


def test_a_closed_pool_gives_nothing() -> None:
    workers = Pool(1)
    workers.__exit__()
    with pytest.raises(WorkerDied):
        _told(workers, 10, "add", [1])
    assert not os.path.exists(workers.folder.path)
