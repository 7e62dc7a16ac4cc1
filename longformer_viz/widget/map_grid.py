"""The head grid in a payload: a header and one array of thumbnails."""

import math

import numpy as np
from torch import Tensor

from longformer_viz.trace.heads import HeadGrid


def grid_payload(grid: HeadGrid) -> tuple[dict, dict[str, np.ndarray]]:
    """Return the head grid's header and arrays.

    Args:
        grid: Thumbnails and figures of all heads.

    Returns:
        The header, whose lists are ordered layer by layer with None for a figure that is not a number, and the array
        `grid_thumbs`, uint8 `[layers * heads, rows, columns]`. `half` and `dilation` tell the browser which corners
        of a thumbnail are outside the document.
    """
    *_, rows, columns = grid.thumbnails.shape
    header = {
        "rows": rows,
        "columns": columns,
        "entropy": _figures(grid.entropy_bits),
        "distance": _figures(grid.distance_tokens),
        "share": _figures(grid.global_share),
        "half": grid.half.flatten().tolist(),
        "dilation": grid.dilation.flatten().tolist(),
    }
    return header, {"grid_thumbs": grid.thumbnails.flatten(0, 1).contiguous().numpy()}


def _figures(values: Tensor) -> list[float | None]:
    return [float(f"{value:.4g}") if math.isfinite(value) else None for value in values.flatten().tolist()]
