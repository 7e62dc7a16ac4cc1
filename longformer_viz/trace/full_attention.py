"""Full attention over the queries and keys of a run: its log-sum-exp, and where its largest weights lie.

Computed once a trace, in one pass over all pairs that keeps none of them; every pattern is measured against it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.trace.trace import LayerTrace, Trace

QUERY_TILE, KEY_TILE = 64, 1024
_LARGE_SCORE = 40.0  # of base 2
_LOG2_E = math.log2(math.e)  # scores are taken to base 2, whose exponential is three times faster here


@dataclass(frozen=True, slots=True)
class FullAttention:
    """What full attention over a run's own queries and keys leaves.

    log_sum_exp: float32 [layers, heads, n]; peaks: float32 [layers, heads, n / QUERY_TILE, n / KEY_TILE], the largest
    log weight in each tile of rows and keys, -inf in a tile of the run's global tokens alone.
    """

    log_sum_exp: Tensor
    peaks: Tensor

    @property
    def size_bytes(self) -> int:
        return self.log_sum_exp.nbytes + self.peaks.nbytes


def full_attention(trace: Trace, progress: Callable[[float], None] | None = None) -> FullAttention:
    """Log-sum-exp of every row over all keys, by the local projections, and the peaks of the tiles.

    progress: called with the part done (0 to 1), may raise to end the work.
    """
    depth, length = len(trace.layers), len(trace.tokens)
    log_sum_exp = torch.empty(depth, trace.heads, length)
    peaks = torch.empty(depth, trace.heads, -(-length // QUERY_TILE), -(-length // KEY_TILE))
    left_out = trace.is_global
    for number, kept in enumerate(trace.layers):
        query, key = kept.query.float() * _LOG2_E, kept.key.float()
        base = _base(kept)
        for start in range(0, length, QUERY_TILE):
            rows = slice(start, min(start + QUERY_TILE, length))
            lse, largest = _block(query[:, rows], key, base[:, rows])  # of base 2
            # What counts is the log weight: the largest score less the row's log-sum-exp.
            largest = (largest - lse[..., None]).masked_fill_(left_out[rows, None], -torch.inf)
            peaks[number, :, start // QUERY_TILE] = largest.amax(1) / _LOG2_E
            log_sum_exp[number, :, rows] = lse / _LOG2_E
            if progress is not None:
                progress((number + rows.stop / length) / depth)
    return FullAttention(log_sum_exp, peaks)


def _base(kept: LayerTrace) -> Tensor:
    """What to take from each row's scores [heads, n], of base 2, before the exponential: 0 where these are small.

    No row of full attention falls below the run's own log-sum-exp, so the sum of its exponentials never vanishes.
    """
    own = torch.nan_to_num(kept.log_sum_exp, neginf=0.0) * _LOG2_E
    return torch.where(own.abs() > _LARGE_SCORE, own, 0)


def _block(query: Tensor, key: Tensor, base: Tensor) -> tuple[Tensor, Tensor]:
    """Log-sum-exp [heads, q] over all keys, and the largest score [heads, q, tiles] of each tile; all of base 2."""
    total = torch.zeros_like(base)
    largest = []
    for keys in key.split(KEY_TILE, 1):
        scores = torch.bmm(query, keys.mT)  # [heads, query, key]
        largest.append(scores.amax(-1))
        if not float((largest[-1] - base).amax()) < 2 * _LARGE_SCORE:
            # Far above the run's own: its exponential would overflow.
            higher = torch.maximum(base, largest[-1])
            total *= torch.exp2(base - higher)
            base = higher
        if base.any():
            scores -= base[..., None]
        total += scores.exp2_().sum(-1)
    return total.log2_() + base, torch.stack(largest, -1)
