"""Banded attention on a GPU in 16 bits, by PyTorch's FlashAttention kernels, which support sliding windows.

The kernel gets the documents concatenated without padding and skips pairs beyond the window. Global tokens outside a
row's window are merged by their log-sum-exp. Given the output and log-sum-exp of both parts, the kernel's
backward pass returns the gradients of its own part: algorithm 2 of Dao 2023 (arXiv:2307.08691) holds for any subset
of the keys. Neither pass stores n x window numbers.
"""

import math
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from longformer_viz.attention import torch_ops
from longformer_viz.attention.dilated_slices import DilatedSlice, dilated_slices
from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.kernels.composite import composite_gradients, wants_composite
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.flash_columns import GlobalColumns
from longformer_viz.attention.kernels.packing import Packing
from longformer_viz.attention.mask_cache import cached_for_last_mask


def supports_flash(query: Tensor, keep: Tensor | None) -> bool:
    """Return whether this kernel can compute it: 16 bits on a recent GPU, with padding only after the documents.

    Args:
        query: `[batch, heads, n, d]`.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.
    """
    head_size = query.shape[-1]
    if query.device.type != "cuda" or query.dtype not in (torch.bfloat16, torch.float16):
        return False
    if head_size % 8 or head_size > 256 or not query.numel() or not _has_kernel(query.device):
        return False
    return keep is None or ends_padded(keep)


@cached_for_last_mask
def ends_padded(keep: Tensor) -> bool:
    """Return whether all padding comes after its document; `keep` is bool `[batch, n]`, False for padding."""
    return not bool((keep[:, 1:] & ~keep[:, :-1]).any())


@cache
def _has_kernel(device: torch.device) -> bool:
    if torch_ops.FLASH_FORWARD is None or torch_ops.FLASH_BACKWARD is None:
        return False
    return torch.backends.cuda.is_flash_attention_available() and torch.cuda.get_device_capability(device) >= (8, 0)


def flash_attention(inputs: AttentionInputs) -> tuple[Tensor, Tensor]:
    """Compute attention over the window and the global columns, with gradients for everything but the log-sum-exp.

    Args:
        inputs: The inputs of one call that `supports_flash` accepts; dropout is ignored.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp `[batch, heads, n]`. A row of padding has output 0 and
        log-sum-exp -inf.
    """
    global_key, global_value, _ = inputs.columns or (None, None, None)
    return _Flash.apply(
        inputs.query,
        inputs.key,
        inputs.value,
        global_key,
        global_value,
        inputs.layer.one_sided_window,
        inputs.layer.dilations,
        inputs.keep,
        inputs.global_tokens,
    )


class _Flash(torch.autograd.Function):
    @staticmethod
    @torch.autocast("cuda", enabled=False)
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        global_key: Tensor | None,
        global_value: Tensor | None,
        half: int,
        dilations: tuple[int, ...],
        keep: Tensor | None,
        global_tokens: GlobalTokens | None,
    ) -> tuple[Tensor, Tensor]:
        def of_slice(dilated: DilatedSlice) -> tuple[Tensor, Tensor]:
            queries, keys, values = (dilated.take(tensor) for tensor in (query, key, value))
            packing = _packing(dilated, keep, queries)
            packed, lse = windowed_kernel(
                packing.pack(queries), packing.pack(keys), packing.pack(values), packing, half
            )
            part_output, part_lse = packing.unpack(packed), packing.unpack(lse, -math.inf)
            if global_key is not None and global_value is not None and global_tokens is not None:
                columns = GlobalColumns.of(dilated, half, global_key, global_value, global_tokens)
                columns.merge(queries, part_output, part_lse, packing.rows is not None)
            return part_output, part_lse

        if set(dilations) == {1}:
            output, log_sum_exp = of_slice(DilatedSlice())
        else:
            output = torch.empty_like(query)
            log_sum_exp = query.new_empty(query.shape[:-1], dtype=torch.float32)
            for dilated in dilated_slices(query.shape[2], dilations):
                part_output, part_lse = of_slice(dilated)
                dilated.put(output, part_output)
                dilated.put(log_sum_exp, part_lse)
        ctx.save_for_backward(query, key, value, global_key, global_value, output, log_sum_exp)
        ctx.half, ctx.dilations, ctx.keep, ctx.global_tokens = half, dilations, keep, global_tokens
        ctx.mark_non_differentiable(log_sum_exp)
        return output, log_sum_exp

    @staticmethod
    @torch.autocast("cuda", enabled=False)
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        output_grad, _ = grad_outputs
        *inputs, output, log_sum_exp = ctx.saved_tensors
        if wants_composite(output_grad):
            grads = composite_gradients(partial(_composite, ctx), inputs, output_grad.to(output.dtype))
            return (*grads, None, None, None, None)
        query, key, value, global_key, global_value = inputs
        output_grad = output_grad.to(query.dtype)
        is_whole = set(ctx.dilations) == {1}
        grads = [] if is_whole else [torch.empty_like(tensor) for tensor in (query, key, value)]
        column_grads = [torch.zeros_like(tensor) for tensor in inputs[3:] if tensor is not None]
        for dilated in dilated_slices(query.shape[2], ctx.dilations):
            rows = [dilated.take(tensor) for tensor in (output_grad, query, key, value, output, log_sum_exp)]
            packing = _packing(dilated, ctx.keep, rows[1])
            part_grads = [
                packing.unpack(grad)
                for grad in windowed_gradients([packing.pack(tensor) for tensor in rows], packing, ctx.half)
            ]
            if ctx.global_tokens is not None:
                columns = GlobalColumns.of(dilated, ctx.half, global_key, global_value, ctx.global_tokens)
                part_output_grad, part_query, *_, part_output, part_lse = rows
                found = columns.gradients(part_output_grad, part_query, part_output, part_lse, part_grads[0])
                for grad, part in zip(column_grads, found, strict=True):
                    dilated.add_columns(grad, part.to(grad.dtype))
            if is_whole:
                grads = part_grads
            for grad, part in zip(grads, part_grads, strict=True):
                dilated.put(grad, part)
        return (*grads, *(column_grads or (None, None)), None, None, None, None)


def _packing(dilated: DilatedSlice, keep: Tensor | None, query: Tensor) -> Packing:
    """Return the packing of a dilated slice; query: `[documents, heads, m, d]` of the slice."""
    return Packing.of(None if keep is None else dilated.positions(keep), query)


def _composite(
    ctx: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    global_key: Tensor | None,
    global_value: Tensor | None,
) -> Tensor:
    """Compute the output of the forward pass again by PyTorch's own operations."""
    keep, tokens = ctx.keep, ctx.global_tokens
    local_keys = keep if tokens is None else tokens.local_keys(keep)
    columns = None
    if global_key is not None and global_value is not None and tokens is not None:
        columns = (global_key, global_value, tokens.present)
    output, _ = differentiable_attention(
        query, key, value, ctx.half, ctx.dilations, local_keys, columns, composite=True
    )
    return output if keep is None else output.masked_fill(~keep[:, None, :, None], 0)


def windowed_kernel(query: Tensor, key: Tensor, value: Tensor, packing: Packing, half: int) -> tuple[Tensor, Tensor]:
    """Compute attention of packed documents, each row over its window.

    Args:
        query: `[tokens, heads, d]`.
        key: `[tokens, heads, d]`.
        value: `[tokens, heads, d]`.
        packing: How the documents are packed.
        half: Keys on each side of a query.

    Returns:
        Output `[tokens, heads, d]` and log-sum-exp `[tokens, heads]`.
    """
    assert torch_ops.FLASH_FORWARD is not None  # `supports_flash` checks it.
    output, lse, *_ = torch_ops.FLASH_FORWARD(
        query,
        key,
        value,
        packing.bounds,
        packing.bounds,
        packing.longest,
        packing.longest,
        0.0,
        False,
        False,
        window_size_left=half,
        window_size_right=half,
    )
    return output, lse.T


def windowed_gradients(packed: Sequence[Tensor], packing: Packing, half: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of packed query, key and value, `[tokens, heads, d]` each.

    Args:
        packed: Gradient of the output, query, key, value and output, `[tokens, heads, d]` each, and log-sum-exp
            `[tokens, heads]`. Output and log-sum-exp may be over more keys than the window.
        packing: How the documents are concatenated.
        half: Keys on each side of a query.
    """
    assert torch_ops.FLASH_BACKWARD is not None  # `supports_flash` checks it.
    output_grad, query, key, value, output, log_sum_exp = packed
    no_dropout = _no_dropout(query.device)
    return torch_ops.FLASH_BACKWARD(
        output_grad,
        query,
        key,
        value,
        output,
        log_sum_exp.T.contiguous(),
        packing.bounds,
        packing.bounds,
        packing.longest,
        packing.longest,
        0.0,
        False,
        no_dropout,
        no_dropout,
        window_size_left=half,
        window_size_right=half,
    )


@lru_cache(maxsize=16)
def _no_dropout(device: torch.device) -> Tensor:
    """Return a placeholder for the random state, which is not read without dropout."""
    return torch.empty(0, device=device)
