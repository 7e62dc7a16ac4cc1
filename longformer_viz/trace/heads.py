"""Every layer and head in brief: a thumbnail of its band, entropy, mean distance, and share on global tokens."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from longformer_viz.attention.dilated_slices import residue_classes
from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.reach_rows import row_summary
from longformer_viz.trace.trace import Trace
from longformer_viz.trace.weights import with_log_sum_exp

ROWS, COLUMNS = 40, 33
WEIGHT_FLOOR = 1e-4
_BLOCK_ELEMENTS = 2**19  # Scores computed at a time, which fit the CPU's cache.
_QUERY_BLOCK = 128
_NEVER = -1e4  # A log weight of weight 0. Weight times log weight is 0 too, where -inf would give NaN.


@dataclass(frozen=True, slots=True)
class HeadGrid:
    """A thumbnail and three figures for every head.

    The figures are float64 `[layers, heads]`, over the rows of tokens that are not global, NaN where there is none.

    Attributes:
        thumbnails: Uint8 `[layers, heads, rows, columns]`, the band's weights as codes (`weight_codes`), reduced by
            maximum into equal ranges of tokens and of offsets from `-half * dilation` to `half * dilation`.
        entropy_bits: Mean entropy of a row.
        distance_tokens: Mean |query - key|, weighted by attention.
        global_share: Mean weight of a row on global keys.
        half: Int64 `[layers, heads]`, keys on one side of the window, limited to the document.
        dilation: Int64 `[layers, heads]`, the distance between neighbouring keys.
    """

    thumbnails: Tensor
    entropy_bits: Tensor
    distance_tokens: Tensor
    global_share: Tensor
    half: Tensor
    dilation: Tensor


def head_grid(trace: Trace, progress: Callable[[float], None] | None = None) -> HeadGrid:
    """Compute thumbnails and figures of all heads, block by block, without a whole band in memory.

    Args:
        trace: The run.
        progress: Called with the fraction that is done; it may raise to end the work.
    """
    length = len(trace.tokens)
    rows = min(ROWS, length)
    is_global = trace.is_global
    dilation = torch.tensor([layer.dilations for layer in trace.pattern.layers])
    one_sided = torch.tensor([layer.one_sided_window for layer in trace.pattern.layers])
    half = torch.minimum(one_sided[:, None], (length - 1) // dilation)
    columns = min(COLUMNS, 2 * int(half.max()) + 1)
    thumbnails = torch.zeros(*half.shape, rows, columns, dtype=torch.uint8)
    entropy, distance, share = torch.zeros(3, *half.shape, dtype=torch.float64)

    for number, recorded in enumerate(trace.layers):
        if isinstance(recorded, ReachLayer):
            advance = None if progress is None else _within_layer(progress, number, len(trace.layers))
            peaks, entropy[number], distance[number] = row_summary(recorded, int(half[number, 0]), rows, advance)
            thumbnails[number] = weight_codes(_fitted(peaks, columns))
            continue
        query, key = with_log_sum_exp(recorded.query.float(), recorded.key.float(), recorded.log_sum_exp)
        entropy[number], distance[number], share[number] = _column_sums(query, key, is_global)
        groups = [
            _Group.of(query, key, is_global, dilation[number] == step, step, rows)
            for step in dilation[number].unique().tolist()
        ]
        for row in range(rows):
            for group in groups:
                nats, far = group.reduce(row, int(half[number, group.members[0]]))
                entropy[number, group.members] += nats
                distance[number, group.members] += far
            if progress is not None:
                progress((number * rows + row + 1) / (len(trace.layers) * rows))
        for group in groups:
            thumbnails[number, group.members] = weight_codes(_fitted(group.peaks, columns))

    local = int((~is_global).sum())
    means = [sums / local if local else torch.full_like(sums, math.nan) for sums in (entropy, distance, share)]
    return HeadGrid(thumbnails, means[0] / math.log(2), means[1], means[2], half, dilation)


def _within_layer(progress: Callable[[float], None], number: int, depth: int) -> Callable[[float], None]:
    """Return a function that adds shares of one layer and reports the fraction of all layers."""
    done = float(number)

    def advance(share: float) -> None:
        nonlocal done
        done += share
        progress(min(done / depth, 1.0))

    return advance


def weight_codes(log_weights: Tensor) -> Tensor:
    """Encode weights in 8 bits, with an error of at most 1.84%.

    Code 0 is a weight below 1e-4, code c from 1 to 254 the weight `1e-4 * 1e4 ** ((c - 1) / 253)`, code 255 NaN.

    Args:
        log_weights: Natural logarithms of weights, of any shape.

    Returns:
        Uint8 of the same shape.
    """
    floor = math.log(WEIGHT_FLOOR)
    codes = ((log_weights - floor) * (-253 / floor)).round().clamp(max=253) + 1
    codes = codes.masked_fill(log_weights < floor, 0)
    return codes.masked_fill(log_weights.isnan() | (log_weights == math.inf), 255).to(torch.uint8)


@dataclass(slots=True)
class _Rectangle:
    """Tokens of some remainders modulo the dilation; each remainder is an ordinary document of m tokens.

    Attributes:
        bins: Int64 `[remainders, m]`, the row of the thumbnail.
        query: `[heads * remainders, m, d + 1]`.
        key: The same, with a query block of padding on either side.
        local: Bool `[remainders, m]`, tokens that are not global, with the same padding.
    """

    bins: Tensor
    query: Tensor
    key: Tensor
    local: Tensor


@dataclass(slots=True)
class _Group:
    """The heads of one dilation in one layer, and the largest log weights `[heads, rows, window + 1]` so far."""

    members: Tensor
    dilation: int
    rectangles: list[_Rectangle]
    peaks: Tensor

    @classmethod
    def of(cls, query: Tensor, key: Tensor, is_global: Tensor, chosen: Tensor, dilation: int, rows: int) -> "_Group":
        length = query.shape[-2]
        members = chosen.nonzero().flatten()
        rectangles = []
        for index in residue_classes(length, dilation):
            parts = [tensor[members[:, None, None], index].flatten(0, 1) for tensor in (query, key)]
            rectangles.append(
                _Rectangle(
                    index * rows // length,
                    parts[0],
                    pad(parts[1], (0, 0, _QUERY_BLOCK, _QUERY_BLOCK)),
                    pad(~is_global[index], (_QUERY_BLOCK, _QUERY_BLOCK)),
                )
            )
        return cls(members, dilation, rectangles, torch.empty(len(members), rows, 0))

    def reduce(self, row: int, half: int) -> tuple[Tensor, Tensor]:
        """Add the queries of one thumbnail row, and return their sums of entropy (nats) and distance, `[heads]`."""
        heads = len(self.members)
        if not self.peaks.numel():
            self.peaks = torch.full((heads, self.peaks.shape[1], 2 * half + 1), _NEVER)
        entropy, distance = torch.zeros(2, heads, dtype=torch.float64)
        for rectangle in self.rectangles:
            for start, stop in _blocks(rectangle, row, half):
                low, high = max(-half, 1 - stop), min(half, rectangle.bins.shape[1] - 1 - start)
                logs = _log_weights(rectangle, row, start, stop, low, high)  # [heads * remainders, query, offset]
                peaks = self.peaks[:, row, half + low : half + high + 1]
                torch.maximum(peaks, logs.amax(1).view(heads, -1, high - low + 1).amax(1), out=peaks)
                weights = logs.exp()
                entropy -= logs.mul_(weights).sum((1, 2)).view(heads, -1).sum(1)
                far = torch.arange(low, high + 1).abs_() * float(self.dilation)
                distance += (weights.sum(1) @ far).view(heads, -1).sum(1)
        return entropy, distance


def _blocks(rectangle: _Rectangle, row: int, half: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of queries that cover those of one thumbnail row."""
    inside = (rectangle.bins == row).any(0).nonzero().flatten()
    if not len(inside):
        return
    first, last = int(inside[0]), int(inside[-1]) + 1
    size = _BLOCK_ELEMENTS // (len(rectangle.query) * (2 * half + 1))
    count = -(-(last - first) // min(_QUERY_BLOCK, max(16, size)))
    size = -(-(last - first) // count)  # Of equal blocks.
    for start in range(first, last, size):
        yield start, min(start + size, last)


def _log_weights(rectangle: _Rectangle, row: int, start: int, stop: int, low: int, high: int) -> Tensor:
    """Return the band's log weights `[heads * remainders, query, offset low to high]` of queries `start` to `stop`.

    They are `_NEVER` where the key is global or outside the document, or the query is global or of another row.
    """
    keys = slice(_QUERY_BLOCK + start + low, _QUERY_BLOCK + stop + high)
    scores = rectangle.query[:, start:stop] @ rectangle.key[:, keys].mT
    straight = (stop - start, high - low + 1)
    # Row r of a block starts r keys further right, so a view with one more step a row aligns the band.
    step = scores.stride()
    logs = scores.as_strided((len(scores), *straight), (step[0], step[1] + 1, 1))
    kept = rectangle.local[:, keys]
    chosen = rectangle.local[:, _QUERY_BLOCK + start : _QUERY_BLOCK + stop] & (rectangle.bins[:, start:stop] == row)
    if not (kept.all() and chosen.all()):
        allowed = kept.unfold(1, straight[1], 1) & chosen[..., None]  # [remainders, query, offset]
        logs.view(-1, len(allowed), *straight).masked_fill_(~allowed, _NEVER)
    return logs


def _column_sums(query: Tensor, key: Tensor, is_global: Tensor) -> Tensor:
    """Return entropy, distance and share of the weights on global keys, summed over local rows: `[3, heads]`."""
    sums = torch.zeros(3, len(query), dtype=torch.float64)
    local, positions = (~is_global).nonzero().flatten(), is_global.nonzero().flatten()
    if not len(positions):
        return sums
    global_key = key[:, positions].mT  # [heads, d + 1, g]
    for rows in local.split(max(1, _BLOCK_ELEMENTS // (len(query) * len(positions)))):
        logs = query[:, rows] @ global_key  # [heads, query, g]
        weights = logs.exp()
        far = (rows[:, None] - positions).abs().float()
        sums[0] -= logs.mul_(weights).sum((1, 2))
        sums[1] += torch.einsum("hqg,qg->h", weights, far)
        sums[2] += weights.sum((1, 2))
    return sums


def _fitted(peaks: Tensor, columns: int) -> Tensor:
    """Return `[..., offsets]` reduced by maximum, or repeated, to a number of columns, symmetrically."""
    width = peaks.shape[-1]
    if width <= columns:
        return peaks[..., (2 * torch.arange(columns) + 1) * width // (2 * columns)]
    bins = (2 * torch.arange(width) + 1) * columns // (2 * width)
    reduced = peaks.new_full((*peaks.shape[:-1], columns), _NEVER)
    return reduced.scatter_reduce_(-1, bins.expand_as(peaks), peaks, "amax")
