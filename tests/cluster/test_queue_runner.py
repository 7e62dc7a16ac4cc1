"""A queue with a runner: what may leave leaves, and what finds no worker is done here."""

import pytest

from longformer_viz.cluster.runner import NoWorker
from longformer_viz.jobs.job import Cancelled
from longformer_viz.jobs.queue import JobQueue
from longformer_viz.spec import InputError


class Elsewhere:
    """A runner that does the work in the same process, and notes it."""

    def __init__(self, problem=None):
        self.problem, self.needs = problem, []

    def run(self, work, progress, predicted_bytes=0, device="cpu"):
        self.needs.append((predicted_bytes, device))
        if self.problem is not None:
            raise self.problem
        return work(progress)


def done(queue, key, **options):
    with queue.submit(key, lambda progress: progress(0.5) or key, **options) as ticket:
        return ticket.result()


def test_only_work_that_may_leave_goes_to_the_runner():
    runner = Elsewhere()
    queue = JobQueue(workers=2, runner=runner)
    assert done(queue, "here", predicted_bytes=5) == "here"
    assert done(queue, "there", predicted_bytes=7, device="cuda:0", may_leave=True) == "there"
    assert runner.needs == [(7, "cuda:0")]
    assert (queue.statistics().done_by_workers, queue.statistics().done_here_instead) == (1, 0)


def test_the_memory_of_this_process_does_not_limit_what_leaves():
    queue = JobQueue(memory_budget_bytes=10, workers=2, runner=Elsewhere())
    assert done(queue, "there", predicted_bytes=1_000, may_leave=True) == "there"
    with pytest.raises(InputError):
        done(queue, "here", predicted_bytes=1_000)


def test_without_a_worker_the_work_is_done_here_within_its_memory():
    queue = JobQueue(memory_budget_bytes=10, workers=2, runner=Elsewhere(NoWorker("lost")))
    assert done(queue, "small", predicted_bytes=5, may_leave=True) == "small"
    with pytest.raises(InputError):
        done(queue, "large", predicted_bytes=1_000, may_leave=True)
    assert queue.statistics().done_here_instead == 1


def test_an_error_and_a_cancellation_of_the_runner_are_those_of_the_job():
    for problem in (InputError("Too long."), Cancelled("This job was cancelled.")):
        queue = JobQueue(workers=2, runner=Elsewhere(problem))
        with pytest.raises(type(problem)):
            done(queue, "there", may_leave=True)
    assert queue.statistics().done_here_instead == 0


def test_time_counts_from_when_a_worker_begins():
    now = [0.0]
    queue = JobQueue(workers=2, max_seconds=10, clock=lambda: now[0])

    def work(progress):
        now[0] += 60  # in the queue of the cluster
        progress.begin()
        now[0] += 5
        progress(0.5)
        return "done"

    with queue.submit("key", work, may_leave=True) as ticket:
        ticket._lease.waits += 1  # The clock of the test also ends leases.
        assert ticket.result() == "done"


def test_without_a_runner_everything_is_done_here():
    queue = JobQueue(workers=2)
    assert done(queue, "here", may_leave=True) == "here"
    assert queue.statistics().done_by_workers == 0
