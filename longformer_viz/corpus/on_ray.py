"""Examine batches with Ray Data: the same on this machine and on a cluster.

Each worker process keeps its models. Ray Data hands a batch to a worker that is free, limits what waits, spills large
objects, starts a lost worker again and repeats its batch.
"""

import json
import logging
import pickle
import queue
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from longformer_viz.cluster.connection import Cluster, connected
from longformer_viz.corpus.batches import Batch, Work
from longformer_viz.corpus.examination import DOCUMENT, Row, rows_of_document
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.spec import InputError

MAX_ATTEMPTS = 3
"""A document that ends the process that examines it so many times gets an error."""
_MOST_READY = 1_000


def examined_on_ray(
    batches: Sequence[Batch], plan: CorpusPlan, workers: int | None = None, address: str | None = None
) -> Iterator[list[Row]]:
    """Examine batches in worker processes.

    Args:
        batches: The documents.
        plan: What is asked of each.
        workers: Number of processes; None takes one per core, or per GPU, of the cluster.
        address: A running cluster; None starts Ray on this machine for this job.

    Yields:
        The rows of one document after another, in the order in which they are ready.

    Raises:
        InputError: If the cluster cannot be reached, leaves, or a worker has other versions.
    """
    with connected(address, None if address is not None else workers) as cluster:
        from ray.exceptions import RayError
        from ray.util.client import ray as client

        size = min(workers or _most_workers(plan, cluster), len(batches))
        try:
            if client.is_connected():
                yield from _rows_through_client(batches, plan, size)
            else:
                yield from _rows(batches, plan, size)
        except (RayError, ConnectionError) as fault:
            cause = getattr(fault, "cause", None)
            raise cause if isinstance(cause, InputError) else _gone(fault) from fault


def _rows(batches: Sequence[Batch], plan: CorpusPlan, workers: int) -> Iterator[list[Row]]:
    """Run a Ray Data pipeline of one stage, and yield what its workers answer."""
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    attempts = ray.remote(num_cpus=0)(Attempts).remote()
    packed = [{"batch": pickle.dumps(batch)} for batch in batches]
    answers = ray.data.from_items(packed, override_num_blocks=len(packed)).flat_map(
        _Worker,
        fn_constructor_args=(plan, attempts),
        compute=ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=1),
        num_cpus=1,
        num_gpus=1 if plan.device.startswith("cuda") else None,
    )
    for answer in answers.iter_rows():
        yield json.loads(answer["rows"])


def _rows_through_client(batches: Sequence[Batch], plan: CorpusPlan, workers: int) -> Iterator[list[Row]]:
    """Run the pipeline in an actor of the cluster, because Ray Data needs a driver that belongs to it."""
    import ray

    driver: Any = ray.remote(num_cpus=0)(_Driver).remote(batches, plan, workers)
    while found := ray.get(driver.take.remote()):
        yield from found


class _Driver:
    """Runs the pipeline for a Ray Client, and keeps a limited number of rows until the client takes them."""

    def __init__(self, batches: Sequence[Batch], plan: CorpusPlan, workers: int) -> None:
        self._ready: queue.Queue[list[Row] | BaseException | None] = queue.Queue(_MOST_READY)
        threading.Thread(target=self._fill, args=(batches, plan, workers), daemon=True).start()

    def _fill(self, *asked: Any) -> None:
        try:
            for rows in _rows(*asked):
                self._ready.put(rows)
            self._ready.put(None)
        except BaseException as fault:
            self._ready.put(fault)

    def take(self) -> list[list[Row]]:
        """Wait for the rows of a document, and return those of all documents that are ready; empty at the end."""
        found: list[list[Row]] = []
        while not found or not self._ready.empty():
            rows = self._ready.get()
            if isinstance(rows, BaseException):
                raise rows
            if rows is None:
                self._ready.put(None)  # The next call ends, too.
                break
            found.append(rows)
        return found


class Attempts:
    """Counts how often each document was begun and not finished. Ray runs it as a process of its own."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()

    def begin(self, key: str) -> int:
        """Return how often a document was begun without an end, this time included.

        Args:
            key: Its content's key.
        """
        self._begun[key] += 1
        return self._begun[key]

    def end(self, key: str) -> None:
        """Forget a document that is finished.

        Args:
            key: Its content's key.
        """
        del self._begun[key]


class _Worker:
    """A process that examines documents; its models stay in memory between batches."""

    def __init__(self, plan: CorpusPlan, attempts: Any) -> None:
        self._plan, self._attempts = plan, attempts

    def __call__(self, row: dict[str, Any]) -> Iterator[dict[str, str]]:
        import ray

        for work in pickle.loads(row["batch"]):
            attempts: Any = ray.get(self._attempts.begin.remote(work.key))
            if attempts > MAX_ATTEMPTS:
                rows = [_lost(work)]
            else:
                rows = rows_of_document(self._plan, work.reference, work.key)
            ray.get(self._attempts.end.remote(work.key))
            yield {"rows": json.dumps(rows)}


def _most_workers(plan: CorpusPlan, cluster: Cluster) -> int:
    """Return the number of workers that a cluster has room for."""
    if not plan.device.startswith("cuda"):
        return max(1, cluster.cpus)
    import ray

    return max(1, int(ray.cluster_resources().get("GPU", 0)))


def _lost(work: Work) -> Row:
    return {
        "document": work.reference.name,
        "key": work.key,
        "task": DOCUMENT,
        "error": (
            f"A document must not end the process that reads it; this one ended {MAX_ATTEMPTS} processes, perhaps "
            "because memory is short. Split it, or use fewer workers."
        ),
    }


def _gone(fault: BaseException) -> InputError:
    return InputError(
        f"A cluster must stay until the job ends; it does not answer any more ({type(fault).__name__}). "
        "What is finished is kept. Start the same command again to go on."
    )
