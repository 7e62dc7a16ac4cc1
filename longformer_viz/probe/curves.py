"""Curves from measurements: points, predicted lines, growth rates, and lengths with the same time."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from longformer_viz.checks import check_choice, check_type
from longformer_viz.cost.fit import largest_length
from longformer_viz.cost.methods import Method
from longformer_viz.cost.prediction import predict
from longformer_viz.probe.growth import Crossing, Growth, crossings, growth
from longformer_viz.probe.plan import QUANTITIES, Plan
from longformer_viz.probe.predictions import Rates, rates_of
from longformer_viz.probe.results import Results, TimePoint

_LONG = 2048  # Growth is fitted from this length, where at least two lengths are that long.
_FAILED = ("out of memory", "too slow", "killed", "failed")
_STEPS = 6  # points of a predicted line per doubling of the length


@dataclass(frozen=True, slots=True)
class Mark:
    """One length of a curve.

    Attributes:
        length: Tokens.
        value: Seconds or bytes; predicted where the point was not measured, None where there is no prediction.
        low: The lower quartile of the time, in seconds.
        high: The upper quartile.
        status: "measured", or why there is no measurement.
        note: What a reader should know about the point.
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
    """Time or memory of one method by document length.

    Attributes:
        method: The attention method.
        quantity: "time" (seconds) or "memory" (bytes).
        marks: The points, in order of length.
        line: Lengths and predicted values.
        growth: The growth rate; None with fewer than two measured points.
    """

    method: Method
    quantity: str
    marks: tuple[Mark, ...]
    line: tuple[tuple[int, float], ...]
    growth: Growth | None

    @property
    def measured(self) -> tuple[Mark, ...]:
        """The points that were measured."""
        return tuple(mark for mark in self.marks if mark.status == "measured" and mark.value is not None)

    @property
    def lost(self) -> tuple[Mark, ...]:
        """The points whose measurement failed, each with its prediction. A point that is not supported has none."""
        return tuple(mark for mark in self.marks if mark.status in _FAILED and mark.value is not None)


@dataclass(frozen=True, slots=True)
class MethodReading:
    """One method in numbers.

    Attributes:
        method: The attention method.
        time: The growth rate of its time, or None.
        memory: The growth rate of its peak memory, or None.
        longest: The longest document that is predicted to fit, in tokens.
    """

    method: Method
    time: Growth | None
    memory: Growth | None
    longest: int


def curves(plan: Plan, quantity: str, results: Results | None = None) -> tuple[Curve, ...]:
    """Return the curves of a plan's methods, in its order.

    Args:
        plan: Methods, and the lengths that the predicted lines cover.
        quantity: "time" or "memory". Time has no predicted line without results.
        results: Measurements of the same level and shape, or None.

    Raises:
        InputError: There is no such quantity, or another argument is of another type.
    """
    check_type(plan, Plan, "A plan", "Make it with Plan().")
    check_choice(quantity, QUANTITIES, "A quantity")
    if results is not None:
        check_type(results, Results, "Results", "Make them with measure(plan), or leave them out.")
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
    """Return lengths of a predicted line, evenly spaced on a logarithmic axis, rounded up to the padding."""
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
    """Fit the growth to the longer lengths, since fixed costs dominate the short ones.

    Args:
        values: Seconds or bytes by length.

    Returns:
        The fit, or None with fewer than two values.
    """
    return growth({length: values[length] for length in long_lengths(values)})


def long_lengths(lengths: Iterable[int]) -> tuple[int, ...]:
    """Return the lengths that growth is fitted to: those from 2,048 tokens, or all with fewer than two of those.

    Args:
        lengths: All lengths, in tokens.
    """
    ordered = tuple(sorted(lengths))
    long = tuple(length for length in ordered if length >= _LONG)
    return long if len(long) > 1 else ordered


def readings(plan: Plan, results: Results | None, memory_bytes: int) -> tuple[MethodReading, ...]:
    """Return growth rates and the longest document that fits, for each method of a plan.

    Args:
        plan: The methods.
        results: The measurements, or None.
        memory_bytes: The memory that a run may use.
    """
    found = []
    for key in plan.methods:
        time = memory = None
        if results is not None:
            time, memory = long_growth(results.seconds(key)), long_growth(results.peak_bytes(key))
        longest = largest_length(plan.setup(key, plan.lengths[0]), memory_bytes)
        found.append(MethodReading(Method.named(key), time, memory, longest))
    return tuple(found)


def crossing_points(plan: Plan, results: Results) -> tuple[Crossing, ...]:
    """Return the lengths at which two methods of a plan take the same time.

    Args:
        plan: The methods.
        results: The measurements.

    Returns:
        The crossings between measured lengths, with the methods' keys.
    """
    keys = plan.methods
    pairs = [(one, other) for index, one in enumerate(keys) for other in keys[index + 1 :]]
    return tuple(
        crossing
        for one, other in pairs
        for crossing in crossings(results.seconds(one), results.seconds(other), (one, other))
    )


def shown_of(plan: Plan, results: Results) -> bool:
    """Return whether results match a plan in level, shape, batch size and training. The device may differ.

    Args:
        plan: What to show.
        results: The measurements.
    """
    names = ("level", "shape", "batch", "training")
    return all(getattr(plan, name) == getattr(results.plan, name) for name in names)
