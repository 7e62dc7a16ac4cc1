"""Any pattern over the queries and keys of a run, block by block: log-sum-exp and an overview.

The model was trained with its own pattern; another one is applied to the same queries and keys. All rows use the
local projections. The rows of the run's global tokens, which have projections of their own, are computed but not
meaningful, so views leave them out.
"""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from longformer_viz.attention.kernels.fused import additive_mask, fused_attention
from longformer_viz.patterns.pattern import Pattern, Tiles
from longformer_viz.spec import InputError, check_index
from longformer_viz.trace.trace import Trace

_TILE_ELEMENTS = 2**22  # Gathered numbers, and weights of a dense tile, in memory at a time.
_REDUCED_ROWS = 256


def check_same_model(trace: Trace, pattern: Pattern) -> None:
    """Check that a pattern has the layers and heads of the run's model.

    Args:
        trace: The run.
        pattern: Any pattern.

    Raises:
        InputError: It has not.
    """
    if (pattern.depth, pattern.heads) != (len(trace.layers), trace.heads):
        raise InputError(
            f"A pattern must have the model's {len(trace.layers)} layers of {trace.heads} heads; "
            f"got {pattern.depth} of {pattern.heads}. Make it for this model."
        )


def pattern_log_sum_exp(
    pattern: Pattern, layer: int, query: Tensor, key: Tensor, heads: Sequence[int] | None = None
) -> Tensor:
    """Compute the log-sum-exp of one layer's scores over the pairs that a pattern allows.

    Args:
        pattern: Any pattern.
        layer: Counted from 0.
        query: `[heads, n, d]` of all heads, scaled.
        key: `[heads, n, d]` of all heads.
        heads: The heads to compute; all if None.

    Returns:
        `[heads, n]`, -inf for a row with no visible key.
    """
    wanted = tuple(range(len(query))) if heads is None else tuple(heads)
    row = {head: number for number, head in enumerate(wanted)}
    length = query.shape[1]
    query, key = query.float(), key.float()
    total = query.new_full((len(wanted), length + 1), -math.inf)  # The last column is for missing queries.
    for tiles in pattern.tiles(layer, length, wanted):
        rows = torch.tensor([row[head] for head in tiles.heads])
        queries, keys = (
            tensor if len(tiles.heads) == len(tensor) else tensor[list(tiles.heads)] for tensor in (query, key)
        )
        for part in _parts(tiles, queries.shape[-1]):
            index = (rows[:, None, None], part.queries)
            total[index] = torch.logaddexp(total[index], _tile_log_sum_exp(queries, keys, part))
    return total[:, :length]


def pattern_overview(
    trace: Trace,
    pattern: Pattern,
    layer: int,
    head: int,
    size: int = 512,
    *,
    log_sum_exp: Tensor | None = None,
    outside: float = 0.0,
) -> Tensor:
    """Reduce one head's n x n weights under a pattern by maximum, without n x n numbers in memory.

    Args:
        trace: The run.
        pattern: Any pattern for the run's model.
        layer: Counted from 0.
        head: Counted from 0.
        size: Most cells on each side.
        log_sum_exp: `[n]`, of `pattern_log_sum_exp` for this layer and head; computed if None.
        outside: Value of cells without a pair. The rows of the run's global tokens are left out.

    Returns:
        `[side, side]` with `side = min(size, n)`.

    Raises:
        InputError: The layer or head does not exist, or the pattern is for another model or length.
    """
    query, key, lse = _of_head(trace, pattern, layer, head, log_sum_exp)
    length = len(trace.tokens)
    side = min(size, length)
    bins = torch.cat([torch.arange(length) * side // length, torch.tensor([0])])
    skip = torch.cat([trace.is_global, torch.tensor([True])])
    reduced = torch.full((side * side,), outside)
    for tiles in pattern.tiles(layer, length, (head,)):
        if tiles.allowed is None and len(tiles.keys) == 1 and tiles.keys.shape[1] == length:
            _reduce_rows(reduced.view(side, side), query, key, lse, tiles.queries[0], skip)
            continue
        for part in _parts(tiles, query.shape[-1], dense=True):
            queries, keys = part.queries.clamp(max=length - 1), part.keys.clamp(max=length - 1)
            logs = (query[queries] @ key[keys].mT).sub_(lse[queries][..., None])  # [tiles, q, k]
            seen = ~skip[part.queries][..., None]
            seen = seen if part.allowed is None else seen & part.allowed
            cell = bins[part.queries][..., None] * side + bins[part.keys][:, None]
            weights = logs.exp_().masked_fill_(~seen, outside)
            reduced.scatter_reduce_(0, cell.flatten(), weights.flatten(), "amax")
    return reduced.view(side, side)


def _of_head(
    trace: Trace, pattern: Pattern, layer: int, head: int, log_sum_exp: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Return query `[n, d]`, key `[n, d]` and log-sum-exp `[n]` of one head."""
    check_same_model(trace, pattern)
    check_index(layer, pattern.depth, "Layer")
    check_index(head, pattern.heads, "Head")
    recorded = trace.layers[layer]
    if log_sum_exp is None:
        log_sum_exp = pattern_log_sum_exp(pattern, layer, recorded.query, recorded.key, (head,))[0]
    return recorded.query[head].float(), recorded.key[head].float(), log_sum_exp


def _parts(tiles: Tiles, head_size: int, dense: bool = False) -> Iterator[Tiles]:
    """Yield the same tiles in parts that fit in memory; `dense` parts count their weights too."""
    count, rows, columns = len(tiles.queries), tiles.queries.shape[1], tiles.keys.shape[1]
    weights = rows * columns if dense or tiles.allowed is not None else 0
    one = len(tiles.heads) * (rows + columns) * head_size + weights
    together = max(1, _TILE_ELEMENTS // one)
    tall = rows if not weights else max(1, _TILE_ELEMENTS // columns)
    for start in range(0, count, together):
        some = slice(start, start + together)
        for top in range(0, rows, tall):
            allowed = tiles.allowed
            if allowed is not None:
                allowed = allowed if len(allowed) == 1 else allowed[some]
                allowed = allowed if allowed.shape[1] == 1 else allowed[:, top : top + tall]
            yield Tiles(tiles.kind, tiles.heads, tiles.queries[some, top : top + tall], tiles.keys[some], allowed)


def _tile_log_sum_exp(query: Tensor, key: Tensor, tiles: Tiles) -> Tensor:
    """Return the log-sum-exp `[heads, tiles, q]` of the tiles' pairs; query, key: `[heads, n, d]` of their heads."""
    last = query.shape[1] - 1
    queries = query[:, tiles.queries.clamp(max=last)]  # [heads, tiles, q, d]
    keys = key[:, tiles.keys.clamp(max=last)]
    if tiles.allowed is None:
        return fused_attention(queries, keys, keys, scale=1.0)[1]
    mask = additive_mask(tiles.allowed, query.dtype)[None]  # [1, tiles or 1, q or 1, k]
    lse = fused_attention(queries, keys, keys, attn_mask=mask, scale=1.0)[1]
    return lse.masked_fill(~tiles.allowed.any(-1), -math.inf)


def _reduce_rows(reduced: Tensor, query: Tensor, key: Tensor, lse: Tensor, rows: Tensor, skip: Tensor) -> None:
    """Reduce whole rows of weights by maximum into a `[side, side]`."""
    length, side = len(key), len(reduced)
    start = -(-torch.arange(side + 1) * length // side)  # The first position of each bin.
    widest = int(start.diff().max())
    inside = torch.minimum(start[:-1, None] + torch.arange(widest), start[1:, None] - 1)  # [side, widest]
    rows = rows[~skip[rows]]
    for some in rows.split(_REDUCED_ROWS):
        weights = (query[some] @ key.mT).sub_(lse[some, None]).exp_()  # [rows, n]
        peaks = weights[:, inside.flatten()].view(len(some), side, widest).amax(-1)
        reduced.scatter_reduce_(0, (some * side // length)[:, None].expand(-1, side), peaks, "amax")
