"""What the queue has done, for whoever runs the server."""

from collections import Counter, deque
from dataclasses import dataclass, field

from longformer_viz.jobs.job import Job

_RECENT = 1000


@dataclass(frozen=True, slots=True)
class QueueStatistics:
    """The queue as it is now.

    Attributes:
        waiting: Number of jobs that wait.
        running: Number of jobs that run.
        done: Number of jobs that ended well since the start.
        failed: Number of jobs whose work raised an error.
        cancelled: Number of jobs that nobody waited for any longer.
        wait_seconds: How long the most recent jobs waited before they ran.
        work_seconds: How long the most recent jobs ran.
        cache_bytes: Size of the cached results.
        cache_limit_bytes: Limit of that size.
        memory_budget_bytes: What the running jobs may take; None where no limit is known.
        done_by_workers: Number of jobs that the workers of a cluster did.
        done_here_instead: Number of those for which there was no worker.
    """

    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int
    wait_seconds: tuple[float, ...]
    work_seconds: tuple[float, ...]
    cache_bytes: int
    cache_limit_bytes: int
    memory_budget_bytes: int | None
    done_by_workers: int = 0
    done_here_instead: int = 0


@dataclass(eq=False, slots=True)
class Counts:
    """Counts of ended jobs, and recent times. Access is guarded by the queue's lock.

    Attributes:
        done: Number of jobs that ended well.
        failed: Number of those whose work raised an error.
        cancelled: Number of those that nobody waited for any longer.
        wait_seconds: How long the most recent jobs waited.
        work_seconds: How long the most recent jobs ran.
        runner: Number of jobs that the queue's runner did ("worker"), and that it could not do ("here").
    """

    done: int = 0
    failed: int = 0
    cancelled: int = 0
    wait_seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    work_seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    runner: Counter[str] = field(default_factory=Counter)

    def begin(self, job: Job) -> None:
        """Count the wait of a `job` that begins to run."""
        self.wait_seconds.append(job.started_at - job.arrived_at)

    def end(self, job: Job, now: float) -> None:
        """Count a job that has ended.

        Args:
            job: The job.
            now: The time by the queue's clock.
        """
        setattr(self, job.state, getattr(self, job.state) + 1)
        if job.state == "done":
            self.work_seconds.append(now - job.started_at)
