"""Which job runs next: the rule, and what follows from it for places and estimates.

A job's rank is the time of its arrival plus the time that it is predicted to take. The lowest rank runs first. So a
short job overtakes a long one that came a little before it, and no job is overtaken by those that arrive later than
its own predicted time after it. At most all workers but one run long jobs, so that short ones never wait for them.
Jobs of one lane run one at a time.
"""

from collections.abc import Callable, Collection, Sequence

from longformer_viz.jobs.job import Job


def ranked(waiting: Collection[Job]) -> list[Job]:
    """Return the jobs in the order in which they run; of equal ranks, the earlier comes first.

    Args:
        waiting: Jobs in the order of arrival.
    """
    return sorted(waiting, key=lambda job: job.arrived_at + job.predicted_seconds)


def next_job(
    waiting: Collection[Job],
    running: Collection[Job],
    workers: int,
    budget_bytes: Callable[[str], int | None],
) -> Job | None:
    """Return the job that a free worker starts now.

    Args:
        waiting: Jobs in the order of arrival.
        running: Those that run.
        workers: Number of workers.
        budget_bytes: Returns the memory that jobs on a device may take by prediction; None means no limit.

    Returns:
        The job; None where none may start. One that does not fit beside the running jobs waits for them, and nothing
        overtakes it meanwhile.
    """
    if len(running) >= workers:
        return None
    has_long_worker = sum(job.is_long for job in running) < max(1, workers - 1)
    lanes = {job.lane for job in running} - {None}
    for job in ranked(waiting):
        if job.lane in lanes or (job.is_long and not has_long_worker):
            continue
        beside = [other.predicted_bytes for other in running if other.device == job.device]
        budget = budget_bytes(job.device) if beside else None
        return job if budget is None or sum(beside) + job.predicted_bytes <= budget else None
    return None


def place(job: Job, waiting: Collection[Job]) -> int:
    """Return 0 for a job that runs, else its place among the waiting ones, from 1.

    Args:
        job: The job.
        waiting: Those that wait.
    """
    return ranked(waiting).index(job) + 1 if job in waiting else 0


def estimated_seconds(
    job: Job, waiting: Collection[Job], running: Collection[Job], workers: int, now: float
) -> float | None:
    """Estimate when a job ends, if no other job arrives.

    Args:
        job: A live job.
        waiting: Jobs that wait.
        running: Jobs that run.
        workers: Number of workers.
        now: The time by the queue's clock.

    Returns:
        Seconds from now; None where neither a prediction nor progress is known of it or of one before it.
    """
    own = job.remaining_seconds(now)
    if job in running or own is None:
        return own
    order = ranked(waiting)
    before = order[: order.index(job)]
    if not job.is_long:  # short jobs do not wait for long ones that wait
        before = [other for other in before if not other.is_long]
    starts = _start_seconds(before, [*running], workers, now)
    return None if starts is None else starts + own


def _start_seconds(before: Sequence[Job], running: Sequence[Job], workers: int, now: float) -> float | None:
    """Return when a worker is free after all jobs before."""
    known = [other.remaining_seconds(now) if other.is_live else 0.0 for other in running]
    lengths = [other.remaining_seconds(now) for other in before]
    if None in known or None in lengths:
        return None
    free = sorted([*(each or 0.0 for each in known), *[0.0] * (workers - len(known))])
    for length in lengths:
        free = sorted([free[0] + (length or 0.0), *free[1:]])
    return free[0]
