"""The one queue for heavy work: one job at a time in order of arrival, with place, budget and a way out."""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

from longformer_viz.cache import ByteCache, check_memory, default_budget_bytes

T = TypeVar("T")
State = Literal["waiting", "running", "done", "failed", "cancelled"]

_ABSENT = object()


class Cancelled(Exception):  # noqa: N818 - an ending that was asked for, no error
    """The job was stopped, or never begun, because nobody held a ticket for it any more."""


@dataclass(eq=False, slots=True)
class _Lease:
    """How long a ticket counts without a sign of life; while somebody waits on it, it always does."""

    ends_at: float
    waits: int = 0


@dataclass(eq=False, slots=True)
class _Job:
    """One piece of work and what became of it; read and written under the queue's lock."""

    key: Hashable
    work: Callable[["Progress"], Any] | None = None  # forgotten at the end, with all it closes over
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
        """Time it takes from now, were it alone; None where there is neither a prediction nor progress."""
        predicted, elapsed = self.predicted_seconds, now - self.started_at if self.state == "running" else 0.0
        if not self.fraction:
            return max(predicted - elapsed, 0.0) if predicted else None
        # The prediction counts as a little work already seen: it steadies the first moments, then fades.
        weight = 0.1 if predicted else 0.0
        return (1.0 - self.fraction) * (elapsed + weight * predicted) / (self.fraction + weight)


class Progress:
    """What work is given to say how far it is and to learn that it should stop."""

    def __init__(self, queue: "JobQueue", job: _Job) -> None:
        self._queue, self._job = queue, job

    def __call__(self, fraction: float) -> None:
        """Report the share done, from 0 to 1. Raises Cancelled where the job is to stop: let it pass."""
        self._job.fraction = min(max(float(fraction), 0.0), 1.0)
        if self.cancelled:
            raise Cancelled("Nobody waits for this job any more.")

    @property
    def cancelled(self) -> bool:
        """Whether the job is to stop, because nobody holds a ticket for it any more."""
        with self._queue._changed:
            self._queue._drop_unheld()
            return not self._job.is_live


class Ticket(Generic[T]):
    """One session's claim on a job: where it stands, what came of it, and the way out.

    Each look at a ticket renews its lease, and waiting on it holds it; neither looked at nor waited on for
    the queue's `lease_seconds`, it no longer counts. It keeps its result for as long as it is kept itself. As
    a context manager it is released at the end.
    """

    def __init__(self, queue: "JobQueue", job: _Job, lease: _Lease) -> None:
        self._queue, self._job, self._lease = queue, job, lease

    @property
    def state(self) -> State:
        """waiting, running, done, failed or cancelled; a ticket released before the end is cancelled."""
        with self._queue._changed:
            self._lease.ends_at = self._queue._clock() + self._queue._lease_seconds
            self._queue._drop_unheld()
            return self._job.state if self._lease in self._job.leases else "cancelled"

    @property
    def place(self) -> int | None:
        """0 while running, 1 for the next to run, and so on; None at the end."""
        with self._queue._changed:
            return None if self._has_ended() else self._queue._place(self._job)

    @property
    def fraction(self) -> float:
        """The share of the job that is done, from 0 to 1, as its work reports it."""
        with self._queue._changed:
            return 1.0 if self.state == "done" else self._job.fraction

    @property
    def estimate_seconds(self) -> float | None:
        """Predicted time until the job is done, those before it included; None where one is unpredicted."""
        with self._queue._changed:
            return 0.0 if self._has_ended() else self._queue._estimate_seconds(self._job)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the job has ended within `timeout` seconds (None: however long it takes)."""
        self._queue._refuse_own_work()
        with self._queue._changed:
            self._lease.waits += 1
            try:
                return self._queue._changed.wait_for(self._has_ended, timeout)
            finally:
                self._lease.waits -= 1

    def result(self) -> T:
        """The value of the work, waiting for it first. Raises the work's own exception, or Cancelled."""
        self.wait()
        if self.state == "cancelled":
            raise Cancelled("This job was cancelled before its end. Submit it again.")
        if self._job.error is not None:  # one exception for all tickets: it is not to gather the frames of each
            raise self._job.error.with_traceback(self._job.error_traceback)
        return self._job.value

    def release(self) -> None:
        """Give up the claim, once or again; a job that nobody else holds is dropped, or told to stop."""
        with self._queue._changed:
            if not self._has_ended():
                self._job.leases.remove(self._lease)
                self._queue._drop_unheld()
                self._queue._changed.notify_all()

    def __enter__(self) -> "Ticket[T]":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _has_ended(self) -> bool:
        return self.state not in ("waiting", "running")


class JobQueue:
    """Runs heavy work for all sessions on one thread, strictly in order of arrival, equal work once.

    memory_budget_bytes: what one job may be predicted to take; None is 80 % of what is free at each submit.
    lease_seconds: how long a ticket counts without a sign of life from its session.
    clock: seconds that never run backwards.
    cache_bytes: bound on the results kept for requests to come, in `cache`.
    """

    def __init__(
        self,
        memory_budget_bytes: int | None = None,
        lease_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        cache_bytes: int = 2**30,
    ) -> None:
        self.cache = ByteCache(cache_bytes)
        self._budget_bytes, self._lease_seconds, self._clock = memory_budget_bytes, lease_seconds, clock
        self._changed = threading.Condition()  # guards all below; notified when a job arrives or ends
        self._waiting: deque[_Job] = deque()
        self._running: _Job | None = None  # until its work returns, though it was told to stop
        self._live: dict[Hashable, _Job] = {}  # waiting or running, never one that was told to stop
        self._worker: threading.Thread | None = None

    @property
    def memory_budget_bytes(self) -> int | None:
        """What one job may be predicted to take now; None where no limit is known."""
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
        """A ticket for `work`, or for the equal work that is kept, running or waiting already.

        key: equal for equal work.
        predicted_seconds: 0 is unknown.
        size_of: bytes of a result, to keep it in the cache; 0 or None keeps it for its tickets only.

        Raises InputError where `predicted_bytes` is beyond the memory budget, and RuntimeError when called by
        work of this queue, which would wait for itself.
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
            raise RuntimeError("Work cannot wait for its own queue. Call the other work directly.")

    def _drop_unheld(self) -> None:
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
            if job.is_live:  # else told to stop meanwhile, as its tickets know
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
                self._run(self._take())  # in no variable: an idle worker must not keep the last result
        finally:  # whatever ended this thread, nobody is to wait for it for ever
            with self._changed:
                self._worker = None
                if self._running:
                    self._end(self._running, "failed", error=RuntimeError("The worker died. Submit again."))
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
            _forget_variables(error)
            self._end(job, "failed", error=error)
        else:
            self._end(job, "done", value)

    def _compute(self, job: _Job) -> Any:
        work, size_of, progress = job.work, job.size_of, Progress(self, job)
        progress(0.0)  # its leases may have run out while it waited
        assert work is not None  # it is forgotten only when it ends, and then the line above raises
        value = work(progress)
        if size_of and (size_bytes := size_of(value)):
            self.cache.put(job.key, value, size_bytes)
        return value


def _forget_variables(error: BaseException) -> None:
    """Free what a traceback holds besides its lines: variables, which may be gigabytes of tensors."""
    chain = [error]
    for each in chain:
        traceback.clear_frames(each.__traceback__)
        chain += [new for new in (each.__cause__, each.__context__) if new is not None and new not in chain]
