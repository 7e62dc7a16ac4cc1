"""All rows of a recorded layer of any reach, block by block: for the head grid and the rollout."""

from collections.abc import Callable

import torch
from torch import Tensor

from longformer_viz.trace.reach_layer import ReachLayer

NEVER = -1e4  # A log weight of weight 0. Weight times log weight is 0 too, where -inf would give NaN.


def row_summary(
    layer: ReachLayer, half: int, bins: int, advance: Callable[[float], None] | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Reduce all weights of a layer.

    Args:
        layer: The layer.
        half: Offsets on each side of the diagonal.
        bins: Ranges of queries, equal but for rounding.
        advance: Called with the share of the layer that each block adds.

    Returns:
        The largest log weights `[heads, bins, 2 half + 1]` by range of queries and offset, and the sums over rows of
        entropy (nats) and of weighted distance (tokens), float64 `[heads]`. Sinks count in neither.
    """
    heads, length, _ = layer.query.shape
    peaks = torch.full((heads, bins, 2 * half + 1), NEVER)
    entropy, distance = torch.zeros(2, heads, dtype=torch.float64)
    for number in range(bins):
        start, stop = (-(-edge * length // bins) for edge in (number, number + 1))
        for rows, keys in layer.blocks(heads, start, stop):
            logs = layer.log_weights(slice(None), rows, keys).clamp_(min=NEVER)
            straight, first = _straightened(logs, rows, keys)
            low, high = max(first, -half), min(first + straight.shape[-1], half + 1)  # Others are outside the window.
            part = peaks[:, number, half + low : half + high]
            torch.maximum(part, straight[..., low - first : high - first].amax(1), out=part)
            weights = logs.exp()
            entropy -= (weights * logs).sum((1, 2))
            position = torch.arange(length)
            far = (position[keys] - position[rows][:, None]).abs().float()
            distance += (weights * far).sum((1, 2))
            if advance is not None:
                advance(layer.share(rows, keys))
    return peaks, entropy, distance


def _straightened(logs: Tensor, rows: slice, keys: slice) -> tuple[Tensor, int]:
    """Return log weights by offset, `[heads, rows, offsets]`, the last row first, and the first offset."""
    heads, count, width = logs.shape
    padded = torch.nn.functional.pad(logs.flip(1), (0, count), value=NEVER)  # [heads, rows, keys + rows]
    # Rows that are one element shorter shift each row one column further to the right.
    shifted = padded.flatten(1)[:, : count * (width + count - 1)].view(heads, count, -1)
    return shifted, keys.start - rows.stop + 1


def mean_heads_product(rows: Tensor, layer: ReachLayer, advance: Callable[[float], None]) -> Tensor:
    """Return rows `[k, n]` times the mean of a layer's heads `[n, n]`.

    Args:
        rows: Of the rollout.
        layer: The layer.
        advance: Called with the share of the layer that each block adds.
    """
    heads = len(layer.query)
    reached = torch.zeros_like(rows)
    for queries, keys in layer.blocks(heads):
        chosen = rows[:, queries]
        if chosen.any():
            weights = layer.log_weights(slice(None), queries, keys).exp_().sum(0)
            reached[:, keys] += chosen @ weights
        advance(layer.share(queries, keys))
    return reached / heads
