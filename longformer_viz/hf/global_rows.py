"""Rows of global tokens, which have projections of their own (Beltagy et al. 2020, section 3.1)."""

import math
from typing import Protocol

import torch
from torch import Tensor, nn

from longformer_viz.attention.global_tokens import GlobalRows, GlobalTokens
from longformer_viz.attention.kernels.fused import additive_mask, fused_attention
from longformer_viz.attention.torch_ops import has_transforms
from longformer_viz.hf.projections import is_plain, project, scaled_in_place


class GlobalProjections(Protocol):
    """The part of an attention module that computes the rows of global tokens.

    Attributes:
        num_heads: Heads in the layer.
        head_dim: Head size.
        query_global: Projection `[hidden] -> [hidden]` of the global tokens.
        key_global: Projection of all tokens, for the rows of global tokens.
        value_global: Projection of all tokens, for the rows of global tokens.
    """

    num_heads: int
    head_dim: int
    query_global: nn.Linear
    key_global: nn.Linear
    value_global: nn.Linear


def global_rows(
    module: GlobalProjections,
    hidden_states: Tensor,
    global_tokens: GlobalTokens,
    keep: Tensor | None,
    dropout: float,
) -> tuple[Tensor, GlobalRows]:
    """Compute the rows of global tokens by their own projections.

    Args:
        module: The attention module.
        hidden_states: `[batch, n, hidden]`.
        global_tokens: The batch's global tokens.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.
        dropout: Probability that a weight is dropped.

    Returns:
        Output `[batch, g, hidden]`, and the queries, keys and log-sum-exps that give the weights.
    """
    batch, _, hidden = hidden_states.shape
    heads, head_size, count = module.num_heads, module.head_dim, global_tokens.index.shape[1]
    gathered = hidden_states.gather(1, global_tokens.index[..., None].expand(-1, -1, hidden))
    if not is_plain(module.query_global):  # Its hooks see zeros for missing tokens.
        gathered = gathered.masked_fill(~global_tokens.present[..., None], 0)
    query = scaled_in_place(module.query_global, project(module.query_global, gathered), head_size)
    query = query.reshape(batch, count, heads, head_size).transpose(1, 2)  # [batch, heads, g, d]
    projections = (module.key_global, module.value_global)
    folds = all(is_plain(projection) and projection.bias is not None for projection in projections)
    rows = _folded_rows if folds and heads * count < hidden else _projected_rows
    output, global_rows = rows(module, hidden_states, query, keep, dropout)
    return output.transpose(1, 2).reshape(batch, count, hidden), global_rows


def _folded_rows(
    module: GlobalProjections, hidden_states: Tensor, query: Tensor, keep: Tensor | None, dropout: float
) -> tuple[Tensor, GlobalRows]:
    """Compute the rows of few global tokens by projecting the rows instead of all n tokens.

    Scores are `(q W_k) X^T + q b_k`, whose second term cancels in the softmax; the output is `(P X) W_v^T + b_v`.
    """
    batch, length, hidden = hidden_states.shape
    _, heads, count, head_size = query.shape
    key_weight, value_weight = (
        projection.weight.view(heads, head_size, hidden) for projection in (module.key_global, module.value_global)
    )
    constant = query @ module.key_global.bias.view(heads, head_size, 1)  # [batch, heads, g, 1]
    query = query @ key_weight  # [batch, heads, g, hidden]
    scores = (query.flatten(1, 2) @ hidden_states.mT).view(batch, heads, count, length)
    weights, lse = _softmax(scores + constant, keep, dropout)
    lse = lse - constant[..., 0]
    mixed = weights.flatten(1, 2) @ hidden_states  # [batch, heads * g, hidden]
    bias = weights.sum(-1, keepdim=True) * module.value_global.bias.view(heads, 1, head_size)
    output = mixed.view(query.shape) @ value_weight.mT + bias  # [batch, heads, g, d]
    return output, GlobalRows(query, hidden_states[:, None], lse)


def _projected_rows(
    module: GlobalProjections, hidden_states: Tensor, query: Tensor, keep: Tensor | None, dropout: float
) -> tuple[Tensor, GlobalRows]:
    """Compute the rows of many global tokens from keys and values of all n tokens by the global projections."""
    batch, length, _ = hidden_states.shape
    key, value = (
        project(projection, hidden_states).reshape(batch, length, module.num_heads, module.head_dim).transpose(1, 2)
        for projection in (module.key_global, module.value_global)
    )
    needs_grad = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (query, key, value))
    if dropout or needs_grad or has_transforms() or query.device.type != "cpu":
        # For so few queries the fused kernel's backward pass takes several times as long.
        weights, lse = _softmax(query @ key.mT, keep, dropout)
        output = weights @ value
    else:
        mask = None if keep is None else additive_mask(keep[:, None, None], query.dtype)
        output, lse = fused_attention(query, key, value, attn_mask=mask, scale=1.0)
    return output, GlobalRows(query, key, lse)


def _softmax(scores: Tensor, keep: Tensor | None, dropout: float) -> tuple[Tensor, Tensor]:
    """Return weights `[batch, heads, g, n]` in the scores' type, and their log-sum-exp in at least float32."""
    exact = scores if scores.dtype == torch.float64 else scores.float()
    if keep is not None:
        exact = exact.masked_fill(~keep[:, None, None], -math.inf)
        exact = exact.masked_fill(~keep.any(-1)[:, None, None, None], 0)  # No NaN for a document of padding only.
    weights = nn.functional.dropout(torch.softmax(exact, -1), dropout)
    return weights.to(scores.dtype), exact.logsumexp(-1)
