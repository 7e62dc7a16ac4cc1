"""Banded attention with gradients on the CPU, block by block, by PyTorch's fused kernel and its backward pass.

Both passes compute the same blocks: a few documents, some of their rows, and the keys that any of these rows sees,
with the global tokens in the same softmax. The backward pass computes a block's weights again, so neither pass stores
n x window numbers. Positions after a document's last token are skipped, so padding costs little.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from longformer_viz.attention import cpu_backend, torch_ops
from longformer_viz.attention.dilated_slices import dilated_slices
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.kernels.composite import accumulator, composite_gradients, wants_composite
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.fused import fused_attention
from longformer_viz.attention.kernels.training_blocks import TrainingBlock, UndilatedPart, VisiblePairs

WHOLE_SCORES = 2**22  # Of all heads. A shorter document is one block if the window covers most of it.


def fused_training_attention(inputs: AttentionInputs) -> tuple[Tensor, Tensor]:
    """Compute attention over the window and the global columns, with gradients for everything but the log-sum-exp.

    Args:
        inputs: The inputs of one call, on the CPU; dropout is ignored.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp `[batch, heads, n]`. A row of padding, or
        one with no visible key, has output 0 and log-sum-exp -inf.
    """
    qkv, keep, global_tokens = (inputs.query, inputs.key, inputs.value), inputs.keep, inputs.global_tokens
    half, dilations = inputs.layer.one_sided_window, inputs.layer.dilations
    if global_tokens is None:
        visible = VisiblePairs(half, keep, keep)
        return _FusedAttention.apply(*qkv, None, None, dilations, visible)
    local = global_tokens.local_keys(keep)
    _, heads, length, _ = inputs.query.shape
    if set(dilations) == {1} and length <= 2 * half and heads * length**2 <= WHOLE_SCORES:
        # The window covers most of the document, so a mask over all keys costs less than blocks with extra columns.
        visible = VisiblePairs(half, keep, local, everywhere=global_tokens.mask)
        return _FusedAttention.apply(*qkv, None, None, dilations, visible)
    visible = VisiblePairs(half, keep, local, present=global_tokens.present)
    global_key, global_value, _ = global_tokens.columns(inputs.key, inputs.value)
    return _FusedAttention.apply(*qkv, global_key, global_value, dilations, visible)


class _FusedAttention(torch.autograd.Function):
    @staticmethod
    @torch.autocast("cpu", enabled=False)
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        dilations: tuple[int, ...],
        visible: VisiblePairs,
    ) -> tuple[Tensor, Tensor]:
        output = _zeros(query, query.dtype)
        log_sum_exp = query.new_full(query.shape[:-1], -math.inf, dtype=accumulator(query.dtype))
        for dilated in dilated_slices(query.shape[2], dilations):
            part = UndilatedPart.of(dilated, query, key, value, global_key, global_value, visible)
            part_output, part_lse = dilated.take(output), dilated.take(log_sum_exp)
            for block in part.blocks():
                inputs = [_computable(tensor) for tensor in part.inputs(block)]
                result, lse = fused_attention(*inputs, attn_mask=part.mask(block, inputs[0].dtype))
                part_output[block.at_rows] = result
                part_lse[block.at_rows] = lse
            if part.empty is not None and part.empty.any():
                part_output.masked_fill_(part.empty[:, None, :, None], 0)
                part_lse.masked_fill_(part.empty[:, None], -math.inf)
            dilated.put(output, part_output)
            dilated.put(log_sum_exp, part_lse)
        ctx.save_for_backward(query, key, value, global_key, global_value, output, log_sum_exp)
        ctx.dilations, ctx.visible = dilations, visible
        ctx.mark_non_differentiable(log_sum_exp)
        return output, log_sum_exp

    @staticmethod
    @torch.autocast("cpu", enabled=False)
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        output_grad, _ = grad_outputs
        *inputs, output, log_sum_exp = ctx.saved_tensors
        if wants_composite(output_grad):
            grads = composite_gradients(partial(_composite, ctx), inputs, output_grad)
            return (*grads, None, None)
        query, key, value, global_key, global_value = inputs
        # Gradients of blocks are summed in float32 for every 16-bit type.
        grads = [_zeros(tensor, accumulator(tensor.dtype)) for tensor in inputs if tensor is not None]
        # Empty rows have no gradient: the fused kernel gives them weights of 0, matrix products no NaN.
        empty = log_sum_exp == -math.inf
        if empty.any():
            output_grad = output_grad.masked_fill(empty[..., None], 0)
            log_sum_exp = log_sum_exp.masked_fill(empty, math.inf)
        for dilated in dilated_slices(output.shape[2], ctx.dilations):
            part = UndilatedPart.of(dilated, query, key, value, global_key, global_value, ctx.visible)
            rows = [dilated.take(tensor) for tensor in (output_grad, output, log_sum_exp)]
            part_grads = [dilated.take(grad) for grad in grads[:3]]
            column_grads = [torch.zeros_like(tensor, dtype=grads[0].dtype) for tensor in part.columns]
            for block in part.blocks():
                found = _block_gradients(part, block, [tensor[block.at_rows] for tensor in rows])
                part_grads[0][block.at_rows] = found[0]
                width = block.keys.stop - block.keys.start
                for grad, of_block in zip(part_grads[1:], found[1:], strict=True):
                    grad[block.at_keys] += of_block[:, :, :width]
                for grad, of_block in zip(column_grads, found[1:], strict=False):
                    grad[block.documents] += of_block[:, :, width:]
            for grad, part_grad in zip(grads, part_grads, strict=False):
                dilated.put(grad, part_grad)
            for grad, column_grad in zip(grads[3:], column_grads, strict=False):
                dilated.add_columns(grad, column_grad)
        absent = [None] * (len(inputs) - len(grads))  # Gradients of columns that are not there.
        return (*(grad.to(output.dtype) for grad in grads), *absent, None, None)


def _composite(
    ctx: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    global_key: Tensor | None,
    global_value: Tensor | None,
) -> Tensor:
    """Compute the output of the forward pass again by PyTorch's own operations."""
    visible, columns = ctx.visible, None
    if visible.everywhere is not None and (tokens := GlobalTokens.of(visible.everywhere)) is not None:
        columns = tokens.columns(key, value)
    elif global_key is not None and global_value is not None and visible.present is not None:
        columns = (global_key, global_value, visible.present)
    arguments = (visible.half, ctx.dilations, visible.local, columns)
    output, _ = differentiable_attention(query, key, value, *arguments, composite=True)
    return output if visible.keep is None else output.masked_fill(~visible.keep[:, None, :, None], 0)


def _block_gradients(
    part: UndilatedPart, block: TrainingBlock, rows: Sequence[Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of a block's query, key and value, `[documents, heads, rows or keys, d]`.

    PyTorch's fused backward kernel is slow in 16 bits. Where the CPU multiplies bfloat16 natively, matrix products
    are faster.

    Args:
        part: Inputs without dilation.
        block: The block.
        rows: Gradient of the output and output, `[documents, heads, rows, d]`, and log-sum-exp
            `[documents, heads, rows]`.
    """
    output_grad, output, log_sum_exp = rows
    query, key, value = (_computable(tensor) for tensor in part.inputs(block))
    mask = part.mask(block, query.dtype)
    if query.dtype != torch.bfloat16:
        assert torch_ops.FUSED_CPU_BACKWARD is not None  # The table of kernels checks it.
        output_grad, output = output_grad.to(query.dtype), output.to(query.dtype)
        return torch_ops.FUSED_CPU_BACKWARD(
            output_grad, query, key, value, output, log_sum_exp, 0.0, False, attn_mask=mask
        )
    scale = 1 / math.sqrt(query.shape[-1])
    query = query * scale
    scores = query @ key.mT  # [documents, heads, rows, keys]
    if mask is not None:
        scores += mask.clamp_(min=torch.finfo(mask.dtype).min)  # A row of -inf would become NaN.
    weights = torch.softmax(scores, -1)
    score_grad = torch_ops.softmax_gradient(output_grad @ value.mT, weights)
    return (score_grad @ key) * scale, score_grad.mT @ query, weights.mT @ output_grad


def _computable(tensor: Tensor) -> Tensor:
    """Return the tensor in float32 if its 16-bit type is one that the CPU does not multiply natively."""
    if tensor.dtype == torch.bfloat16 and cpu_backend.multiplies_bfloat16():
        return tensor
    return tensor.to(accumulator(tensor.dtype))


def _zeros(like: Tensor, dtype: torch.dtype) -> Tensor:
    """Return zeros `[batch, heads, n, d]` in the memory order that the projections read, `[batch, n, heads, d]`."""
    batch, heads, length, head_size = like.shape
    return like.new_zeros(batch, length, heads, head_size, dtype=dtype).transpose(1, 2)
