"""The oracle: Longformer's attention as n x n matrices, readable and slow."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.spec import LayerSpec


@dataclass(frozen=True, slots=True)
class DenseAttention:
    """What dense attention computes: `output` [heads, n, d], `weights` [heads, n, n], `log_sum_exp` [heads, n]."""

    output: Tensor
    weights: Tensor
    log_sum_exp: Tensor


def dense_attention(
    local: tuple[Tensor, Tensor, Tensor],
    global_: tuple[Tensor, Tensor, Tensor],
    layer: LayerSpec,
    global_positions: tuple[int, ...] = (),
    keep: Tensor | None = None,
) -> DenseAttention:
    """Attention of one document, one softmax a row over all pairs that the pattern allows.

    local, global_: query, key and value [heads, n, d] of the two sets of projections; queries are not scaled.
    keep: bool [n], False for padding. A padding token's row is zero, as in Hugging Face's Longformer; so is
    the row of a token that sees nothing (its log-sum-exp is -inf).
    Source: Beltagy et al. 2020, section 3.1; every token scores global keys by its local projections.
    """
    query, key, value = local
    heads, length, head_size = query.shape
    position = torch.arange(length, device=query.device)
    keep = torch.ones(length, dtype=torch.bool, device=query.device) if keep is None else keep
    pattern = LongformerPattern((layer,), global_positions)
    allowed = torch.stack([pattern.allows(0, head, position[:, None], position) for head in range(heads)])
    allowed = allowed & keep & keep[:, None]  # [heads, query, key]

    is_global = torch.isin(position, torch.tensor(global_positions, dtype=position.dtype, device=query.device))
    scores = query @ key.mT  # [heads, query, key]
    global_query, global_key, global_value = global_
    scores = torch.where(is_global[:, None], global_query @ global_key.mT, scores) / math.sqrt(head_size)
    scores = scores.masked_fill(~allowed, -math.inf)

    log_sum_exp = scores.logsumexp(-1)
    weights = torch.where(allowed, torch.exp(scores - log_sum_exp[..., None]), 0)
    output = torch.where(is_global[:, None], weights @ global_value, weights @ value)
    return DenseAttention(output, weights, log_sum_exp)
