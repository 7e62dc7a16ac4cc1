"""Attention rollout of one token, layer by layer through the bands."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.dilated_slices import residue_classes
from longformer_viz.attention.global_tokens import GlobalRows, position_mask
from longformer_viz.checks import MAKE_RUN, check_callable, check_type
from longformer_viz.patterns.longformer import in_band
from longformer_viz.spec import LayerSpec, check_index
from longformer_viz.trace.layer_trace import LayerTrace
from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.reach_rows import mean_heads_product
from longformer_viz.trace.trace import Trace
from longformer_viz.trace.weights import column_weights, with_log_sum_exp

_QUERY_BLOCK = 64
_TILE_ELEMENTS = 2**20  # Weights (heads x queries x keys) computed at a time, which fit the CPU's cache.


@dataclass(frozen=True, slots=True)
class Rollout:
    """One token's row of the rollout after each layer.

    Attributes:
        token: Its position.
        weights: Float32 `[layers, n]`; row l is the share of each input token after layer l, counted from 0. A
            row sums to 1, up to the rounding of a trace in half precision (about 0.0003).
    """

    token: int
    weights: Tensor


def attention_rollout(trace: Trace, token: int, progress: Callable[[float], None] | None = None) -> Rollout:
    """Compute the attention rollout of one token (Abnar and Zuidema 2020, arXiv:2005.00928).

    Each layer is modelled as 0.5 I + 0.5 A, where A is the mean of its heads and I the residual connection. The
    product of the layers, last one first, gives the share of each input. Only the row of `token` is computed, as a
    vector times one band after another, without n x n numbers.

    Rollout is not an explanation of the model. It ignores values, feed-forward layers and norms, gives all heads the
    same importance, and assumes one half for the residual connection.

    Args:
        trace: The run.
        token: Position of the token.
        progress: Called with the fraction that is done; it may raise to end the work.

    Raises:
        InputError: The document has no such token.
    """
    check_type(trace, Trace, "A run", MAKE_RUN)
    check_callable(progress)
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

    # From the top layer down. Each layer adds the row that starts there: the rollout of the layers below it.
    for spec, recorded in zip(reversed(trace.pattern.layers), reversed(trace.layers), strict=True):
        rows = torch.cat([rows, start])
        rows = (rows + _through(rows, spec, recorded, trace.global_positions, advance)) / 2
    return Rollout(token, rows.flip(0))


def _through(
    rows: Tensor,
    spec: LayerSpec,
    recorded: LayerTrace,
    global_positions: tuple[int, ...],
    advance: Callable[[float], None],
) -> Tensor:
    """Return rows `[k, n]` times the mean of a layer's heads `[n, n]`."""
    if isinstance(recorded, ReachLayer):
        return mean_heads_product(rows, recorded, advance)
    positions = torch.tensor(global_positions, dtype=torch.long)
    is_global = position_mask(global_positions, rows.shape[1])
    local = rows.masked_fill(is_global, 0)  # A global query's weights are all in its own row.
    reached = torch.zeros_like(rows)
    query, key, lse = recorded.query.float(), recorded.key.float(), recorded.log_sum_exp
    extended = with_log_sum_exp(query, key, lse)
    for dilation in sorted(set(spec.dilations)):
        heads = torch.tensor([head for head, own in enumerate(spec.dilations) if own == dilation])
        share = len(heads) / (len(query) * rows.shape[1])  # of the layer, in one position
        queries, keys = (tensor if len(heads) == len(query) else tensor[heads] for tensor in extended)
        for index in residue_classes(rows.shape[1], dilation):
            _add_bands(reached, local, queries, keys, index, spec.one_sided_window, is_global, _times(advance, share))
    if len(positions):
        _add_columns(reached, local, query, key, lse, positions)
    if recorded.rows is not None:
        _add_rows(reached, rows, recorded.rows, positions)
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
    """Add the contribution of the bands to `reached`, summed over the heads.

    Args:
        reached: Result, `[k, n]`.
        local: Rows `[k, n]`, 0 at global tokens.
        query: `[heads, n, d + 1]`, whose product with the key is the log weight.
        key: `[heads, n, d + 1]`.
        index: Positions of the sequences, `[sequences, m]`.
        half: Keys on each side of a query.
        is_global: Bool `[n]`.
        advance: Called with the number of positions that are done.
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
    """Return weights `[sequences, queries, keys]`, summed over the heads."""
    size = query.shape[1] * query.shape[2] * key.shape[2]
    together = max(1, _TILE_ELEMENTS // size)
    total = (query[:together] @ key[:together].mT).exp_().sum(0)
    for first in range(together, len(query), together):
        heads = slice(first, first + together)
        total += (query[heads] @ key[heads].mT).exp_().sum(0)
    return total


def _add_columns(
    reached: Tensor, local: Tensor, query: Tensor, key: Tensor, log_sum_exp: Tensor, positions: Tensor
) -> None:
    """Add the weights of local tokens on the global tokens to `reached`, summed over the heads."""
    together = max(1, _TILE_ELEMENTS // (len(query) * len(positions)))
    global_key = key[:, positions]
    for start in range(0, local.shape[1], together):
        some = slice(start, start + together)
        if local[:, some].any():
            weights = column_weights(query[:, some], global_key, log_sum_exp[:, some]).sum(0)  # [queries, g]
            reached[:, positions] += local[:, some] @ weights


def _add_rows(reached: Tensor, rows: Tensor, global_rows: GlobalRows, positions: Tensor) -> None:
    """Add the weights of the global tokens on all tokens to `reached`, summed over the heads."""
    given = rows[:, positions]  # [k, g]
    touched = given.any(0)
    if not touched.any():
        return
    given = given[:, touched]
    query, lse = global_rows.query[:, touched].float(), global_rows.log_sum_exp[:, touched, None]
    together = max(1, _TILE_ELEMENTS // lse.numel())
    for start in range(0, rows.shape[1], together):
        some = slice(start, start + together)
        weights = torch.exp(query @ global_rows.key[:, some].float().mT - lse).sum(0)  # [g, keys]
        reached[:, some] += given @ weights
