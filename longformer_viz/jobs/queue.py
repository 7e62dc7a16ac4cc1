"""The queue for heavy work: several workers, a memory budget, short work before long, and cancellation."""

import threading
import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar

import torch

from longformer_viz.cache import ByteCache, check_memory, default_budget_bytes
from longformer_viz.cluster.runner import NoWorker, Runner
from longformer_viz.jobs import order
from longformer_viz.jobs.job import Cancelled, Job, Lease, State
from longformer_viz.jobs.statistics import Counts, QueueStatistics
from longformer_viz.jobs.ticket import Progress, Ticket
from longformer_viz.memory import forget_variables
from longformer_viz.peak_memory import working
from longformer_viz.probe.machine import cores
from longformer_viz.spec import InputError

T = TypeVar("T")
WORKER_NAME = "heavy-work"
_ABSENT = object()
_CACHE_BYTES = 2**30  # of results kept for later requests
_ALL_THREADS = torch.get_num_threads()  # as the environment has set them


class JobQueue:
    """Runs heavy work for all sessions. Equal work runs once. `jobs.order` has the rule of what runs next.

    Args:
        memory_budget_bytes: The predicted memory of all running jobs; None means 80% of what is free on their device.
        lease_seconds: How long a ticket stays valid without use.
        clock: A monotonic clock, in seconds.
        workers: How many jobs run at once. By default one per core, and at least two.
        max_seconds: The longest that a job may be predicted to run, or run; None means no limit.
        max_owner_bytes: The share of one owner in the cache of results; None means no limit.
        runner: Does the jobs that may leave this process; None does all of them here.
    """

    def __init__(
        self,
        memory_budget_bytes: int | None = None,
        lease_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        workers: int | None = None,
        max_seconds: float | None = None,
        max_owner_bytes: int | None = None,
        runner: Runner | None = None,
    ) -> None:
        self.cache = ByteCache(_CACHE_BYTES, max_owner_bytes)
        self.workers = max(2, cores()) if workers is None else workers
        self.max_seconds = max_seconds
        self._runner, self._alone = runner, threading.Lock()  # held by a job of the runner that runs here instead
        self._budget_bytes, self._lease_seconds, self._clock = memory_budget_bytes, lease_seconds, clock
        self._lock = threading.RLock()  # guards the fields below
        self._changed = threading.Condition(self._lock)  # notified when a worker may find a job to run
        self._waiting: list[Job] = []  # in the order of arrival
        self._running: dict[threading.Thread, Job] = {}  # until their work returns, even after they were cancelled
        self._live: dict[Hashable, Job] = {}  # waiting or running, not cancelled
        self._workers: list[threading.Thread] = []
        self._counts = Counts()

    def memory_budget_bytes(self, device: str = "cpu") -> int | None:
        """Return the predicted memory that jobs may take now; None where no limit is known.

        Args:
            device: "cpu", or a GPU such as "cuda:0".
        """
        return default_budget_bytes(device) if self._budget_bytes is None else self._budget_bytes

    def submit(
        self,
        key: Hashable,
        work: Callable[[Progress], T],
        *,
        predicted_bytes: int = 0,
        predicted_seconds: float = 0.0,
        size_of: Callable[[T], int | None] | None = None,
        device: str = "cpu",
        lane: str | None = None,
        owner: str | None = None,
        may_leave: bool = False,
    ) -> Ticket[T]:
        """Add work to the queue, or join equal work that is cached, running or waiting.

        Args:
            key: Equal for equal work.
            work: Called with a `Progress`.
            predicted_bytes: Predicted memory, in bytes.
            predicted_seconds: Predicted time, in seconds; 0 means unknown.
            size_of: Returns a result's bytes for the cache; 0 or None does not cache it.
            device: The device whose memory it takes.
            lane: Jobs of the same lane run one at a time.
            owner: Who asks, whose share of the cache the result takes.
            may_leave: Whether the queue's runner may do it, if it has one. The work must then be possible to pack.
                Memory is checked where it runs.

        Returns:
            A ticket for the result.

        Raises:
            InputError: If the predicted memory exceeds the budget, or the predicted time the queue's limit.
            RuntimeError: If called from work of this queue, which would wait for itself.
        """
        self._refuse_own_work()
        if may_leave and self._runner is not None:
            work = partial(self._run_elsewhere, self._runner, work, predicted_bytes, device)
            predicted_bytes, device = 0, "cpu"  # It takes no memory of this process.
        with self._changed:
            job = self._live.get(key)
            if job is None and (kept := self.cache.get(key, _ABSENT)) is not _ABSENT:
                job = Job(key, state="done", value=kept, ended=threading.Condition(self._lock))
            if job is None:
                check_memory(predicted_bytes, self.memory_budget_bytes(device))
                self._check_seconds(predicted_seconds)
                self._ensure_workers()
                job = Job(
                    key,
                    work,
                    predicted_seconds,
                    predicted_bytes,
                    device,
                    lane,
                    owner,
                    size_of,
                    arrived_at=self._clock(),
                    ended=threading.Condition(self._lock),
                )
                self._live[key] = job
                self._waiting.append(job)
                self._changed.notify_all()
            lease = Lease(self._clock() + self._lease_seconds)
            job.leases.append(lease)
            return Ticket(self, job, lease)

    def share_cores(self) -> None:
        """Let the calling thread compute on all cores if it works alone; else on one, as each job then does.

        Threads of several jobs on the same cores wait for each other. Many small operations are slowed most.
        """
        with self._changed:
            beside = [job for thread, job in self._running.items() if thread is not threading.current_thread()]
            torch.set_num_threads(1 if beside or self._waiting else _ALL_THREADS)

    def elapsed_seconds(self, job: Job) -> float:
        """Return how long a `job` has been running."""
        return self._clock() - job.started_at

    def statistics(self) -> QueueStatistics:
        """Return what the queue does now, and what it has done."""
        with self._changed:
            self._drop_unclaimed()
            counts = self._counts
            return QueueStatistics(
                waiting=len(self._waiting),
                running=len(self._running),
                done=counts.done,
                failed=counts.failed,
                cancelled=counts.cancelled,
                wait_seconds=tuple(counts.wait_seconds),
                work_seconds=tuple(counts.work_seconds),
                cache_bytes=self.cache.size_bytes,
                cache_limit_bytes=self.cache.max_bytes,
                memory_budget_bytes=self.memory_budget_bytes(),
                done_by_workers=counts.runner["worker"],
                done_here_instead=counts.runner["here"],
            )

    def _check_seconds(self, predicted_seconds: float) -> None:
        if self.max_seconds is not None and predicted_seconds > self.max_seconds:
            raise InputError(
                f"A run on this server may take at most {self.max_seconds:,.0f} s; this one is predicted to take "
                f"{predicted_seconds:,.0f} s. Try a shorter document or a smaller window."
            )

    def _refuse_own_work(self) -> None:
        if threading.current_thread() in self._workers:
            raise RuntimeError("A job cannot wait for a job of the same queue. Call its function directly.")

    def _drop_unclaimed(self) -> None:
        now = self._clock()
        for job in (*self._running.values(), *self._waiting):
            if job.is_live and not any(lease.waits or now < lease.ends_at for lease in job.leases):
                if job in self._waiting:
                    self._waiting.remove(job)
                self._end(job, "cancelled")

    def _place(self, job: Job) -> int:
        return order.place(job, self._waiting)

    def _estimate_seconds(self, job: Job) -> float | None:
        return order.estimated_seconds(job, self._waiting, self._running.values(), self.workers, self._clock())

    def _end(self, job: Job, state: State, value: Any = None, error: BaseException | None = None) -> None:
        with self._changed:
            if job.is_live:  # Otherwise it was cancelled meanwhile.
                job.state, job.value, job.error = state, value, error
                job.error_traceback = None if error is None else error.__traceback__
                job.work = job.size_of = None
                del self._live[job.key]
                self._counts.end(job, self._clock())
                job.ended.notify_all()
                self._changed.notify_all()

    def _ensure_workers(self) -> None:
        self._workers = [worker for worker in self._workers if worker.is_alive()]
        while len(self._workers) < self.workers:
            worker = threading.Thread(target=self._serve, name=WORKER_NAME, daemon=True)
            self._workers.append(worker)
            worker.start()

    def _serve(self) -> None:
        try:
            while True:
                self._run(self._take())  # Not in a variable, so that an idle worker does not keep the last result.
        finally:  # However this thread ends, no caller may wait forever.
            with self._changed:
                self._workers.remove(threading.current_thread())
                if job := self._running.pop(threading.current_thread(), None):
                    self._end(job, "failed", error=RuntimeError("The worker ended. Submit the job again."))
                if self._waiting:
                    self._ensure_workers()

    def _take(self) -> Job:
        thread = threading.current_thread()
        with self._changed:
            if self._running.pop(thread, None):
                self._changed.notify_all()  # What did not fit beside it may start now.
            while (job := self._next()) is None:
                self._changed.wait()
            self._waiting.remove(job)
            self._running[thread] = job
            job.state, job.started_at = "running", self._clock()
            self._counts.begin(job)
        self.share_cores()
        return job

    def _next(self) -> Job | None:
        self._drop_unclaimed()
        return order.next_job(self._waiting, self._running.values(), self.workers, self.memory_budget_bytes)

    def _run(self, job: Job) -> None:
        try:
            with working():
                value = self._compute(job)
        except Cancelled:
            self._end(job, "cancelled")
        except BaseException as error:
            forget_variables(error)
            self._end(job, "failed", error=error)
        else:
            self._end(job, "done", value)

    def _run_elsewhere(
        self, runner: Runner, work: Callable[[Progress], T], predicted_bytes: int, device: str, progress: Progress
    ) -> T:
        """Let the runner do the work. What it cannot do is done here, one such job at a time."""
        try:
            value = runner.run(work, progress, predicted_bytes, device)
        except NoWorker:
            with self._alone:
                progress.begin()
                progress(0.0)
                check_memory(predicted_bytes, self.memory_budget_bytes(device))
                value = work(progress)
            self._count_runner("here")
        else:
            self._count_runner("worker")
        return value

    def _count_runner(self, where: str) -> None:
        with self._changed:
            self._counts.runner[where] += 1

    def _compute(self, job: Job) -> Any:
        work, size_of, progress = job.work, job.size_of, Progress(self, job)
        progress(0.0)  # Its tickets may have expired while it waited.
        assert work is not None  # it is forgotten only when it ends, and then the line above raises
        value = work(progress)
        if size_of and (size_bytes := size_of(value)):
            self.cache.put(job.key, value, size_bytes, job.owner)
        return value
