"""A recorded forward pass; any attention weight can be computed from it."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from longformer_viz.attention.global_tokens import position_mask
from longformer_viz.checks import check_count, check_number, check_slice
from longformer_viz.patterns.causal import full_pairs
from longformer_viz.patterns.longformer import LongformerPattern, in_band
from longformer_viz.spec import InputError, LayerSpec, check_index, is_own_band
from longformer_viz.trace.layer_trace import BandedWeights, LayerTrace
from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.weights import band_weights, bins_of, column_weights, reduced_by_maximum, strongest_pairs

BAND_BYTES = 2**31  # A larger band must be requested in parts.
_TILE_ROWS = 512


@dataclass(frozen=True, slots=True)
class Trace:
    """One document through one model with one spec.

    Attributes:
        tokens: The encoded document, of n tokens.
        pattern: The band of each layer, and the global positions.
        layers: The recorded layers.
        model: Name of the model.
        own_windows: The windows in the model's configuration, one per layer.
        trained_tokens: The length that its positions were trained for.
        elapsed_seconds: Time of the forward pass.
        peak_bytes: Memory that it added at its peak; None where this system cannot measure it.
        position_tiling: How positions repeat beyond the trained length; None where all were trained.
    """

    tokens: Tokens
    pattern: LongformerPattern
    layers: tuple[LayerTrace, ...]
    model: str
    own_windows: tuple[int, ...]
    trained_tokens: int
    elapsed_seconds: float
    peak_bytes: int | None
    position_tiling: PositionTiling | None = None

    @property
    def global_positions(self) -> tuple[int, ...]:
        """Positions of the global tokens."""
        return self.pattern.global_positions

    @property
    def is_global(self) -> Tensor:
        """Mask of the global tokens, bool `[n]`."""
        return position_mask(self.global_positions, len(self.tokens))

    @property
    def heads(self) -> int:
        """Number of heads in each layer."""
        return len(self.layers[0].query)

    @property
    def pairs_scored(self) -> int:
        """Pairs that the pattern scores, over all layers and heads, each pair once."""
        return self.pattern.count_pairs(len(self.tokens))

    @property
    def causal_layers(self) -> tuple[bool, ...]:
        """Whether no query attends to a later key, for each layer."""
        return (False,) * len(self.layers)

    @property
    def pairs_full(self) -> int:
        """Pairs that full attention scores, over all layers and heads; in a causal layer without later keys."""
        return self.heads * sum(full_pairs(len(self.tokens), is_causal) for is_causal in self.causal_layers)

    @property
    def size_bytes(self) -> int:
        """Memory of the trace."""
        return sum(layer.size_bytes for layer in self.layers)

    @property
    def is_own_pattern(self) -> bool:
        """Whether these are the model's own windows, without dilation."""
        return is_own_band(self.pattern.layers, self.own_windows)

    def show(self, layer: int | None = None, head: int = 0, **options: Any) -> Any:
        """Show the attention map in a notebook and return it, as `longformer_viz.show` does.

        Args:
            layer: Index of the layer, from 0. None means layer 2, or the last layer of a smaller model.
            head: Index of the head, from 0.
            **options: The other arguments of `longformer_viz.show`.
        """
        # Imported here because `notebook` depends on `trace`.
        return import_module("longformer_viz").show(self, layer, head, **options)

    def band(self, layer: int, head: int) -> BandedWeights:
        """Compute all weights of one head, in float32.

        Args:
            layer: Counted from 0.
            head: Counted from 0.

        Raises:
            InputError: The layer or head does not exist, or the band is over 2 GiB (`weights` returns parts of it).
        """
        band, recorded = self._head(layer, head)
        length = len(self.tokens)
        if length * (band.window + 1) * 4 > BAND_BYTES:
            raise InputError(
                f"A band must fit in 2 GiB; {length:,} tokens by {band.window + 1:,} columns need "
                f"{length * (band.window + 1) * 4 / 2**30:.1f} GiB. Use trace.weights for parts of it."
            )
        query, key, lse = recorded.query[head].float(), recorded.key[head].float(), recorded.log_sum_exp[head]
        is_global = self.is_global
        weights = band_weights(query, key, lse, band.one_sided_window, band.dilations[head], ~is_global)
        return BandedWeights(
            weights.masked_fill_(is_global[:, None], 0),
            self._column_weights(recorded, head).masked_fill_(is_global[:, None], 0),
            self._row_weights(recorded, head, slice(None)),
        )

    def sink_weights(self, layer: int, head: int) -> Tensor | None:
        """Return the weight `[n]` that each token gives to a sink, which is no token; None without one, as here.

        Args:
            layer: Counted from 0.
            head: Counted from 0.

        Raises:
            InputError: The layer or head does not exist.
        """
        self._head(layer, head)
        return None

    def weights(
        self, layer: int, head: int, rows: slice = slice(None), columns: slice = slice(None), outside: float = 0.0
    ) -> Tensor:
        """Compute a slice of one head's attention matrix, in float32.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            rows: Positions of the queries.
            columns: Positions of the keys.
            outside: Value of the pairs that the pattern forbids.

        Returns:
            `[rows, columns]`.

        Raises:
            InputError: The layer or head does not exist, or a slice has a step.
        """
        band, recorded = self._head(layer, head)
        rows, columns = check_slice(rows, "rows"), check_slice(columns, "columns")
        outside = check_number(outside, "outside")
        position = torch.arange(len(self.tokens))
        query_position, key_position = position[rows], position[columns]
        scores = recorded.query[head, rows].float() @ recorded.key[head, columns].float().mT
        weights = torch.exp(scores - recorded.log_sum_exp[head, rows, None])
        is_global = self.is_global
        allowed = in_band(query_position[:, None], key_position, band.one_sided_window, band.dilations[head])
        weights = weights.masked_fill_(~(allowed | is_global[columns]), outside)
        chosen = is_global[rows]
        if chosen.any():
            which = torch.isin(torch.tensor(self.global_positions), query_position[chosen])
            weights[chosen] = self._row_weights(recorded, head, columns)[which]
        return weights

    def overview(self, layer: int, head: int, size: int = 512, outside: float = 0.0) -> Tensor:
        """Reduce one head's n x n matrix by maximum, tile by tile, without n x n numbers in memory.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            size: Maximum number of cells on each side.
            outside: Value of cells in which the pattern forbids every pair.

        Returns:
            `[side, side]` with `side = min(size, n)`.

        Raises:
            InputError: The layer or head does not exist.
        """
        length = len(self.tokens)
        side, outside = min(check_count(size, "size"), length), check_number(outside, "outside")
        bins = bins_of(length, side)
        reduced = torch.full((side, side), outside)
        for rows, columns, tile in self._parts(layer, head, outside):
            corner = (
                slice(bins[rows].min(), bins[rows].max() + 1),
                slice(bins[columns].min(), bins[columns].max() + 1),
            )
            part = reduced[corner]
            row_bins, column_bins = bins[rows] - corner[0].start, bins[columns] - corner[1].start
            height, width = part.shape
            torch.maximum(part, reduced_by_maximum(tile, row_bins, column_bins, height, width, outside), out=part)
        return reduced

    def band_overview(self, layer: int, head: int, size: int = 512, outside: float = 0.0) -> Tensor:
        """Reduce the band of one head by maximum: rows are tokens, columns are offsets from the token.

        Columns cover the offsets that can be inside the document. Global keys and queries are included.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            size: Maximum number of cells on each side.
            outside: Value of cells outside the document or the pattern.

        Returns:
            At most `[size, size]`.

        Raises:
            InputError: The layer or head does not exist.
        """
        band, _ = self._head(layer, head)
        size, outside = check_count(size, "size"), check_number(outside, "outside")
        length, dilation = len(self.tokens), band.dilations[head]
        half = min(band.one_sided_window, (length - 1) // dilation)
        side, across = min(size, length), min(size, 2 * half + 1)
        row_bins, offset_bins = bins_of(length, side), bins_of(2 * half + 1, across)
        offsets = torch.arange(-half, half + 1) * dilation
        reduced = torch.full((side, across), outside)
        for start in range(0, length, _TILE_ROWS):
            rows = torch.arange(start, min(start + _TILE_ROWS, length))
            keys = rows[:, None] + offsets  # [rows, window + 1]
            low, high = int(keys.min().clamp(min=0)), int(keys.max().clamp(max=length - 1)) + 1
            tile = self.weights(layer, head, slice(start, start + _TILE_ROWS), slice(low, high), outside)
            inside = (keys >= 0) & (keys < length)
            tile = tile.gather(1, (keys - low).clamp(0, high - low - 1)).masked_fill_(~inside, outside)
            reduced = torch.maximum(
                reduced, reduced_by_maximum(tile, row_bins[rows], offset_bins, side, across, outside)
            )
        return reduced

    def straightened(self, layer: int, head: int, size: int = 512, outside: float = 0.0) -> Tensor:
        """Return `band_overview`. This name is deprecated. The parameters are those of `Trace.band_overview`."""
        warnings.warn("Trace.straightened is now Trace.band_overview.", DeprecationWarning, stacklevel=2)
        return self.band_overview(layer, head, size, outside)

    def strongest(self, layer: int, head: int, count: int = 20) -> list[tuple[int, int, float]]:
        """Return the pairs `(query, key, weight)` of the largest weights of one head, largest first.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            count: Maximum number of pairs.

        Raises:
            InputError: The layer or head does not exist.
        """
        return strongest_pairs(self._parts(layer, head, 0.0), check_count(count))

    def _parts(self, layer: int, head: int, outside: float) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield positions of rows and columns with their weights `[rows, columns]`, to cover the whole pattern."""
        band, recorded = self._head(layer, head)
        length = len(self.tokens)
        position = torch.arange(length)
        reach = band.one_sided_window * band.dilations[head]
        for start in range(0, length, _TILE_ROWS):
            rows = slice(start, start + _TILE_ROWS)
            columns = slice(max(0, start - reach), min(length, start + _TILE_ROWS + reach))
            yield position[rows], position[columns], self.weights(layer, head, rows, columns, outside)
        if self.global_positions:
            chosen = torch.tensor(self.global_positions)
            columns = self._column_weights(recorded, head)
            columns[chosen] = outside  # a global query's weights are in its row
            yield position, chosen, columns
            yield chosen, position, self._row_weights(recorded, head, slice(None))

    def _head(self, layer: int, head: int) -> tuple[LayerSpec, LayerTrace]:
        check_index(layer, len(self.layers), "Layer")
        check_index(head, self.heads, "Head")
        return self.pattern.layers[layer], self.layers[layer]

    def _column_weights(self, recorded: LayerTrace, head: int) -> Tensor:
        """Return the weights `[n, g]` on the local keys of the global tokens."""
        key = recorded.key[head, list(self.global_positions)].float()
        return column_weights(recorded.query[head].float(), key, recorded.log_sum_exp[head])

    def _row_weights(self, recorded: LayerTrace, head: int, columns: slice) -> Tensor:
        """Return the weights `[g, columns]` of the global rows."""
        if recorded.rows is None:
            return torch.zeros(0, len(range(len(self.tokens))[columns]))
        key = recorded.rows.key[head if len(recorded.rows.key) > 1 else 0, columns].float()
        return torch.exp(recorded.rows.query[head].float() @ key.mT - recorded.rows.log_sum_exp[head, :, None])
