"""Captured mass: the share of full attention that a pattern keeps, exp(lse of the pattern - lse of all pairs).

In a causal layer, full attention and every pattern have no pair of a query and a later key. The weight of a sink
belongs to no token, so it counts on neither side.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.checks import check_callable, check_count, check_type
from longformer_viz.patterns.causal import CausalPattern, causal_layers
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.spec import InputError, check_index
from longformer_viz.trace.full_attention import KEY_TILE, QUERY_TILE, FullAttention, full_attention
from longformer_viz.trace.pattern_run import pattern_log_sum_exp, pattern_over
from longformer_viz.trace.trace import Trace

_FIRST_TILES, _MORE_TILES = 4, 64
_PART_OF_FULL = 0.9  # Of the time where full attention must be computed first, for the progress.


@dataclass(frozen=True, slots=True)
class CapturedMass:
    """The share of full attention that a pattern keeps, 0 to 1, for every token, head and layer.

    Attributes:
        share: Float32 `[layers, heads, n]`, 0 for a row with no visible key. NaN for the rows of global tokens,
            which have projections of their own.
    """

    share: Tensor

    @property
    def by_head(self) -> Tensor:
        """Mean over the tokens, `[layers, heads]`; NaN where all tokens are global."""
        return self.share.nanmean(-1)

    @property
    def by_token(self) -> Tensor:
        """Mean over layers and heads, `[n]`; NaN for a global token."""
        return self.share.nanmean((0, 1))

    @property
    def mean(self) -> float:
        """Mean over all layers, heads and tokens."""
        return float(self.share.nanmean())

    def ranked_heads(self) -> list[tuple[int, int, float]]:
        """Return `(layer, head, mean share)` of every head, the smallest share first."""
        by_head = self.by_head
        heads = by_head.shape[1]
        order = by_head.flatten().argsort(stable=True).tolist()
        return [(place // heads, place % heads, float(by_head.flatten()[place])) for place in order]

    def tokens_with_smallest_share(self, count: int = 20) -> list[tuple[int, float]]:
        """Return `(position, mean share)` of at most `count` tokens with the smallest share, in ascending order."""
        by_token = self.by_token
        count = check_count(count)
        order = by_token.argsort(stable=True)[: int((~by_token.isnan()).sum())]  # NaN is sorted last.
        return [(place, float(by_token[place])) for place in order[:count].tolist()]


@dataclass(frozen=True, slots=True)
class ForbiddenPair:
    """A pair that the pattern forbids.

    Attributes:
        layer: Counted from 0.
        head: Counted from 0.
        query: Its position.
        key: Its position.
        weight: Weight of the pair in full attention, 0 to 1.
    """

    layer: int
    head: int
    query: int
    key: int
    weight: float


def captured_mass(
    trace: Trace,
    pattern: Pattern,
    full: FullAttention | None = None,
    progress: Callable[[float], None] | None = None,
) -> CapturedMass:
    """Compute the share of full attention that a pattern keeps of a run's queries and keys, by local projections.

    Beyond the model's trained length, full attention is untrained too.

    Args:
        trace: The run.
        pattern: Any pattern for the run's model.
        full: The result of `full_attention(trace)`, computed if None; pass it for several patterns.
        progress: Called with the fraction that is done; it may raise to end the work.

    Raises:
        InputError: The pattern is for another model or length, or `full` is of another run.
    """
    pattern = pattern_over(trace, pattern)
    check_callable(progress)
    if full is not None:
        _check_full(full, trace)
    before = 0.0
    if full is None:
        before = _PART_OF_FULL
        full = full_attention(trace, None if progress is None else lambda part: progress(part * _PART_OF_FULL))
    share = torch.empty_like(full.log_sum_exp)
    for number, recorded in enumerate(trace.layers):
        if _is_full(pattern, number, len(trace.tokens), trace.causal_layers[number]):
            share[number] = 1
        else:
            lse = pattern_log_sum_exp(pattern, number, recorded.query, recorded.key, rule=recorded.rule)
            share[number] = torch.exp(lse - full.log_sum_exp[number])
        if progress is not None:
            progress(before + (1 - before) * (number + 1) / len(trace.layers))
    share.clamp_(max=1)  # Rounding may exceed 1.
    share[:, :, list(trace.global_positions)] = math.nan
    return CapturedMass(share)


def forbidden_pairs(
    trace: Trace,
    pattern: Pattern,
    full: FullAttention,
    count: int = 20,
    layer: int | None = None,
    head: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[ForbiddenPair]:
    """Find the pairs of largest weight in full attention that the pattern forbids, largest first.

    The rows of the run's global tokens are excluded. Only tiles whose peak may be among the largest are searched.

    Args:
        trace: The run.
        pattern: Any pattern for the run's model.
        full: The result of `full_attention(trace)`.
        count: Most pairs.
        layer: One layer, or None for all.
        head: One head, or None for all.
        progress: Called with the fraction that is done; it may raise to end the work.

    Raises:
        InputError: The pattern is for another model or length, or the layer or head does not exist, or `full` is
            of another run.
    """
    pattern = pattern_over(trace, pattern)
    check_callable(progress)
    _check_full(full, trace)
    count = check_count(count)
    peaks = full.peaks.clone()
    for name, value, dimension in (("Layer", layer, 0), ("Head", head, 1)):
        if value is None:
            continue
        check_index(value, peaks.shape[dimension], name)
        others = torch.arange(peaks.shape[dimension]) != value
        peaks[(slice(None),) * dimension + (others,)] = -math.inf
    for number in range(pattern.depth):
        if peaks[number].isfinite().any():
            is_causal = trace.causal_layers[number]
            peaks[number].masked_fill_(_allowed_tiles(pattern, number, len(trace.tokens), is_causal), -math.inf)

    order = peaks.flatten().argsort(descending=True)
    order = order[: int(peaks.isfinite().sum())]
    best: list[ForbiddenPair] = []
    done = 0
    while done < len(order):
        least = math.log(best[-1].weight) if len(best) == count else -math.inf
        if peaks.flatten()[order[done]] <= least:
            break
        some = order[done : done + (_MORE_TILES if best else _FIRST_TILES)]
        for place in some.tolist():
            number, own, row, column = (int(part) for part in torch.unravel_index(torch.tensor(place), peaks.shape))
            best += _in_tile(trace, pattern, full, number, own, row, column, count, least)
        best = sorted(best, key=lambda pair: -pair.weight)[:count]
        done += len(some)
        if progress is not None:
            progress(done / len(order))
    return best


def _check_full(full: FullAttention, trace: Trace) -> None:
    check_type(full, FullAttention, "full", "Make it with full_attention(trace).")
    own = (len(trace.layers), trace.heads, len(trace.tokens))
    if tuple(full.log_sum_exp.shape) != own:
        raise InputError(
            f"full must be of the same run, with layers, heads and tokens {own}. "
            f"You entered {tuple(full.log_sum_exp.shape)}. Make it with full_attention(trace)."
        )


def _is_full(pattern: Pattern, layer: int, length: int, is_causal: bool) -> bool:
    """Return whether the layer's pattern has every pair of full attention."""
    return causal_layers(pattern)[layer] == is_causal and next(pattern.tiles(layer, length)).kind == "full"


def _in_tile(
    trace: Trace,
    pattern: Pattern,
    full: FullAttention,
    layer: int,
    head: int,
    row: int,
    column: int,
    count: int,
    least: float,
) -> list[ForbiddenPair]:
    """Return the forbidden pairs of one tile whose log weight exceeds `least`, at most `count`."""
    rows = slice(row * QUERY_TILE, (row + 1) * QUERY_TILE)
    columns = slice(column * KEY_TILE, (column + 1) * KEY_TILE)
    recorded = trace.layers[layer]
    chosen = slice(head, head + 1)
    logs = recorded.scores(chosen, rows, columns)[0]
    logs -= recorded.rule.with_sinks(full.log_sum_exp[layer, chosen, rows], chosen, rows)[0, :, None]
    query, key = (logs > least).nonzero(as_tuple=True)
    values = logs[query, key]
    query, key = query + rows.start, key + columns.start
    wanted = ~pattern.allows(layer, head, query, key)
    if trace.causal_layers[layer]:
        wanted &= key <= query
    wanted &= ~torch.isin(query, torch.tensor(trace.global_positions, dtype=query.dtype))
    query, key, values = query[wanted], key[wanted], values[wanted]
    values, places = values.topk(min(count, len(values)))
    return [
        ForbiddenPair(layer, head, asking, asked, math.exp(value))
        for asking, asked, value in zip(query[places].tolist(), key[places].tolist(), values.tolist(), strict=True)
    ]


def _allowed_tiles(pattern: Pattern, layer: int, length: int, is_causal: bool) -> Tensor:
    """Return the tiles `[heads, n / QUERY_TILE, n / KEY_TILE]` in which the pattern allows every pair."""
    full = FullPattern(pattern.depth, pattern.heads)
    whole = CausalPattern(full, (True,) * pattern.depth) if is_causal else full
    return _pairs_by_tile(pattern, layer, length) == _pairs_by_tile(whole, layer, length)


def _pairs_by_tile(pattern: Pattern, layer: int, length: int) -> Tensor:
    """Count the pairs of a pattern in each tile, `[heads, n / QUERY_TILE, n / KEY_TILE]`."""
    tall, wide = -(-length // QUERY_TILE), -(-length // KEY_TILE)
    counts = torch.zeros(pattern.heads, tall * wide)
    for tiles in pattern.tiles(layer, length):
        if len(tiles.heads) == 1 < pattern.heads:
            continue  # Random and hashed pairs fill no tile.
        rows = (tiles.queries // QUERY_TILE).clamp(max=tall - 1)
        columns = (tiles.keys // KEY_TILE).clamp(max=wide - 1)
        if len(rows) == 1 and tiles.allowed is None:
            pairs = torch.outer(
                *(torch.bincount(index[0], minlength=size) for index, size in ((rows, tall), (columns, wide)))
            )
            counts[list(tiles.heads)] += pairs.flatten()
            continue
        shape = (*rows.shape, columns.shape[1])
        there = (tiles.queries < length)[..., None]
        seen = there.expand(shape) if tiles.allowed is None else (there & tiles.allowed).expand(shape)
        cell = rows[..., None] * wide + columns[:, None]
        counts[list(tiles.heads)] += torch.bincount(cell[seen], minlength=tall * wide)
    return counts.view(-1, tall, wide)
