"""The reference: Longformer's attention as n x n matrices, readable and slow. Tests compare every kernel with it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import position_mask
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.spec import LayerSpec


@dataclass(frozen=True, slots=True)
class ReferenceAttention:
    """The result of reference attention.

    Attributes:
        output: `[heads, n, d]`.
        weights: `[heads, n, n]`.
        log_sum_exp: `[heads, n]`.
    """

    output: Tensor
    weights: Tensor
    log_sum_exp: Tensor


def reference_attention(
    local: tuple[Tensor, Tensor, Tensor],
    global_: tuple[Tensor, Tensor, Tensor],
    layer: LayerSpec,
    global_positions: tuple[int, ...] = (),
    keep: Tensor | None = None,
) -> ReferenceAttention:
    """Compute the attention of one document, one softmax a row over all pairs that the pattern allows.

    Every token scores global keys by its local projections (Beltagy et al. 2020, section 3.1).

    Args:
        local: Query (not scaled), key and value of the local projections, `[heads, n, d]` each.
        global_: Query, key and value of the global projections, `[heads, n, d]` each.
        layer: The layer's window, and the dilation of each head.
        global_positions: Positions of the global tokens.
        keep: Bool `[n]`, False for padding; None if there is no padding.

    Returns:
        The result. The row of a padding token is zero, as in Hugging Face's Longformer. So is the row of a token
        with no visible key, whose log-sum-exp is -inf.
    """
    query, key, value = local
    heads, length, head_size = query.shape
    position = torch.arange(length, device=query.device)
    keep = torch.ones(length, dtype=torch.bool, device=query.device) if keep is None else keep
    pattern = LongformerPattern((layer,), global_positions)
    allowed = torch.stack([pattern.allows(0, head, position[:, None], position) for head in range(heads)])
    allowed = allowed & keep & keep[:, None]  # [heads, query, key]

    is_global = position_mask(global_positions, length).to(query.device)
    scores = query @ key.mT  # [heads, query, key]
    global_query, global_key, global_value = global_
    scores = torch.where(is_global[:, None], global_query @ global_key.mT, scores) / math.sqrt(head_size)
    scores = scores.masked_fill(~allowed, -math.inf)

    log_sum_exp = scores.logsumexp(-1)
    weights = torch.where(allowed, torch.exp(scores - log_sum_exp[..., None]), 0)
    output = torch.where(is_global[:, None], weights @ global_value, weights @ value)
    return ReferenceAttention(output, weights, log_sum_exp)
