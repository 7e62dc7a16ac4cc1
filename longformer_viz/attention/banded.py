"""Window and dilation, block by block, on the fastest kernels at hand: output and log-sum-exp, never n x window.

A block of queries meets one contiguous stretch of keys, `block + window` wide. Inner blocks are overlapping
strided views into the same keys and share one mask; the blocks at both ends of the document are cut to the keys
that exist, so nothing is padded or copied. With dilation d the tokens of equal position modulo d are d ordinary
documents. No gradients flow through here: training has `differentiable.py`.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from longformer_viz.attention.fused import fused_attention
from longformer_viz.attention.products import product_attention, takes_products

QUERY_BLOCK = 32  # as many rows as PyTorch's CPU kernel takes at a time below 192: a longer block only adds keys
LONG_QUERY_BLOCK = 64  # on a GPU, and for plain products
END_MASK_ELEMENTS = 2**25
RUN_BLOCKS = 64  # on a CPU so many come at once: their output is still in its cache when it is put in its place
MASK_ELEMENTS = 2**21  # masks of blocks that differ are made in groups of at most this size


def banded_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    one_sided_window: int,
    dilations: tuple[int, ...],
    keep: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Output and log-sum-exp of attention inside the window.

    query, key, value: [batch, heads, n, d]; `dilations`: one a head; keep: bool [batch, n], the keys that may be
    seen. Returns output [batch, heads, n, d] and log-sum-exp [batch, heads, n] in float32; a row that
    sees no key has output 0 and log-sum-exp -inf. Source: Beltagy et al. 2020, section 3.1, "Dilated".
    """
    batch, heads, length, head_size = query.shape
    # Memory in the order that the output projection reads: [batch, n, heads, d].
    output = query.new_empty(batch, length, heads, head_size).transpose(1, 2)
    log_sum_exp = query.new_empty(batch, heads, length, dtype=torch.float32)
    keep = keep[:, None] if keep is not None else None  # [batch, 1, n]
    if not query.numel():
        return output, log_sum_exp
    for dilation in sorted(set(dilations)):
        if dilation == 1 and len(set(dilations)) == 1:
            _undilated(query, key, value, one_sided_window, keep, output, log_sum_exp)
            continue
        members = torch.tensor([head for head, own in enumerate(dilations) if own == dilation])
        for index in residues(length, dilation):
            parts = [take(tensor, members, index) for tensor in (query, key, value)]
            kept = None
            if keep is not None:
                kept = keep[:, 0, index].repeat(1, len(members), 1)  # [batch, heads * residues, m]
            part_output = torch.empty_like(parts[0])
            part_lse = parts[0].new_empty(parts[0].shape[:-1], dtype=torch.float32)
            _undilated(*parts, one_sided_window, kept, part_output, part_lse)
            shape = (batch, len(members), *index.shape)
            output[:, members[:, None, None], index] = part_output.view(*shape, head_size)
            log_sum_exp[:, members[:, None, None], index] = part_lse.view(shape)
    return output, log_sum_exp


def residues(length: int, dilation: int) -> Iterator[Tensor]:
    """Positions of equal remainder modulo the dilation, as at most two rectangles [remainders, m]."""
    longer = length % dilation
    steps = length // dilation
    for first, last, size in ((0, longer, steps + 1), (longer, dilation, steps)):
        if last > first and size:
            yield torch.arange(first, last)[:, None] + dilation * torch.arange(size)


def take(tensor: Tensor, heads: Tensor, index: Tensor) -> Tensor:
    """The heads and the positions [remainders, m] of a [batch, heads, n, d], as [batch, heads * remainders, m, d]."""
    return tensor[:, heads[:, None, None], index].flatten(1, 2)


def _undilated(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    half: int,
    keep: Tensor | None,
    output: Tensor,
    log_sum_exp: Tensor,
) -> None:
    """Fill `output` and `log_sum_exp`; keep: bool [batch, 1 or heads, n]."""
    batch, _, length, _ = query.shape
    block = _query_block(query)
    # Inner blocks: those whose window lies wholly inside the document.
    count = -(-length // block)
    first = min(-(-half // block), count)
    inner = range(first, max(first, (length - half) // block))
    blocks = [(number * block, min((number + 1) * block, length)) for number in range(count) if number not in inner]
    if half >= length - 1:
        blocks = [(0, length)]
    elif query.device.type != "cpu" and inner and _end_mask_elements(half, keep) <= END_MASK_ELEMENTS:
        # To start a kernel costs a GPU more than the pairs that one block for each end computes in vain.
        blocks = [(0, inner.start * block), (inner.stop * block, length)]

    for start, stop in blocks:
        low, high = max(0, start - half), min(length, stop + half)
        mask = None
        if half < length - 1:
            mask = _band_mask(query, (start, stop), (low, high), half)
        if keep is not None:
            kept = additive_mask(keep[:, :, None, low:high], query.dtype)
            mask = kept if mask is None else mask + kept  # [batch, 1 or heads, query, key]
        part, lse = fused_attention(
            query[:, :, start:stop], key[:, :, low:high], value[:, :, low:high], attn_mask=mask
        )
        output[:, :, start:stop] = part
        log_sum_exp[:, :, start:stop] = lse

    if inner:
        mask = _band_mask(query, (0, block), (-half, block + half), half)
        for document in range(batch):
            tensors = [tensor[document] for tensor in (query, key, value, output)]
            kept = None if keep is None else keep[document]
            _inner_blocks(*tensors, log_sum_exp[document], inner, block, half, mask, kept)

    if keep is not None:
        blind = _keys_seen(keep, half) == 0
        if blind.any():
            output.masked_fill_(blind[..., None], 0)
            log_sum_exp.masked_fill_(blind, -math.inf)


def _query_block(query: Tensor) -> int:
    return QUERY_BLOCK if query.device.type == "cpu" and not takes_products(query) else LONG_QUERY_BLOCK


def _end_mask_elements(half: int, keep: Tensor | None) -> int:
    """Of the mask of one end of the documents as one block."""
    return 2 * half**2 * (1 if keep is None else keep.shape[0] * keep.shape[1])


def _inner_blocks(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    log_sum_exp: Tensor,
    inner: range,
    block: int,
    half: int,
    band: Tensor,
    keep: Tensor | None,
) -> None:
    """Fill the rows of the inner blocks of one document; its tensors are [heads, n, d], keep [1 or heads, n]."""
    width = block + 2 * half
    attention = product_attention if takes_products(query) else fused_attention
    most = RUN_BLOCKS if query.device.type == "cpu" else len(inner)
    for run, masked in _runs(inner, block, half, keep, most):
        queries = _windows(query, run, block, 0, block)  # [heads, blocks, block, d]
        keys = _windows(key, run, block, half, width)  # [heads, blocks, block + window, d]
        values = _windows(value, run, block, half, width)
        mask = band
        if masked:
            kept = _windows(keep[..., None], run, block, half, width)[..., 0]  # [1 or heads, blocks, block + window]
            mask = band + additive_mask(kept[:, :, None], query.dtype)
        part, lse = attention(queries, keys, values, attn_mask=mask)
        _windows(output, run, block, 0, block).copy_(part)
        rows = slice(run.start * block, run.stop * block)
        log_sum_exp[:, rows] = lse.flatten(1)
        del part  # else the next one is made beside it


def _runs(inner: range, block: int, half: int, keep: Tensor | None, most: int) -> Iterator[tuple[range, bool]]:
    """Runs of at most so many blocks that see every key of their stretch, and groups of those that do not."""
    if keep is None or bool(keep.all()):
        for low in range(0, len(inner), most):
            yield inner[low : low + most], False
        return
    width = block + 2 * half
    clean = _windows(keep[..., None], inner, block, half, width).all(-1).all(-1).all(0)  # [blocks]
    changes = (clean[1:] != clean[:-1]).nonzero().flatten() + 1
    bounds = [0, *changes.tolist(), len(inner)]
    group = max(1, MASK_ELEMENTS // (block * width * len(keep)))
    for start, stop in pairwise(bounds):
        size = most if clean[start] else group
        for low in range(start, stop, size):
            yield inner[low : min(low + size, stop)], not clean[start]


def _windows(tensor: Tensor, blocks: range, block: int, before: int, width: int) -> Tensor:
    """Overlapping stretches of a [heads, n, d], one a block, `before` positions ahead of it: a view, no copy."""
    head_stride, stride, inner_stride = tensor.stride()
    return tensor.as_strided(
        (len(tensor), len(blocks), width, tensor.shape[-1]),
        (head_stride, stride * block, stride, inner_stride),
        tensor.storage_offset() + (blocks.start * block - before) * stride,
    )


def _band_mask(like: Tensor, queries: tuple[int, int], keys: tuple[int, int], half: int) -> Tensor:
    """Additive mask [query, key] of two stretches: 0 within `half` positions, -inf beyond."""
    query, key = (torch.arange(*stretch, device=like.device) for stretch in (queries, keys))
    return additive_mask((key - query[:, None]).abs() <= half, like.dtype)


def additive_mask(allowed: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where a pair may attend, -inf where not."""
    return torch.zeros(allowed.shape, dtype=dtype, device=allowed.device).masked_fill_(~allowed, -math.inf)


def _keys_seen(keep: Tensor, half: int) -> Tensor:
    """How many keys each query may see in its window, [..., n]."""
    length = keep.shape[-1]
    total = torch.nn.functional.pad(keep.long().cumsum(-1), (1, 0))
    position = torch.arange(length, device=keep.device)
    return total[..., (position + half + 1).clamp(max=length)] - total[..., (position - half).clamp(min=0)]
