"""Attention over the window and the global tokens together, by the fastest path that computes it.

Every token scores the global tokens' keys by its local projections, in one softmax with its window; the rows of
global tokens have projections of their own (Beltagy et al. 2020, section 3.1, "Linear Projections").
"""

import math

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.kernels.banded import banded_attention
from longformer_viz.attention.kernels.differentiable import differentiable_attention
from longformer_viz.attention.kernels.flash import flash_attention, flash_takes
from longformer_viz.attention.kernels.fused import additive_mask, fused_attention, has_fused_attention
from longformer_viz.attention.kernels.fused_training import fused_training_attention
from longformer_viz.attention.torch_ops import has_transforms
from longformer_viz.spec import LayerSpec


def longformer_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    layer: LayerSpec,
    keep: Tensor | None = None,
    global_tokens: GlobalTokens | None = None,
    dropout: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Output [batch, heads, n, d] and log-sum-exp [batch, heads, n] of the tokens that are not global.

    query (not scaled), key, value: [batch, heads, n, d]; keep: bool [batch, n], False for padding. A global token's
    row is filled from the local projections and is for the caller to overwrite.
    """
    # The fused kernels take a head's numbers to lie side by side, and do not check.
    query, key, value = (tensor if tensor.stride(-1) == 1 else tensor.contiguous() for tensor in (query, key, value))
    transformed = has_transforms()
    if not dropout and not transformed and flash_takes(query, keep):
        arguments = (query, key, value, layer.one_sided_window, layer.dilations)
        return flash_attention(*arguments, keep, global_tokens)
    needs_grad = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (query, key, value))
    if needs_grad and not dropout and not transformed and query.device.type == "cpu":
        arguments = (query, key, value, layer.one_sided_window, layer.dilations)
        return fused_training_attention(*arguments, keep, global_tokens)
    columns = None
    local_keys = keep
    if global_tokens is not None:
        columns = (global_tokens.of_heads(key), global_tokens.of_heads(value), global_tokens.present)
        local_keys = global_tokens.local_keys(keep)
    if dropout or needs_grad or transformed or not has_fused_attention(query):
        arguments = (query, key, value, layer.one_sided_window, layer.dilations)
        return differentiable_attention(*arguments, local_keys, columns, dropout, composite=transformed)
    output, lse = banded_attention(query, key, value, layer.one_sided_window, layer.dilations, local_keys)
    if columns is not None:
        lse = _merge_columns(query, *columns, output, lse)
    return output, lse


def _merge_columns(
    query: Tensor,
    global_key: Tensor,
    global_value: Tensor,
    present: Tensor,
    output: Tensor,
    log_sum_exp: Tensor,
) -> Tensor:
    """Bring the global columns into `output`, in place; the log-sum-exp of both parts together."""
    if global_key.shape[2] == 1 and query.dtype == torch.float32:
        # The softmax of one score is 1: the kernel would take four times as long to find that out.
        part, lse = global_value, (query @ (global_key.mT / math.sqrt(query.shape[-1]))).squeeze(-1)
    else:
        mask = None if present.all() else additive_mask(present[:, None, None], query.dtype)  # [batch, 1, 1, g]
        part, lse = fused_attention(query, global_key, global_value, attn_mask=mask)
    lse = lse.masked_fill(~present.any(-1)[:, None, None], -math.inf)
    share = torch.sigmoid(lse - log_sum_exp).to(output.dtype)
    output.lerp_(part.expand_as(output), share[..., None])
    return torch.logaddexp(lse, log_sum_exp)
