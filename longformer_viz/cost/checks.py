"""Check the values of setups and plans."""

import re
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

from longformer_viz.cost.methods import LEAST_LENGTH, MOST_LENGTH, MOST_LENGTHS
from longformer_viz.spec import InputError, shown

MOST = 10**18  # Products of a few such numbers still fit a float.


def check_lengths(lengths: Any) -> tuple[int, ...]:
    """Check lengths, and return each once in ascending order.

    Args:
        lengths: Whole numbers of tokens.

    Raises:
        InputError: If one is not a whole number, or outside the allowed range.
    """
    rule = f"Lengths must be whole numbers from {LEAST_LENGTH} to {MOST_LENGTH:,}"
    if isinstance(lengths, str | bytes) or not isinstance(lengths, Sequence | set | frozenset | range):
        raise InputError(f"{rule}, in a list. You entered {shown(lengths)}. Try [512, 1024, 2048].")
    if not lengths:
        raise InputError(f"{rule}. You entered none. Try [512, 1024, 2048].")
    if len(lengths) > MOST_LENGTHS:
        raise InputError(
            f"A plan can have at most {MOST_LENGTHS} lengths. You entered {len(lengths):,}. Remove some."
        )
    for length in lengths:
        if not isinstance(length, Integral) or isinstance(length, bool):
            raise InputError(f"{rule}. You entered {shown(length)}. Try 4,096.")
        length = int(length)
        if not LEAST_LENGTH <= length <= MOST_LENGTH:
            cure = LEAST_LENGTH if length < LEAST_LENGTH else MOST_LENGTH
            raise InputError(f"{rule}. You entered {shown(length)}. Try {cure:,}.")
    return tuple(sorted({int(length) for length in lengths}))


def typed_lengths(text: str) -> tuple[int, ...]:
    """Read lengths separated by commas, spaces or semicolons.

    Args:
        text: Such as "512, 1024"; numbers have no thousands separator.

    Raises:
        InputError: If one is not a whole number, or outside the allowed range.
    """
    words = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    return check_lengths([int(word) if re.fullmatch(r"[0-9]{1,18}", word) else word for word in words])


def check_positive(value: Any, name: str, whole: bool = False) -> Any:
    """Return the number if it is above 0.

    Args:
        value: The number.
        name: The number's name in the error.
        whole: Whether it must be a whole number.

    Raises:
        InputError: If it is not.
    """
    number = None
    if isinstance(value, Integral) and whole and not isinstance(value, bool):
        number = int(value)
    elif isinstance(value, Real) and not whole and not isinstance(value, bool):
        number = float(value) if value < MOST else None
    if number is None or not 0 < number < MOST:
        what = "a whole number" if whole else "a number"
        raise InputError(f"{name} must be {what} above 0 and below 10**18. You entered {shown(value)}. Try 1.")
    return number
