"""Where a checkpoint's trained position embeddings can be repeated without a seam, measured on the table itself.

Neighbouring positions have similar embeddings, so the table is a curve. The paper's tiling jumps from its end to its
beginning. Every token there gets the first token's position, and with it far more attention than others. A seamless
tiling jumps where the curve comes closest to an earlier part of itself.
"""

import torch
from torch import Tensor

from longformer_viz.trace.position_tiling import PositionTiling

_STRETCH_SHARE = 32  # two parts of the curve are compared over this share of the table, at least _LEAST_STRETCH rows
_LEAST_STRETCH = 8
_USUAL_NORM = 1.5  # rows at the ends whose norm is more times the median, or less by as much, stand apart
_CLOSE = 0.75  # of the median distance of positions that far apart; rows that are no curve come no closer


def seamless_tiling(table: Tensor) -> PositionTiling | None:
    """Find where the curve of position embeddings comes closest to itself.

    Of every two stretches of rows that lie at least half a table apart, the two nearest to each other on average are
    joined at their last rows. Half a table, so that within half a window no position comes twice. The rows at both
    ends whose norm stands apart (a first token's, or positions that training rarely reached) are left out.

    Args:
        table: The trained position embeddings, `[positions, hidden]`.

    Returns:
        The tiling, or None where no two stretches are clearly nearer to each other than positions that far apart
        usually are.
    """
    first, last = _usual_rows(table)
    stretch, shortest_tile = max(_LEAST_STRETCH, len(table) // _STRETCH_SHARE), len(table) // 2
    rows = table[first:last].float()
    if len(rows) < shortest_tile + stretch:
        return None
    distances = torch.cdist(rows, rows, compute_mode="donot_use_mm_for_euclid_dist")
    nearest = []  # mean distance, length of the tile, where the earlier stretch begins
    for tile in range(shortest_tile, len(rows) - stretch + 1):
        means = distances.diagonal(-tile).unfold(0, stretch, 1).mean(-1)  # [earlier stretch]
        mean, begin = means.min(0)
        nearest.append((mean.item(), tile, int(begin)))
    mean, tile, begin = min(nearest)
    far_apart = torch.ones_like(distances, dtype=torch.bool).tril(-shortest_tile)
    if not mean < _CLOSE * distances[far_apart].median().item():
        return None
    start = first + begin + stretch - 1
    return PositionTiling(stop=start + tile, start=start)


def _usual_rows(table: Tensor) -> tuple[int, int]:
    """The first row, and the one after the last, whose norm does not stand apart."""
    norms = table.float().norm(dim=-1)
    median = norms.median()
    usual = ((norms <= median * _USUAL_NORM) & (norms >= median / _USUAL_NORM)).nonzero()
    return (int(usual[0]), int(usual[-1]) + 1) if len(usual) else (0, 0)
