"""BigBird's block-sparse attention in evaluation mode, without an n x n tensor."""

import torch
from torch import Tensor

from longformer_viz.attention.kernels.explicit import ScoreOptions, attention_block
from longformer_viz.attention.kernels.fused import fused_attention, has_fused_attention
from longformer_viz.patterns.blocks.block_reach import BlockReach

_OPTIONS = ScoreOptions()


def block_attention(
    query: Tensor, key: Tensor, value: Tensor, reach: BlockReach, keep: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute attention over window blocks and the two global blocks.

    Args:
        query: `[batch, heads, n, d]`, not scaled; n is a multiple of the block size.
        key: `[batch, heads, n, d]`.
        value: `[batch, heads, n, d]`.
        reach: The keys of each query, for a document of n tokens.
        keep: Bool `[batch, n]`, False for padding.

    Returns:
        Output `[batch, heads, n, d]` and log-sum-exp, float32 `[batch, heads, n]`. Rows of padding have output 0.
    """
    batch, heads, length, head_size = query.shape
    size = reach.block_size
    count = length // size
    ends = torch.tensor([0, count - 1], device=query.device)
    blocked = [tensor.view(batch, heads, count, size, head_size) for tensor in (query, key, value)]
    outer = blocked[0][:, :, ends].flatten(2, 3)
    outer_output, outer_sum = _attend(outer, key, value, keep[:, None, None].float().log())

    inner = torch.arange(1, count - 1, device=query.device)
    blocks = torch.stack(
        [torch.zeros_like(inner), inner - 1, inner, inner + 1, inner.new_full(inner.shape, count - 1)], 1
    )
    counts = torch.ones_like(blocks, dtype=torch.float32)
    counts[:, 0] = reach.repeats.times
    counts[0, 1] = counts[-1, 3] = 0  # The first and the last block, which stand in the first and last column.
    # [batch, inner, 1, 1, 5 * size]
    mask = (counts[..., None] * keep.view(batch, count, size)[:, blocks]).log().flatten(2)[:, :, None, None]
    queries = blocked[0][:, :, 1:-1]  # [batch, heads, inner, size, d]
    keys, values = (
        tensor[:, :, blocks].flatten(3, 4) for tensor in blocked[1:]
    )  # [batch, heads, inner, 5 * size, d]
    folded = [
        tensor.transpose(1, 2).flatten(0, 1) for tensor in (queries, keys, values)
    ]  # [batch * inner, heads, ...]
    output, log_sum_exp = _attend(folded[0], folded[1], folded[2], mask.flatten(0, 1))
    output = output.unflatten(0, (batch, -1)).transpose(1, 2).flatten(2, 3)  # [batch, heads, inner * size, d]
    log_sum_exp = log_sum_exp.unflatten(0, (batch, -1)).transpose(1, 2).flatten(2, 3)

    parts = (outer_output[:, :, :size], output, outer_output[:, :, size:])
    sums = (outer_sum[:, :, :size], log_sum_exp, outer_sum[:, :, size:])
    return torch.cat(parts, 2).masked_fill(~keep[:, None, :, None], 0), torch.cat(sums, 2)


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Compute attention with an additive mask `[batch, 1, 1, keys]`, fused where no gradient is needed."""
    needs_gradient = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (query, key, value))
    if needs_gradient or not has_fused_attention(query):
        allowed = mask > -torch.inf
        return attention_block(query, key, value, allowed, mask.masked_fill(~allowed, 0), _OPTIONS)
    mask = mask.to(query.dtype)
    if query.device.type == "cpu":
        mask = mask.expand(-1, -1, query.shape[2], -1)
    return fused_attention(query, key, value, attn_mask=mask)
