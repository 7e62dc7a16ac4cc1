"""Predictions and measurements: rates that convert FLOPs and bytes to seconds, and the error of predicted memory."""

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from longformer_viz.cost.methods import Method
from longformer_viz.cost.prediction import Cost, predict
from longformer_viz.cost.setup import Setup
from longformer_viz.probe.results import Results

_LEVELS = {"layer": "one layer", "model": "whole model"}
_LONG = 2048  # tokens; below, the fixed cost of a call dominates
LEAST_BYTES = 20_000_000  # Below this size, memory of the libraries themselves dominates.


@dataclass(frozen=True, slots=True)
class Rates:
    """The speed of a machine.

    Attributes:
        seconds_per_flop: Seconds per FLOP.
        seconds_per_byte: Seconds per byte moved.
        factors: By method, its measured time divided by the time that the two rates predict.
    """

    seconds_per_flop: float
    seconds_per_byte: float
    factors: Mapping[str, float] = field(default_factory=dict)

    def seconds(self, setup: Setup) -> float:
        """Return the predicted time of a `setup` in seconds."""
        return self.factors.get(setup.method.key, 1.0) * self._bare(predict(setup))

    def _bare(self, cost: Cost) -> float:
        return self.seconds_per_flop * cost.flops + self.seconds_per_byte * cost.moved_bytes


def rates_of(results: Results) -> Rates | None:
    """Fit the rates to a measurement.

    The fit minimizes squared relative errors over all points; neither rate is negative. A method's factor is the
    geometric mean over its longer points.

    Args:
        results: The measurement.

    Returns:
        The rates, or None where no time was measured.
    """
    costs = {
        (method, length): (predict(results.plan.setup(method, length)), seconds)
        for method in results.plan.methods
        for length, seconds in results.seconds(method).items()
    }
    if not costs:
        return None
    shares = np.array([[cost.flops / seconds, cost.moved_bytes / seconds] for cost, seconds in costs.values()])
    bare = Rates(*_not_negative(shares))
    factors = {}
    for method in results.plan.methods:
        gaps = {
            length: math.log(seconds / bare._bare(cost))
            for (name, length), (cost, seconds) in costs.items()
            if name == method
        }
        chosen = [gap for length, gap in gaps.items() if length >= _LONG] or list(gaps.values())
        if chosen:
            factors[method] = math.exp(sum(chosen) / len(chosen))
    return Rates(bare.seconds_per_flop, bare.seconds_per_byte, factors)


def _not_negative(shares: np.ndarray) -> tuple[float, float]:
    """Return the two non-negative factors whose weighted sum of the columns is closest to 1."""
    ones = np.ones(len(shares))
    both, *_ = np.linalg.lstsq(shares, ones, rcond=None)
    if len(shares) > 1 and (both >= 0).all():
        return float(both[0]), float(both[1])
    alone = [float(column @ ones / (column @ column)) for column in shares.T]
    errors = [float(((column * rate - 1) ** 2).sum()) for column, rate in zip(shares.T, alone, strict=True)]
    return (alone[0], 0.0) if errors[0] <= errors[1] else (0.0, alone[1])


@dataclass(frozen=True, slots=True)
class Agreement:
    """The relative differences between predicted and measured peaks.

    Attributes:
        points: The number of points compared.
        middle: The median difference, as a share.
        largest: The largest difference, as a share.
        largest_at: Method, length, level and device of that point.
    """

    points: int
    middle: float
    largest: float
    largest_at: str


def agreement(results: Iterable[Results]) -> Agreement | None:
    """Compare predictions with all measured points of at least 20 MB.

    Args:
        results: The measurements.

    Returns:
        The differences, or None where no point is that large.
    """
    errors = [
        (
            abs(predict(each.plan.setup(point.method, point.length)).added_bytes / point.peak_bytes - 1),
            f"{Method.named(point.method).label}, {point.length:,} tokens, {_LEVELS[each.plan.level]}, "
            f"{each.plan.device}",
        )
        for each in results
        for point in each.memory
        if point.peak_bytes is not None and point.peak_bytes >= LEAST_BYTES
    ]
    if not errors:
        return None
    largest, worst = max(errors)
    return Agreement(len(errors), statistics.median(error for error, _ in errors), largest, worst)
