"""Measured memory and time: points as they come, each from a process of its own, none of which is left behind.

Memory: a fresh child a point, split off from a server that has loaded all libraries. Time: one child a method, all
lengths one after another. What runs out of memory, takes too long or is ended from outside is a point, too.
"""

import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from longformer_viz.cache import available_memory_bytes, default_budget_bytes
from longformer_viz.cost.methods import FAMILIES, Method
from longformer_viz.cost.prediction import predict
from longformer_viz.models.cache import cache_folder
from longformer_viz.models.loading import check_device, dtypes
from longformer_viz.probe.machine import this_machine
from longformer_viz.probe.peak_memory import MEMORY_EXIT
from longformer_viz.probe.processes import Server
from longformer_viz.probe.results import MemoryPoint, Plan, Point, Results, Status, TimePoint
from longformer_viz.probe.worker import ENOUGH_SECONDS, KNOWN, LEAST_ROUNDS

TICK_SECONDS = 0.2
LEAST_POINT_BYTES = 64 * 2**20
_GUESSED_FLOPS = 40e9  # a second, until the first points tell
_START_SECONDS = 8.0  # of a server that has loaded all libraries
_POINT_SECONDS = 0.5  # beside the run itself
_UNKNOWN_BYTES = 4 * 2**30  # where a system does not tell what is free
_POINTS = {"memory": MemoryPoint, "time": TimePoint}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a measurement is, at least every fifth of a second.

    point: what has just been measured, or None; doing: in words, what runs now; done and total: points; fraction:
    the share of the predicted time that is over; remaining_seconds: a prediction, None before the first point;
    results: all so far.
    """

    doing: str
    done: int
    total: int
    fraction: float
    remaining_seconds: float | None
    results: Results
    point: Point | None = None


def measure(plan: Plan, progress: Callable[[Step], None] | None = None) -> Results:
    """Measure all of a plan.

    progress: called at least every fifth of a second; what it raises ends the measurement and all its processes.
    Raises InputError where the plan's device is not there, ServerError where no process can be started.
    """
    results: Results | None = None
    steps = sweep(plan)
    try:
        for step in steps:
            results = step.results
            if progress is not None:
                progress(step)
    finally:
        steps.close()
    assert results is not None  # a sweep that raises nothing has a last step
    return results


def sweep(plan: Plan) -> Generator[Step, None, None]:
    """The points of a plan as they are measured; closing the iterator ends all processes at once.

    Of several measurements on a machine, in whatever process, one runs at a time: the others wait and say so.
    Raises InputError where the plan's device is not there, ServerError where no process can be started.
    """
    check_device(plan.device)
    run = _Run(plan)
    lock = FileLock(_lock_file(), thread_local=False)
    try:
        while not lock.is_locked:
            try:
                lock.acquire(timeout=TICK_SECONDS)
            except Timeout:
                yield run.step("Waiting for another measurement on this machine")
        yield from run.points()
        yield run.step("Done")
    finally:
        lock.release()


def predicted_seconds(plan: Plan) -> float:
    """About how long a plan takes on an idle machine, its start included."""
    return _START_SECONDS * len(plan.quantities) + _Run(plan).whole_seconds


def check_meter(known_bytes: int = 256 * 2**20) -> MemoryPoint:
    """What the memory meter reads for an allocation of a known size: how good its figures are."""
    plan = Plan(("full",), (16,), quantities=("memory",))
    with Server(pinned=True) as server:
        job = _job(plan, "memory", f"{KNOWN}-{known_bytes}", [16], 2 * known_bytes)
        for message in server.run(job, TICK_SECONDS):
            if message is not None and "point" in message:
                return MemoryPoint(KNOWN, **message["point"])
    return MemoryPoint(KNOWN, 16, "failed")


def _lock_file() -> Path:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".measure.lock").touch()
    except OSError:
        folder = Path(tempfile.gettempdir())
    return folder / ".measure.lock"


def _job(plan: Plan, kind: str, method: str, lengths: list[int], limit_bytes: int) -> dict[str, Any]:
    training = None
    if plan.training:
        words = ("checkpointing", "accumulation", "optimizer")
        training = {word: getattr(plan, word) for word in words}
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


class _Run:
    """One measurement: what is still to do, what it is predicted to take, and what came of it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.machine = this_machine(plan.device, plan.threads)
        self.results = Results(self.machine, plan, datetime.now(UTC).isoformat(timespec="seconds"))
        self.offered = dtypes(plan.device)
        self.predicted = {
            (quantity, method, length): self._predicted_seconds(quantity, method, length)
            for quantity in plan.quantities
            for method in plan.methods
            for length in plan.lengths
        }
        self.total = len(self.predicted)
        self.whole_seconds = sum(self.predicted.values())
        self.spent_seconds = 0.0  # on points that are done
        self.began: float | None = None  # when the first point did

    def _predicted_seconds(self, quantity: str, method: str, length: int) -> float:
        if self._refusal(method, length):
            return 0.0
        rate = _GUESSED_FLOPS * max(1, self.machine.threads // 2) * (1 if self.plan.device == "cpu" else 50)
        one = predict(self.plan.setup(method, length)).flops / rate
        runs = 1.0 if quantity == "memory" else max(LEAST_ROUNDS + 1, min(25.0, ENOUGH_SECONDS / one))
        return min(self.plan.point_seconds, _POINT_SECONDS + runs * one)

    def _refusal(self, method: str, length: int) -> str | None:
        named = Method.named(method)
        if named.dtype not in self.offered:
            return f"This {self.plan.device} has no instructions for {named.dtype}."
        return named.refusal(length)

    def step(self, doing: str, point: Point | None = None) -> Step:
        """Where it stands; a point is added to the results first."""
        if isinstance(point, TimePoint):
            self.results = replace(self.results, times=(*self.results.times, point))
        elif point is not None:
            self.results = replace(self.results, memory=(*self.results.memory, point))
        if point is not None:
            quantity = "time" if isinstance(point, TimePoint) else "memory"
            over = self.predicted.pop((quantity, point.method, point.length), 0.0)
            if point.status == "measured":
                self.spent_seconds += over
            else:
                self.whole_seconds -= over
        left = sum(self.predicted.values())
        remaining = None
        if self.spent_seconds and self.began is not None:
            remaining = left * (time.monotonic() - self.began) / self.spent_seconds
        whole = self.spent_seconds + left
        done = self.total - len(self.predicted)
        fraction = 1.0 if not self.predicted else self.spent_seconds / whole if whole else done / self.total
        return Step(doing, done, self.total, fraction, remaining, self.results, point)

    def points(self) -> Iterator[Step]:
        """All points; the methods' memory first, so that what runs out of it is not tried for its time."""
        limit = self._limit_bytes()
        yield self.step("Starting")
        for quantity in self.plan.quantities:
            with Server(pinned=quantity == "memory") as server:
                for method in self.plan.methods:
                    yield from self._method(server, quantity, method, limit)

    def _limit_bytes(self) -> int:
        """The most that a point may take: as planned, never more than is free."""
        free = available_memory_bytes() if self.plan.device == "cpu" else None
        wanted = self.plan.point_bytes
        if wanted is None:
            wanted = _UNKNOWN_BYTES if self.plan.device == "cpu" else 2**50
            wanted = (default_budget_bytes() or wanted) if self.plan.device == "cpu" else wanted
        return max(LEAST_POINT_BYTES, min(wanted, free or wanted))

    def _method(self, server: Server, quantity: str, method: str, limit: int) -> Iterator[Step]:
        """All points of a method; after one that runs out of memory or time longer ones are not tried."""
        todo = []
        for length in self.plan.lengths:
            if refusal := self._refusal(method, length):
                yield self._told(_POINTS[quantity](method, length, "not supported", note=refusal))
            elif quantity == "time" and (spoiled := self._spoiled(method, length)):
                yield self._told(TimePoint(method, length, spoiled, note="Not timed: its memory run ended so."))
            else:
                todo.append(length)
        while todo:
            taken = todo if quantity == "time" else todo[:1]
            last = None
            for step in self._job(server, quantity, method, taken, limit):
                last = step.point or last
                yield step
            todo = [length for length in todo if last is None or length > last.length]
            if last is None or last.status not in ("out of memory", "too slow"):
                continue
            for length in todo:
                note = f"Not tried: {last.status} at {last.length:,} tokens already."
                yield self._told(_POINTS[quantity](method, length, last.status, note=note))
            todo = []

    def _spoiled(self, method: str, length: int) -> Status | None:
        """How the memory run of this point ended, where it did not end well."""
        for point in self.results.memory:
            if (point.method, point.length) == (method, length) and point.status in ("out of memory", "too slow"):
                return point.status
        return None

    def _told(self, point: Point) -> Step:
        return self.step(self._doing(point.method, point.length), point)

    def _doing(self, method: str, length: int, quantity: str = "") -> str:
        named = f"{Method.named(method).label}: {length:,} tokens"
        return f"{named}, {quantity}" if quantity else named

    def _job(self, server: Server, quantity: str, method: str, lengths: list[int], limit: int) -> Iterator[Step]:
        """The points of one child, up to the first that is not measured."""
        pending, deadline, stopped = lengths[0], None, False
        told = 0
        for message in server.run(_job(self.plan, quantity, method, lengths, limit), TICK_SECONDS):
            now = time.monotonic()
            if message is None:
                if deadline is not None and now > deadline and not stopped:
                    server.stop()
                    stopped = True
                yield self.step(self._doing(method, pending, quantity))
            elif "begin" in message:
                pending, deadline = message["begin"], now + self.plan.point_seconds
                self.began = self.began or now
                yield self.step(self._doing(method, pending, quantity))
            elif "point" in message:
                told += 1
                deadline = None
                point = _POINTS[quantity](method, **message["point"])
                yield self._told(self._with_notes(point))
                if point.status != "measured":
                    told = len(lengths)
                elif told < len(lengths):
                    pending = lengths[told]
            elif "ended" in message and told < len(lengths):
                status, note = self._ending(message["ended"], stopped)
                yield self._told(_POINTS[quantity](method, pending, status, note=note))

    def _with_notes(self, point: Point) -> Point:
        family = FAMILIES[Method.named(point.method).family]
        notes = [point.note, Method.named(point.method).notes(point.length)]
        if point.length > family.trained_tokens and family.name not in ("full", "fused", "chunks"):
            notes.append(f"Released models of it end at {family.trained_tokens:,} tokens; weights here are random.")
        return replace(point, note=" ".join(note for note in notes if note))

    def _ending(self, code: int, stopped: bool) -> tuple[Status, str]:
        """What a child's end without a word means."""
        if stopped:
            return "too slow", f"It took more than the {self.plan.point_seconds:g} s that a point may take."
        if code == MEMORY_EXIT:
            return "out of memory", "It took more memory than the limit of a point."
        if code < 0:
            return "killed", f"Its process was ended from outside (signal {-code}), or by the system short of memory."
        return "failed", f"Its process ended by itself (exit status {code})."
