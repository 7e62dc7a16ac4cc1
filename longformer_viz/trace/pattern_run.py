"""Any pattern over the queries and keys of a run, block by block: log-sum-exp and an overview.

The model was trained with its own pattern; another one is applied to the same queries and keys. In a causal layer a
pattern loses its later keys. All rows use the local projections. The rows of the run's global tokens, which have
projections of their own, are computed but not meaningful, so views leave them out.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.attention.kernels.fused import additive_mask, fused_attention
from longformer_viz.checks import MAKE_RUN, check_type
from longformer_viz.patterns.causal import CausalPattern, causal_layers, either_causal
from longformer_viz.patterns.pattern import Pattern, Tiles, check_pattern_type
from longformer_viz.spec import InputError, check_index
from longformer_viz.trace.score_rule import PLAIN, ScoreRule
from longformer_viz.trace.trace import Trace

_TILE_ELEMENTS = 2**22  # Gathered numbers, and weights of a dense tile, in memory at a time.
_REDUCED_ROWS = 256


def pattern_over(trace: Trace, pattern: Pattern) -> Pattern:
    """Return a pattern as the run's model can follow it: without later keys in causal layers.

    Args:
        trace: The run.
        pattern: Any pattern.

    Raises:
        InputError: If its number of layers or heads differs from the model's.
    """
    check_type(trace, Trace, "A run", MAKE_RUN)
    check_pattern_type(pattern)
    if (pattern.depth, pattern.heads) != (len(trace.layers), trace.heads):
        raise InputError(
            f"A pattern must have the model's {len(trace.layers)} layers of {trace.heads} heads; "
            f"got {pattern.depth} of {pattern.heads}. Make it for this model."
        )
    already = causal_layers(pattern)
    together = either_causal(already, trace.causal_layers)
    return pattern if together == already else CausalPattern(pattern, together)


def pattern_log_sum_exp(
    pattern: Pattern,
    layer: int,
    query: Tensor,
    key: Tensor,
    heads: Sequence[int] | None = None,
    rule: ScoreRule = PLAIN,
) -> Tensor:
    """Compute the log-sum-exp of one layer's scores over the pairs that a pattern allows, without sinks.

    Args:
        pattern: Any pattern; `pattern_over` makes it causal where the model is.
        layer: Counted from 0.
        query: `[heads, n, d]` of all heads, scaled.
        key: `[heads, n, d]` of all heads.
        heads: The heads to compute; all if None.
        rule: How scores follow from queries and keys.

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
        for part in _parts(tiles, queries.shape[-1], 0 if rule.is_plain else len(tiles.heads)):
            index = (rows[:, None, None], part.queries)
            total[index] = torch.logaddexp(total[index], _tile_log_sum_exp(queries, keys, part, rule))
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
        log_sum_exp: `[n]`, of `pattern_log_sum_exp` for this layer and head, without sinks; computed if None.
        outside: Value of cells without a pair. The rows of the run's global tokens are left out.

    Returns:
        `[side, side]` with `side = min(size, n)`.

    Raises:
        InputError: The layer or head does not exist, or the pattern is for another model or length.
    """
    check_index(layer, len(trace.layers), "Layer")
    check_index(head, trace.heads, "Head")
    pattern = pattern_over(trace, pattern)
    drawn = _Head.of(trace, pattern, layer, head, log_sum_exp)
    length = len(trace.tokens)
    side = min(size, length)
    bins = torch.cat([torch.arange(length) * side // length, torch.tensor([0])])
    skip = torch.cat([trace.is_global, torch.tensor([True])])
    reduced = torch.full((side * side,), outside)
    for tiles in pattern.tiles(layer, length, (head,)):
        if tiles.allowed is None and len(tiles.keys) == 1 and tiles.keys.shape[1] == length:
            _reduce_rows(reduced.view(side, side), drawn, tiles.queries[0], skip)
            continue
        for part in _parts(tiles, drawn.query.shape[-1], 1):
            queries, keys = part.queries.clamp(max=length - 1), part.keys.clamp(max=length - 1)
            weights = drawn.weights(queries, keys)  # [tiles, q, k]
            seen = ~skip[part.queries][..., None]
            seen = seen if part.allowed is None else seen & part.allowed
            cell = bins[part.queries][..., None] * side + bins[part.keys][:, None]
            weights = weights.masked_fill_(~seen, outside)
            reduced.scatter_reduce_(0, cell.flatten(), weights.flatten(), "amax")
    return reduced.view(side, side)


@dataclass(frozen=True, slots=True)
class _Head:
    """One head under a pattern.

    Attributes:
        head: Its number.
        query: `[n, d]`, scaled.
        key: `[n, d]`.
        log_sum_exp: `[n]`, over the pairs of the pattern and the sink.
        rule: How scores follow from queries and keys.
    """

    head: int
    query: Tensor
    key: Tensor
    log_sum_exp: Tensor
    rule: ScoreRule

    @classmethod
    def of(cls, trace: Trace, pattern: Pattern, layer: int, head: int, log_sum_exp: Tensor | None) -> "_Head":
        recorded = trace.layers[layer]
        query, key, rule = recorded.query, recorded.key, recorded.rule
        if log_sum_exp is None:
            log_sum_exp = pattern_log_sum_exp(pattern, layer, query, key, (head,), rule)[0]
        lse = rule.with_sinks(log_sum_exp[None], (head,))[0]
        return cls(head, query[head].float(), key[head].float(), lse, rule)

    def weights(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Return the weights `[tiles, q, k]` of queries `[tiles, q]` and keys `[tiles, k]`."""
        products = (self.query[queries] @ self.key[keys].mT)[None]  # [1, tiles, q, k]
        scores = self.rule.scores(products, (self.head,), queries[..., None], keys[:, None])[0]
        return scores.sub_(self.log_sum_exp[queries][..., None]).exp_()


def _parts(tiles: Tiles, head_size: int, weighed: int) -> Iterator[Tiles]:
    """Yield the same tiles in parts that fit in memory; `weighed` heads have all their weights there at a time."""
    count, rows, columns = len(tiles.queries), tiles.queries.shape[1], tiles.keys.shape[1]
    weights = rows * columns * max(weighed, tiles.allowed is not None)
    one = len(tiles.heads) * (rows + columns) * head_size + weights
    together = max(1, _TILE_ELEMENTS // one)
    tall = rows if not weights else max(1, _TILE_ELEMENTS // (weights // rows))
    for start in range(0, count, together):
        some = slice(start, start + together)
        for top in range(0, rows, tall):
            allowed = tiles.allowed
            if allowed is not None:
                allowed = allowed if len(allowed) == 1 else allowed[some]
                allowed = allowed if allowed.shape[1] == 1 else allowed[:, top : top + tall]
            yield Tiles(tiles.kind, tiles.heads, tiles.queries[some, top : top + tall], tiles.keys[some], allowed)


def _tile_log_sum_exp(query: Tensor, key: Tensor, tiles: Tiles, rule: ScoreRule) -> Tensor:
    """Return the log-sum-exp `[heads, tiles, q]` of the tiles' pairs; query, key: `[heads, n, d]` of their heads."""
    last = query.shape[1] - 1
    positions = tiles.queries.clamp(max=last), tiles.keys.clamp(max=last)
    queries, keys = query[:, positions[0]], key[:, positions[1]]  # [heads, tiles, q or k, d]
    if not rule.is_plain:
        scores = rule.scores(queries @ keys.mT, tiles.heads, positions[0][..., None], positions[1][:, None])
        return (scores if tiles.allowed is None else scores.masked_fill(~tiles.allowed, -math.inf)).logsumexp(-1)
    if tiles.allowed is None:
        return fused_attention(queries, keys, keys, scale=1.0)[1]
    mask = additive_mask(tiles.allowed, query.dtype)[None]  # [1, tiles or 1, q or 1, k]
    lse = fused_attention(queries, keys, keys, attn_mask=mask, scale=1.0)[1]
    return lse.masked_fill(~tiles.allowed.any(-1), -math.inf)


def _reduce_rows(reduced: Tensor, drawn: _Head, rows: Tensor, skip: Tensor) -> None:
    """Reduce whole rows of weights by maximum into a `[side, side]`."""
    length, side = len(drawn.key), len(reduced)
    start = -(-torch.arange(side + 1) * length // side)  # The first position of each bin.
    widest = int(start.diff().max())
    inside = torch.minimum(start[:-1, None] + torch.arange(widest), start[1:, None] - 1)  # [side, widest]
    every_key = torch.arange(length)[None]
    rows = rows[~skip[rows]]
    for some in rows.split(_REDUCED_ROWS):
        weights = drawn.weights(some[None], every_key)[0]  # [rows, n]
        peaks = weights[:, inside.flatten()].view(len(some), side, widest).amax(-1)
        reduced.scatter_reduce_(0, (some * side // length)[:, None].expand(-1, side), peaks, "amax")
