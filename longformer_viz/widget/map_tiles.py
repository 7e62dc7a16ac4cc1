"""A head too large for one payload: an overview, and any region of it at the resolution that the browser requests.

The codes are those of `map_views`, with two exceptions: 0 means outside the pattern, and a weight below 1e-4 is 1.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from longformer_viz.trace.trace import Trace
from longformer_viz.widget.map_views import codes, describe, sink_array
from longformer_viz.widget.payload import Part

OVERVIEW_SIDE = 1024
TILE_CELLS = 2_000_000
_OUTSIDE = -1.0
_SLAB_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Region:
    """A region of one head, reduced by maximum.

    Attributes:
        rows: The queries [start, stop).
        columns: The keys [start, stop), or the offsets if `straight` is set.
        steps: Numbers of rows and of columns that are reduced to one.
        straight: Whether columns are offsets from the query.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    steps: tuple[int, int]
    straight: bool

    @classmethod
    def asked(cls, wish: Any, length: int) -> "Region | None":
        """Parse a request of the browser.

        Args:
            wish: The value that the browser sent; it may be anything.
            length: Number of tokens of the document.

        Returns:
            The region, cut to the document and coarse enough to send, or None if the request is not valid.
        """
        try:
            straight = bool(wish["straight"])
            low = -length if straight else 0
            rows = _within(wish["rows"], 0, length)
            columns = _within(wish["columns"], low, length)
            steps = [max(1, min(int(step), length)) for step in wish["steps"]]
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        if rows[0] >= rows[1] or columns[0] >= columns[1] or len(steps) != 2:
            return None
        while -(-(rows[1] - rows[0]) // steps[0]) * -(-(columns[1] - columns[0]) // steps[1]) > TILE_CELLS:
            steps = [2 * step for step in steps]
        return cls(rows, columns, (steps[0], steps[1]), straight)

    def header(self) -> dict[str, Any]:
        """Return the region in the form of the payload's header."""
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "steps": list(self.steps),
            "straight": self.straight,
        }


def _within(span: Any, low: int, high: int) -> tuple[int, int]:
    start, stop = (int(bound) for bound in span)
    return max(low, min(start, high)), max(low, min(stop, high))


def overview_view(trace: Trace, layer: int, head: int, label: str | None = None) -> Part:
    """Encode one head as two pictures, `overview` and `straight`, reduced by maximum to at most 1,024 cells a side.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        label: Name of the view; by default made of layer and head.

    Returns:
        The header and the arrays.
    """
    square = trace.overview(layer, head, OVERVIEW_SIDE, outside=_OUTSIDE)
    straight = trace.band_overview(layer, head, OVERVIEW_SIDE, outside=_OUTSIDE)
    header = describe(trace, layer, head, label) | {"over_budget": True, "tile": None, "row": None}
    pictures = {"overview": marked_codes(square), "straight": marked_codes(straight)}
    return Part(header, pictures | sink_array(trace, layer, head))


def with_details(trace: Trace, view: Part, region: Region | None, queries: tuple[int, int] | None) -> Part:
    """Add details to an overview.

    Args:
        trace: The run.
        view: The overview of one of its heads.
        region: The region to add, or None.
        queries: The selected queries [start, stop), or None. The whole row of a single one is added, and the mean
            row of several.

    Returns:
        The overview with the details.
    """
    header, arrays = dict(view.header), dict(view.arrays)
    layer, head = header["layer"], header["head"]
    if region is not None:
        header["tile"] = region.header()
        arrays["tile_codes"] = marked_codes(reduced_region(trace, layer, head, region))
    if queries is not None:
        single = queries[1] - queries[0] == 1
        header |= {"row": queries[0]} if single else {"mean": list(queries)}
        arrays["row_codes" if single else "mean_codes"] = marked_codes(mean_row(trace, layer, head, queries))
    return Part(header, arrays)


def mean_row(trace: Trace, layer: int, head: int, queries: tuple[int, int]) -> Tensor:
    """Return the mean weights of several queries on every key, `[n]`; -1 where the pattern forbids all of them.

    A pair that the pattern forbids counts as 0, so the mean weights add up to 1 as the weights of one query do.

    Args:
        trace: The recorded forward pass.
        layer: Counted from 0.
        head: Counted from 0.
        queries: Their positions [start, stop), at least one.
    """
    total = torch.zeros(len(trace.tokens))
    is_allowed = torch.zeros(len(trace.tokens), dtype=torch.bool)
    rows = max(1, _SLAB_CELLS // len(trace.tokens))
    for start in range(*queries, rows):
        weights = trace.weights(layer, head, slice(start, min(start + rows, queries[1])), outside=_OUTSIDE)
        allowed = weights != _OUTSIDE  # a weight that is not a number is allowed, too
        is_allowed |= allowed.any(0)
        total += weights.masked_fill_(~allowed, 0).sum(0)
    return (total / (queries[1] - queries[0])).masked_fill_(~is_allowed, _OUTSIDE)


def marked_codes(weights: Tensor) -> np.ndarray:
    """Encode `weights`, with -1 outside the pattern, as codes: 0 outside, at least 1 inside."""
    found = codes(weights.clamp(min=0))
    found[(found == 0) & (weights >= 0).numpy()] = 1
    return found


def reduced_region(trace: Trace, layer: int, head: int, region: Region) -> Tensor:
    """Compute the weights of a region of one head, reduced by maximum.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        region: The region and its steps.

    Returns:
        Weights `[rows / step, columns / step]`; -1 outside the pattern.
    """
    (first, last), (left, right), (row_step, column_step) = region.rows, region.columns, region.steps
    length = len(trace.tokens)
    across = -(-(right - left) // column_step)
    found = []
    slab = max(1, min(last - first, _SLAB_CELLS // (right - left)) // row_step) * row_step
    for start in range(first, last, slab):
        stop = min(start + slab, last)
        if region.straight:
            tile = _straight_tile(trace, layer, head, (start, stop), (left, right))
        else:
            tile = trace.weights(layer, head, slice(start, stop), slice(left, min(right, length)), _OUTSIDE)
        tile = _blocks(_blocks(tile, column_step).mT, row_step).mT  # Columns first, so that less is transposed.
        found.append(tile)
    reduced = torch.cat(found)
    return torch.nn.functional.pad(reduced, (0, across - reduced.shape[1]), value=_OUTSIDE)


def _straight_tile(trace: Trace, layer: int, head: int, rows: tuple[int, int], offsets: tuple[int, int]) -> Tensor:
    """Return rows by offsets, [start, stop) each: column c of row i is key i + offsets[0] + c."""
    length = len(trace.tokens)
    keys = torch.arange(*rows)[:, None] + torch.arange(*offsets)  # [rows, offsets]
    low, high = max(0, int(keys.min())), min(length, int(keys.max()) + 1)
    if low >= high:
        return torch.full(keys.shape, _OUTSIDE)
    tile = trace.weights(layer, head, slice(*rows), slice(low, high), _OUTSIDE)
    inside = (keys >= 0) & (keys < length)
    return tile.gather(1, (keys - low).clamp(0, high - low - 1)).masked_fill_(~inside, _OUTSIDE)


def _blocks(tile: Tensor, step: int) -> Tensor:
    """Return the maxima of each `step` neighbours in a row."""
    if step == 1:
        return tile
    spare = -tile.shape[1] % step
    padded = torch.nn.functional.pad(tile, (0, spare), value=_OUTSIDE)
    return padded.unflatten(1, (-1, step)).amax(2)
