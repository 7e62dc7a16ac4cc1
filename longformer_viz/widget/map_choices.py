"""What a reader chooses in the map: the values that there are, and checks of what a browser tells."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from longformer_viz.trace.trace import Trace
from longformer_viz.widget.text_parts import UNITS

MODES = ("square", "straight")
SCALES = ("log", "linear")
SORTS = ("layer", "entropy", "distance", "share")  # of the head grid


def checked(told: Mapping[str, Any], otherwise: Mapping[str, Any], trace: Trace) -> dict[str, Any]:
    """Return the values that the browser sent, with invalid ones replaced.

    Args:
        told: The values that the browser sent.
        otherwise: The values that replace invalid ones.
        trace: The run.

    Returns:
        A valid value for each name.
    """
    layer, head = told.get("layer"), told.get("head")
    percent = told.get("percent")
    return {
        "layer": layer if _is_index(layer, len(trace.layers)) else otherwise["layer"],
        "head": head if _is_index(head, trace.heads) else otherwise["head"],
        "locked": told.get("locked") if is_position(told.get("locked"), trace) else None,
        "unit": told.get("unit") if told.get("unit") in UNITS else otherwise["unit"],
        "mode": told.get("mode") if told.get("mode") in MODES else otherwise["mode"],
        "scale": told.get("scale") if told.get("scale") in SCALES else otherwise["scale"],
        "sort": told.get("sort") if told.get("sort") in SORTS else otherwise["sort"],
        "percent": int(percent) if isinstance(percent, int | float) and 50 <= percent <= 100 else 100,
        "place": checked_place(told.get("place")),
    }


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def is_position(value: Any, trace: Trace) -> bool:
    """Return whether a value is the position of a token.

    Args:
        value: The value, of any type.
        trace: The run.

    Returns:
        True if the run has such a token.
    """
    return _is_index(value, len(trace.tokens))


def checked_place(value: Any) -> tuple[float, float, float] | None:
    """Return a `value` as column, row and zoom of a view, or None if it is not valid."""
    try:
        x, y, zoom = (float(number) for number in value)
    except (TypeError, ValueError):
        return None
    return (x, y, zoom) if all(map(np.isfinite, (x, y, zoom))) and zoom >= 1 else None
