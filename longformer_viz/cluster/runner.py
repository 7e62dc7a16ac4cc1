"""Sends the work of a web server to the workers of a cluster, with progress, cancellation and a second try."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any, Protocol, TypeVar

from longformer_viz.cluster.connection import check_client_address, connect, disconnect, is_connected
from longformer_viz.cluster.versions import own_versions
from longformer_viz.spec import InputError

T = TypeVar("T")
_LOOK_SECONDS = 0.25  # between two looks at the progress of a job
_PATIENCE_SECONDS = 10.0  # for one answer of the board
_RETRY_SECONDS = 15.0  # After a failure the cluster is left alone this long.
_TRIES = 2


class NoWorker(Exception):  # noqa: N818 - it is handled where it is raised, and never shown
    """No worker of the cluster could do the job. Its text says why."""


class Reporter(Protocol):
    """What a job of the queue gets to report progress."""

    def __call__(self, fraction: float) -> None:
        """Report the finished `fraction`; raises to end the job."""

    def begin(self) -> None:
        """Count the time of the job from now, because it has waited until now."""

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result."""
        ...


class Runner(Protocol):
    """Does the work of a queue somewhere else."""

    def run(self, work: Callable[[Any], T], progress: Reporter, predicted_bytes: int = 0, device: str = "cpu") -> T:
        """Do the work.

        Args:
            work: A function that can be packed.
            progress: Told the finished share.
            predicted_bytes: Predicted memory.
            device: The device that the work uses.

        Returns:
            The result.

        Raises:
            NoWorker: It could not be done there.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Connection:
    """The workers, and the actor that they report to."""

    workers: Any
    board: Any
    count: int


class ClusterRunner:
    """Does work on the workers of a cluster. It connects when it is first used, and again after a failure.

    Args:
        address: "ray://HOST:PORT". The Ray Client keeps this process alive when the cluster leaves.
        download: Whether a worker may download a named model that it does not have.
        on_fault: Called with an event and a reason when a job could not be done on the cluster.

    Raises:
        InputError: The address is not of this form, or Ray is not installed.
    """

    def __init__(
        self,
        address: str,
        download: bool = False,
        on_fault: Callable[[str, str], None] = lambda _event, _reason: None,
    ) -> None:
        self._address = check_client_address(address)
        self._download, self._on_fault = download, on_fault
        self._changing = threading.Lock()  # guards the fields below
        self._connection: _Connection | None = None
        self._retry_at = float("-inf")

    def connect(self) -> int:
        """Connect now, and return the number of workers.

        Raises:
            InputError: The cluster is not there, has no workers, or has other versions.
        """
        with self._changing:
            if self._connection is None:
                self._connection = self._connected()
            return self._connection.count

    def close(self) -> None:
        """Disconnect."""
        with self._changing:
            self._connection = None
            disconnect()

    def run(self, work: Callable[[Any], T], progress: Reporter, predicted_bytes: int = 0, device: str = "cpu") -> T:
        """Do the work on a worker; once more on another one if the first is lost.

        Args:
            work: A function that refers to models of the store and to values that can be pickled.
            progress: Told the finished share.
            predicted_bytes: Predicted memory, which the worker compares with its own.
            device: The device that the work uses.

        Returns:
            The result.

        Raises:
            NoWorker: There is no cluster, no worker, or none of this version; or the work cannot be packed.
        """
        try:
            data = packed_work(work, self._download)
        except Exception as fault:  # Its message may quote a document.
            raise self._given_up("not_packed", type(fault).__name__) from fault
        for _ in range(_TRIES):
            connection = self._usable()
            try:
                outcome = _Attempt(connection, data, (predicted_bytes, device)).outcome(progress)
            except _LostError as lost:
                self._drop(connection, lost)
                self._on_fault("worker_lost", str(lost))
                continue
            return self._value(outcome)
        raise self._given_up("cluster_lost", "two workers were lost")

    def _value(self, outcome: tuple[str, Any]) -> Any:
        from longformer_viz.cluster.replica import DONE, FAILED, REFUSED
        from longformer_viz.cluster.shipping import unpacked

        kind, content = outcome
        if kind == DONE:
            return unpacked(content)
        if kind == FAILED:
            raise unpacked(content)
        raise self._given_up("worker_refused" if kind == REFUSED else "worker_stopped", str(content))

    def _usable(self) -> _Connection:
        """Return the connection. While others wait for the lock, one of them connects."""
        with self._changing:
            if self._connection is not None:
                return self._connection
            if time.monotonic() < self._retry_at:
                raise NoWorker("the cluster was lost a moment ago")
            try:
                self._connection = self._connected()
            except InputError as problem:
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                raise self._given_up("cluster_lost", str(problem)) from problem
            return self._connection

    def _connected(self) -> _Connection:
        if is_connected():  # what is left of a connection that broke
            disconnect()
        connect(self._address)
        import ray

        from longformer_viz.cluster.board import Board
        from longformer_viz.cluster.deployment import count_workers, workers

        try:
            handle = workers()
            return _Connection(handle, ray.remote(num_cpus=0)(Board).remote(), count_workers(handle))
        except InputError:
            disconnect()
            raise
        except Exception as fault:  # Ray has no common type for them.
            disconnect()
            raise InputError(
                "The workers of a cluster must answer. They do not: "
                f"{type(fault).__name__}. Start them again: longformer-viz replicas --address ADDRESS --count 2"
            ) from fault

    def _drop(self, connection: _Connection, lost: "_LostError") -> None:
        """Forget a connection that broke, so that the next job makes a new one."""
        with self._changing:
            if not lost.is_worker and self._connection is connection:
                self._connection = None
                disconnect()

    def _given_up(self, event: str, reason: str) -> NoWorker:
        self._on_fault(event, reason)
        return NoWorker(reason)


class _LostError(Exception):
    """A worker or the cluster left in the middle of a job."""

    def __init__(self, fault: BaseException, is_worker: bool) -> None:
        super().__init__(type(fault).__name__)
        self.is_worker = is_worker


class _Attempt:
    """One job on one worker."""

    def __init__(self, connection: _Connection, data: bytes, needs: tuple[int, str]) -> None:
        self._connection, self._data, self._needs = connection, data, needs
        self._job = uuid.uuid4().hex

    def outcome(self, progress: Reporter) -> tuple[str, Any]:
        """Wait for the outcome, and tell the progress meanwhile; whatever `progress` raises ends the job."""
        from longformer_viz.cluster.replica import BUSY

        response = self._begin()
        has_begun = False
        try:
            while (outcome := self._looked(response)) is None or outcome[0] == BUSY:
                if outcome is not None:
                    time.sleep(_LOOK_SECONDS)
                    response = self._begin()
                fraction = self._fraction()
                if fraction is None:
                    if progress.cancelled:
                        progress(0.0)
                    continue
                if not has_begun:
                    has_begun = True
                    progress.begin()
                progress(fraction)
        except BaseException:
            self._end(response)
            raise
        self._end(None)
        return outcome

    def _begin(self) -> Any:
        import ray

        connection = self._connection
        try:
            ray.get(connection.board.open.remote(self._job), timeout=_PATIENCE_SECONDS)  # before the worker reports
            versions = astuple(own_versions())
            return connection.workers.run.remote(versions, self._data, self._needs, self._job, connection.board)
        except Exception as fault:  # Ray has no common type for a broken connection.
            raise _LostError(fault, is_worker=False) from fault

    def _looked(self, response: Any) -> tuple[str, Any] | None:
        from ray.exceptions import RayActorError

        try:
            return response.result(timeout_s=_LOOK_SECONDS)
        except TimeoutError:
            return None
        except RayActorError as fault:
            raise _LostError(fault, is_worker=True) from fault
        except Exception as fault:
            raise _LostError(fault, is_worker=False) from fault

    def _fraction(self) -> float | None:
        import ray

        try:
            return ray.get(self._connection.board.fraction.remote(self._job), timeout=_PATIENCE_SECONDS)
        except Exception as fault:
            raise _LostError(fault, is_worker=False) from fault

    def _end(self, response: Any) -> None:
        """Let the worker see that nobody waits; take a job that still waits for a worker back."""
        try:
            self._connection.board.close.remote(self._job)
            if response is not None:
                response.cancel()
        except Exception:  # The cluster is gone, and the job with it.
            return


def packed_work(work: Callable[[Any], Any], download: bool) -> bytes:
    """Return work as bytes.

    Args:
        work: The function.
        download: As for `shipping.packed`.

    Raises:
        InputError: It refers to a model that is not in the store.
    """
    from longformer_viz.cluster.shipping import packed  # It imports torch.

    return packed(work, download)
