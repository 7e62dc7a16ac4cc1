"""Find which trained position embeddings can be repeated without a seam.

Neighbouring positions have similar embeddings, so the table is a curve. The paper's tiling jumps from its end to its
beginning: a token there has the first token's position and receives far more attention than others. A seamless tiling
jumps where the curve comes closest to an earlier part of itself.
"""

import torch
from torch import Tensor

from longformer_viz.trace.position_tiling import PositionTiling

_RANGE_SHARE = 32  # Two parts of the curve are compared over 1/32 of the table, but at least 8 rows.
_LEAST_ROWS = 8
_USUAL_NORM = 1.5  # Norms from median / 1.5 to median * 1.5 are usual.
_CLOSE = 0.75  # Share of the median distance of positions this far apart.


def seamless_tiling(table: Tensor) -> PositionTiling | None:
    """Find where the curve of position embeddings comes closest to itself.

    Of all pairs of row ranges that are at least half a table apart, the pair with the smallest mean distance is
    joined at the last rows. At half a table's distance, no position occurs twice within half a window. Rows at both
    ends with an unusual norm (the first token's, or positions that training rarely reached) are left out.

    Args:
        table: The trained position embeddings, `[positions, hidden]`.

    Returns:
        The tiling, or None where no two ranges are clearly closer than positions at this distance usually are.
    """
    first, last = _usual_rows(table)
    span_rows, shortest_tile = max(_LEAST_ROWS, len(table) // _RANGE_SHARE), len(table) // 2
    rows = table[first:last].float()
    if len(rows) < shortest_tile + span_rows:
        return None
    distances = torch.cdist(rows, rows, compute_mode="donot_use_mm_for_euclid_dist")
    nearest = []  # Mean distance, length of the tile, first row of the earlier range.
    for tile in range(shortest_tile, len(rows) - span_rows + 1):
        means = distances.diagonal(-tile).unfold(0, span_rows, 1).mean(-1)  # [first row of the earlier range]
        mean, begin = means.min(0)
        nearest.append((mean.item(), tile, int(begin)))
    mean, tile, begin = min(nearest)
    far_apart = torch.ones_like(distances, dtype=torch.bool).tril(-shortest_tile)
    if not mean < _CLOSE * distances[far_apart].median().item():
        return None
    start = first + begin + span_rows - 1
    return PositionTiling(stop=start + tile, start=start)


def _usual_rows(table: Tensor) -> tuple[int, int]:
    """Return the first row with a usual norm, and the row after the last."""
    norms = table.float().norm(dim=-1)
    median = norms.median()
    usual = ((norms <= median * _USUAL_NORM) & (norms >= median / _USUAL_NORM)).nonzero()
    return (int(usual[0]), int(usual[-1]) + 1) if len(usual) else (0, 0)
