"""How far a stage is, in pages: those at hand, of all there will be; the guess of these learns from what is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class _Job:
    guess: float
    pages: int = 0
    done: bool = False


class Gauge:
    """Counts pages of jobs that may be begun in several rounds, and tells how many there are of how many."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._jobs: list[_Job] = []

    def begin(self, guesses: Sequence[float], kept: Mapping[int, int]) -> int:
        """Begin a round of jobs, of as many pages as guessed; give the number of the first.

        `kept` holds the pages of those that were done before, by their place in the round.
        """
        first = len(self._jobs)
        self._jobs += [_Job(guess, kept.get(at, 0), at in kept) for at, guess in enumerate(guesses)]
        if kept:
            self._report()
        return first

    def reach(self, job: int, page: int) -> None:
        """Take down that a job is at a page; it may go back to mend one, which is no progress."""
        self._jobs[job].pages = max(self._jobs[job].pages, page)
        self._report()

    def finish(self, job: int, pages: int) -> None:
        """Take down that a job is done."""
        self._jobs[job].pages, self._jobs[job].done = pages, True
        self._report()

    def _report(self) -> None:
        finished = [job for job in self._jobs if job.done]
        guessed = sum(job.guess for job in finished)
        scale = sum(job.pages for job in finished) / guessed if guessed else 1.0
        total = sum(job.pages if job.done else max(job.pages, round(scale * job.guess)) for job in self._jobs)
        self._tell(sum(job.pages for job in self._jobs), total)
