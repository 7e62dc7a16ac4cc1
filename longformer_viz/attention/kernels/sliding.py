"""Sliding windows of any two sides for inference, causal ones included, with grouped-query heads.

Inner blocks of queries are strided views that share one mask, as in `banded.py`. The first rows of a causal window
attend to all keys before them, so PyTorch's causal kernel computes them in one call. This kernel has no gradients.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from longformer_viz.attention import torch_ops
from longformer_viz.attention.kernels.fused import additive_mask, fused_attention, fused_in_band
from longformer_viz.attention.kernels.matmul import matmul_in_band, prefers_matmul
from longformer_viz.patterns.layer_reach import LayerReach

QUERY_BLOCK = 64
SHORT = 2 * QUERY_BLOCK  # Tokens. One call over all pairs costs less than several calls over fewer.
LEAST_SCORES = 2**16  # Per thread. Below this, starting several matrix products costs more than they gain.


def sliding_attention(
    query: Tensor, key: Tensor, value: Tensor, left: int, right: int, keep: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Compute attention over a window of `left` keys before and `right` keys after each query.

    Args:
        query: `[batch, heads, n, d]`, not scaled, with contiguous values.
        key: `[batch, key_heads, n, d]`; a number of key heads that divides that of the heads.
        value: `[batch, key_heads, n, d]`.
        left: Keys before a query.
        right: Keys after it.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp, float32 `[batch, heads, n]`. A row with no visible key has
        output 0 and log-sum-exp -inf.
    """
    batch, heads, length, head_size = query.shape
    # The output projection reads memory in this order.
    output = query.new_empty(batch, length, heads, head_size).transpose(1, 2)
    log_sum_exp = query.new_empty(batch, heads, length, dtype=torch.float32)
    is_short = right > 0 and length <= SHORT
    first = 0 if is_short else min(left, length)
    count = 0 if is_short else max(0, length - right - first) // QUERY_BLOCK
    step = SHORT if is_short else QUERY_BLOCK
    inner = slice(first, first + count * QUERY_BLOCK)
    _first_rows(query, key, value, first, (left, right), keep, output, log_sum_exp)
    if count:
        _inner_rows(query, key, value, inner, (left, right), keep, output, log_sum_exp)
    for start in range(inner.stop, length, step):
        rows = slice(start, min(start + step, length))
        _rows(query, key, value, rows, (left, right), keep, output, log_sum_exp)
    if keep is not None:
        blind = visible_keys(keep, left, right)[:, None] == 0  # [batch, 1, n]
        output.masked_fill_(blind[..., None], 0)
        log_sum_exp.masked_fill_(blind, -math.inf)
    return output, log_sum_exp


def visible_keys(keep: Tensor, left: int, right: int) -> Tensor:
    """Count the keys in each query's window that are not padding.

    Args:
        keep: Bool `[..., n]`, False for padding.
        left: Number of keys before a query.
        right: Number of keys after it.

    Returns:
        Int64 `[..., n]`.
    """
    length = keep.shape[-1]
    total = torch.nn.functional.pad(keep.long().cumsum(-1), (1, 0))
    position = torch.arange(length, device=keep.device)
    return total[..., (position + right + 1).clamp(max=length)] - total[..., (position - left).clamp(min=0)]


def _first_rows(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    stop: int,
    sides: tuple[int, int],
    keep: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
) -> None:
    """Fill the rows whose windows begin before the document."""
    if not stop:
        return
    if sides[1] == 0 and query.device.type == "cpu" and torch_ops.FUSED_CPU is not None:
        part = slice(0, stop)
        mask = None if keep is None else additive_mask(keep[:, None, None, part], query.dtype)
        inputs = (tensor[:, :, part] for tensor in (query, key, value))
        output[:, :, part], log_sum_exp[:, :, part] = torch_ops.FUSED_CPU(*inputs, is_causal=True, attn_mask=mask)
        return
    for start in range(0, stop, QUERY_BLOCK):
        _rows(query, key, value, slice(start, min(start + QUERY_BLOCK, stop)), sides, keep, output, log_sum_exp)


def _rows(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    rows: slice,
    sides: tuple[int, int],
    keep: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
) -> None:
    """Fill a few rows from the keys that exist in their windows."""
    reach = LayerReach(*sides)
    keys = reach.keys_of(rows.start, rows.stop, key.shape[2])
    positions = [torch.arange(part.start, part.stop, device=query.device) for part in (rows, keys)]
    allowed = reach.allows(positions[0][:, None], positions[1])[None, None]
    if keep is not None:
        allowed = allowed & keep[:, None, None, keys]
    mask = additive_mask(allowed, query.dtype)
    for chosen in head_groups(query, key):
        inputs = query[:, chosen, rows], key[:, :, keys], value[:, :, keys]
        output[:, chosen, rows], log_sum_exp[:, chosen, rows] = fused_attention(*inputs, attn_mask=mask)


def head_groups(query: Tensor, key: Tensor) -> list[slice]:
    """Split the query heads so that each group has one head for every key head, in order.

    Args:
        query: `[batch, heads, n, d]`.
        key: `[batch, key_heads, n, d]`.

    Returns:
        A slice of the query heads for each group.
    """
    group = query.shape[1] // key.shape[1]
    return [slice(number, None, group) for number in range(group)]


def _inner_rows(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    inner: slice,
    sides: tuple[int, int],
    keep: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
) -> None:
    """Fill the blocks of rows whose windows lie wholly inside the document."""
    left, right = sides
    blocks, width = (inner.stop - inner.start) // QUERY_BLOCK, QUERY_BLOCK + left + right
    ones = torch.ones(QUERY_BLOCK, width, dtype=torch.bool, device=query.device)
    band = ones.tril_(left + right).triu_(0)
    attend = _fastest(query, max(key.shape[1], blocks) * QUERY_BLOCK * width)
    blocks_first = blocks < key.shape[1]

    def windows(tensor: Tensor, before: int, size: int) -> Tensor:  # [heads, blocks, size, d], or blocks first
        outer, step, last = tensor.stride()
        view = tensor.as_strided(
            (len(tensor), blocks, size, tensor.shape[-1]),
            (outer, step * QUERY_BLOCK, step, last),
            tensor.storage_offset() + (inner.start - before) * step,
        )
        return view.transpose(0, 1) if blocks_first else view

    for document in range(len(query)):
        kept = None if keep is None else windows(keep[document, None, :, None], left, width)[..., 0]
        keys, values = (windows(tensor[document], left, width) for tensor in (key, value))
        for chosen in head_groups(query, key):
            attend(
                windows(query[document, chosen], 0, QUERY_BLOCK),
                keys,
                values,
                band,
                windows(output[document, chosen], 0, QUERY_BLOCK),
                windows(log_sum_exp[document, chosen, :, None], 0, QUERY_BLOCK)[..., 0],
                kept,
            )


def _fastest(query: Tensor, scores: int) -> Callable[..., None]:
    """Return the faster kernel for blocks of so many scores."""
    enough = scores >= LEAST_SCORES * torch.get_num_threads()
    return matmul_in_band if enough and prefers_matmul(query) else fused_in_band
