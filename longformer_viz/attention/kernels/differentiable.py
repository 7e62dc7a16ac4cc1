"""Banded attention with gradients on any device and in any float type, by matrix products, block by block.

The backward pass computes each block's weights again from queries, keys and log-sum-exp, so neither pass stores
n x window numbers. Window and global columns share one softmax. Dropout uses a seed that is saved for the backward
pass. Inference uses this kernel too where PyTorch has no fused kernel for a device and type. Gradients of gradients
and function transforms are computed by `composite.py`.
"""

import math
from functools import partial
from typing import Any

import torch
from torch import Tensor

from longformer_viz.attention.block_layout import Block, query_blocks
from longformer_viz.attention.dilated_slices import DilatedSlice, dilated_slices
from longformer_viz.attention.kernels.composite import (
    QUERY_BLOCK,
    accumulator,
    composite_attention,
    composite_gradients,
    kept_weights,
    wants_composite,
)


def differentiable_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    one_sided_window: int,
    dilations: tuple[int, ...],
    keep: Tensor | None = None,
    columns: tuple[Tensor, Tensor, Tensor] | None = None,
    dropout: float = 0.0,
    composite: bool = False,
) -> tuple[Tensor, Tensor]:
    """Compute attention over the window and the global columns, with gradients for everything but the log-sum-exp.

    Args:
        query: `[batch, heads, n, d]`, not scaled.
        key: `[batch, heads, n, d]`.
        value: `[batch, heads, n, d]`.
        one_sided_window: Keys on each side of a query.
        dilations: The dilation of each head.
        keep: Bool `[batch, n]`, the keys that may be seen in the window; None for all.
        columns: Key and value `[batch, heads, g, d]` of the global tokens, and bool `[batch, g]`, False where a
            document has fewer.
        dropout: Probability that a weight is dropped.
        composite: Whether to use PyTorch's own operations (`composite.py`), as function transforms need.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp `[batch, heads, n]`.
    """
    attend = composite_attention if composite else _attend
    seed = int(torch.randint(2**62, ())) if dropout else 0

    def of_slice(part: DilatedSlice, number: int) -> tuple[Tensor, Tensor]:
        queries, keys, values = (part.take(tensor) for tensor in (query, key, value))
        kept = None if keep is None else part.positions(keep)[:, None]  # [documents, 1, m]
        part_columns = None
        if columns is not None:
            global_key, global_value, present = columns
            part_columns = (part.columns(global_key), part.columns(global_value), part.repeated(present)[:, None])
        return attend(queries, keys, values, one_sided_window, kept, part_columns, dropout, seed + number)

    if set(dilations) == {1}:
        return of_slice(DilatedSlice(), 0)
    output = query.new_zeros(query.shape)
    log_sum_exp = query.new_zeros(query.shape[:-1], dtype=accumulator(query.dtype))
    for number, part in enumerate(dilated_slices(query.shape[2], dilations)):
        part_output, part_lse = of_slice(part, number)
        output = part.with_part(output, part_output)
        part.put(log_sum_exp, part_lse)
    return output, log_sum_exp


def _attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    half: int,
    keep: Tensor | None,
    columns: tuple[Tensor, Tensor, Tensor] | None,
    dropout: float,
    seed: int,
) -> tuple[Tensor, Tensor]:
    global_key, global_value, global_keep = columns or (None, None, None)
    return _BandedAttention.apply(query, key, value, global_key, global_value, half, keep, global_keep, dropout, seed)


class _BandedAttention(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        half: int,
        keep: Tensor | None,
        global_keep: Tensor | None,
        dropout: float,
        seed: int,
    ) -> tuple[Tensor, Tensor]:
        batch, heads, length, head_size = query.shape
        output = query.new_empty(batch, length, heads, head_size).transpose(1, 2)
        log_sum_exp = query.new_empty(batch, heads, length, dtype=accumulator(query.dtype))
        for block in query_blocks(length, half, QUERY_BLOCK):
            rows, keys = block.rows, block.keys
            scores = _scores(query, key, global_key, half, keep, global_keep, block)
            lse = scores.logsumexp(-1)
            weights = _weights(scores, lse)
            if dropout:
                weights = weights * kept_weights(weights, dropout, seed, rows)
            dropped = weights.to(value.dtype)
            width = keys.stop - keys.start
            part = dropped[..., :width] @ value[:, :, keys]
            if global_value is not None:
                part = part + dropped[..., width:] @ global_value
            output[:, :, rows] = part
            log_sum_exp[:, :, rows] = lse
        ctx.save_for_backward(query, key, value, global_key, global_value, keep, global_keep, output, log_sum_exp)
        ctx.half, ctx.dropout, ctx.seed = half, dropout, seed
        ctx.mark_non_differentiable(log_sum_exp)
        return output, log_sum_exp

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        output_grad, _ = grad_outputs
        query, key, value, global_key, global_value, keep, global_keep, output, log_sum_exp = ctx.saved_tensors
        if wants_composite(output_grad):
            again = partial(_composite, ctx, keep, global_keep)
            grads = composite_gradients(again, (query, key, value, global_key, global_value), output_grad)
            return (*grads, None, None, None, None, None)
        half, length = ctx.half, query.shape[2]
        scale = 1 / math.sqrt(query.shape[-1])
        grads = [torch.zeros_like(tensor, memory_format=torch.contiguous_format) for tensor in (query, key, value)]
        query_grad, key_grad, value_grad = grads
        column_grads = [torch.zeros_like(tensor) for tensor in (global_key, global_value) if tensor is not None]
        # The softmax subtracts from each score's gradient the weighted mean of the row's weight gradients.
        mean = (output_grad.to(log_sum_exp.dtype) * output).sum(-1, keepdim=True)
        for block in query_blocks(length, half, QUERY_BLOCK):
            rows, keys = block.rows, block.keys
            width = keys.stop - keys.start
            weights = _weights(
                _scores(query, key, global_key, half, keep, global_keep, block),
                log_sum_exp[:, :, rows],
            )
            kept = kept_weights(weights, ctx.dropout, ctx.seed, rows) if ctx.dropout else None
            dropped = (weights if kept is None else weights * kept).to(value.dtype)
            grad = output_grad[:, :, rows]
            values = value[:, :, keys]
            value_grad[:, :, keys] += dropped[..., :width].mT @ grad
            weight_grad = grad @ values.mT
            if global_key is not None:
                column_grads[1] += dropped[..., width:].mT @ grad
                weight_grad = torch.cat([weight_grad, grad @ global_value.mT], -1)
            weight_grad = weight_grad.to(mean.dtype)
            if kept is not None:
                weight_grad = weight_grad * kept
            score_grad = (weights * (weight_grad - mean[:, :, rows]) * scale).to(query.dtype)
            query_grad[:, :, rows] = score_grad[..., :width] @ key[:, :, keys]
            key_grad[:, :, keys] += score_grad[..., :width].mT @ query[:, :, rows]
            if global_key is not None:
                query_grad[:, :, rows] += score_grad[..., width:] @ global_key
                column_grads[0] += score_grad[..., width:].mT @ query[:, :, rows]
        return (*grads, *(column_grads or (None, None)), None, None, None, None, None)


def _composite(
    ctx: Any,
    keep: Tensor | None,
    global_keep: Tensor | None,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *columns: Tensor | None,
) -> Tensor:
    """Compute the output of the forward pass again by PyTorch's own operations."""
    global_key, global_value = columns
    shared = None
    if global_key is not None and global_value is not None and global_keep is not None:
        shared = (global_key, global_value, global_keep)
    return composite_attention(query, key, value, ctx.half, keep, shared, ctx.dropout, ctx.seed)[0]


def _scores(
    query: Tensor,
    key: Tensor,
    global_key: Tensor | None,
    half: int,
    keep: Tensor | None,
    global_keep: Tensor | None,
    block: Block,
) -> Tensor:
    """Return scaled scores `[batch, heads, rows, keys + g]`, -inf where a pair may not attend."""
    rows, keys = block.rows, block.keys
    position = torch.arange(query.shape[2], device=query.device)
    queries = query[:, :, rows] / math.sqrt(query.shape[-1])
    allowed = (position[keys] - position[rows, None]).abs() <= half
    if keep is not None:
        allowed = allowed & keep[:, :, None, keys]
    scores = (queries @ key[:, :, keys].mT).to(accumulator(query.dtype)).masked_fill_(~allowed, -math.inf)
    if global_key is None or global_keep is None:
        return scores
    columns = (queries @ global_key.mT).to(scores.dtype).masked_fill_(~global_keep[:, :, None], -math.inf)
    return torch.cat([scores, columns], -1)


def _weights(scores: Tensor, log_sum_exp: Tensor) -> Tensor:
    """Return the softmax for a known log-sum-exp; the weights of a row with no visible key (-inf) are 0."""
    empty = log_sum_exp == -math.inf
    return torch.exp(scores - log_sum_exp.masked_fill(empty, 0)[..., None])
