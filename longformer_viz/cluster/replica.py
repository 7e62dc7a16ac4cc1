"""A worker that web servers share: it keeps models, and does one job at a time."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from longformer_viz.cache import check_memory, default_budget_bytes
from longformer_viz.cluster.shipping import packed, unpacked
from longformer_viz.cluster.versions import Versions, check_versions, own_versions
from longformer_viz.models.store import stored_model
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.spec import InputError

DONE, FAILED, STOPPED, REFUSED, BUSY = "done", "failed", "stopped", "refused", "busy"
_REPORT_SECONDS = 0.1  # between two reports of progress
_PATIENCE_SECONDS = 10.0  # for one answer of the board


class Stopped(Exception):  # noqa: N818 - the web server asked for it, so it is no error
    """Nobody waits for the result any longer."""


class Replica:
    """A worker of the deployment.

    Args:
        count: How many of them were asked for.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._done = 0
        self._alone = threading.Lock()  # held by the job that runs
        warmed_up(stored_model(None))

    async def about(self) -> tuple[tuple[str, ...], int]:
        """Return the versions of this worker, and how many workers there are."""
        return astuple(own_versions()), self._count

    async def done(self) -> tuple[str, int]:
        """Return the identity of this worker, and how many jobs it has done."""
        import ray

        return ray.get_runtime_context().get_actor_id() or "", self._done

    async def run(
        self, versions: tuple[str, str, str], work: bytes, needs: tuple[int, str], job: str, board: Any
    ) -> tuple[str, Any]:
        """Do a job.

        Args:
            versions: Those of the web server.
            work: A packed function, which is called with a function that reports progress.
            needs: The predicted memory in bytes, and the device.
            job: The job's name on the board.
            board: The handle of the web server's `Board`.

        Returns:
            How it ended, and the packed result or error; for "refused" the reason. "busy" if another job runs.
        """
        try:
            check_versions(own_versions(), Versions(*versions))
        except InputError as problem:  # before anything of the other version is unpacked
            return REFUSED, str(problem)
        if not self._alone.acquire(blocking=False):  # Two web servers may have chosen it at the same moment.
            return BUSY, None
        # The job of a cancelled request runs on until it reports, and keeps the lock until then.
        return await asyncio.shield(asyncio.to_thread(self._run, work, needs, _Progress(job, board)))

    def _run(self, work: bytes, needs: tuple[int, str], progress: "_Progress") -> tuple[str, Any]:
        try:
            progress(0.0)
            predicted_bytes, device = needs
            check_memory(predicted_bytes, default_budget_bytes(device))
            function: Callable[[Callable[[float], None]], Any] = unpacked(work)
            result = packed(function(progress))
            self._done += 1
            return DONE, result
        except Stopped as reason:
            return STOPPED, str(reason)
        except Exception as error:
            return FAILED, _packed_error(error)
        finally:
            self._alone.release()


class _Progress:
    """Reports the progress of a job to the board, and stops the job that nobody waits for."""

    def __init__(self, job: str, board: Any) -> None:
        self._job, self._board, self._reported_at = job, board, float("-inf")

    def __call__(self, fraction: float) -> None:
        import ray
        from ray.exceptions import GetTimeoutError, RayActorError

        now = time.monotonic()
        if now - self._reported_at < _REPORT_SECONDS:
            return
        self._reported_at = now
        try:
            is_wanted = ray.get(self._board.report.remote(self._job, float(fraction)), timeout=_PATIENCE_SECONDS)
        except GetTimeoutError:  # A slow network is no reason to stop.
            return
        except RayActorError as gone:  # It ends with its web server.
            raise Stopped("the web server has ended") from gone
        if not is_wanted:
            raise Stopped("the web server does not wait")


def _packed_error(error: Exception) -> bytes:
    """Return an error as bytes; one that cannot be packed becomes an error with its text."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    try:
        return packed(error)
    except Exception:
        return packed(RuntimeError(f"{type(error).__name__}: {error}"))
