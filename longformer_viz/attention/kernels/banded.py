"""Banded attention for inference: block by block over the window, global columns merged by their log-sum-exp.

A block of queries attends to one run of contiguous keys, `block + window` wide. Inner blocks are overlapping strided
views of the same keys and share one mask. The blocks at both ends of the document are cut to the keys that exist, so
nothing is padded or copied. Each group of blocks goes to `matmul.py` or `fused.py`, whichever is faster for it. No
gradient flows through this kernel.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from longformer_viz.attention.block_layout import BandedLayout, Block, band_mask, visible_keys
from longformer_viz.attention.dilated_slices import dilated_slices
from longformer_viz.attention.inputs import AttentionInputs
from longformer_viz.attention.kernels.fused import additive_mask, fused_attention, fused_in_band
from longformer_viz.attention.kernels.matmul import matmul_in_band, prefers_matmul

QUERY_BLOCK = 64
LEAST_SCORES = 2**16  # Per thread. Below this, starting several matrix products costs more than they gain.
END_MASK_ELEMENTS = 2**25


def banded_attention(inputs: AttentionInputs) -> tuple[Tensor, Tensor]:
    """Compute attention over the window and the global tokens (Beltagy et al. 2020, section 3.1).

    Args:
        inputs: The inputs of one call; dropout is ignored.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp `[batch, heads, n]` in float32 (float64 for float64). A row
        with no visible key has output 0 and log-sum-exp -inf.
    """
    query, key, value, layer = inputs.query, inputs.key, inputs.value, inputs.layer
    output, log_sum_exp = _window(query, key, value, layer.one_sided_window, layer.dilations, inputs.local_keys)
    if (columns := inputs.columns) is not None:
        log_sum_exp = _merge_columns(query, *columns, output, log_sum_exp)
    return output, log_sum_exp


def _window(
    query: Tensor, key: Tensor, value: Tensor, half: int, dilations: tuple[int, ...], keep: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return output and log-sum-exp over the window alone; keep: bool `[batch, n]`, the keys it may see."""
    batch, heads, length, head_size = query.shape
    # The output projection reads memory in this order.
    output = query.new_empty(batch, length, heads, head_size).transpose(1, 2)
    log_sum_exp = query.new_empty(batch, heads, length, dtype=torch.float32)
    if not query.numel():
        return output, log_sum_exp
    for part in dilated_slices(length, dilations):
        queries, keys, values = (part.take_as_heads(tensor) for tensor in (query, key, value))
        kept = None if keep is None else part.positions_as_heads(keep)
        if part.is_whole:
            _undilated(queries, keys, values, half, kept, output, log_sum_exp)
            continue
        part_output, part_lse = torch.empty_like(queries), queries.new_empty(queries.shape[:-1], dtype=torch.float32)
        _undilated(queries, keys, values, half, kept, part_output, part_lse)
        part.put_as_heads(output, part_output)
        part.put_as_heads(log_sum_exp, part_lse)
    return output, log_sum_exp


def _undilated(
    query: Tensor, key: Tensor, value: Tensor, half: int, keep: Tensor | None, output: Tensor, log_sum_exp: Tensor
) -> None:
    """Fill `output` and `log_sum_exp`; keep: bool `[batch, 1 or heads, n]`."""
    layout = BandedLayout.of(query.shape[2], half, QUERY_BLOCK)
    _edges(query, key, value, layout, keep, output, log_sum_exp)
    if layout.inner:
        _inner(query, key, value, layout, keep, output, log_sum_exp)
    if keep is not None:
        empty = visible_keys(keep, half) == 0
        if empty.any():
            output.masked_fill_(empty[..., None], 0)
            log_sum_exp.masked_fill_(empty, -math.inf)


def _edges(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    layout: BandedLayout,
    keep: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
) -> None:
    heads, length, half = query.shape[1], layout.length, layout.half
    attend = _fastest(query, heads * min(QUERY_BLOCK, length) * min(length, half + QUERY_BLOCK))
    blocks = layout.edges
    if attend is fused_in_band and half >= length - 1:
        blocks = layout.joined_edges
    elif query.device.type != "cpu" and layout.inner and _end_mask_elements(half, keep) <= END_MASK_ELEMENTS:
        # On a GPU, starting a kernel costs more than the masked pairs that one block for each end adds.
        blocks = layout.joined_edges
    for block in blocks:
        band = band_mask(block.rows, block.keys, half, query.device) if half < length - 1 else None
        attend(
            query[:, :, block.rows],
            key[:, :, block.keys],
            value[:, :, block.keys],
            band,
            output[:, :, block.rows],
            log_sum_exp[:, :, block.rows],
            None if keep is None else keep[:, :, block.keys],
        )


def _inner(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    layout: BandedLayout,
    keep: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
) -> None:
    heads, inner, half = query.shape[1], layout.inner, layout.half
    attend = _fastest(query, max(heads, len(inner)) * QUERY_BLOCK * layout.inner_keys)
    block = Block(slice(0, QUERY_BLOCK), slice(-half, QUERY_BLOCK + half))
    band = band_mask(block.rows, block.keys, half, query.device)

    def of_rows(tensor: Tensor) -> Tensor:  # [heads, blocks, rows, d], or blocks first where they are fewer
        return by_block(tensor, 0, QUERY_BLOCK)

    def of_keys(tensor: Tensor) -> Tensor:
        return by_block(tensor, half, layout.inner_keys)

    def by_block(tensor: Tensor, before: int, size: int) -> Tensor:
        windows = _windows(tensor, inner, before, size)
        return windows.transpose(0, 1) if len(inner) < heads else windows

    for document in range(len(query)):
        attend(
            of_rows(query[document]),
            of_keys(key[document]),
            of_keys(value[document]),
            band,
            of_rows(output[document]),
            of_rows(log_sum_exp[document, ..., None])[..., 0],
            None if keep is None else of_keys(keep[document, ..., None])[..., 0],
        )


def _end_mask_elements(half: int, keep: Tensor | None) -> int:
    """Return the size of the mask of one end of the documents as one block."""
    return 2 * half**2 * (1 if keep is None else keep.shape[0] * keep.shape[1])


def _fastest(query: Tensor, scores: int) -> Callable[..., None]:
    """Return the faster kernel for blocks of so many scores."""
    enough = scores >= LEAST_SCORES * torch.get_num_threads()
    return matmul_in_band if enough and prefers_matmul(query) else fused_in_band


def _windows(tensor: Tensor, blocks: range, before: int, width: int) -> Tensor:
    """Return a strided view `[heads, blocks, width, d]` of a `[heads, n, d]`.

    Each block's part starts `before` positions ahead of the block and overlaps its neighbours.
    """
    head_stride, stride, inner_stride = tensor.stride()
    return tensor.as_strided(
        (len(tensor), len(blocks), width, tensor.shape[-1]),
        (head_stride, stride * QUERY_BLOCK, stride, inner_stride),
        tensor.storage_offset() + (blocks.start * QUERY_BLOCK - before) * stride,
    )


def _merge_columns(
    query: Tensor,
    global_key: Tensor,
    global_value: Tensor,
    present: Tensor,
    output: Tensor,
    log_sum_exp: Tensor,
) -> Tensor:
    """Merge the global columns into `output`, in place, and return the log-sum-exp over window and columns."""
    if global_key.shape[2] == 1 and query.dtype == torch.float32:
        # The softmax of one score is 1; the fused kernel would take four times as long.
        part, lse = global_value, (query @ (global_key.mT / math.sqrt(query.shape[-1]))).squeeze(-1)
    else:
        mask = None if present.all() else additive_mask(present[:, None, None], query.dtype)  # [batch, 1, 1, g]
        part, lse = fused_attention(query, global_key, global_value, attn_mask=mask)
    lse = lse.masked_fill(~present.any(-1)[:, None, None], -math.inf)
    share = torch.sigmoid(lse - log_sum_exp).to(output.dtype)
    output.lerp_(part.expand_as(output), share[..., None])
    return torch.logaddexp(lse, log_sum_exp)
