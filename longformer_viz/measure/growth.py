"""What curves say: how fast a method grows, where two of them cross, and which length reaches a limit."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Growth:
    """`value = factor * length ** exponent`, fitted to the lengths from `low` to `high`.

    points: how many there were; spread: the standard deviation of the points about the line, as a share of the value.
    """

    exponent: float
    factor: float
    low: int
    high: int
    points: int
    spread: float

    def at(self, length: float) -> float:
        """The fitted value at a length."""
        return self.factor * length**self.exponent

    def length_of(self, value: float) -> float:
        """The length at which the fitted line has this value."""
        return (value / self.factor) ** (1 / self.exponent)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two curves cross near `length`: below it the one named `lower` is, above it the other."""

    length: int
    lower_below: str
    lower_above: str


def growth(values: Mapping[int, float], low: int | None = None, high: int | None = None) -> Growth | None:
    """The straight line of least squares through the logarithms; None for less than two points.

    values: positive, by length (seconds, bytes or FLOPs); low, high: the lengths to fit, ends included; None is all.
    """
    chosen = {
        length: value
        for length, value in values.items()
        if value > 0 and (low is None or length >= low) and (high is None or length <= high)
    }
    if len(chosen) < 2:
        return None
    x, y = np.log(list(chosen)), np.log(list(chosen.values()))
    exponent, offset = np.polyfit(x, y, 1)
    rest = y - (exponent * x + offset)
    return Growth(float(exponent), math.exp(offset), min(chosen), max(chosen), len(chosen), float(rest.std()))


def crossings(
    first: Mapping[int, float], second: Mapping[int, float], names: tuple[str, str] = ("first", "second")
) -> tuple[Crossing, ...]:
    """Where two curves cross between lengths that both were measured at, straight in logarithms."""
    common = sorted(length for length in first if first[length] > 0 and second.get(length, 0) > 0)
    found = []
    gaps = [(length, math.log(first[length] / second[length])) for length in common]
    gaps = [(length, gap) for length, gap in gaps if gap]  # a touch is no crossing
    for (low, before), (high, after) in itertools.pairwise(gaps):
        if before * after < 0:
            share = before / (before - after)
            length = round(math.exp(math.log(low) + share * (math.log(high) - math.log(low))))
            found.append(Crossing(length, *(names if before < 0 else names[::-1])))
    return tuple(found)


def length_at(values: Mapping[int, float], limit: float) -> tuple[int, bool] | None:
    """The longest length whose value stays within a limit, and whether it lies beyond the measured ones.

    Between two points straight in logarithms; beyond them along the last two. None for less than two points, or where
    the shortest is over the limit already.
    """
    points = sorted((length, value) for length, value in values.items() if value > 0)
    if len(points) < 2 or points[0][1] > limit:
        return None
    for (low, under), (high, over) in itertools.pairwise(points):
        if over > limit:
            share = math.log(limit / under) / math.log(over / under)
            return math.floor(low * (high / low) ** share), False
    line = growth(dict(points[-2:]))
    if line.exponent <= 0:
        return None
    return math.floor(line.length_of(limit)), True
