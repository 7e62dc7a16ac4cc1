"""A window's attention by plain matrix products, group by group through scores that stay in a processor's cache.

In bfloat16 the fused CPU kernel multiplies no faster than in float32; plain products do, where the processor has the
instructions. Scores are rounded to bfloat16 between them, as in every implementation that writes them out.
"""

import math

import torch
from torch import Tensor

GROUP_SCORES = 2**20


def takes_products(query: Tensor) -> bool:
    """Whether plain products are the faster way for this device and type."""
    return (
        query.device.type == "cpu" and query.dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    )


def product_attention(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor) -> tuple[Tensor, Tensor]:
    """Output [heads, blocks, rows, d] and log-sum-exp [heads, blocks, rows] in float32, as of the fused kernel.

    query: [heads, blocks, rows, d]; key, value: [heads, blocks, keys, d], with a block's rows in the middle of its
    keys; attn_mask: additive, of query's type, [rows, keys] or [1 or heads, blocks, rows, keys]. A row without any
    key comes out as NaN.
    """
    heads, blocks, rows, head_size = query.shape
    width = key.shape[2]
    own = (width - rows) // 2
    group = min(blocks, max(1, GROUP_SCORES // (rows * width)))
    scores, weights = query.new_empty(2, group, rows, width)
    output = query.new_empty(query.shape)
    log_sum_exp = query.new_empty(query.shape[:-1], dtype=torch.float32)
    mask = attn_mask.expand(heads, blocks, rows, width)
    for head in range(heads):
        for start in range(0, blocks, group):
            part = head, slice(start, start + group)
            size = len(query[part])
            of_group, weights_of_group = scores[:size], weights[:size]
            torch.baddbmm(mask[part], query[part], key[part].mT, alpha=1 / math.sqrt(head_size), out=of_group)
            torch.softmax(of_group, -1, out=weights_of_group)
            torch.bmm(weights_of_group, value[part], out=output[part])
            log_sum_exp[part] = _log_sum_exp(of_group, weights_of_group, own)
    return output, log_sum_exp


def _log_sum_exp(scores: Tensor, weights: Tensor, own: int) -> Tensor:
    """[blocks, rows]: what score and weight of a row's own token differ by, or all keys' sum where it has none."""
    mine, weight = (tensor.diagonal(own, -2, -1).float() for tensor in (scores, weights))
    found = mine - weight.log()
    if not found.isfinite().all():  # its own key is hidden, or has no weight to speak of
        return scores.float().logsumexp(-1)
    return found
