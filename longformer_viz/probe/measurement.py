"""One measurement in progress: the points that remain, their predicted time, and the results so far."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from longformer_viz.cache import available_memory_bytes, default_budget_bytes
from longformer_viz.cost.families import FAMILIES
from longformer_viz.cost.methods import Method
from longformer_viz.cost.prediction import predict
from longformer_viz.models.devices import dtypes
from longformer_viz.probe.machine import this_machine
from longformer_viz.probe.peak_memory import MEMORY_EXIT
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.processes import Server
from longformer_viz.probe.results import MemoryPoint, Point, Results, Status, TimePoint
from longformer_viz.probe.worker import ENOUGH_SECONDS, LEAST_ROUNDS

TICK_SECONDS = 0.2
LEAST_POINT_BYTES = 64 * 2**20
_GUESSED_FLOPS = 40e9  # per second, before the first points are measured
_POINT_SECONDS = 0.5  # per point, in addition to the runs
_UNKNOWN_BYTES = 4 * 2**30  # memory limit on systems that do not report free memory
_NO_LIMIT_BYTES = 2**50
_POINTS = {"memory": MemoryPoint, "time": TimePoint}


@dataclass(frozen=True, slots=True)
class Step:
    """The progress of a measurement.

    Attributes:
        doing: What runs now, in words.
        done: The number of points that are finished.
        total: The number of all points.
        fraction: The finished share of the predicted time, from 0 to 1.
        remaining_seconds: The predicted time left; None before the first point.
        results: All points so far.
        point: The point that was just finished, or None.
    """

    doing: str
    done: int
    total: int
    fraction: float
    remaining_seconds: float | None
    results: Results
    point: Point | None = None


def job_message(plan: Plan, kind: str, method: str, lengths: list[int], limit_bytes: int) -> dict[str, Any]:
    """Return the message that asks the measurement server for points.

    Args:
        plan: Shape, device and limits of the measurement.
        kind: "memory" or "time".
        method: As `Method.named` reads it.
        lengths: Document lengths in tokens.
        limit_bytes: The memory limit of each point.
    """
    training = None
    if plan.training:
        names = ("checkpointing", "accumulation", "optimizer")
        training = {name: getattr(plan, name) for name in names}
    return {
        "kind": kind,
        "method": method,
        "lengths": lengths,
        "shape": plan.shape,
        "level": plan.level,
        "device": plan.device,
        "batch": plan.batch,
        "training": training,
        "threads": plan.threads or this_machine().threads,
        "limit_bytes": limit_bytes,
        "point_seconds": plan.point_seconds,
    }


class Measurement:
    """A plan that is being measured.

    Args:
        plan: What to measure.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.machine = this_machine(plan.device, plan.threads)
        self.results = Results(self.machine, plan, datetime.now(UTC).isoformat(timespec="seconds"))
        self._dtypes = dtypes(plan.device)
        self._predicted = {
            (quantity, method, length): self._predicted_seconds(quantity, method, length)
            for quantity in plan.quantities
            for method in plan.methods
            for length in plan.lengths
        }  # seconds of each point that remains
        self._total = len(self._predicted)
        self.total_seconds = sum(self._predicted.values())
        self._finished_seconds = 0.0  # predicted seconds of the points that are finished
        self._started_at: float | None = None  # when the first point began

    def _predicted_seconds(self, quantity: str, method: str, length: int) -> float:
        if self._refusal(method, length):
            return 0.0
        rate = _GUESSED_FLOPS * max(1, self.machine.threads // 2) * (1 if self.plan.device == "cpu" else 50)
        seconds = predict(self.plan.setup(method, length)).flops / rate
        runs = 1.0 if quantity == "memory" else max(LEAST_ROUNDS + 1, min(25.0, ENOUGH_SECONDS / seconds))
        return min(self.plan.point_seconds, _POINT_SECONDS + runs * seconds)

    def _refusal(self, method: str, length: int) -> str | None:
        """Return why a method cannot run at a length on this device; None where it can."""
        named = Method.named(method)
        if named.dtype not in self._dtypes:
            return f"This device ({self.plan.device}) has no instructions for {named.dtype}."
        return named.refusal(length)

    def step(self, doing: str, point: Point | None = None) -> Step:
        """Return the progress.

        Args:
            doing: What runs now, in words.
            point: A point to add to the results first.
        """
        if isinstance(point, TimePoint):
            self.results = replace(self.results, times=(*self.results.times, point))
        elif point is not None:
            self.results = replace(self.results, memory=(*self.results.memory, point))
        if point is not None:
            quantity = "time" if isinstance(point, TimePoint) else "memory"
            seconds = self._predicted.pop((quantity, point.method, point.length), 0.0)
            if point.status == "measured":
                self._finished_seconds += seconds
        left = sum(self._predicted.values())
        remaining = None
        if self._finished_seconds and self._started_at is not None:
            remaining = left * (time.monotonic() - self._started_at) / self._finished_seconds
        whole = self._finished_seconds + left
        done = self._total - len(self._predicted)
        fraction = 1.0 if not self._predicted else self._finished_seconds / whole if whole else done / self._total
        return Step(doing, done, self._total, fraction, remaining, self.results, point)

    def points(self) -> Iterator[Step]:
        """Measure all points, memory before time, so that a method that runs out of memory is not timed."""
        limit = self._limit_bytes()
        yield self.step("Starting")
        for quantity in self.plan.quantities:
            with Server(pinned=quantity == "memory") as server:
                for method in self.plan.methods:
                    yield from self._method(server, quantity, method, limit)

    def _limit_bytes(self) -> int:
        """The memory limit of a point: as planned, but never more than the free memory."""
        if self.plan.device != "cpu":
            return max(LEAST_POINT_BYTES, self.plan.point_bytes or _NO_LIMIT_BYTES)
        wanted = self.plan.point_bytes or default_budget_bytes() or _UNKNOWN_BYTES
        return max(LEAST_POINT_BYTES, min(wanted, available_memory_bytes() or wanted))

    def _method(self, server: Server, quantity: str, method: str, limit: int) -> Iterator[Step]:
        """Measure a method at all lengths; skip longer ones after one that exceeds a limit."""
        remaining = []
        for length in self.plan.lengths:
            if refusal := self._refusal(method, length):
                yield self._finished(_POINTS[quantity](method, length, "not supported", note=refusal))
            elif quantity == "time" and (status := self._memory_status(method, length)):
                note = "Not timed, because the memory measurement ended this way."
                yield self._finished(TimePoint(method, length, status, note=note))
            else:
                remaining.append(length)
        while remaining:
            lengths = remaining if quantity == "time" else remaining[:1]
            last = None
            for step in self._job(server, quantity, method, lengths, limit):
                last = step.point or last
                yield step
            remaining = [length for length in remaining if last is None or length > last.length]
            if last is None or last.status not in ("out of memory", "too slow"):
                continue
            for length in remaining:
                note = f"Not measured: {last.status} already at {last.length:,} tokens."
                yield self._finished(_POINTS[quantity](method, length, last.status, note=note))
            remaining = []

    def _memory_status(self, method: str, length: int) -> Status | None:
        """Return the status of the memory point, where it exceeded a limit."""
        for point in self.results.memory:
            if (point.method, point.length) == (method, length) and point.status in ("out of memory", "too slow"):
                return point.status
        return None

    def _finished(self, point: Point) -> Step:
        return self.step(self._doing(point.method, point.length), point)

    def _doing(self, method: str, length: int, quantity: str = "") -> str:
        text = f"{Method.named(method).label}: {length:,} tokens"
        return f"{text}, {quantity}" if quantity else text

    def _job(self, server: Server, quantity: str, method: str, lengths: list[int], limit: int) -> Iterator[Step]:
        """Measure lengths in one child process, up to the first that fails."""
        pending, deadline, stopped = lengths[0], None, False
        finished = 0
        for message in server.run(job_message(self.plan, quantity, method, lengths, limit), TICK_SECONDS):
            now = time.monotonic()
            if message is None:
                if deadline is not None and now > deadline and not stopped:
                    server.stop()
                    stopped = True
                yield self.step(self._doing(method, pending, quantity))
            elif "begin" in message:
                pending, deadline = message["begin"], now + self.plan.point_seconds
                self._started_at = self._started_at or now
                yield self.step(self._doing(method, pending, quantity))
            elif "point" in message:
                finished += 1
                deadline = None
                point = _POINTS[quantity](method, **message["point"])
                yield self._finished(self._with_notes(point))
                if point.status != "measured":
                    finished = len(lengths)
                elif finished < len(lengths):
                    pending = lengths[finished]
            elif "ended" in message and finished < len(lengths):
                status, note = self._ending(message["ended"], stopped)
                yield self._finished(_POINTS[quantity](method, pending, status, note=note))

    def _with_notes(self, point: Point) -> Point:
        family = FAMILIES[Method.named(point.method).family]
        notes = [point.note, Method.named(point.method).notes(point.length)]
        if point.length > family.trained_tokens and family.name not in ("full", "fused", "chunks"):
            notes.append(
                f"Released models support up to {family.trained_tokens:,} tokens. The weights here are random."
            )
        return replace(point, note=" ".join(note for note in notes if note))

    def _ending(self, code: int, stopped: bool) -> tuple[Status, str]:
        """Return status and note for a child process that ended without a point."""
        if stopped:
            return "too slow", f"It exceeded the time limit of {self.plan.point_seconds:g} s per point."
        if code == MEMORY_EXIT:
            return "out of memory", "It exceeded the memory limit per point."
        if code < 0:
            note = f"The process was killed (signal {-code}): from outside, or because the system ran out of memory."
            return "killed", note
        return "failed", f"The process ended unexpectedly (exit status {code})."
