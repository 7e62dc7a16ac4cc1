"""Checks of arguments that many public functions share. Each costs the same for any value."""

from collections.abc import Sequence
from contextlib import suppress
from numbers import Real
from typing import Any, TypeVar

from longformer_viz.spec import AttentionSpec, InputError, is_whole, shown

Value = TypeVar("Value")
MAKE_RUN = "Make it with run(model, text)."
"""The cure where a recorded run is missing."""


def check_type(value: Any, kind: type[Value], name: str, cure: str) -> Value:
    """Return the value if it is of a type.

    Args:
        value: The value.
        kind: The type.
        name: The value's name for the error, such as "A run".
        cure: What to do, as a sentence.

    Raises:
        InputError: It is of another type.
    """
    if not isinstance(value, kind):
        raise InputError(f"{name} must be of type {kind.__name__}. You entered {shown(value)}. {cure}")
    return value


def check_flag(value: Any, name: str) -> bool:
    """Return the value if it is True or False, of Python or of NumPy.

    Args:
        value: The value.
        name: The value's name for the error.

    Raises:
        InputError: It is anything else.
    """
    if type(value).__name__ not in ("bool", "bool_"):
        raise InputError(f"{name} must be True or False. You entered {shown(value)}. Try False.")
    return bool(value)


def check_text(value: Any, name: str, cure: str = "Pass a text in quotes.") -> str:
    """Return the value if it is a text.

    Args:
        value: The value.
        name: The value's name for the error, such as "A document".
        cure: What to do, as a sentence.

    Raises:
        InputError: It is not.
    """
    if not isinstance(value, str):
        raise InputError(f"{name} must be a text. You entered {shown(value)}. {cure}")
    return value


def check_whole(value: Any, name: str, least: int, most: int, cure: int) -> int:
    """Return the value if it is a whole number in a range.

    Args:
        value: The value.
        name: The number's name for the error.
        least: Smallest number.
        most: Largest number.
        cure: The number that the error suggests.

    Raises:
        InputError: It is out of the range or not a whole number.
    """
    if not is_whole(value) or not least <= value <= most:
        raise InputError(
            f"{name} must be a whole number from {least:,} to {most:,}. You entered {shown(value)}. Try {cure:,}."
        )
    return int(value)


def check_count(value: Any, name: str = "count") -> int:
    """Return the value if it is a whole number of 1 or more, such as a number of results at most.

    Args:
        value: The value.
        name: The number's name for the error.

    Raises:
        InputError: It is not.
    """
    if not is_whole(value) or value < 1:
        raise InputError(f"{name} must be a whole number of 1 or more. You entered {shown(value)}. Try 20.")
    return int(min(value, 2**62))  # What follows counts in 64 bits.


def check_number(value: Any, name: str) -> float:
    """Return the value if it is a number, infinite ones and NaN, which marks a missing value, included.

    Args:
        value: The value.
        name: The number's name for the error.

    Raises:
        InputError: It is not, or is too large for a float.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        with suppress(OverflowError):
            return float(value)
    raise InputError(f"{name} must be a number. You entered {shown(value)}. Try 0.0.")


def check_choice(value: Any, choices: Sequence[str], name: str) -> str:
    """Return the value if it is one of the choices.

    Args:
        value: The value.
        choices: The choices.
        name: The value's name in the error.

    Raises:
        InputError: If it is not.
    """
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}. You entered {shown(value)}. Try {choices[0]}.")
    return value


def check_values(value: Any, name: str, cure: str) -> Sequence[Any]:
    """Return the value if it holds several values in an order, as a list, a tuple or a range does.

    Args:
        value: The value.
        name: The value's name for the error, such as "windows".
        cure: What to do, as a sentence.

    Raises:
        InputError: It is not, or is a text.
    """
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise InputError(f"{name} must be a list or a tuple. You entered {shown(value)}. {cure}")
    return value


def check_spec(value: Any) -> AttentionSpec:
    """Return an attention pattern; the model's own for None.

    Args:
        value: The pattern.

    Raises:
        InputError: It is neither an `AttentionSpec` nor None.
    """
    if value is None:
        return AttentionSpec()
    return check_type(value, AttentionSpec, "spec", "Try AttentionSpec(window=256).")


def check_slice(value: Any, name: str) -> slice:
    """Return the value if it is a slice of positions that goes forward.

    Args:
        value: The value.
        name: The slice's name for the error.

    Raises:
        InputError: It is not.
    """
    is_slice = isinstance(value, slice)
    is_whole_slice = is_slice and all(end is None or is_whole(end) for end in (value.start, value.stop, value.step))
    if not is_whole_slice or (value.step is not None and value.step < 1):
        raise InputError(
            f"{name} must be a slice of whole numbers that goes forward. You entered {shown(value)}. "
            "Try slice(0, 128)."
        )
    return value


def check_callable(value: Any, name: str = "progress") -> None:
    """Check that a value is a function, or None.

    Args:
        value: The value.
        name: The value's name for the error.

    Raises:
        InputError: It is neither.
    """
    if value is not None and not callable(value):
        raise InputError(f"{name} must be a function or None. You entered {shown(value)}. Leave it out.")


def check_ranges(values: Any, last: int, name: str, least: int = 0) -> list[tuple[int, int]]:
    """Return pairs of positions, the smaller one first.

    Args:
        values: The pairs.
        last: The largest position.
        name: The pairs' name for the error.
        least: The second position is at least this much larger.

    Raises:
        InputError: It is no list of such pairs.
    """
    found = []
    for pair in check_values(values, name, "Try [(0, 8)]."):
        is_pair = isinstance(pair, Sequence) and len(pair) == 2 and all(map(is_whole, pair))
        if not is_pair or not 0 <= pair[0] <= pair[1] - least <= last - least:
            raise InputError(
                f"{name} must be pairs of positions from 0 to {last:,}, the smaller one first. "
                f"You entered {shown(pair)}. Try [(0, {min(8, last)})]."
            )
        found.append((int(pair[0]), int(pair[1])))
    return found
