"""Weights in the layout of transformers' `output_attentions=True`, padding quirks included."""

import torch
from torch import Tensor, nn

from longformer_viz.attention.global_tokens import GlobalRows, GlobalTokens
from longformer_viz.attention.weights import band_weights, column_weights
from longformer_viz.spec import LayerSpec


def hugging_face_weights(
    module: nn.Module,
    layer: LayerSpec,
    query: Tensor,
    key: Tensor,
    log_sum_exp: Tensor,
    keep: Tensor | None,
    global_tokens: GlobalTokens | None,
    rows: GlobalRows | None,
) -> tuple[Tensor, ...]:
    """[batch, n, heads, g + window + 1], and with global tokens [batch, heads, g, padded n].

    The g global columns come first; rows of global tokens and of padding are zero. The second keeps the columns
    by which transformers would have padded the document to a multiple of the largest window, and, where a document
    of the batch has fewer global tokens than another, rows of equal weights in the place of those it lacks.
    """
    batch, _, length, head_size = query.shape
    query = query / head_size**0.5
    shown = torch.ones(batch, length, dtype=torch.bool, device=query.device) if keep is None else keep
    local = shown if global_tokens is None else shown & ~global_tokens.mask
    dilations = torch.tensor(layer.dilations)
    band = query.new_empty(*query.shape[:-1], layer.window + 1)
    for dilation in dilations.unique():
        heads = (dilations == dilation).nonzero().flatten()
        band[:, heads] = band_weights(
            query[:, heads],
            key[:, heads],
            log_sum_exp[:, heads],
            layer.one_sided_window,
            int(dilation),
            local[:, None].expand(-1, len(heads), -1),
        ).to(band.dtype)
    if global_tokens is None:
        return (band.masked_fill_(~shown[:, None, :, None], 0).transpose(1, 2),)
    columns = column_weights(query, global_tokens.of_heads(key), log_sum_exp).to(band.dtype)
    columns = columns.masked_fill(~global_tokens.present[:, None, None], 0)
    weights = torch.cat([columns, band], -1).masked_fill_(~local[:, None, :, None], 0)

    largest = max(module.config.attention_window)
    padded = -(-length // largest) * largest
    row_weights = rows.weights()  # [batch, heads, g, n]
    if keep is not None:
        row_weights = row_weights.masked_fill(~keep[:, None, None], 0)
    row_weights = nn.functional.pad(row_weights, (0, padded - length))
    row_weights = row_weights.masked_fill(~global_tokens.present[:, None, :, None], 1 / padded)
    return weights.transpose(1, 2), row_weights.to(band.dtype)
