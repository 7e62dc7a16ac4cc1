"""A narrower window for the decoders that run inside a `with` block: same weights, other pattern."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from longformer_viz.attention.kernels.explicit import ScoreOptions, attention_block, with_sinks
from longformer_viz.attention.reach_attention import reach_attention
from longformer_viz.patterns.layer_reach import LayerReach


@dataclass(frozen=True, slots=True)
class NarrowerWindow:
    """The keys that each query of a causal layer keeps.

    Attributes:
        left: Largest number of keys before a query, without the query itself.
        first_tokens: Number of keys at the start of the document that every query also attends to.
    """

    left: int
    first_tokens: int = 0

    def within(self, reach: LayerReach) -> LayerReach:
        """Return the part of a causal layer's `reach` that is inside the window, without the first tokens."""
        return LayerReach(self.left if reach.left is None else min(self.left, reach.left), 0)


_current: ContextVar[NarrowerWindow | None] = ContextVar("longformer_viz_narrower_window", default=None)


def current_window() -> NarrowerWindow | None:
    """Return the narrower window of this thread's forward passes, or None."""
    return _current.get()


@contextmanager
def narrowed(window: NarrowerWindow | None) -> Iterator[None]:
    """Let causal layers attend to a narrower window in the forward passes inside the `with` block."""
    token = _current.set(window)
    try:
        yield
    finally:
        _current.reset(token)


def narrower_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    reach: LayerReach,
    options: ScoreOptions,
    window: NarrowerWindow,
) -> tuple[Tensor, Tensor]:
    """Compute causal attention over the part of a layer's reach that is inside a narrower window.

    The window and the first tokens are computed apart, and merged by their log-sum-exps.

    Args:
        query: `[1, heads, n, d]`, not scaled.
        key: `[1, key_heads, n, d]`.
        value: `[1, key_heads, n, v]`.
        reach: Of the layer, causal.
        options: Scale, cap, sinks and bias of the scores.
        window: The narrower window.

    Returns:
        Output `[1, heads, n, v]` and log-sum-exp, first tokens and sinks included, float32 `[1, heads, n]`.
    """
    near = window.within(reach)
    apart = replace(options, sinks=None, dropout=0.0)
    output, log_sum_exp = reach_attention(query, key, value, near, apart)
    assert log_sum_exp is not None  # Inference only.
    first = min(window.first_tokens, query.shape[2])
    if first:
        position = torch.arange(query.shape[2], device=query.device)
        beyond = reach.allows(position[:, None], position[:first]) & ~near.allows(position[:, None], position[:first])
        bias = None if options.bias is None else options.bias[..., :first]
        given = (query, key[:, :, :first], value[:, :, :first])
        first_output, first_sum = attention_block(*given, beyond, bias, apart)
        total = torch.logaddexp(log_sum_exp, first_sum)
        near_share, first_share = (torch.exp(part - total)[..., None] for part in (log_sum_exp, first_sum))
        output = output * near_share.to(output.dtype) + first_output * first_share.to(output.dtype)
        log_sum_exp = total
    return with_sinks(output, log_sum_exp, options.sinks)
