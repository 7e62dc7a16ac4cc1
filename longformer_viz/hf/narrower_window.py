"""A narrower window for the decoders that run inside a `with` block: same weights, other pattern."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from longformer_viz.attention.kernels.explicit import ScoreOptions
from longformer_viz.attention.reach_attention import reach_attention
from longformer_viz.patterns.layer_reach import LayerReach


@dataclass(frozen=True, slots=True)
class NarrowerWindow:
    """The keys that each query of a causal layer keeps.

    Attributes:
        left: Most keys before a query, itself not counted.
        first_tokens: Keys at the document's start that every query keeps besides.
    """

    left: int
    first_tokens: int = 0


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
) -> Tensor:
    """Compute causal attention over what a narrower window leaves of a layer's reach.

    The window and the first tokens are computed apart, and merged by their log-sum-exps.

    Args:
        query: `[1, heads, n, d]`, not scaled.
        key: `[1, key_heads, n, d]`.
        value: `[1, key_heads, n, v]`.
        reach: Of the layer, causal.
        options: Scale, cap, sinks and bias of the scores.
        window: The narrower window.

    Returns:
        Output `[1, heads, n, v]`.
    """
    length, limit = query.shape[2], reach.left
    left = window.left if limit is None else min(window.left, limit)
    apart = replace(options, sinks=None, dropout=0.0)
    output, log_sum_exp = reach_attention(query, key, value, LayerReach(left, 0), apart)
    assert log_sum_exp is not None  # Inference only.
    first = min(window.first_tokens, length)
    if first:
        group = query.shape[1] // key.shape[1]
        first_key, first_value = (tensor[:, :, :first].repeat_interleave(group, 1) for tensor in (key, value))
        scores = (query @ first_key.mT).float() * options.scale_of(query.shape[-1])  # [1, heads, n, first]
        if options.softcap is not None:
            scores = options.softcap * torch.tanh(scores / options.softcap)
        if options.bias is not None:
            scores = scores + options.bias[..., :first]
        distance = torch.arange(length, device=query.device)[:, None] - torch.arange(first, device=query.device)
        beyond = distance > left
        if limit is not None:
            beyond &= distance <= limit  # A layer's own window stays the widest.
        scores = scores.masked_fill(~beyond, -torch.inf)
        total = torch.logaddexp(log_sum_exp, scores.logsumexp(-1))
        weights = torch.exp(scores - total[..., None]).to(value.dtype)
        output = output * torch.exp(log_sum_exp - total)[..., None].to(output.dtype) + weights @ first_value
        log_sum_exp = total
    if options.sinks is not None:
        total = torch.logaddexp(log_sum_exp, options.sinks.float()[:, None])
        output = output * torch.exp(log_sum_exp - total)[..., None].to(output.dtype)
    return output
