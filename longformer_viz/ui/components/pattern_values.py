"""The values of the pattern controls beside the map, as the browser sent them and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longformer_viz.spec import InputError, check_dilation, check_window

_MOST_TYPED = 10_000


@dataclass(frozen=True, slots=True)
class PatternValues:
    """The values of the pattern controls.

    Attributes:
        window: The full width in tokens.
        dilation: Distance between neighbouring keys.
        preset: Name of the choice of global tokens.
        step: Step between global tokens, for the choice that has one.
        positions: Global positions as the visitor typed them, for the choice that takes them.
    """

    window: int
    dilation: int
    preset: str
    step: int
    positions: str

    @classmethod
    def told(cls, told: Any) -> "PatternValues | None":
        """Parse the value `told` that the browser sent; None if it is not valid."""
        if not isinstance(told, Mapping):
            return None
        try:
            window, dilation = check_window(told["window"]), check_dilation(told["dilation"])
            step = check_dilation(told["step"])
        except (KeyError, InputError):
            return None
        preset, positions = told.get("preset"), told.get("positions")
        if not isinstance(preset, str) or not isinstance(positions, str) or len(positions) > _MOST_TYPED:
            return None
        return cls(window, dilation, preset, step, positions)
