"""Full attention over the queries and keys of a run: its log-sum-exp, and the largest weight of each tile.

It is computed once a trace, in one pass over all pairs that stores none of them. Every pattern is compared with it.
In a causal layer, full attention has no pair of a query and a later key.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from longformer_viz.checks import MAKE_RUN, check_callable, check_type
from longformer_viz.trace.layer_trace import LayerTrace
from longformer_viz.trace.score_rule import ScoreRule
from longformer_viz.trace.trace import Trace

QUERY_TILE, KEY_TILE = 64, 1024
_LARGE_SCORE = 40.0  # To base 2.
_LOG2_E = math.log2(math.e)  # Scores are to base 2, whose exponential is three times as fast.


@dataclass(frozen=True, slots=True)
class FullAttention:
    """The result of full attention over a run's queries and keys.

    Attributes:
        log_sum_exp: Float32 `[layers, heads, n]`, over the tokens; sinks take no part in it.
        peaks: Float32 `[layers, heads, n / QUERY_TILE, n / KEY_TILE]`, the largest log weight in each tile of rows
            and keys; -inf in a tile of global tokens or of later keys only.
    """

    log_sum_exp: Tensor
    peaks: Tensor

    @property
    def size_bytes(self) -> int:
        """Memory of the tensors, in bytes."""
        return self.log_sum_exp.nbytes + self.peaks.nbytes


def full_attention(trace: Trace, progress: Callable[[float], None] | None = None) -> FullAttention:
    """Compute full attention by the local projections: log-sum-exps and the peaks of the tiles.

    Args:
        trace: The run.
        progress: Called with the fraction that is done; it may raise to end the work.

    Raises:
        InputError: An argument is of another type.
    """
    check_type(trace, Trace, "A run", MAKE_RUN)
    check_callable(progress)
    depth, length = len(trace.layers), len(trace.tokens)
    log_sum_exp = torch.empty(depth, trace.heads, length)
    peaks = torch.empty(depth, trace.heads, -(-length // QUERY_TILE), -(-length // KEY_TILE))
    is_excluded = trace.is_global
    for number, (recorded, is_causal) in enumerate(zip(trace.layers, trace.causal_layers, strict=True)):
        query, key = recorded.query.float() * _LOG2_E, recorded.key.float()
        base, rule = _base(recorded), recorded.rule.times(_LOG2_E)
        for start in range(0, length, QUERY_TILE):
            rows = slice(start, min(start + QUERY_TILE, length))
            lse, largest = (part / _LOG2_E for part in _block(query, key, base[:, rows], rule, rows, is_causal))
            # A log weight is the score minus the row's log-sum-exp.
            largest = largest - recorded.rule.with_sinks(lse, rows=rows)[..., None]
            largest = largest.masked_fill_(is_excluded[rows, None], -math.inf).amax(1)  # [heads, tiles]
            spare = peaks.shape[-1] - largest.shape[-1]
            peaks[number, :, start // QUERY_TILE] = pad(largest, (0, spare), value=-math.inf)
            log_sum_exp[number, :, rows] = lse
            if progress is not None:
                progress((number + rows.stop / length) / depth)
    return FullAttention(log_sum_exp, peaks)


def _base(recorded: LayerTrace) -> Tensor:
    """Return what to subtract from each row's scores before the exponential, `[heads, n]` to base 2; 0 if small.

    The log-sum-exp of full attention is at least the run's own, so the sum of the exponentials is never 0. With
    sinks, the run's own may be far above that of the tokens; -inf makes each row begin at its largest score.
    """
    if recorded.rule.sinks is not None:
        return torch.full_like(recorded.log_sum_exp, -math.inf)
    own = torch.nan_to_num(recorded.log_sum_exp, neginf=0.0) * _LOG2_E
    return torch.where(own.abs() > _LARGE_SCORE, own, 0)


def _block(
    query: Tensor, key: Tensor, base: Tensor, rule: ScoreRule, rows: slice, is_causal: bool
) -> tuple[Tensor, Tensor]:
    """Return log-sum-exp `[heads, q]` and the largest score of each tile, `[heads, q, tiles]`, both to base 2."""
    total = torch.zeros(base.shape)
    largest = []
    stop = rows.stop if is_causal else key.shape[1]
    position = torch.arange(stop)
    for start in range(0, stop, KEY_TILE):
        keys = slice(start, min(start + KEY_TILE, stop))
        scores = torch.bmm(query[:, rows], key[:, keys].mT)  # [heads, query, key]
        scores = rule.scores(scores, slice(None), position[rows, None], position[keys])
        if is_causal and keys.stop > rows.start:
            scores.masked_fill_(position[keys] > position[rows, None], -math.inf)
        largest.append(scores.amax(-1))
        if not float((largest[-1] - base).amax()) < 2 * _LARGE_SCORE:
            # Far above the run's own log-sum-exp, the exponential would overflow.
            higher = torch.maximum(base, largest[-1])
            total *= torch.exp2(base - higher)
            base = higher
        if base.any():
            scores -= base[..., None]
        total += scores.exp2_().sum(-1)
    return total.log2_() + base, torch.stack(largest, -1)
