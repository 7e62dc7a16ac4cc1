"""What a measurement says: each method's curve, how it grows, where two cross, and the longest document that fits."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from longformer_viz.cost.fit import largest_length
from longformer_viz.cost.methods import Method
from longformer_viz.cost.prediction import predict
from longformer_viz.probe.growth import Crossing, Growth, crossings, growth
from longformer_viz.probe.rates import Rates, rates_of
from longformer_viz.probe.results import Plan, Results, TimePoint

_LONG = 2048  # growth is fitted from here on, where two lengths or more are that long
_STEPS = 6  # of a predicted line, a doubling


@dataclass(frozen=True, slots=True)
class Mark:
    """One length of a curve: its value with the quartiles, or why there is none.

    value: seconds or bytes; of a point that was not measured the predicted one, None where there is no prediction.
    """

    length: int
    value: float | None
    low: float | None = None
    high: float | None = None
    status: str = "measured"
    note: str = ""

    @property
    def known_value(self) -> float:
        """The value of a mark that has one, as measured marks do."""
        assert self.value is not None
        return self.value


@dataclass(frozen=True, slots=True)
class Curve:
    """One method's time or memory against length: marks that were measured or tried, and the predicted line."""

    method: Method
    quantity: str
    marks: tuple[Mark, ...]
    line: tuple[tuple[int, float], ...]
    growth: Growth | None

    @property
    def measured(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.status == "measured" and mark.value is not None)

    @property
    def lost(self) -> tuple[Mark, ...]:
        """What was tried and not measured: out of memory, too slow, killed, not supported."""
        return tuple(mark for mark in self.marks if mark.status != "measured")


@dataclass(frozen=True, slots=True)
class MethodReading:
    """One method in figures: both growths, and the longest document that is predicted to fit."""

    method: Method
    time: Growth | None
    memory: Growth | None
    longest: int


def curves(plan: Plan, quantity: str, results: Results | None = None) -> tuple[Curve, ...]:
    """The curves of a plan's methods, in its order.

    plan: what to show, its lengths the ends of the predicted lines; results: of the same level and shape, None where
    nothing is measured; quantity: "time" or "memory", of which time has no line without results.
    """
    rates = rates_of(results) if results is not None and quantity == "time" else None
    return tuple(_curve(plan, quantity, key, results, rates) for key in plan.methods)


def _curve(plan: Plan, quantity: str, key: str, results: Results | None, rates: Rates | None) -> Curve:
    marks = _marks(plan, quantity, key, results, rates)
    line = tuple(
        (length, value)
        for length in _lengths(plan.lengths, marks, Method.named(key))
        if (value := _predicted(plan, quantity, key, length, rates)) is not None
    )
    values = {mark.length: mark.value for mark in marks if mark.status == "measured" and mark.value is not None}
    return Curve(Method.named(key), quantity, marks, line, long_growth(values))


def _marks(plan: Plan, quantity: str, key: str, results: Results | None, rates: Rates | None) -> tuple[Mark, ...]:
    if results is None:
        return ()
    marks = []
    for point in results.times if quantity == "time" else results.memory:
        if point.method != key:
            continue
        value: float | None
        if isinstance(point, TimePoint):
            value, spread = point.median_seconds, (point.low_seconds, point.high_seconds)
        else:
            value, spread = point.peak_bytes, (None, None)
        if point.status != "measured":
            value = _predicted(plan, quantity, key, point.length, rates)
            if value is not None and quantity == "time" and point.status == "too slow":
                value = max(value, results.plan.point_seconds)
        marks.append(Mark(point.length, value, *spread, point.status, point.note))
    return tuple(sorted(marks, key=lambda mark: mark.length))


def _lengths(chosen: Sequence[int], marks: Sequence[Mark], method: Method) -> list[int]:
    """The lengths and some between them, even on a logarithmic axis, at which the method pads nothing."""
    lengths = sorted({*chosen, *(mark.length for mark in marks)})
    found = {lengths[0], lengths[-1]}
    for low, high in pairwise(lengths):
        steps = max(1, round(_STEPS * math.log2(high / low)))
        found |= {round(low * (high / low) ** (step / steps)) for step in range(steps + 1)}
    return sorted({method.padded(length) for length in found})


def _predicted(plan: Plan, quantity: str, key: str, length: int, rates: Rates | None) -> float | None:
    if Method.named(key).refusal(length):
        return None
    setup = plan.setup(key, length)
    if quantity == "memory":
        return float(predict(setup).added_bytes)
    return None if rates is None or key not in rates.factors else rates.seconds(setup)


def long_growth(values: Mapping[int, float]) -> Growth | None:
    """The growth over the longer lengths: what a call costs beside its work flattens the short ones."""
    return growth({length: values[length] for length in long_lengths(values)})


def long_lengths(lengths: Iterable[int]) -> tuple[int, ...]:
    """Those of these lengths that growth is fitted to: the longer ones, all where they are fewer than two."""
    ordered = tuple(sorted(lengths))
    long = tuple(length for length in ordered if length >= _LONG)
    return long if len(long) > 1 else ordered


def readings(plan: Plan, results: Results | None, memory_bytes: int) -> tuple[MethodReading, ...]:
    """Each method of the plan in figures; memory_bytes: what a document's whole run may take."""
    found = []
    for key in plan.methods:
        time = memory = None
        if results is not None:
            time, memory = long_growth(results.seconds(key)), long_growth(results.peak_bytes(key))
        longest = largest_length(plan.setup(key, plan.lengths[0]), memory_bytes)
        found.append(MethodReading(Method.named(key), time, memory, longest))
    return tuple(found)


def crossing_points(plan: Plan, results: Results) -> tuple[Crossing, ...]:
    """Where the times of two of the plan's methods cross between measured lengths, named by their keys."""
    keys = plan.methods
    pairs = [(one, other) for index, one in enumerate(keys) for other in keys[index + 1 :]]
    return tuple(
        crossing
        for one, other in pairs
        for crossing in crossings(results.seconds(one), results.seconds(other), (one, other))
    )


def shown_of(plan: Plan, results: Results) -> bool:
    """Whether these results are of the plan's level, shape and kind of run, on whatever device."""
    words = ("level", "shape", "batch", "training")
    return all(getattr(plan, word) == getattr(results.plan, word) for word in words)
