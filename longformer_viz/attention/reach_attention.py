"""Exact attention of one layer with any reach, by the fastest kernel that computes it."""

import math

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from longformer_viz.attention import torch_ops
from longformer_viz.attention.api import attention
from longformer_viz.attention.kernels.explicit import ScoreOptions, explicit_attention, with_sinks
from longformer_viz.attention.kernels.fused import additive_mask, has_fused_attention
from longformer_viz.attention.kernels.sliding import sliding_attention, visible_keys
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError, shown

TRAINING_BLOCK = 512


def reach_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    reach: LayerReach,
    options: ScoreOptions | None = None,
    keep: Tensor | None = None,
    offset: int = 0,
) -> tuple[Tensor, Tensor | None]:
    """Compute grouped-query attention over a layer's reach, without an n x n mask for sliding windows.

    Args:
        query: `[batch, heads, n, d]`, not scaled.
        key: `[batch, key_heads, m, d]`; a number of key heads that divides that of the heads.
        value: `[batch, key_heads, m, v]`.
        reach: The keys of each query.
        options: Scale, cap, sinks, bias and dropout of the scores.
        keep: Bool `[batch, m]`, False for padding; None if there is no padding.
        offset: Position of the first query among the keys.

    Returns:
        Output `[batch, heads, n, v]` and log-sum-exp, sinks included, float32 `[batch, heads, n]`; None instead of it
        where a gradient is needed and the kernel computes none. A row with no visible key has output 0.

    Raises:
        InputError: The shapes do not fit each other.
    """
    options = options or ScoreOptions()
    _check(query, key, value)
    special = options.softcap is not None or options.bias is not None or options.dropout > 0
    if special or key.shape[-1] != value.shape[-1] or torch_ops.has_transforms():
        return explicit_attention(query, key, value, reach, options, keep, offset)
    if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (query, key, value)):
        if options.sinks is not None:
            return explicit_attention(query, key, value, reach, options, keep, offset)
        return _differentiable(query, key, value, reach, options, keep, offset), None
    if not has_fused_attention(query):
        return explicit_attention(query, key, value, reach, options, keep, offset)
    output, log_sum_exp = _inference(_scaled(query, options), key, value, reach, keep, offset)
    return with_sinks(output, log_sum_exp, options.sinks)


def _inference(
    query: Tensor, key: Tensor, value: Tensor, reach: LayerReach, keep: Tensor | None, offset: int
) -> tuple[Tensor, Tensor]:
    length, keys = query.shape[2], key.shape[2]
    if length == keys and offset == 0 and not reach.covers(length):
        # The fused kernels assume contiguous values in each head, and do not check.
        query, key, value = (
            tensor if tensor.stride(-1) == 1 else tensor.contiguous() for tensor in (query, key, value)
        )
        return sliding_attention(query, key, value, *reach.sides(length), keep)
    causal = reach.is_causal and length > 1
    fused_on_cpu = torch_ops.FUSED_CPU if query.device.type == "cpu" else None
    is_whole = length == keys and offset == 0
    one_call = (reach.left is None and (not causal or is_whole)) or (is_whole and reach.covers(length))
    if fused_on_cpu is None or not one_call or (length == 1 and not _sees_all(reach, keys, offset)):
        return explicit_attention(query, key, value, reach, ScoreOptions(), keep, offset)
    mask = None if keep is None else additive_mask(keep[:, None, None], query.dtype)
    output, log_sum_exp = fused_on_cpu(query, key, value, is_causal=causal, attn_mask=mask)
    if keep is not None:
        blind = ~keep.any(-1, keepdim=True) if not causal else visible_keys(keep, keys, 0) == 0
        output = output.masked_fill(blind[:, None, :, None], 0)
        log_sum_exp = log_sum_exp.masked_fill(blind[:, None], -math.inf)
    return output, log_sum_exp


def _sees_all(reach: LayerReach, keys: int, offset: int) -> bool:
    """Return whether the query at position `offset` attends to every key."""
    return reach.keys_of(offset, offset + 1, keys) == slice(0, keys)


def _differentiable(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    reach: LayerReach,
    options: ScoreOptions,
    keep: Tensor | None,
    offset: int,
) -> Tensor:
    """Compute the output with gradients: our banded kernels, or PyTorch's attention in blocks of queries."""
    length, keys = query.shape[2], key.shape[2]
    same = length == keys and offset == 0
    grouped = query.shape[1] != key.shape[1]
    if same and not grouped and reach.left and reach.left == reach.right and not reach.covers(length):
        return attention(_scaled(query, options), key, value, 2 * reach.left, keep)[0]
    settings = {"scale": options.scale, "enable_gqa": grouped}
    if keep is None and same and reach.covers(length):
        return scaled_dot_product_attention(query, key, value, is_causal=reach.is_causal, **settings)
    outputs = []
    for start in range(0, length, TRAINING_BLOCK):
        stop = min(start + TRAINING_BLOCK, length)
        part = reach.keys_of(offset + start, offset + stop, keys)
        positions = (torch.arange(offset + start, offset + stop), torch.arange(part.start, part.stop))
        allowed = reach.allows(positions[0][:, None], positions[1]).to(query.device)[None, None]
        if keep is not None:
            allowed = allowed & keep[:, None, None, part]
        seen = allowed.any(-1, keepdim=True)
        mask = (allowed | ~seen).contiguous()  # A row without any key would be NaN; its output is set to 0 below.
        block = (query[:, :, start:stop], key[:, :, part], value[:, :, part])
        outputs.append(scaled_dot_product_attention(*block, attn_mask=mask, **settings) * seen)
    return torch.cat(outputs, 2)


def _scaled(query: Tensor, options: ScoreOptions) -> Tensor:
    """Return the query for kernels that scale by `1 / sqrt(d)`."""
    head_size = query.shape[-1]
    factor = options.scale_of(head_size) * math.sqrt(head_size)
    return query if math.isclose(factor, 1.0, rel_tol=1e-7) else query * factor


def _check(query: Tensor, key: Tensor, value: Tensor) -> None:
    fits = query.ndim == key.ndim == value.ndim == 4 and key.shape[:3] == value.shape[:3]
    fits = fits and len(query) == len(key) and query.shape[-1] == key.shape[-1]
    if not fits or query.shape[1] % key.shape[1]:
        shapes = ", ".join(shown(list(tensor.shape)) for tensor in (query, key, value))
        raise InputError(
            "query must have the shape [batch, heads, n, d], key and value [batch, key_heads, m, d], and heads must "
            f"be a multiple of key_heads; got {shapes}. Split the heads first."
        )
