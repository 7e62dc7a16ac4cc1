"""Window and dilation, block by block, on the fastest kernels at hand: output and log-sum-exp, never n x window.

A block of queries meets one contiguous stretch of keys, `block + window` wide. Inner blocks are overlapping
strided views into the same keys and share one mask; the blocks at both ends of the document are cut to the keys
that exist, so nothing is padded or copied. With dilation d the tokens of equal position modulo d are d ordinary
documents. No gradients flow through here: training has ways of its own.
"""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from longformer_viz.attention.kernels.fused import fused_in_band
from longformer_viz.attention.kernels.matmul import product_attention, takes_products

QUERY_BLOCK = 64
LEAST_SCORES = 2**16  # a thread, for plain products: to start several kernels costs more than they gain on fewer
END_MASK_ELEMENTS = 2**25


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
    batch, heads, length, _ = query.shape
    # Inner blocks: those whose window lies wholly inside the document.
    count = -(-length // QUERY_BLOCK)
    first = min(-(-half // QUERY_BLOCK), count)
    inner = range(first, max(first, (length - half) // QUERY_BLOCK))
    edges = (number * QUERY_BLOCK for number in range(count) if number not in inner)
    blocks = [(start, min(start + QUERY_BLOCK, length)) for start in edges]
    attend = _fastest(query, heads * min(QUERY_BLOCK, length) * min(length, half + QUERY_BLOCK))
    if attend is fused_in_band and half >= length - 1:
        blocks = [(0, length)]
    elif query.device.type != "cpu" and inner and _end_mask_elements(half, keep) <= END_MASK_ELEMENTS:
        # To start a kernel costs a GPU more than the pairs that one block for each end computes in vain.
        blocks = [(0, inner.start * QUERY_BLOCK), (inner.stop * QUERY_BLOCK, length)]

    for start, stop in blocks:
        low, high = max(0, start - half), min(length, stop + half)
        band = in_band((start, stop), (low, high), half, query.device) if half < length - 1 else None
        tensors = query[:, :, start:stop], key[:, :, low:high], value[:, :, low:high]
        kept = None if keep is None else keep[:, :, low:high]
        attend(*tensors, band, output[:, :, start:stop], log_sum_exp[:, :, start:stop], kept)

    if inner:
        width = QUERY_BLOCK + 2 * half
        attend = _fastest(query, max(heads, len(inner)) * QUERY_BLOCK * width)
        band = in_band((0, QUERY_BLOCK), (-half, QUERY_BLOCK + half), half, query.device)

        def stretches(tensor: Tensor, before: int, size: int) -> Tensor:  # [heads, blocks, size, d], or blocks first
            found = _windows(tensor, inner, before, size)
            return found.transpose(0, 1) if len(inner) < heads else found

        for document in range(batch):
            attend(
                stretches(query[document], 0, QUERY_BLOCK),
                stretches(key[document], half, width),
                stretches(value[document], half, width),
                band,
                stretches(output[document], 0, QUERY_BLOCK),
                stretches(log_sum_exp[document, ..., None], 0, QUERY_BLOCK)[..., 0],
                None if keep is None else stretches(keep[document, ..., None], half, width)[..., 0],
            )

    if keep is not None:
        blind = keys_seen(keep, half) == 0
        if blind.any():
            output.masked_fill_(blind[..., None], 0)
            log_sum_exp.masked_fill_(blind, -math.inf)


def _end_mask_elements(half: int, keep: Tensor | None) -> int:
    """Of the mask of one end of the documents as one block."""
    return 2 * half**2 * (1 if keep is None else keep.shape[0] * keep.shape[1])


def _fastest(query: Tensor, scores: int) -> Callable[..., None]:
    """The way to compute so many scores at a time."""
    enough = scores >= LEAST_SCORES * torch.get_num_threads()
    return product_attention if enough and takes_products(query) else fused_in_band


def _windows(tensor: Tensor, blocks: range, before: int, width: int) -> Tensor:
    """Overlapping stretches of a [heads, n, d], one a block, `before` positions ahead of it: a view, no copy."""
    head_stride, stride, inner_stride = tensor.stride()
    return tensor.as_strided(
        (len(tensor), len(blocks), width, tensor.shape[-1]),
        (head_stride, stride * QUERY_BLOCK, stride, inner_stride),
        tensor.storage_offset() + (blocks.start * QUERY_BLOCK - before) * stride,
    )


def in_band(queries: tuple[int, int], keys: tuple[int, int], half: int, device: torch.device | None = None) -> Tensor:
    """Bool [query, key] of two stretches: True within `half` positions."""
    shift = queries[0] - keys[0]
    pairs = torch.ones(queries[1] - queries[0], keys[1] - keys[0], dtype=torch.bool, device=device)
    return pairs.tril_(shift + half).triu_(shift - half)


def keys_seen(keep: Tensor, half: int) -> Tensor:
    """How many keys each query may see in its window, [..., n]."""
    length = keep.shape[-1]
    total = torch.nn.functional.pad(keep.long().cumsum(-1), (1, 0))
    position = torch.arange(length, device=keep.device)
    return total[..., (position + half + 1).clamp(max=length)] - total[..., (position - half).clamp(min=0)]
