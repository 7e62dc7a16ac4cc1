"""Window and global columns with gradients, on any device and in any float type: plain products, block by block.

The backward pass computes each block's weights again from queries, keys and log-sum-exp, so that neither pass keeps
n x window. Global columns stand beside the window's keys, in one softmax. Dropout draws from a seed kept for the
backward pass. Where PyTorch has no fused kernel for a device and type, inference takes this path too.
Gradients of gradients and function transforms go by composite.py.
"""

import math
from functools import partial

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx

from longformer_viz.attention.kernels.banded import residues, take
from longformer_viz.attention.kernels.composite import (
    accumulator,
    blocks,
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
    """Output [batch, heads, n, d] and log-sum-exp [batch, heads, n] over the window and the global columns.

    query, key, value: [batch, heads, n, d]; keep: bool [batch, n], the keys that may be seen in the window;
    columns: key and value [batch, heads, g, d] of the global tokens, and bool [batch, g], False where a document has
    fewer; dropout: probability that a weight is dropped; composite: whether PyTorch's own operations compute it, for
    transforms. The log-sum-exp carries no gradient.
    """
    attend = composite_attention if composite else _attend
    length = query.shape[2]
    seed = int(torch.randint(2**62, ())) if dropout else 0
    keep = None if keep is None else keep[:, None]  # [batch, 1, n]
    if columns is not None:
        columns = (*columns[:2], columns[2][:, None])  # [batch, 1, g]
    if set(dilations) == {1}:
        return attend(query, key, value, one_sided_window, keep, columns, dropout, seed)

    output = query.new_zeros(query.shape)
    log_sum_exp = query.new_zeros(query.shape[:-1], dtype=accumulator(query.dtype))
    for dilation in sorted(set(dilations)):
        members = torch.tensor([head for head, own in enumerate(dilations) if own == dilation])
        for index in residues(length, dilation):
            parts = [take(tensor, members, index) for tensor in (query, key, value)]
            kept = None if keep is None else keep[:, 0, index].repeat(1, len(members), 1)
            part_columns = None
            if columns is not None:
                repeated = [
                    tensor[:, members].repeat_interleave(len(index), 1)  # [batch, heads * remainders, g, d]
                    for tensor in columns[:2]
                ]
                part_columns = (*repeated, columns[2])
            seed += 1
            part, lse = attend(*parts, one_sided_window, kept, part_columns, dropout, seed)
            where = (slice(None), members[:, None, None], index)
            shape = (len(query), len(members), *index.shape)
            output = output.index_put(_full(where, query), part.view(*shape, -1))
            log_sum_exp[where] = lse.view(shape)
    return output, log_sum_exp


def _full(where: tuple, like: Tensor) -> tuple[Tensor, ...]:
    """The same place with the batch spelled out, as `index_put` wants it."""
    _, heads, index = where
    return torch.arange(len(like))[:, None, None, None], heads[None], index[None, None]


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
        ctx: FunctionCtx,
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
        for rows, stretch in blocks(length, half):
            scores = _scores(query, key, global_key, half, keep, global_keep, rows, stretch)
            lse = scores.logsumexp(-1)
            weights = _weights(scores, lse)
            if dropout:
                weights = weights * kept_weights(weights, dropout, seed, rows)
            dropped = weights.to(value.dtype)
            width = stretch.stop - stretch.start
            part = dropped[..., :width] @ value[:, :, stretch]
            if global_value is not None:
                part = part + dropped[..., width:] @ global_value
            output[:, :, rows] = part
            log_sum_exp[:, :, rows] = lse
        ctx.save_for_backward(query, key, value, global_key, global_value, keep, global_keep, output, log_sum_exp)
        ctx.half, ctx.dropout, ctx.seed = half, dropout, seed
        ctx.mark_non_differentiable(log_sum_exp)
        return output, log_sum_exp

    @staticmethod
    def backward(ctx: FunctionCtx, output_grad: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, global_key, global_value, keep, global_keep, output, log_sum_exp = ctx.saved_tensors
        if wants_composite(output_grad):
            again = partial(_composite, ctx, keep, global_keep)
            grads = composite_gradients(again, (query, key, value, global_key, global_value), output_grad)
            return (*grads, None, None, None, None, None)
        half, length = ctx.half, query.shape[2]
        scale = 1 / math.sqrt(query.shape[-1])
        grads = [torch.zeros_like(tensor, memory_format=torch.contiguous_format) for tensor in (query, key, value)]
        query_grad, key_grad, value_grad = grads
        column_grads = [None if tensor is None else torch.zeros_like(tensor) for tensor in (global_key, global_value)]
        # What each row's softmax takes away from every score's gradient: the weighted mean of the weights' gradients.
        mean = (output_grad.to(log_sum_exp.dtype) * output).sum(-1, keepdim=True)
        for rows, stretch in blocks(length, half):
            width = stretch.stop - stretch.start
            weights = _weights(
                _scores(query, key, global_key, half, keep, global_keep, rows, stretch),
                log_sum_exp[:, :, rows],
            )
            kept = kept_weights(weights, ctx.dropout, ctx.seed, rows) if ctx.dropout else None
            dropped = (weights if kept is None else weights * kept).to(value.dtype)
            grad = output_grad[:, :, rows]
            values = value[:, :, stretch]
            value_grad[:, :, stretch] += dropped[..., :width].mT @ grad
            weight_grad = grad @ values.mT
            if global_key is not None:
                column_grads[1] += dropped[..., width:].mT @ grad
                weight_grad = torch.cat([weight_grad, grad @ global_value.mT], -1)
            weight_grad = weight_grad.to(mean.dtype)
            if kept is not None:
                weight_grad = weight_grad * kept
            score_grad = (weights * (weight_grad - mean[:, :, rows]) * scale).to(query.dtype)
            query_grad[:, :, rows] = score_grad[..., :width] @ key[:, :, stretch]
            key_grad[:, :, stretch] += score_grad[..., :width].mT @ query[:, :, rows]
            if global_key is not None:
                query_grad[:, :, rows] += score_grad[..., width:] @ global_key
                column_grads[0] += score_grad[..., width:].mT @ query[:, :, rows]
        return (*grads, *column_grads, None, None, None, None, None)


def _composite(
    ctx: FunctionCtx,
    keep: Tensor | None,
    global_keep: Tensor | None,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    global_key: Tensor | None,
    global_value: Tensor | None,
) -> Tensor:
    """The output of the forward pass again."""
    columns = None if global_key is None else (global_key, global_value, global_keep)
    return composite_attention(query, key, value, ctx.half, keep, columns, ctx.dropout, ctx.seed)[0]


def _scores(
    query: Tensor,
    key: Tensor,
    global_key: Tensor | None,
    half: int,
    keep: Tensor | None,
    global_keep: Tensor | None,
    rows: slice,
    stretch: slice,
) -> Tensor:
    """Scaled scores [batch, heads, rows, stretch + g], -inf where a pair may not attend."""
    position = torch.arange(query.shape[2], device=query.device)
    queries = query[:, :, rows] / math.sqrt(query.shape[-1])
    allowed = (position[stretch] - position[rows, None]).abs() <= half
    if keep is not None:
        allowed = allowed & keep[:, :, None, stretch]
    scores = (queries @ key[:, :, stretch].mT).to(accumulator(query.dtype)).masked_fill_(~allowed, -math.inf)
    if global_key is None:
        return scores
    columns = (queries @ global_key.mT).to(scores.dtype).masked_fill_(~global_keep[:, :, None], -math.inf)
    return torch.cat([scores, columns], -1)


def _weights(scores: Tensor, log_sum_exp: Tensor) -> Tensor:
    """Softmax from a known log-sum-exp; a row that sees nothing (-inf) weighs nothing."""
    blind = log_sum_exp == -math.inf
    return torch.exp(scores - log_sum_exp.masked_fill(blind, 0)[..., None])
