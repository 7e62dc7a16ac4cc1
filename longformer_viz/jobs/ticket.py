"""What a session and its work hold of a job: a ticket for its result, and a function that reports progress."""

from typing import TYPE_CHECKING, Generic, TypeVar

from longformer_viz.jobs.job import Cancelled, Job, Lease, State
from longformer_viz.spec import InputError

if TYPE_CHECKING:
    from longformer_viz.jobs.queue import JobQueue

T = TypeVar("T")


class Progress:
    """Passed to the work, to report progress and to check for cancellation.

    Args:
        queue: The queue that runs the job.
        job: The job.
    """

    def __init__(self, queue: "JobQueue", job: Job) -> None:
        self._queue, self._job = queue, job

    def __call__(self, fraction: float) -> None:
        """Report the finished share, from 0 to 1. A job that must stop ends here by an exception; do not catch it.

        Raises:
            Cancelled: If no ticket for it is left.
            InputError: If it runs for longer than this queue allows.
        """
        self._job.fraction = min(max(float(fraction), 0.0), 1.0)
        if self.cancelled:
            raise Cancelled("This job was cancelled. Submit it again.")
        limit = self._queue.max_seconds
        if limit is not None and (elapsed := self._queue.elapsed_seconds(self._job)) > limit:
            raise InputError(
                f"A run on this server may take at most {limit:,.0f} s; this one was stopped after {elapsed:,.0f} s. "
                "Try a shorter document or a smaller window."
            )

    def begin(self) -> None:
        """Count the job's time from now. A worker of a cluster calls it when its own queue has reached the job."""
        with self._queue._changed:
            self._job.started_at = self._queue._clock()

    @property
    def cancelled(self) -> bool:
        """Whether the job should stop, because no ticket for it is left."""
        with self._queue._changed:
            self._queue._drop_unclaimed()
            return not self._job.is_live


class Ticket(Generic[T]):
    """A session's reference to a job: its state, its result, and cancellation.

    A ticket that is neither read nor waited on for the queue's `lease_seconds` expires. It keeps the job's result.

    Args:
        queue: The queue that runs the job.
        job: The job.
        lease: How long this ticket stays valid.
    """

    def __init__(self, queue: "JobQueue", job: Job, lease: Lease) -> None:
        self._queue, self._job, self._lease = queue, job, lease

    @property
    def state(self) -> State:
        """The job's state: waiting, running, done, failed or cancelled. A released ticket is cancelled."""
        with self._queue._changed:
            self._lease.ends_at = self._queue._clock() + self._queue._lease_seconds
            self._queue._drop_unclaimed()
            return self._job.state if self._lease in self._job.leases else "cancelled"

    @property
    def place(self) -> int | None:
        """The position in the queue: 0 while running, 1 for the next job, and so on; None after the end."""
        with self._queue._changed:
            return None if self._has_ended() else self._queue._place(self._job)

    @property
    def fraction(self) -> float:
        """The finished share of the job, from 0 to 1, as its work reports it."""
        with self._queue._changed:
            return 1.0 if self.state == "done" else self._job.fraction

    @property
    def estimate_seconds(self) -> float | None:
        """The predicted seconds until the job is done, earlier jobs included; None where one has no prediction."""
        with self._queue._changed:
            return 0.0 if self._has_ended() else self._queue._estimate_seconds(self._job)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds, or without limit for None, and return whether the job has ended."""
        self._queue._refuse_own_work()
        with self._queue._changed:
            self._lease.waits += 1
            try:
                return self._job.ended.wait_for(self._has_ended, timeout)
            finally:
                self._lease.waits -= 1

    def result(self) -> T:
        """Wait for the job and return its value, or raise the exception of the work.

        Raises:
            Cancelled: If the job was cancelled.
        """
        self.wait()
        if self.state == "cancelled":
            raise Cancelled("This job was cancelled before it finished. Submit it again.")
        if self._job.error is not None:  # All tickets share the exception, so its traceback must not grow.
            raise self._job.error.with_traceback(self._job.error_traceback)
        return self._job.value

    def release(self) -> None:
        """Release the ticket. A job without other tickets is removed, or stopped if it runs."""
        with self._queue._changed:
            if not self._has_ended():
                self._job.leases.remove(self._lease)
                self._queue._drop_unclaimed()
                self._job.ended.notify_all()

    def __enter__(self) -> "Ticket[T]":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _has_ended(self) -> bool:
        return self.state not in ("waiting", "running")
