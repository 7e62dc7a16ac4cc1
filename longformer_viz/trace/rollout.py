"""Follow a token: attention rollout, one row of it, layer by layer through the bands."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.dilated_slices import residue_classes
from longformer_viz.attention.global_tokens import position_mask
from longformer_viz.patterns.longformer import in_band
from longformer_viz.spec import LayerSpec, check_index
from longformer_viz.trace.trace import LayerTrace, Trace
from longformer_viz.trace.weights import column_weights, with_log_sum_exp

_QUERY_BLOCK = 64
_TILE_ELEMENTS = 2**20  # weights (heads x queries x keys) in memory at once: they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Rollout:
    """How much of every token has reached one of them: its row of the rollout, after each layer.

    weights: float32 [layers, n]; row l holds the share that each input token has in `token` after layer l, counted
    from 0. A row sums to 1, up to the rounding of a trace in half precision (a few in ten thousand).
    """

    token: int
    weights: Tensor


def follow_token(trace: Trace, token: int, progress: Callable[[float], None] | None = None) -> Rollout:
    """Attention rollout of one token: how much of every other token has reached it by each layer.

    Each layer counts as 0.5 I + 0.5 A, where A is the mean of its heads and I stands for the residual connection;
    the product of the layers, the last one first, says how the inputs are mixed. Of that product only the row of
    `token` is computed, as a vector times one band after the other, all depths at once and never n x n.

    It is no explanation. It takes attention for the whole network: values, feed-forward layers and norms are left
    out, all heads count alike, and the residual counts for one half.

    progress: called with the part done (0 to 1), may raise to end the work.
    Raises InputError for a token that is not in the document.
    Source: Abnar and Zuidema 2020, arXiv:2005.00928, "attention rollout".
    """
    length, depth = len(trace.tokens), len(trace.layers)
    check_index(token, length, "Token")
    start = torch.zeros(1, length)
    start[0, token] = 1
    rows = torch.zeros(0, length)
    done = 0.0

    def advance(share_of_layer: float) -> None:
        nonlocal done
        done += share_of_layer / depth
        if progress is not None:
            progress(min(done, 1.0))

    # Down from the top layer; each layer adds the row that begins there, which is the rollout of the layers below.
    for spec, kept in zip(reversed(trace.pattern.layers), reversed(trace.layers), strict=True):
        rows = torch.cat([rows, start])
        rows = (rows + _through(rows, spec, kept, trace.global_positions, advance)) / 2
    return Rollout(token, rows.flip(0))


def _through(
    rows: Tensor,
    spec: LayerSpec,
    kept: LayerTrace,
    global_positions: tuple[int, ...],
    advance: Callable[[float], None],
) -> Tensor:
    """Rows [k, n] times the mean of a layer's heads [n, n]."""
    positions = torch.tensor(global_positions, dtype=torch.long)
    is_global = position_mask(global_positions, rows.shape[1])
    local = rows.masked_fill(is_global, 0)  # a global query's weights are all in its own row
    reached = torch.zeros_like(rows)
    query, key, lse = kept.query.float(), kept.key.float(), kept.log_sum_exp
    extended = with_log_sum_exp(query, key, lse)
    for dilation in sorted(set(spec.dilations)):
        heads = torch.tensor([head for head, own in enumerate(spec.dilations) if own == dilation])
        share = len(heads) / (len(query) * rows.shape[1])  # of the layer, in one position
        parts = [tensor if len(heads) == len(query) else tensor[heads] for tensor in extended]
        for index in residue_classes(rows.shape[1], dilation):
            _add_bands(reached, local, *parts, index, spec.one_sided_window, is_global, _times(advance, share))
    if len(positions):
        _add_columns(reached, local, query, key, lse, positions)
        _add_rows(reached, rows, kept, positions)
    return reached / len(query)


def _times(advance: Callable[[float], None], share: float) -> Callable[[float], None]:
    return lambda positions: advance(positions * share)


def _add_bands(
    reached: Tensor,
    local: Tensor,
    query: Tensor,
    key: Tensor,
    index: Tensor,
    half: int,
    is_global: Tensor,
    advance: Callable[[float], None],
) -> None:
    """Add what the bands bring, summed over the heads, in sequences at the positions `index` [sequences, m].

    query, key: [heads, n, d], whose product is the logarithm of the weight; half: the one-sided window;
    advance: told how many positions are done.
    """
    count, length = index.shape
    block = min(_QUERY_BLOCK, length)
    width = min(length, block + 2 * half)
    together = max(1, _TILE_ELEMENTS // (len(query) * block * width))  # sequences
    for first in range(0, count, together):
        chosen = index[first : first + together]
        own = local[:, chosen]  # [k, sequences, m]
        touched = own.any(0).any(0)
        queries, keys = query[:, chosen], key[:, chosen]  # [heads, sequences, m, d]
        for start in range(0, length, block):
            stop = min(start + block, length)
            advance((stop - start) * len(chosen))
            if not touched[start:stop].any():
                continue
            low, high = max(0, start - half), min(length, stop + half)
            weights = _summed_weights(queries[:, :, start:stop], keys[:, :, low:high])
            near = in_band(torch.arange(start, stop)[:, None], torch.arange(low, high), half, 1)
            weights.masked_fill_(~near | is_global[chosen[:, None, low:high]], 0)
            brought = own[:, :, start:stop].transpose(0, 1) @ weights  # [sequences, k, keys]
            reached[:, chosen[:, low:high]] += brought.transpose(0, 1)


def _summed_weights(query: Tensor, key: Tensor) -> Tensor:
    """Weights [sequences, queries, keys], summed over the heads; as many heads at once as fit."""
    size = query.shape[1] * query.shape[2] * key.shape[2]
    together = max(1, _TILE_ELEMENTS // size)
    total = None
    for first in range(0, len(query), together):
        heads = slice(first, first + together)
        weights = (query[heads] @ key[heads].mT).exp_().sum(0)
        total = weights if total is None else total.add_(weights)
    return total


def _add_columns(
    reached: Tensor, local: Tensor, query: Tensor, key: Tensor, log_sum_exp: Tensor, positions: Tensor
) -> None:
    """Add what the global tokens give to local ones, summed over the heads."""
    together = max(1, _TILE_ELEMENTS // (len(query) * len(positions)))
    global_key = key[:, positions]
    for start in range(0, local.shape[1], together):
        some = slice(start, start + together)
        if local[:, some].any():
            weights = column_weights(query[:, some], global_key, log_sum_exp[:, some]).sum(0)  # [queries, g]
            reached[:, positions] += local[:, some] @ weights


def _add_rows(reached: Tensor, rows: Tensor, kept: LayerTrace, positions: Tensor) -> None:
    """Add what all tokens give to the global ones, summed over the heads."""
    given = rows[:, positions]  # [k, g]
    touched = given.any(0)
    if not touched.any():
        return
    given = given[:, touched]
    query, lse = kept.rows.query[:, touched].float(), kept.rows.log_sum_exp[:, touched, None]
    together = max(1, _TILE_ELEMENTS // lse.numel())
    for start in range(0, rows.shape[1], together):
        some = slice(start, start + together)
        weights = torch.exp(query @ kept.rows.key[:, some].float().mT - lse).sum(0)  # [g, keys]
        reached[:, some] += given @ weights
