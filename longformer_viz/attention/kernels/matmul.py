"""Attention of a group of blocks by matrix products, in groups small enough that scores stay in the CPU's cache.

Weights use exp2 without subtracting the row maximum, so a score passes through two products, one power and one sum.
Where a row's sum shows that a number left float32's safe range, the fused kernel computes the group again. In
bfloat16 scores are rounded between the two products, as in every implementation that stores them.
"""

import math

import torch
from torch import Tensor

from longformer_viz.attention import cpu_backend
from longformer_viz.attention.kernels.fused import fused_in_band

GROUP_SCORES = 2**20
SMALLEST_SUM = 2.0**-80  # The weights that underflow in such a row do not change its digits.
LARGEST_SUM = 2.0**100  # This leaves room for the values that weights are multiplied with.


def prefers_matmul(query: Tensor) -> bool:
    """Return whether matrix products are faster than the fused kernel for the device and type of `query`."""
    if query.device.type != "cpu":
        return False
    return query.dtype == torch.float32 or (query.dtype == torch.bfloat16 and cpu_backend.prefers_bfloat16_matmul())


def blocks_at_a_time(blocks: int, rows: int, width: int) -> int:
    """Return how many blocks form a group, the same number for each thread.

    Args:
        blocks: That there are.
        rows: Queries of a block.
        width: Keys of a block.
    """
    threads = torch.get_num_threads()
    return min(blocks, max(threads, GROUP_SCORES // (rows * width) // threads * threads))


def matmul_in_band(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    band: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
    keep: Tensor | None = None,
) -> None:
    """Compute attention inside blocks, into `output` and `log_sum_exp`.

    The output of a row with no visible key is undefined.

    Args:
        query: `[outer, inner, rows, d]`, not scaled; outer and inner are blocks and heads in either order.
        key: `[outer, inner, keys, d]`.
        value: `[outer, inner, keys, d]`.
        band: Bool `[rows, keys]`, the pairs that may attend: the first row has the first key, the last row the last.
            None for all pairs.
        output: Result, `[outer, inner, rows, d]`.
        log_sum_exp: Result, float32 `[outer, inner, rows]`.
        keep: Bool `[outer or 1, inner or 1, keys]`, the keys that may be seen; None for all.
    """
    outer, inner, rows, head_size = query.shape
    width = key.shape[2]
    group = blocks_at_a_time(inner, rows, width)
    weights_of_group = query.new_empty(group, rows, width)
    mixed_of_group = query.new_empty(group, rows, head_size)
    sums = query.new_empty(outer, inner, rows, dtype=torch.float32)
    scale = math.log2(math.e) / math.sqrt(head_size)
    cuts = [] if band is None else _cuts(band, query.dtype)
    parts = [(number, slice(start, start + group)) for number in range(outer) for start in range(0, inner, group)]
    if keep is not None:
        keep = None if keep.all() else keep.expand(outer, inner, width)
    for part in parts:
        size = len(query[part])
        weights, mixed = weights_of_group[:size], mixed_of_group[:size]
        torch.baddbmm(weights, query[part], key[part].mT, beta=0, alpha=scale, out=weights).exp2_()
        for columns, seen in cuts:
            weights[..., columns].mul_(seen)
        if keep is not None and not keep[part].all():
            weights.mul_(keep[part][:, None])
        torch.sum(weights, -1, dtype=torch.float32, out=sums[part])
        torch.bmm(weights, value[part], out=mixed)
        torch.div(mixed, sums[part][..., None], out=output[part])
    torch.log(sums, out=log_sum_exp)
    safe = (sums > SMALLEST_SUM) & (sums < LARGEST_SUM)
    if not safe.all():
        for part in parts:
            kept = None if keep is None else keep[part]
            if not _sees_nothing(safe[part], band, kept):
                queries, keys, values = (tensor[part][None] for tensor in (query, key, value))
                into, lse = output[part][None], log_sum_exp[part][None]
                fused_in_band(queries, keys, values, band, into, lse, None if kept is None else kept[None])


def _cuts(band: Tensor, dtype: torch.dtype) -> list[tuple[slice, Tensor]]:
    """Return the columns at both ends that not every row sees, each with 1 where a row sees it and 0 elsewhere."""
    width = band.shape[1]
    ends = (slice(0, width - int(band[-1].sum())), slice(int(band[0].sum()), width))
    return [(columns, band[:, columns].to(dtype)) for columns in ends if columns.start < columns.stop]


def _sees_nothing(safe: Tensor, band: Tensor | None, keep: Tensor | None) -> bool:
    """Return whether each row `[inner, rows]` that is not safe attends to no key; keep: bool `[inner, keys]`."""
    if keep is None:
        return bool(safe.all())
    doubtful = ~safe.all(-1) & keep.any(-1)  # [inner]
    seen = keep[doubtful, None]
    if band is not None:
        seen = seen & band  # [doubtful, rows, keys]
    return bool((safe[doubtful] | ~seen.any(-1)).all())
