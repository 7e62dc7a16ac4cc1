"""Jobs in the background of a server: one at a time, each in a process of its own and a folder of its own."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import filelock

from longformer_viz.corpus.background.process import ERRORS, MESSAGE, RESULTS, write_order
from longformer_viz.corpus.background.temporary_folders import (
    LOCK,
    PREFIX,
    delete_left_folders,
    delete_old,
    storage_refusal,
)
from longformer_viz.corpus.batches import cost_of
from longformer_viz.corpus.examination import Row
from longformer_viz.corpus.journal import JOURNAL, journal_rows
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.sources import Reference
from longformer_viz.threads import SLEEPING_THREADS

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
_POLL_SECONDS = 0.2


class BackgroundJob:
    """A job and how far it is.

    Args:
        folder: Its folder.
        plan: What is asked.
        references: The documents.
        most_seconds: Its longest time; None for no limit.
    """

    def __init__(
        self, folder: Path, plan: CorpusPlan, references: tuple[Reference, ...], most_seconds: float | None
    ) -> None:
        self.folder, self.plan, self.references, self.most_seconds = folder, plan, references, most_seconds
        self.state, self.message = WAITING, ""
        self.started: float | None = None
        self.ended: float | None = None

    @property
    def is_live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (WAITING, RUNNING)

    def rows(self) -> list[Row]:
        """Return the rows that are written so far."""
        journal = self.folder / RESULTS / JOURNAL
        with suppress(OSError):  # There is none yet, or the job was deleted.
            return list(journal_rows(journal))
        return []

    @property
    def elapsed_seconds(self) -> float:
        """How long it has run."""
        if self.started is None:
            return 0.0
        return (time.monotonic() if self.ended is None else self.ended) - self.started

    def seconds_left(self, rows: Sequence[Row]) -> float | None:
        """Return an estimate of the time left; None before the first document is done.

        Args:
            rows: The rows so far.
        """
        done = {row["document"] for row in rows}
        sizes = {reference.name: cost_of(reference) for reference in self.references}
        read = sum(size for name, size in sizes.items() if name in done)
        if not read or self.state != RUNNING:
            return None
        return self.elapsed_seconds * (sum(sizes.values()) - read) / read


_queues: "weakref.WeakSet[BackgroundQueue]" = weakref.WeakSet()


class BackgroundQueue:
    """Does jobs one after another, and keeps their files in one folder that only this process's user may read."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[BackgroundJob] = deque()
        self._job: BackgroundJob | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._root: tempfile.TemporaryDirectory[str] | None = None
        self._lock: filelock.FileLock | None = None
        _queues.add(self)

    def new_folder(self) -> Path:
        """Return a new folder, whose name cannot be guessed.

        Raises:
            InputError: If the disk is full, or the folder for temporary files cannot be written.
        """
        try:
            with self._changed:
                if self._root is None:
                    delete_left_folders()
                    self._root = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
                    self._lock = filelock.FileLock(Path(self._root.name) / LOCK)
                    self._lock.acquire()
                delete_old(Path(self._root.name))
                folder = Path(self._root.name) / secrets.token_hex(16)
            folder.mkdir()
        except OSError as fault:
            raise storage_refusal(fault, Path(tempfile.gettempdir())) from fault
        return folder

    def submit(
        self, plan: CorpusPlan, references: Sequence[Reference], most_seconds: float | None = None
    ) -> BackgroundJob:
        """Put a job in the queue.

        Args:
            plan: What is asked.
            references: The documents.
            most_seconds: Its longest time; None for no limit.

        Raises:
            InputError: If its folder cannot be written.
        """
        job = BackgroundJob(self.new_folder(), plan, tuple(references), most_seconds)
        try:
            write_order(job.folder, plan, job.references)
        except OSError as fault:
            raise storage_refusal(fault, job.folder) from fault
        with self._changed:
            self._waiting.append(job)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="corpus jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job

    def place(self, job: BackgroundJob) -> int:
        """Return how many jobs are before one: those that wait, and the one that runs.

        Args:
            job: The job.
        """
        with self._changed:
            return self._waiting.index(job) + (self._job is not None) if job in self._waiting else 0

    def cancel(self, job: BackgroundJob) -> None:
        """End a job. The rows that it has written are kept.

        Args:
            job: The job.
        """
        with self._changed:
            if not job.is_live:
                return
            job.state = CANCELLED
            if job in self._waiting:
                self._waiting.remove(job)
            elif job is self._job and self._process is not None:
                _kill(self._process)
            self._changed.notify_all()

    def delete(self, job: BackgroundJob) -> None:
        """End a job and delete its folder.

        Args:
            job: The job.
        """
        self.cancel(job)
        self.wait(job, 10.0)
        shutil.rmtree(job.folder, ignore_errors=True)

    def wait(self, job: BackgroundJob, timeout: float | None = None) -> bool:
        """Wait until a job neither waits nor runs, and return whether that is so.

        Args:
            job: The job.
            timeout: How long to wait, in seconds; None without limit.
        """
        with self._changed:
            return self._changed.wait_for(lambda: job is not self._job and not job.is_live, timeout)

    def close(self) -> None:
        """End the job that runs, and delete all files."""
        with self._changed:
            for job in (*self._waiting, self._job):
                if job is not None:
                    self.cancel(job)
            if self._root is not None:
                self._root.cleanup()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                self._job = job = self._waiting.popleft()
            try:
                state, message = self._run(job)
            except Exception as fault:  # The next jobs must be done whatever happens to this one.
                state, message = FAILED, f"The job could not start: {fault}"
            with self._changed:
                job.ended = time.monotonic()
                if job.state != CANCELLED:
                    job.message, job.state = message, state
                self._job = self._process = None
                self._changed.notify_all()

    def _run(self, job: BackgroundJob) -> tuple[str, str]:
        """Do a job, and return the state in which it ended, with a message."""
        root = str(Path(__file__).parents[3])
        paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        with (job.folder / ERRORS).open("wb") as errors, self._changed:
            if job.state == CANCELLED:
                return CANCELLED, ""
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "longformer_viz.corpus.background.process", str(job.folder)],
                env=SLEEPING_THREADS | os.environ | {"PYTHONPATH": paths},
                stdin=subprocess.PIPE,  # It ends when this pipe is closed, as by the end of this process.
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # its own process group, to be killed together
            )
            job.started, job.state = time.monotonic(), RUNNING
        while process.poll() is None:
            if job.most_seconds is not None and job.elapsed_seconds > job.most_seconds:
                _kill(process)
                process.wait()
                return FAILED, (
                    f"This server works on a corpus for at most {job.most_seconds:,.0f} s. The rows so far are kept. "
                    "Use fewer or shorter documents."
                )
            time.sleep(_POLL_SECONDS)
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        if process.returncode == 0:
            return DONE, ""
        with suppress(OSError):
            return FAILED, (job.folder / MESSAGE).read_text(encoding="utf-8")
        return FAILED, (
            "The job's process ended unexpectedly. The rows so far are kept. It may have needed more memory than "
            "there is: leave the longest documents out and start again."
        )


def close_queues() -> None:
    """Close all queues of this process, before a signal ends it."""
    for queue in list(_queues):
        queue.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
