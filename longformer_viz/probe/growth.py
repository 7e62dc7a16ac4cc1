"""Growth rates of measured values, and the lengths at which two curves cross."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

_RAISED = str.maketrans("0123456789.-", "⁰¹²³⁴⁵⁶⁷⁸⁹·⁻")


@dataclass(frozen=True, slots=True)
class Growth:
    """A fit of `value = factor * length ** exponent`.

    Attributes:
        exponent: 1 means linear growth, 2 quadratic.
        factor: The fitted value at length 1.
        low: The shortest length of the fit, in tokens.
        high: The longest length.
        points: The number of values.
        spread: The standard deviation of the values from the fit, in natural logarithms.
    """

    exponent: float
    factor: float
    low: int
    high: int
    points: int
    spread: float

    @property
    def power(self) -> str:
        """The growth as a power of the length n, such as n¹·⁰²."""
        return "n" + f"{self.exponent:.2f}".translate(_RAISED)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A length at which two curves have the same value.

    Attributes:
        length: Tokens, interpolated between measured lengths.
        lower_below: The name of the curve that is lower below this length.
        lower_above: The name of the one that is lower above it.
    """

    length: int
    lower_below: str
    lower_above: str


def growth(values: Mapping[int, float]) -> Growth | None:
    """Fit a power law by least squares on logarithms.

    Args:
        values: Seconds, bytes or FLOPs by length. Zeros are ignored.

    Returns:
        The fit, or None with fewer than two values.
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
    """Find where two curves cross, by linear interpolation on logarithms.

    Args:
        first: Values by length.
        second: Values by length. Only lengths in both are used.
        names: The names of the two curves.

    Returns:
        The crossings, in order of length.
    """
    common = sorted(length for length in first if first[length] > 0 and second.get(length, 0) > 0)
    found = []
    gaps = [(length, math.log(first[length] / second[length])) for length in common]
    gaps = [(length, gap) for length, gap in gaps if gap]  # Equal values are not a crossing.
    for (low, before), (high, after) in itertools.pairwise(gaps):
        if before * after < 0:
            share = before / (before - after)
            length = round(math.exp(math.log(low) + share * (math.log(high) - math.log(low))))
            found.append(Crossing(length, *(names if before < 0 else names[::-1])))
    return tuple(found)
