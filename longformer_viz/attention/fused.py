"""PyTorch's fused attention with its log-sum-exp, the same on the CPU and on a GPU."""

import math

import torch
from torch import Tensor
from torch.nn.functional import pad

MASK_ALIGNMENT = 8  # the GPU's kernel reads masks by so many numbers


def has_fused_attention(query: Tensor) -> bool:
    """Whether this device and type have a fused kernel; no gradients flow through it here."""
    if query.device.type == "cpu":
        return True
    if query.device.type != "cuda" or query.dtype == torch.float64:
        return False
    if query.dtype == torch.bfloat16 and torch.cuda.get_device_capability(query.device) < (8, 0):
        return False  # older cards have no such build
    return query.shape[-1] % (4 if query.dtype == torch.float32 else 8) == 0


def fused_attention(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, scale: float | None = None
) -> tuple[Tensor, Tensor]:
    """Output [batch, heads, q, d] and log-sum-exp [batch, heads, q] in float32 (float64's own) over all keys.

    query: [batch, heads, q, d]; key, value: [batch, heads, k, d]; attn_mask: additive, of query's type, whose first
    two sizes may be 1.
    """
    if query.device.type == "cpu":
        kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
        return kernel(query, key, value, attn_mask=attn_mask, scale=scale)
    if attn_mask is not None:
        if attn_mask.stride(-2) % MASK_ALIGNMENT or attn_mask.shape[-2] == 1:
            attn_mask = aligned(attn_mask)
        attn_mask = attn_mask.expand(*query.shape[:3], key.shape[2])
    kernel = torch.ops.aten._scaled_dot_product_efficient_attention
    output, lse, *_ = kernel(query, key, value, attn_mask, True, scale=scale)
    return output, lse[..., : query.shape[2]]  # it comes in whole tiles of rows


def additive_mask(allowed: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a pair may attend, -inf where not."""
    return torch.zeros(allowed.shape, dtype=dtype, device=allowed.device).masked_fill_(~allowed, -math.inf)


def aligned(mask: Tensor) -> Tensor:
    """The same mask in memory whose rows begin where the GPU's kernel can read them."""
    return pad(mask, (0, -mask.shape[-1] % MASK_ALIGNMENT))[..., : mask.shape[-1]]
