"""One head under one pattern as a picture: weights reduced by maximum, kinds of pairs, and what the pattern keeps."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.picture import pattern_picture
from longformer_viz.trace.pattern_run import pattern_log_sum_exp, pattern_overview
from longformer_viz.trace.trace import Trace

OUTSIDE = -1.0


@dataclass(frozen=True, slots=True)
class PatternPanel:
    """One head of a run under one pattern.

    weights: float32 [side, side], the largest weight in each cell of n x n, `OUTSIDE` where the pattern allows none;
    kind, share: as in `PatternPicture`; log_sum_exp: float32 [n], by which any weight follows, -inf for a row that
    sees nothing; pairs: that the pattern scores in this head; kept: the share of full attention that it keeps, 0 to
    1, mean over the rows that are not of the run's global tokens, NaN where all are; blind_rows: see nothing.
    """

    pattern: Pattern
    weights: Tensor
    kind: Tensor
    share: Tensor
    log_sum_exp: Tensor
    pairs: int
    kept: float
    blind_rows: int

    @property
    def size_bytes(self) -> int:
        """About what it keeps in memory."""
        return sum(tensor.nbytes for tensor in (self.weights, self.kind, self.share, self.log_sum_exp))


def full_log_sum_exp(trace: Trace, layer: int, head: int) -> Tensor:
    """Log-sum-exp [n] of one head's rows over all pairs, by the local projections."""
    kept = trace.layers[layer]
    return pattern_log_sum_exp(FullPattern(len(trace.layers), trace.heads), layer, kept.query, kept.key, (head,))[0]


def pattern_panel(
    trace: Trace, pattern: Pattern, layer: int, head: int, full: Tensor | None = None, size: int = 384
) -> PatternPanel:
    """One head of a run's queries and keys under a pattern, in at most [size, size] cells; never n x n.

    full: what `full_log_sum_exp` gives for this layer and head, computed where None.
    Raises InputError for a layer or head that is not there, or a pattern made for another model or length.
    """
    picture = pattern_picture(pattern, layer, head, len(trace.tokens), size)
    if full is None:
        full = full_log_sum_exp(trace, layer, head)
    kept = trace.layers[layer]
    lse = pattern_log_sum_exp(pattern, layer, kept.query, kept.key, (head,))[0]
    weights = pattern_overview(trace, pattern, layer, head, size, log_sum_exp=lse, outside=OUTSIDE)
    share = torch.exp(lse - full).clamp(max=1)[~trace.is_global]
    return PatternPanel(
        pattern=pattern,
        weights=weights,
        kind=picture.kind,
        share=picture.share,
        log_sum_exp=lse,
        pairs=picture.pairs,
        kept=float(share.mean()) if len(share) else math.nan,
        blind_rows=int((lse == -math.inf).sum()),
    )
