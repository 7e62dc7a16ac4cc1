"""Attention block by block with access to every score: capped scores, sinks, position biases, dropout, gradients.

Fused kernels support none of these. A block of queries and its keys is small, so inference stores no n x n tensor. If
a gradient is needed, PyTorch keeps each block's weights for the backward pass.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import dropout as drop

from longformer_viz.patterns.layer_reach import LayerReach

BLOCK_SCORES = 2**21


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """What happens between the product of queries and keys and the product with the values.

    Attributes:
        scale: Factor of the scores; `1 / sqrt(d)` if None.
        softcap: Scores become `softcap * tanh(score / softcap)` (Gemma 2); None for none.
        sinks: `[heads]`, logits that take part in each softmax but have no value (gpt-oss); None for none.
        bias: `[batch or 1, heads or 1, n, keys]`, added to the scores; None for none.
        dropout: Probability that a weight is dropped.
    """

    scale: float | None = None
    softcap: float | None = None
    sinks: Tensor | None = None
    bias: Tensor | None = None
    dropout: float = 0.0

    def scale_of(self, head_size: int) -> float:
        """Return the factor of the scores for heads of size `head_size`."""
        return 1 / math.sqrt(head_size) if self.scale is None else self.scale


def explicit_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    reach: LayerReach,
    options: ScoreOptions,
    keep: Tensor | None = None,
    offset: int = 0,
) -> tuple[Tensor, Tensor]:
    """Compute grouped-query attention with all options of the scores.

    Args:
        query: `[batch, heads, n, d]`, not scaled.
        key: `[batch, key_heads, m, d]`; a number of key heads that divides that of the heads.
        value: `[batch, key_heads, m, v]`.
        reach: The keys of each query.
        options: Scale, cap, sinks, bias and dropout of the scores.
        keep: Bool `[batch, m]`, False for padding; None if there is no padding.
        offset: Position of the first query among the keys.

    Returns:
        Output `[batch, heads, n, v]` and log-sum-exp, sinks included, float32 `[batch, heads, n]`. A row with no
        visible key has output 0.
    """
    batch, heads, length, _ = query.shape
    widest = sum(reach.sides(key.shape[2])) + 1
    rows = max(16, min(length, BLOCK_SCORES // max(1, batch * heads * min(widest, key.shape[2]))))
    parts = []
    for start in range(0, length, rows):
        stop = min(start + rows, length)
        keys = reach.keys_of(offset + start, offset + stop, key.shape[2])
        position = torch.arange(keys.start, keys.stop, device=query.device)
        allowed = reach.allows(torch.arange(offset + start, offset + stop, device=query.device)[:, None], position)
        if keep is not None:
            allowed = allowed & keep[:, None, None, keys]  # [batch, 1, rows, keys]
        bias = None if options.bias is None else options.bias[..., start:stop, keys]
        block = query[:, :, start:stop]
        parts.append(attention_block(block, key[:, :, keys], value[:, :, keys], allowed, bias, options))
    outputs, sums = zip(*parts, strict=True)
    return torch.cat(outputs, 2), torch.cat(sums, 2)


def attention_block(
    query: Tensor, key: Tensor, value: Tensor, allowed: Tensor, bias: Tensor | None, options: ScoreOptions
) -> tuple[Tensor, Tensor]:
    """Compute the attention of some queries over some keys, with all their scores in memory.

    Args:
        query: `[batch, heads, rows, d]`, not scaled.
        key: `[batch, key_heads, keys, d]`; a number of key heads that divides that of the heads.
        value: `[batch, key_heads, keys, v]`.
        allowed: Bool that broadcasts to `[batch, heads, rows, keys]`.
        bias: `[batch or 1, heads or 1, rows, keys]`, added to the scores; None for none.
        options: Scale, cap, sinks and dropout of the scores; its bias is not used.

    Returns:
        Output `[batch, heads, rows, v]` and log-sum-exp, sinks included, float32 `[batch, heads, rows]`. A row with
        no visible key has output 0.
    """
    batch, heads, rows, head_size = query.shape
    key_heads = key.shape[1]
    grouped = query.reshape(batch, key_heads, -1, head_size)  # [batch, key_heads, group * rows, d]
    scores = (grouped @ key.mT).view(batch, heads, rows, -1).float() * options.scale_of(head_size)
    if options.softcap is not None:
        scores = options.softcap * torch.tanh(scores / options.softcap)
    if bias is not None:
        scores = scores + bias
    scores = scores.masked_fill(~allowed, -math.inf)
    log_sum_exp = scores.logsumexp(-1)
    if options.sinks is not None:
        log_sum_exp = torch.logaddexp(log_sum_exp, options.sinks.float()[:, None])
    blind = log_sum_exp == -math.inf
    weights = torch.exp(scores - log_sum_exp.masked_fill(blind, 0)[..., None]).to(value.dtype)
    weights = drop(weights, options.dropout) if options.dropout else weights
    output = weights.view(batch, key_heads, -1, weights.shape[-1]) @ value
    return output.view(batch, heads, rows, -1), log_sum_exp


def with_sinks(output: Tensor, log_sum_exp: Tensor, sinks: Tensor | None) -> tuple[Tensor, Tensor]:
    """Let sinks take part in a softmax that was computed without them.

    Args:
        output: `[batch, heads, n, v]`.
        log_sum_exp: `[batch, heads, n]`.
        sinks: `[heads]`, logits without a value; None for none.

    Returns:
        Output and log-sum-exp with the sinks.
    """
    if sinks is None:
        return output, log_sum_exp
    total = torch.logaddexp(log_sum_exp, sinks.float()[:, None])
    return output * torch.exp(log_sum_exp - total)[..., None].to(output.dtype), total
