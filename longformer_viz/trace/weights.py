"""Attention scores and weights, computed for the requested heads and rows only."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.functional import pad

from longformer_viz.attention.dilated_slices import residue_classes

QUERY_BLOCK = 256


def with_log_sum_exp(query: Tensor, key: Tensor, log_sum_exp: Tensor) -> tuple[Tensor, Tensor]:
    """Return query and key with one more coordinate, so that their product is the logarithm of the weight.

    The coordinate of a query is minus its row's log-sum-exp, the coordinate of a key is 1.

    Args:
        query: `[..., n, d]`, scaled.
        key: `[..., n, d]`.
        log_sum_exp: `[..., n]`.

    Returns:
        Query and key, `[..., n, d + 1]`.
    """
    return torch.cat([query, -log_sum_exp[..., None]], -1), torch.cat([key, torch.ones_like(key[..., :1])], -1)


def band_scores(query: Tensor, key: Tensor, one_sided_window: int, dilation: int, keep: Tensor) -> Tensor:
    """Compute the scores of the band; column c of row i is key `i + (c - window/2) * dilation`.

    Args:
        query: `[..., n, d]`, scaled.
        key: `[..., n, d]`.
        one_sided_window: Keys on each side of a query.
        dilation: The dilation of all these heads.
        keep: Bool `[..., n]`, the keys that the band includes.

    Returns:
        `[..., n, window + 1]`, -inf for other keys.
    """
    if dilation == 1:
        return _undilated(query, key, one_sided_window, keep)
    scores = query.new_empty(*query.shape[:-1], 2 * one_sided_window + 1)
    for index in residue_classes(query.shape[-2], dilation):
        queries, keys = query[..., index, :], key[..., index, :]  # [..., remainders, m, d]
        scores[..., index, :] = _undilated(queries, keys, one_sided_window, keep[..., index])
    return scores


def _undilated(query: Tensor, key: Tensor, half: int, keep: Tensor) -> Tensor:
    *lead, length, head_size = query.shape
    block = min(QUERY_BLOCK, length)
    count = -(-length // block)
    width = block + 2 * half
    spare = count * block - length
    queries = pad(query, (0, 0, 0, spare)).reshape(-1, count, block, head_size)
    keys = pad(key, (0, 0, half, half + spare)).reshape(len(queries), -1, head_size)
    keys = keys.unfold(1, width, block)  # [lead, blocks, d, block + window]
    scores = queries @ keys  # [lead, blocks, block, block + window]
    # Row r of a block starts r columns further right, so a view with one more step a row aligns the band.
    step = scores.stride()
    band = scores.as_strided(
        (len(queries), count, block, 2 * half + 1), (step[0], step[1], step[2] + 1, 1), scores.storage_offset()
    )
    kept = pad(keep, (half, half + spare)).expand(*lead, -1).reshape(len(queries), -1)
    kept = kept.unfold(1, 2 * half + 1, 1)  # [lead, n, window + 1]
    band = band.flatten(1, 2)[:, :length].masked_fill(~kept[:, :length], -math.inf)
    return band.view(*lead, length, 2 * half + 1)


def band_weights(
    query: Tensor, key: Tensor, log_sum_exp: Tensor, one_sided_window: int, dilation: int, keep: Tensor
) -> Tensor:
    """Compute the weights of the band.

    Args:
        query: `[..., n, d]`, scaled.
        key: `[..., n, d]`.
        log_sum_exp: `[..., n]`, of whole rows.
        one_sided_window: Keys on each side of a query.
        dilation: The dilation of all these heads.
        keep: Bool `[..., n]`, the keys that the band includes.

    Returns:
        `[..., n, window + 1]`, 0 for other keys.
    """
    scores = band_scores(query, key, one_sided_window, dilation, keep)
    return scores.sub_(log_sum_exp[..., None]).exp_()


def column_weights(query: Tensor, global_key: Tensor, log_sum_exp: Tensor) -> Tensor:
    """Compute the weight of every token on the local keys of the global tokens.

    Args:
        query: `[..., n, d]`, scaled.
        global_key: `[..., g, d]`.
        log_sum_exp: `[..., n]`, of whole rows.

    Returns:
        `[..., n, g]`.
    """
    return torch.exp(query @ global_key.mT - log_sum_exp[..., None])


def bins_of(length: int, count: int) -> Tensor:
    """Return the number of each position's bin, `[length]`.

    Args:
        length: Number of positions.
        count: Number of equal bins.
    """
    return torch.arange(length) * count // length


def strongest_pairs(parts: Iterable[tuple[Tensor, Tensor, Tensor]], count: int) -> list[tuple[int, int, float]]:
    """Return the pairs `(query, key, weight)` of the largest weights, largest first, each pair once.

    Args:
        parts: Positions of queries and of keys with their weights `[queries, keys]`, for each part of the pattern.
        count: Maximum number of pairs.
    """
    best: dict[tuple[int, int], float] = {}
    for rows, columns, tile in parts:
        values, places = tile.flatten().topk(min(count, tile.numel()))
        for value, place in zip(values.tolist(), places.tolist(), strict=True):
            row, column = divmod(place, len(columns))
            best[int(rows[row]), int(columns[column])] = value
        best = dict(sorted(best.items(), key=lambda pair: -pair[1])[:count])
    return [(query, key, weight) for (query, key), weight in best.items()]


def reduced_by_maximum(
    tile: Tensor, row_bins: Tensor, column_bins: Tensor, rows: int, columns: int, empty: float
) -> Tensor:
    """Reduce a tile by maximum into bins.

    Args:
        tile: `[queries, keys]`.
        row_bins: Bin of each query.
        column_bins: Bin of each key, `[keys]` or `[queries, keys]`.
        rows: Number of bins for queries.
        columns: Number of bins for keys.
        empty: Value of a bin without a weight.

    Returns:
        `[rows, columns]`.
    """
    across = torch.full((len(tile), columns), empty).scatter_reduce_(
        1, column_bins.expand(len(tile), -1), tile, "amax"
    )
    return torch.full((rows, columns), empty).scatter_reduce_(
        0, row_bins[:, None].expand(-1, columns), across, "amax"
    )
