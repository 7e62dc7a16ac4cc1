"""What a reader has chosen in the map: head, selected token, visible part, and how weights are drawn."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from longformer_viz.spec import InputError, shown
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.map_choices import MODES, SCALES, SORTS, checked, is_position
from longformer_viz.widget.text_parts import UNITS

Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class MapView:
    """What the map shows of a run.

    Attributes:
        layer: The layer shown.
        head: The head shown.
        locked: The selected token, a query position, or None.
        sort: What the head grid is sorted by.
        unit: The unit selected around it: "token", "sentence" or "paragraph".
        place: Column, row and zoom of the visible part; None for the whole document.
        mode: "square" or "straight".
        scale: "log" or "linear".
        percent: Share of each row's weight that the drawn pairs carry, in per cent.

    Raises:
        InputError: An unknown mode, scale, sort or unit.
    """

    layer: int
    head: int
    locked: int | None = None
    place: Place | None = None
    mode: str = MODES[0]
    scale: str = SCALES[0]
    percent: int = 100
    unit: str = UNITS[0]
    sort: str = SORTS[0]

    def __post_init__(self) -> None:
        checks = (
            ("Mode", self.mode, MODES),
            ("Scale", self.scale, SCALES),
            ("Sort", self.sort, SORTS),
            ("Unit", self.unit, UNITS),
        )
        for name, value, allowed in checks:
            if value not in allowed:
                raise InputError(
                    f"{name} must be {' or '.join(allowed)}. You entered {shown(value)}. Try {allowed[0]}."
                )

    def told(self, told: Mapping[str, Any], trace: Trace) -> "MapView":
        """Return the view that the browser told. A value that makes no sense stays as it is here.

        Args:
            told: What the browser sent; anything.
            trace: The run that the map shows.
        """
        return MapView(**checked(told, asdict(self), trace))

    def within(self, trace: Trace) -> "MapView":
        """Return the view without a selected token that the document does not have."""
        return self if self.locked is None or is_position(self.locked, trace) else replace(self, locked=None)


def is_same(name: str, one: Any, other: Any) -> bool:
    """Return whether two values of a view are equal. A place may have been rounded on its way through an address.

    Args:
        name: The name of the value.
        one: A value.
        other: Another.
    """
    if name == "place" and one is not None and other is not None:
        return bool(np.allclose(one, other, rtol=1e-4, atol=1e-2))
    return one == other
