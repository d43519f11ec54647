"""Times of jobs that are done in turn, so that whatever slows the machine slows all of them."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Job = Callable[[], object]


@dataclass(frozen=True)
class Line:
    """A line of the table: what was done, how it compares, and how it should."""

    work: str
    ratio: float
    #: None where nobody has set one: the line informs, and no verdict is given.
    goal: float | None
    #: What the ratio is made of, in words.
    detail: str
    #: What the ratio is counted in: times the other's, or a unit.
    unit: str = "×"
    #: Whether more is better.
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def seconds(job: Job) -> float:
    """Return how long a job takes."""
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def in_turn(*jobs: Job, rounds: int, before: Job | None = None) -> list[float]:
    """Return the median seconds of each job; ``before`` is done, untimed, before each of them."""
    taken: list[list[float]] = [[] for _job in jobs]
    gc.collect()
    for _round in range(rounds):
        for job, times in zip(jobs, taken, strict=True):
            if before is not None:
                before()
            times.append(seconds(job))
    return [median(times) for times in taken]


def compared(work: str, goal: float | None, ours: float, theirs: float, whose: str) -> Line:
    """Return the line of one time against another."""
    return Line(work, ours / theirs, goal, f"{ours * 1000:.1f} ms, {whose} {theirs * 1000:.1f} ms")
