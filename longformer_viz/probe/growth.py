"""What curves say: how fast a method grows, and where two of them cross."""

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


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two curves cross near `length`: below it the one named `lower` is, above it the other."""

    length: int
    lower_below: str
    lower_above: str


def growth(values: Mapping[int, float]) -> Growth | None:
    """The straight line of least squares through the logarithms; None for less than two points.

    values: by length, seconds, bytes or FLOPs; those that are 0 are left out.
    """
    chosen = {length: value for length, value in values.items() if value > 0}
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
