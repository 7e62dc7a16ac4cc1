"""The settings of attention: window, dilation and global tokens, checked when they are created."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, TypeGuard

MAX_WINDOW = 131_072
MAX_DILATION = 16_384
_MOST_BITS = 512  # Of a number that a message writes out.
_MOST_LAYERS = 10_000  # And heads in a layer.


class InputError(ValueError):
    """A wrong input; the message states the rule, the value and the cure."""


def shown(value: Any, limit: int = 60) -> str:
    """Return a value as text for an error message, on one line.

    Args:
        value: Any value.
        limit: Most characters.
    """
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:  # Python refuses to write thousands of digits.
        return f"a number of {int(value.bit_length() * math.log10(2)) + 1:,} digits"
    if type(value) is int:
        return f"{value:,}"
    if isinstance(value, str | bytes | list | tuple):
        value = value[: limit + 1]  # Only this much can be shown, and the rest may be long.
    try:
        text = re.sub(r"\s*\n\s*", " ", repr(value))
    except Exception:  # A number in a list with thousands of digits, a list in itself, or a class's own fault.
        text = ""
    if not text.isprintable() or not text or re.match(r"<.* at 0x", text):
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def named_type(value: Any) -> str:
    """Return the name of a `value`'s type for an error message; None has the name "None"."""
    return "None" if value is None else type(value).__name__


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 key" or "1,200 keys".

    Args:
        number: How many.
        noun: In the singular.
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def is_whole(value: Any) -> TypeGuard[int]:
    """Return whether a `value` is a whole number of any integer type, booleans excluded."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_window(window: Any, where: str = "Window") -> int:
    """Return the window if it is an even number from 2 to `MAX_WINDOW`.

    Args:
        window: The full width in tokens.
        where: Its name, for the error.

    Raises:
        InputError: It is not.
    """
    rule = f"{where} must be an even number from 2 to {MAX_WINDOW:,}"
    if not is_whole(window):
        raise InputError(f"{rule}. You entered {shown(window)}. Try 256.")
    if not 2 <= window <= MAX_WINDOW:
        raise InputError(f"{rule}. You entered {shown(window)}. Try {2 if window < 2 else MAX_WINDOW}.")
    if window % 2:
        raise InputError(
            f"{rule}. You entered {shown(window)}. Try {window + 1 if window < MAX_WINDOW else window - 1}."
        )
    return int(window)


def check_dilation(dilation: Any, where: str = "Dilation") -> int:
    """Return the dilation if it is a whole number from 1 (none) to `MAX_DILATION`.

    Args:
        dilation: Distance between neighbouring keys.
        where: Its name, for the error.

    Raises:
        InputError: It is not.
    """
    if not is_whole(dilation) or not 1 <= dilation <= MAX_DILATION:
        raise InputError(
            f"{where} must be a whole number from 1 (none) to {MAX_DILATION:,}. You entered {shown(dilation)}. Try 1."
        )
    return int(dilation)


def check_index(value: Any, count: int, name: str) -> int:
    """Return the number of a layer, head or token if it exists.

    Args:
        value: Counted from 0.
        count: How many there are.
        name: For the error, such as `"Layer"`.

    Raises:
        InputError: It is no whole number from 0 to `count - 1`.
    """
    if not is_whole(value) or not 0 <= value < count:
        raise InputError(f"{name} must be a number from 0 to {count - 1:,}. You entered {shown(value)}. Try 0.")
    return int(value)


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """The band of one layer.

    Attributes:
        window: The full, even width in tokens.
        dilations: One a head.
    """

    window: int
    dilations: tuple[int, ...]

    @property
    def one_sided_window(self) -> int:
        """Number of keys on each side of a query."""
        return self.window // 2


def is_own_band(layers: Sequence[LayerSpec], own_windows: Sequence[int]) -> bool:
    """Return whether layers have a model's own windows, without dilation.

    Args:
        layers: Window and dilations of each layer.
        own_windows: The model's own window of each layer, in tokens.

    Returns:
        True if all windows are equal and no head is dilated.
    """
    windows = tuple(layer.window for layer in layers)
    return windows == tuple(own_windows) and all(set(layer.dilations) == {1} for layer in layers)


@dataclass(frozen=True, slots=True)
class AttentionSpec:
    """Window, dilation and global tokens of one run (Beltagy et al. 2020, section 3.1).

    Attributes:
        window: Full, even width as Hugging Face counts it: `window / 2` keys on each side (AllenAI's code counts one
            side). None for the model's own, one int, or one int per layer.
        dilation: Key offsets are multiples of it; 1 means none. One int, one int per layer, or a tuple of one int per
            head in place of a layer's int.
        global_positions: Positions in the encoded document (`<s>` is 0), the same in every layer. None leaves the
            choice to the task, `()` means none.

    Raises:
        InputError: A value is invalid.
    """

    window: int | tuple[int, ...] | None = None
    dilation: int | tuple[int | tuple[int, ...], ...] = 1
    global_positions: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "window", _checked_window(self.window))
        object.__setattr__(self, "dilation", _checked_dilation(self.dilation))
        object.__setattr__(self, "global_positions", _checked_positions(self.global_positions))

    def layers(self, own_windows: Sequence[int], heads: int) -> tuple[LayerSpec, ...]:
        """Return the band of every layer of a model.

        Args:
            own_windows: The model's windows, one per layer.
            heads: Heads in a layer.

        Raises:
            InputError: The number of layers or heads differs from the model's.
        """
        depth = len(_checked_sequence(own_windows, "The model's windows", "(512, 512)"))
        return tuple(self.layer(index, depth, window, heads) for index, window in enumerate(own_windows))

    def layer(self, index: int, depth: int, own_window: int, heads: int) -> LayerSpec:
        """Return the band of one layer of a model.

        Args:
            index: Index of the layer, from 0.
            depth: Number of layers.
            own_window: The layer's own window.
            heads: Heads in a layer.

        Raises:
            InputError: The number of layers or heads differs from the model's.
        """
        _checked_count(depth, "The number of layers", _MOST_LAYERS)
        check_index(index, depth, "Layer")
        _checked_count(heads, "The number of heads", _MOST_LAYERS)
        _checked_count(own_window, "The model's window")
        windows = own_window if self.window is None else self.window
        window = _per_layer(windows, depth, "Window")[index]
        dilation = _per_layer(self.dilation, depth, "Dilation")[index]
        return LayerSpec(window, _per_head(dilation, heads, index))

    def positions_in(self, length: int) -> tuple[int, ...]:
        """Return the global positions in a document; the first token if the spec leaves them open.

        Args:
            length: Number of tokens in the document.

        Returns:
            The positions.

        Raises:
            InputError: If a position is outside the document.
        """
        _checked_count(length, "The number of tokens")
        positions = (0,) if self.global_positions is None else self.global_positions
        outside = [position for position in positions if position >= length]
        if outside:
            raise InputError(
                f"A global position must lie in the document, from 0 to {length - 1:,}. "
                f"You entered {shown(outside[0])}. Remove it, or use a longer document."
            )
        return positions


def _checked_window(window: Any) -> int | tuple[int, ...] | None:
    if window is None or is_whole(window):
        return None if window is None else check_window(window)
    if isinstance(window, Sequence) and not isinstance(window, str | bytes) and window:
        return tuple(check_window(value, f"Window of layer {layer}") for layer, value in enumerate(window))
    return check_window(window)


def _checked_dilation(dilation: Any) -> int | tuple[int | tuple[int, ...], ...]:
    if isinstance(dilation, Sequence) and not isinstance(dilation, str | bytes) and dilation:
        return tuple(_checked_layer_dilation(value, layer) for layer, value in enumerate(dilation))
    return check_dilation(dilation)


def _checked_layer_dilation(dilation: Any, layer: int) -> int | tuple[int, ...]:
    if isinstance(dilation, Sequence) and not isinstance(dilation, str | bytes) and dilation:
        return tuple(
            check_dilation(value, f"Dilation of layer {layer}, head {head}") for head, value in enumerate(dilation)
        )
    return check_dilation(dilation, f"Dilation of layer {layer}")


def _checked_positions(positions: Any) -> tuple[int, ...] | None:
    if positions is None:
        return None
    rule = "Global positions must be whole numbers from 0"
    if isinstance(positions, str | bytes) or not isinstance(positions, Sequence | set | frozenset | range):
        raise InputError(f"{rule}, in a tuple. You entered {shown(positions)}. Try (0,).")
    for position in positions:
        if not is_whole(position) or position < 0:
            raise InputError(f"{rule}. You entered {shown(position)}. Try (0,).")
    return tuple(sorted({int(position) for position in positions}))


def _checked_count(count: Any, name: str, most: int = 2**62) -> None:
    if not is_whole(count) or not 1 <= count <= most:
        raise InputError(f"{name} must be a whole number from 1 to {most:,}. You entered {shown(count)}. Try 6.")


def _checked_sequence(values: Any, name: str, cure: str) -> Sequence[Any]:
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise InputError(f"{name} must be a tuple or a list. You entered {shown(values)}. Try {cure}.")
    return values


def _per_layer(value: Any, depth: int, name: str) -> tuple:
    if is_whole(value):
        return (value,) * depth
    if len(value) != depth:
        raise InputError(
            f"{name} must be one number, or one for each of the model's {depth} layers. "
            f"You entered {len(value)}. Set "
            f"{depth}, or one for all layers."
        )
    return tuple(value)


def _per_head(dilation: int | tuple[int, ...], heads: int, layer: int) -> tuple[int, ...]:
    if isinstance(dilation, int):
        return (dilation,) * heads
    if len(dilation) != heads:
        raise InputError(
            f"Dilation of layer {layer} must be one number, or one for each of its {heads} heads. "
            f"You entered {len(dilation)}. Set {heads}, or one for all heads."
        )
    return dilation
