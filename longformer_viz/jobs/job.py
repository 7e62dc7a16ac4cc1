"""One piece of work in the queue, and its state."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from longformer_viz.jobs.ticket import Progress

State = Literal["waiting", "running", "done", "failed", "cancelled"]
LONG_SECONDS = 5.0
"""Work that is predicted to take longer is long: it leaves one worker to short work."""


class Cancelled(Exception):  # noqa: N818 - requested by the user, so not an error
    """The job was cancelled because no ticket for it was left."""


@dataclass(eq=False, slots=True)
class Lease:
    """How long a ticket stays valid without use.

    Attributes:
        ends_at: When it ends, by the queue's clock.
        waits: How many callers wait on it; it does not end meanwhile.
    """

    ends_at: float
    waits: int = 0


@dataclass(eq=False, slots=True)
class Job:
    """One piece of work and its state. Access is guarded by the queue's lock.

    Attributes:
        key: Equal for equal work.
        work: What to call; None at the end, to free what it refers to.
        predicted_seconds: Predicted time; 0 means unknown.
        predicted_bytes: Predicted memory.
        device: "cpu" or a GPU, whose memory it takes.
        lane: Jobs of the same lane run one at a time; None for no lane.
        owner: Who asked for it first, whose share of the cache its result takes; None for nobody.
        size_of: Returns a result's bytes for the cache.
        leases: Those of its tickets.
        state: Its state.
        arrived_at: When it was submitted, in seconds of the queue's clock.
        started_at: When it began to run.
        fraction: The finished share, 0 to 1.
        value: The result.
        error: What the work raised.
        error_traceback: The traceback of `error` as it was raised.
        ended: Notified when it ends or a ticket is released, so that nobody wakes for another job's end.
    """

    key: Hashable
    work: Callable[["Progress"], Any] | None = None
    predicted_seconds: float = 0.0
    predicted_bytes: int = 0
    device: str = "cpu"
    lane: str | None = None
    owner: str | None = None
    size_of: Callable[[Any], int | None] | None = None
    leases: list[Lease] = field(default_factory=list)
    state: State = "waiting"
    arrived_at: float = 0.0
    started_at: float = 0.0
    fraction: float = 0.0
    value: Any = None
    error: BaseException | None = None
    error_traceback: TracebackType | None = None
    ended: threading.Condition = field(default_factory=threading.Condition)

    @property
    def is_live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")

    @property
    def is_long(self) -> bool:
        """Whether it is predicted to take longer than `LONG_SECONDS`."""
        return self.predicted_seconds > LONG_SECONDS

    def remaining_seconds(self, now: float) -> float | None:
        """Return the time that the job still needs when it runs; None with neither a prediction nor progress.

        Args:
            now: The time by the queue's clock.
        """
        predicted, elapsed = self.predicted_seconds, now - self.started_at if self.state == "running" else 0.0
        if not self.fraction:
            return max(predicted - elapsed, 0.0) if predicted else None
        # The prediction counts like a small share of finished work, which steadies the estimate at the start.
        weight = 0.1 if predicted else 0.0
        return (1.0 - self.fraction) * (elapsed + weight * predicted) / (self.fraction + weight)
