"""How long a corpus takes on a cluster, and what it costs: a simulation whose assumptions have names."""

import heapq
import math
from dataclasses import asdict, dataclass

import numpy as np

from longformer_viz.checks import check_number, check_type, check_whole
from longformer_viz.corpus.batches import batch_size
from longformer_viz.corpus.job import HASHING_THREADS
from longformer_viz.spec import InputError, shown

MAX_NODES = 10_000


@dataclass(frozen=True, slots=True)
class ClusterAssumptions:
    """What a simulation assumes. Each default is a measurement of this project or is named as a guess.

    Attributes:
        documents: Number of documents.
        nodes: Number of machines.
        workers_per_node: Worker processes on each, one per core.
        seconds_per_document: Mean time of a document on one core, measured with `benchmarks.corpus`.
        spread: Standard deviation of a document's time over its mean.
        batch_seconds: What a batch costs beside its documents: it is sent, and its rows come back.
        start_seconds: Time until a worker is ready: the process starts, imports and loads the model.
        megabytes_per_document: Size of a document.
        storage_megabytes_per_second: What the shared storage delivers to all nodes together (a guess).
        hash_megabytes_per_second: What the driver reads and hashes before the start.
        open_seconds: Time to open a document on the shared storage (a guess).
        node_speed_spread: Standard deviation of the nodes' speed over their mean (a guess).
        failures_per_node_hour: How often a node is lost; another takes its place (a guess).
        replacement_seconds: Time until a lost node's place is taken (a guess).
        driver_rows_per_second: Rows that the driver writes.
        price_per_node_hour: Price of a machine's hour, in any currency (a guess).
    """

    documents: int = 2_000_000
    nodes: int = 100
    workers_per_node: int = 16
    seconds_per_document: float = 1.05
    spread: float = 0.7
    batch_seconds: float = 0.05
    start_seconds: float = 12.0
    megabytes_per_document: float = 0.02
    storage_megabytes_per_second: float = 1_000.0
    hash_megabytes_per_second: float = 150.0
    open_seconds: float = 0.002
    node_speed_spread: float = 0.1
    failures_per_node_hour: float = 0.01
    replacement_seconds: float = 180.0
    driver_rows_per_second: float = 5_000.0
    price_per_node_hour: float = 0.6

    def __post_init__(self) -> None:
        check_whole(self.documents, "documents", 1, 10**9, 2_000_000)
        check_whole(self.nodes, "nodes", 1, MAX_NODES, 100)
        check_whole(self.workers_per_node, "workers_per_node", 1, 1_000, 16)
        for name, given in list(asdict(self).items())[3:]:
            value = check_number(given, name)
            if (
                not math.isfinite(value)
                or value < 0
                or (value == 0 and name.endswith(("per_second", "per_document")))
            ):
                raise InputError(f"{name} must be a positive number. You entered {shown(value)}. Leave it out.")


@dataclass(frozen=True, slots=True)
class ClusterEstimate:
    """What a simulation finds.

    Attributes:
        hours: From the start to the last row.
        ideal_hours: If all cores computed all the time at the mean speed, with no failure.
        efficiency: The ideal over the simulated time.
        hash_hours: Before the start: the driver reads every document to know which ones are equal.
        failures: Nodes that were lost.
        repeated_documents: Documents that were examined again because their worker was lost.
        idle_hours: Mean time that a worker waits for the last one at the end.
        storage_share: Share of the storage's speed that the workers use.
        driver_share: Share of the driver's speed that the rows use.
        cost: Price of all nodes.
    """

    hours: float
    ideal_hours: float
    efficiency: float
    hash_hours: float
    failures: int
    repeated_documents: int
    idle_hours: float
    storage_share: float
    driver_share: float
    cost: float


def simulate(assumptions: ClusterAssumptions = ClusterAssumptions(), seed: int = 0) -> ClusterEstimate:
    """Simulate a corpus on a cluster: batches by length, nodes of different speed, and lost nodes.

    Args:
        assumptions: What is assumed.
        seed: Seed of the random choices.
    """
    given = check_type(assumptions, ClusterAssumptions, "Assumptions", "Make them with ClusterAssumptions().")
    random = np.random.default_rng(seed)
    batches = _batch_seconds(given, random)
    workers = given.nodes * given.workers_per_node
    speed = np.clip(random.normal(1, given.node_speed_spread, given.nodes), 0.3, None)
    speed = np.repeat(speed / speed.mean(), given.workers_per_node)
    starts = random.uniform(0.5, 1.5, workers) * given.start_seconds
    free = [(float(start), worker) for worker, start in enumerate(starts)]
    heapq.heapify(free)
    ends = np.zeros(workers)
    failures, repeated = 0.0, 0
    size = batch_size(given.documents)
    waiting = list(batches[::-1])  # The longest is taken first.
    while waiting:
        now, worker = heapq.heappop(free)
        seconds = waiting.pop() / speed[worker] + given.batch_seconds
        lost_after = (
            random.exponential(3600 / given.failures_per_node_hour) if given.failures_per_node_hour else math.inf
        )
        if lost_after < seconds:
            failures += 1 / given.workers_per_node  # All workers of a node are lost together.
            repeated += size
            waiting.append((seconds - given.batch_seconds) * speed[worker])
            heapq.heappush(free, (now + lost_after + given.replacement_seconds + given.start_seconds, worker))
            continue
        ends[worker] = now + seconds
        heapq.heappush(free, (now + seconds, worker))
    return _estimate(given, batches, ends, failures, repeated)


def _batch_seconds(given: ClusterAssumptions, random: np.random.Generator) -> np.ndarray:
    """Return the seconds of each batch, the longest first: batches hold documents of similar length."""
    sigma = math.sqrt(math.log(1 + given.spread**2))
    seconds = random.lognormal(-(sigma**2) / 2, sigma, given.documents) * given.seconds_per_document
    seconds = np.sort(seconds)[::-1]
    size = batch_size(given.documents)
    return np.add.reduceat(seconds, np.arange(0, given.documents, size))


def _estimate(
    given: ClusterAssumptions, batches: np.ndarray, ends: np.ndarray, failures: float, repeated: int
) -> ClusterEstimate:
    """Return the figures of a simulation; storage and driver bound its time."""
    megabytes = given.documents * given.megabytes_per_document
    storage_seconds = megabytes / given.storage_megabytes_per_second
    driver_seconds = given.documents / given.driver_rows_per_second
    opened_seconds = given.documents * given.open_seconds / HASHING_THREADS
    hash_seconds = max(megabytes / given.hash_megabytes_per_second, opened_seconds)
    computed = float(ends.max())
    seconds = hash_seconds + max(computed, storage_seconds, driver_seconds)
    ideal = float(batches.sum()) / len(ends)
    return ClusterEstimate(
        hours=seconds / 3600,
        ideal_hours=ideal / 3600,
        efficiency=ideal / seconds,
        hash_hours=hash_seconds / 3600,
        failures=round(failures),
        repeated_documents=repeated,
        idle_hours=float((computed - ends).mean()) / 3600,
        storage_share=storage_seconds / computed,
        driver_share=driver_seconds / computed,
        cost=seconds / 3600 * given.nodes * given.price_per_node_hour,
    )
