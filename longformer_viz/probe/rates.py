"""From FLOPs and bytes to seconds: two rates of a machine, fitted to what was measured on it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from longformer_viz.cost.prediction import Cost, predict
from longformer_viz.cost.setup import Setup
from longformer_viz.probe.results import Results

_LONG = 2048  # from here on what a call costs beside its work no longer counts


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds a FLOP and a byte moved, of all methods together, and how much slower each method is than those say."""

    seconds_a_flop: float
    seconds_a_byte: float
    factors: Mapping[str, float] = field(default_factory=dict)

    def seconds(self, setup: Setup) -> float:
        """The predicted time of a setup on that machine."""
        return self.factors.get(setup.method.key, 1.0) * self._bare(predict(setup))

    def _bare(self, cost: Cost) -> float:
        return self.seconds_a_flop * cost.flops + self.seconds_a_byte * cost.moved_bytes


def rates_of(results: Results) -> Rates | None:
    """The rates that a measurement shows, None where it has no times.

    Least squares of relative errors over all its points, neither rate below 0; each method's factor is the geometric
    mean over its longer points.
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
    return Rates(bare.seconds_a_flop, bare.seconds_a_byte, factors)


def _not_negative(shares: np.ndarray) -> tuple[float, float]:
    """The two numbers of 0 or more whose sum with these shares comes closest to 1."""
    ones = np.ones(len(shares))
    both, *_ = np.linalg.lstsq(shares, ones, rcond=None)
    if len(shares) > 1 and (both >= 0).all():
        return float(both[0]), float(both[1])
    alone = [float(column @ ones / (column @ column)) for column in shares.T]
    errors = [float(((column * rate - 1) ** 2).sum()) for column, rate in zip(shares.T, alone, strict=True)]
    return (alone[0], 0.0) if errors[0] <= errors[1] else (0.0, alone[1])
