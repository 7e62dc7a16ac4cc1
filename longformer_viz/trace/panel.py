"""One head under one pattern as a picture: reduced weights, kinds of pairs, and the share of full attention."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.checks import check_count
from longformer_viz.patterns.causal import full_pairs
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.picture import pattern_picture
from longformer_viz.spec import InputError, shown
from longformer_viz.trace.pattern_run import pattern_log_sum_exp, pattern_over, pattern_overview
from longformer_viz.trace.trace import Trace

OUTSIDE = -1.0


@dataclass(frozen=True, slots=True)
class PatternPanel:
    """One head of a run under one pattern.

    Attributes:
        pattern: The pattern; in a causal model without later keys.
        weights: Float32 `[side, side]`, the largest weight in each cell; `OUTSIDE` where the pattern allows no pair.
        kind: As in `PatternPicture`.
        share: As in `PatternPicture`.
        log_sum_exp: Float32 `[n]`, over the pattern's pairs and the head's sink; -inf for a row with neither.
        pairs: Number of pairs that the pattern scores in this head.
        full_pairs: Number of pairs that full attention scores in this head.
        captured_share: Share of full attention that the pattern keeps, 0 to 1, averaged over the rows of tokens that
            are not global; NaN if all tokens are global.
        empty_rows: Number of rows with no visible key.
    """

    pattern: Pattern
    weights: Tensor
    kind: Tensor
    share: Tensor
    log_sum_exp: Tensor
    pairs: int
    full_pairs: int
    captured_share: float
    empty_rows: int

    @property
    def size_bytes(self) -> int:
        """Memory of the tensors."""
        return sum(tensor.nbytes for tensor in (self.weights, self.kind, self.share, self.log_sum_exp))


def full_attention_log_sum_exp(trace: Trace, layer: int, head: int) -> Tensor:
    """Compute the log-sum-exp `[n]` of one head's rows in full attention, by the local projections, without sinks.

    In a causal layer, full attention has no pair of a query and a later key.

    Args:
        trace: The run.
        layer: Counted from 0.
        head: Counted from 0.
    """
    recorded = trace.layers[layer]
    full = pattern_over(trace, FullPattern(len(trace.layers), trace.heads))
    return pattern_log_sum_exp(full, layer, recorded.query, recorded.key, (head,), recorded.rule)[0]


def pattern_panel(
    trace: Trace, pattern: Pattern, layer: int, head: int, full: Tensor | None = None, size: int = 384
) -> PatternPanel:
    """Compute one head of a run under a pattern, without n x n numbers in memory.

    Args:
        trace: The run.
        pattern: Any pattern for the run's model.
        layer: Counted from 0.
        head: Counted from 0.
        full: The result of `full_attention_log_sum_exp` for this layer and head; computed if None.
        size: Most cells on each side.

    Raises:
        InputError: The layer or head does not exist, or the pattern is for another model or length.
    """
    pattern = pattern_over(trace, pattern)
    size = check_count(size, "size")
    if full is not None and (not isinstance(full, Tensor) or full.shape != (len(trace.tokens),)):
        raise InputError(
            f"full must be a tensor with one number a token. You entered {shown(full)}. "
            "Make it with full_attention_log_sum_exp, or leave it out."
        )
    picture = pattern_picture(pattern, layer, head, len(trace.tokens), size)
    if full is None:
        full = full_attention_log_sum_exp(trace, layer, head)
    recorded = trace.layers[layer]
    lse = pattern_log_sum_exp(pattern, layer, recorded.query, recorded.key, (head,), recorded.rule)[0]
    weights = pattern_overview(trace, pattern, layer, head, size, log_sum_exp=lse, outside=OUTSIDE)
    share = torch.exp(lse - full).clamp(max=1)[~trace.is_global]
    return PatternPanel(
        pattern=pattern,
        weights=weights,
        kind=picture.kind,
        share=picture.share,
        log_sum_exp=recorded.rule.with_sinks(lse[None], (head,))[0],
        pairs=picture.pairs,
        full_pairs=full_pairs(len(trace.tokens), trace.causal_layers[layer]),
        captured_share=float(share.mean()) if len(share) else math.nan,
        empty_rows=int((lse == -math.inf).sum()),
    )
