"""PyTorch's fused attention with its log-sum-exp, with one signature for CPU and GPU."""

import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import pad

from longformer_viz.attention import torch_ops

MASK_ELEMENTS = 2**21  # Blocks with different masks are computed in groups of about this many mask elements.
MASK_ALIGNMENT = 8  # The GPU kernel reads so many mask elements at a time.


def has_fused_attention(query: Tensor) -> bool:
    """Return whether a fused kernel without gradients exists for the device and type of `query`."""
    if query.device.type == "cpu":
        return torch_ops.FUSED_CPU is not None
    if query.device.type != "cuda" or torch_ops.FUSED_CUDA is None or query.dtype == torch.float64:
        return False
    if query.dtype == torch.bfloat16 and torch.cuda.get_device_capability(query.device) < (8, 0):
        return False  # Older cards have no such kernel.
    return query.shape[-1] % (4 if query.dtype == torch.float32 else 8) == 0


def fused_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, scale: float | None = None
) -> tuple[Tensor, Tensor]:
    """Compute attention over all keys.

    Args:
        query: `[batch, heads, q, d]`.
        key: `[batch, heads, k, d]`.
        value: `[batch, heads, k, d]`.
        attn_mask: Additive, `[batch or 1, heads or 1, q, k]`, of the query's type; None for all pairs.
        scale: Factor of the scores; `1 / sqrt(d)` if None.

    Returns:
        Output `[batch, heads, q, d]` and log-sum-exp `[batch, heads, q]` in float32 (float64 for float64).
    """
    on_cpu = query.device.type == "cpu"
    operator = torch_ops.FUSED_CPU if on_cpu else torch_ops.FUSED_CUDA
    if operator is None:
        return torch_ops.attention_and_log_sum_exp(query, key, value, attn_mask, scale)
    if on_cpu:
        return operator(query, key, value, attn_mask=attn_mask, scale=scale)
    if attn_mask is not None:
        if attn_mask.stride(-2) % MASK_ALIGNMENT or attn_mask.shape[-2] == 1:
            attn_mask = aligned(attn_mask)
        attn_mask = attn_mask.expand(*query.shape[:3], key.shape[2])
    output, lse, *_ = operator(query, key, value, attn_mask, True, scale=scale)
    return output, lse[..., : query.shape[2]]  # The kernel pads its rows to whole tiles.


def fused_in_band(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    band: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
    keep: Tensor | None = None,
) -> None:
    """Compute attention inside blocks by the fused kernel. The parameters are those of `matmul_in_band`."""
    for part, kept in _runs(query.shape, key.shape[2], keep):
        mask = _banded_mask(band, kept, query.dtype)
        output[part], log_sum_exp[part] = fused_attention(query[part], key[part], value[part], attn_mask=mask)


def _runs(shape: torch.Size, width: int, keep: Tensor | None) -> Iterator[tuple[tuple[slice, slice], Tensor | None]]:
    """Yield parts of `[outer, inner]` without padding, and small parts with padding and their key masks."""
    if keep is None or bool(keep.all()):
        yield (slice(None), slice(None)), None
        return
    _, inner, rows, _ = shape
    if keep.shape[1] == 1 or keep.shape[0] * keep.shape[1] * rows * width <= MASK_ELEMENTS:
        yield (slice(None), slice(None)), keep
        return
    clean = keep.all(-1).all(0)  # [inner]
    changes = (clean[1:] != clean[:-1]).nonzero().flatten() + 1
    group = max(1, MASK_ELEMENTS // (rows * width * len(keep)))
    for start, stop in pairwise([0, *changes.tolist(), inner]):
        if clean[start]:
            yield (slice(None), slice(start, stop)), None
            continue
        for low in range(start, stop, group):
            part = slice(low, min(low + group, stop))
            yield (slice(None), part), keep[:, part]


def _banded_mask(band: Tensor | None, keep: Tensor | None, dtype: torch.dtype) -> Tensor | None:
    """Return an additive mask `[rows, keys]` or `[.., .., rows, keys]`, 0 for pairs of the band with a kept key."""
    mask = None if band is None else additive_mask(band, dtype)
    if keep is None:
        return mask
    hidden = additive_mask(keep[..., None, :], dtype)
    return hidden if mask is None else mask + hidden


def additive_mask(allowed: Tensor, dtype: torch.dtype) -> Tensor:
    """Return a mask that is 0 where a pair may attend and -inf elsewhere.

    Args:
        allowed: Bool, True where a pair may attend.
        dtype: Type of the mask.

    Returns:
        The mask, of the same shape.
    """
    return torch.zeros(allowed.shape, dtype=dtype, device=allowed.device).masked_fill_(~allowed, -math.inf)


def aligned(mask: Tensor) -> Tensor:
    """Return the same `mask` with its rows aligned in memory as the GPU kernel requires."""
    return pad(mask, (0, -mask.shape[-1] % MASK_ALIGNMENT))[..., : mask.shape[-1]]
