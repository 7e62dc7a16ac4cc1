"""A pattern that the controls beside the map tell, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longformer_viz.spec import InputError, check_dilation, check_window

_MOST_TYPED = 10_000


@dataclass(frozen=True, slots=True)
class PatternValues:
    """What the controls of the pattern stand at.

    Attributes:
        window: The full width in tokens.
        dilation: The distance between neighbouring keys.
        preset: The name of the choice of global tokens.
        step: The step between global tokens, for the choice that has one.
        positions: Global positions as they were typed, for the choice that takes them.
    """

    window: int
    dilation: int
    preset: str
    step: int
    positions: str

    @classmethod
    def told(cls, told: Any) -> "PatternValues | None":
        """Return what the browser told, or None where it is none."""
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
