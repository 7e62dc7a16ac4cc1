"""Attention weights in the layout of transformers' `output_attentions=True`, including its padding."""

import torch
from torch import Tensor, nn

from longformer_viz.attention.global_tokens import GlobalRows, GlobalTokens
from longformer_viz.spec import LayerSpec
from longformer_viz.trace.weights import band_scores


def weights_for_output_attentions(
    layer: LayerSpec,
    largest_window: int,
    query: Tensor,
    key: Tensor,
    keep: Tensor | None,
    global_tokens: GlobalTokens | None,
    rows: GlobalRows | None,
) -> tuple[Tensor, ...]:
    """Return the weights that a layer of transformers returns for `output_attentions=True`, with gradients.

    Args:
        layer: The layer's window, and the dilation of each head.
        largest_window: The model's largest window; transformers pads documents to a multiple of it.
        query: `[batch, heads, n, d]`, scaled.
        key: `[batch, heads, n, d]`.
        keep: Bool `[batch, n]`, False for padding; None if there is no padding.
        global_tokens: The batch's global tokens, or None.
        rows: The rows of global tokens, or None.

    Returns:
        Weights `[batch, n, heads, g + window + 1]`, global columns first, zero in the rows of global tokens and of
        padding. With global tokens, also their rows `[batch, heads, g, padded n]`. Where a document has fewer global
        tokens than another, the missing rows have equal weights, as in transformers.
    """
    batch, heads, length, _ = query.shape
    shown = torch.ones(batch, length, dtype=torch.bool, device=query.device) if keep is None else keep
    local = shown if global_tokens is None else shown & ~global_tokens.mask
    band = query.new_empty(batch, heads, length, layer.window + 1)
    for dilation in set(layer.dilations):
        members = [head for head, own in enumerate(layer.dilations) if own == dilation]
        kept = local[:, None].expand(-1, len(members), -1)
        band[:, members] = band_scores(query[:, members], key[:, members], layer.one_sided_window, dilation, kept)
    scores = band
    if global_tokens is not None:
        columns = query @ global_tokens.of_heads(key).mT  # [batch, heads, n, g]
        columns = columns.masked_fill(~global_tokens.present[:, None, None], -torch.inf)
        scores = torch.cat([columns, band], -1)
    weights = _softmax(scores).masked_fill(~local[:, None, :, None], 0).transpose(1, 2)
    if global_tokens is None or rows is None:
        return (weights,)

    padded = -(-length // largest_window) * largest_window
    row_scores = rows.query @ rows.key.mT  # [batch, heads, g, n]
    row_scores = row_scores.masked_fill(~shown[:, None, None], -torch.inf)
    row_weights = nn.functional.pad(_softmax(row_scores), (0, padded - length))
    return weights, row_weights.masked_fill(~global_tokens.present[:, None, :, None], 1 / padded)


def _softmax(scores: Tensor) -> Tensor:
    """Return the softmax, computed in at least float32; 0 and without gradient in a row with no visible key."""
    empty = (scores == -torch.inf).all(-1, keepdim=True)
    exact = scores if scores.dtype == torch.float64 else scores.float()
    return torch.softmax(exact.masked_fill(empty, 0), -1).masked_fill(empty, 0).to(scores.dtype)
