"""The queue for heavy work: one job at a time in order of arrival, with a memory budget and cancellation."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

from longformer_viz.cache import ByteCache, check_memory, default_budget_bytes
from longformer_viz.memory import forget_variables

T = TypeVar("T")
State = Literal["waiting", "running", "done", "failed", "cancelled"]
_ABSENT = object()
_CACHE_BYTES = 2**30  # of results kept for later requests


class Cancelled(Exception):  # noqa: N818 - requested by the user, so not an error
    """The job was cancelled because no ticket for it was left."""


@dataclass(eq=False, slots=True)
class _Lease:
    """How long a ticket stays valid without use. It stays valid while a caller waits on it."""

    ends_at: float
    waits: int = 0


@dataclass(eq=False, slots=True)
class _Job:
    """One piece of work and its state. Access is guarded by the queue's lock."""

    key: Hashable
    work: Callable[["Progress"], Any] | None = None  # set to None at the end, to free what it refers to
    predicted_seconds: float = 0.0
    size_of: Callable[[Any], int | None] | None = None
    leases: list[_Lease] = field(default_factory=list)
    state: State = "waiting"
    started_at: float = 0.0
    fraction: float = 0.0
    value: Any = None
    error: BaseException | None = None
    error_traceback: TracebackType | None = None

    @property
    def is_live(self) -> bool:
        return self.state in ("waiting", "running")

    def remaining_seconds(self, now: float) -> float | None:
        """The time the job still needs when it runs; None with neither a prediction nor progress."""
        predicted, elapsed = self.predicted_seconds, now - self.started_at if self.state == "running" else 0.0
        if not self.fraction:
            return max(predicted - elapsed, 0.0) if predicted else None
        # The prediction counts like a small share of finished work, which steadies the estimate at the start.
        weight = 0.1 if predicted else 0.0
        return (1.0 - self.fraction) * (elapsed + weight * predicted) / (self.fraction + weight)


class Progress:
    """Passed to the work, to report progress and to check for cancellation."""

    def __init__(self, queue: "JobQueue", job: _Job) -> None:
        self._queue, self._job = queue, job

    def __call__(self, fraction: float) -> None:
        """Report the finished share, from 0 to 1. A cancelled job ends here by `Cancelled`; do not catch it."""
        self._job.fraction = min(max(float(fraction), 0.0), 1.0)
        if self.cancelled:
            raise Cancelled("This job was cancelled. Submit it again.")

    @property
    def cancelled(self) -> bool:
        """Whether the job should stop, because no ticket for it is left."""
        with self._queue._changed:
            self._queue._drop_unclaimed()
            return not self._job.is_live


class Ticket(Generic[T]):
    """A session's reference to a job: its state, its result, and cancellation.

    A ticket that is neither read nor waited on for the queue's `lease_seconds` expires. It keeps the job's result.
    """

    def __init__(self, queue: "JobQueue", job: _Job, lease: _Lease) -> None:
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
                return self._queue._changed.wait_for(self._has_ended, timeout)
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
                self._queue._changed.notify_all()

    def __enter__(self) -> "Ticket[T]":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _has_ended(self) -> bool:
        return self.state not in ("waiting", "running")


class JobQueue:
    """Runs heavy work for all sessions on one thread, in order of arrival. Equal work runs once.

    Args:
        memory_budget_bytes: The largest predicted memory of a job; None means 80% of the free memory at each submit.
        lease_seconds: How long a ticket stays valid without use.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        memory_budget_bytes: int | None = None,
        lease_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cache = ByteCache(_CACHE_BYTES)
        self._budget_bytes, self._lease_seconds, self._clock = memory_budget_bytes, lease_seconds, clock
        self._changed = threading.Condition()  # guards the fields below; notified when a job is added or ends
        self._waiting: deque[_Job] = deque()
        self._running: _Job | None = None  # until its work returns, even after it was cancelled
        self._live: dict[Hashable, _Job] = {}  # waiting or running, not cancelled
        self._worker: threading.Thread | None = None

    @property
    def memory_budget_bytes(self) -> int | None:
        """The largest predicted memory of a job now; None where no limit is known."""
        return default_budget_bytes() if self._budget_bytes is None else self._budget_bytes

    def submit(
        self,
        key: Hashable,
        work: Callable[[Progress], T],
        *,
        predicted_bytes: int = 0,
        predicted_seconds: float = 0.0,
        size_of: Callable[[T], int | None] | None = None,
    ) -> Ticket[T]:
        """Add work to the queue, or join equal work that is cached, running or waiting.

        Args:
            key: Equal for equal work.
            work: Called with a `Progress`.
            predicted_bytes: Predicted memory, in bytes.
            predicted_seconds: Predicted time, in seconds; 0 means unknown.
            size_of: Returns a result's bytes for the cache; 0 or None does not cache it.

        Returns:
            A ticket for the result.

        Raises:
            InputError: If `predicted_bytes` exceeds the memory budget.
            RuntimeError: If called from work of this queue, which would wait for itself.
        """
        self._refuse_own_work()
        with self._changed:
            job = self._live.get(key)
            if job is None and (kept := self.cache.get(key, _ABSENT)) is not _ABSENT:
                job = _Job(key, state="done", value=kept)
            if job is None:
                check_memory(predicted_bytes, self.memory_budget_bytes)
                self._ensure_worker()
                job = self._live[key] = _Job(key, work, predicted_seconds, size_of)
                self._waiting.append(job)
                self._changed.notify_all()
            lease = _Lease(self._clock() + self._lease_seconds)
            job.leases.append(lease)
            return Ticket(self, job, lease)

    def _refuse_own_work(self) -> None:
        if threading.current_thread() is self._worker:
            raise RuntimeError("A job cannot wait for a job of the same queue. Call its function directly.")

    def _drop_unclaimed(self) -> None:
        now = self._clock()
        for job in (self._running, *self._waiting):
            if job and job.is_live and not any(lease.waits or now < lease.ends_at for lease in job.leases):
                if job is not self._running:
                    self._waiting.remove(job)
                self._end(job, "cancelled")

    def _place(self, job: _Job) -> int:
        return 0 if job is self._running else 1 + self._waiting.index(job)

    def _estimate_seconds(self, job: _Job) -> float | None:
        now, line = self._clock(), (self._running, *self._waiting)[: 1 + self._place(job)]
        remaining = [each.remaining_seconds(now) for each in line if each and each.is_live]
        known = [seconds for seconds in remaining if seconds is not None]
        return sum(known) if len(known) == len(remaining) else None

    def _end(self, job: _Job, state: State, value: Any = None, error: BaseException | None = None) -> None:
        with self._changed:
            if job.is_live:  # Otherwise it was cancelled meanwhile.
                job.state, job.value, job.error = state, value, error
                job.error_traceback = None if error is None else error.__traceback__
                job.work = job.size_of = None
                del self._live[job.key]
                self._changed.notify_all()

    def _ensure_worker(self) -> None:
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._serve, name="heavy-work", daemon=True)
            self._worker.start()

    def _serve(self) -> None:
        try:
            while True:
                self._run(self._take())  # Not in a variable, so that an idle worker does not keep the last result.
        finally:  # However this thread ends, no caller may wait forever.
            with self._changed:
                self._worker = None
                if self._running:
                    self._end(self._running, "failed", error=RuntimeError("The worker ended. Submit the job again."))
                if self._waiting:
                    self._ensure_worker()

    def _take(self) -> _Job:
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._waiting)
            job = self._running = self._waiting.popleft()
            job.state, job.started_at = "running", self._clock()
            return job

    def _run(self, job: _Job) -> None:
        try:
            value = self._compute(job)
        except Cancelled:
            self._end(job, "cancelled")
        except BaseException as error:
            forget_variables(error)
            self._end(job, "failed", error=error)
        else:
            self._end(job, "done", value)

    def _compute(self, job: _Job) -> Any:
        work, size_of, progress = job.work, job.size_of, Progress(self, job)
        progress(0.0)  # Its tickets may have expired while it waited.
        assert work is not None  # it is forgotten only when it ends, and then the line above raises
        value = work(progress)
        if size_of and (size_bytes := size_of(value)):
            self.cache.put(job.key, value, size_bytes)
        return value
