"""A recorded forward pass of any transformers model, with the interface of `Trace`."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor

from longformer_viz.checks import check_count, check_number, check_slice
from longformer_viz.patterns.blocks.block_reach import BlockReach
from longformer_viz.patterns.blocks.block_reach_pattern import BlockReachPattern
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.reach_pattern import ReachPattern
from longformer_viz.spec import InputError, LayerSpec, check_index
from longformer_viz.trace.layer_trace import BandedWeights, LayerTrace
from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.trace import BAND_BYTES, Trace


@dataclass(frozen=True, slots=True)
class ReachTrace(Trace):
    """One document through one model whose layers are local or full, causal or bidirectional.

    Views of a Longformer's trace can show this one too. In them bands are symmetric: the later keys of a causal layer
    have weight 0. A full layer is a band as wide as the document, and is sent as an overview and tiles if it is
    large.
    """

    def reach(self, layer: int) -> LayerReach:
        """Return how far a layer attends.

        Args:
            layer: Counted from 0.
        """
        return self._recorded(layer).reach

    @property
    def causal_layers(self) -> tuple[bool, ...]:
        """Whether no query attends to a later key, for each layer."""
        return tuple(self.reach(layer).is_causal for layer in range(len(self.layers)))

    @property
    def key_heads(self) -> int:
        """Heads of the keys; each serves equally many of the queries' heads."""
        return len(self._recorded(0).shared_key)

    @property
    def is_own_pattern(self) -> bool:
        """Whether these are the model's own windows: always so."""
        return True

    def sink_weights(self, layer: int, head: int) -> Tensor | None:
        """Compute the weight `[n]` that each token gives to the head's sink, which is no token; None without sinks.

        Args:
            layer: Counted from 0.
            head: Counted from 0.

        Raises:
            InputError: The layer or head does not exist.
        """
        self._head(layer, head)
        kept = self._recorded(layer)
        sinks = kept.rule.sinks
        return None if sinks is None else torch.exp(sinks[head] - kept.log_sum_exp[head])

    def band(self, layer: int, head: int) -> BandedWeights:
        """Compute all weights of one head, in float32.

        Args:
            layer: Counted from 0.
            head: Counted from 0.

        Returns:
            The band `[n, 2 half + 1]`, where half is the larger of the window's sides; no columns and rows. With
            sinks, a row sums to 1 minus `sink_weights`.

        Raises:
            InputError: The layer or head does not exist, or the band is over 2 GiB.
        """
        spec, _ = self._head(layer, head)
        kept, length, half = self._recorded(layer), len(self.tokens), spec.one_sided_window
        if length * (spec.window + 1) * 4 > BAND_BYTES:
            raise InputError(
                f"A band must fit in 2 GiB; {length:,} tokens by {spec.window + 1:,} columns need "
                f"{length * (spec.window + 1) * 4 / 2**30:.1f} GiB. Use trace.weights for parts of it."
            )
        band = torch.zeros(length, spec.window + 1)
        for rows, keys in kept.blocks(1):
            weights = kept.log_weights(slice(head, head + 1), rows, keys)[0].exp_()
            if half == length - 1:  # Every key has a column: each row begins one column further to the left.
                start = rows.start * spec.window + keys.start + half
                band.as_strided(weights.shape, (spec.window, 1), start).copy_(weights)
                continue
            columns = torch.arange(keys.start, keys.stop) - torch.arange(rows.start, rows.stop)[:, None] + half
            inside = (columns >= 0) & (columns <= spec.window)
            row = torch.arange(rows.start, rows.stop)[:, None].expand_as(columns)
            band[row[inside], columns[inside]] = weights[inside]
        return BandedWeights(band, torch.zeros(length, 0), torch.zeros(0, length))

    def weights(
        self,
        layer: int,
        head: int,
        rows: slice = slice(None),
        columns: slice = slice(None),
        outside: float = 0.0,
    ) -> Tensor:
        """Compute a slice of one head's attention matrix, in float32.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            rows: Positions of the queries.
            columns: Positions of the keys.
            outside: Value of the pairs that the layer forbids.

        Returns:
            `[rows, columns]`.

        Raises:
            InputError: The layer or head does not exist, or a slice has a step.
        """
        self._head(layer, head)
        rows, columns = check_slice(rows, "rows"), check_slice(columns, "columns")
        outside = check_number(outside, "outside")
        logs = self._recorded(layer).log_weights(slice(head, head + 1), rows, columns)[0]
        if outside == 0.0:
            return logs.exp_()
        forbidden = logs == -math.inf
        return logs.exp_().masked_fill_(forbidden, outside)

    def overview(self, layer: int, head: int, size: int = 512, outside: float = 0.0) -> Tensor:
        """Reduce one head's n x n matrix by maximum, block by block, without n x n numbers in memory.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            size: Most cells on each side.
            outside: Value of cells in which the layer forbids every pair.

        Returns:
            `[side, side]` with `side = min(size, n)`.

        Raises:
            InputError: The layer or head does not exist.
        """
        self._head(layer, head)
        kept, length = self._recorded(layer), len(self.tokens)
        side, outside = min(check_count(size, "size"), length), check_number(outside, "outside")
        starts = -(-np.arange(side) * length // side)  # The first position of each bin.
        bins = np.arange(length) * side // length
        reduced = np.full((side, side), -np.inf, np.float32)
        for rows, keys in kept.blocks(1):
            logs = kept.log_weights(slice(head, head + 1), rows, keys)[0].numpy()
            first, last = bins[keys.start], bins[keys.stop - 1]
            cuts = np.maximum(starts[first : last + 1] - keys.start, 0)
            logs = np.maximum.reduceat(logs, cuts, axis=1)  # [rows, bins of keys]
            top, bottom = bins[rows.start], bins[rows.stop - 1]
            cuts = np.maximum(starts[top : bottom + 1] - rows.start, 0)
            part = reduced[top : bottom + 1, first : last + 1]
            np.maximum(part, np.maximum.reduceat(logs, cuts, axis=0), out=part)
        result = torch.from_numpy(reduced)
        return result.exp().masked_fill_(result == -math.inf, outside)

    def _parts(self, layer: int, head: int, outside: float) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield positions of rows and columns with their weights `[rows, columns]`, to cover the whole pattern."""
        self._head(layer, head)
        position = torch.arange(len(self.tokens))
        for rows, keys in self._recorded(layer).blocks(1):
            yield position[rows], position[keys], self.weights(layer, head, rows, keys, outside)

    def _head(self, layer: int, head: int) -> tuple[LayerSpec, LayerTrace]:
        check_index(layer, len(self.layers), "Layer")
        check_index(head, self.heads, "Head")
        return self.pattern.layers[layer], self.layers[layer]

    def _recorded(self, layer: int) -> ReachLayer:
        return cast(ReachLayer, self.layers[check_index(layer, len(self.layers), "Layer")])


def pattern_of(layers: tuple[ReachLayer, ...]) -> ReachPattern | BlockReachPattern:
    """Return the pattern of recorded `layers`."""
    heads, length = layers[0].query.shape[:2]
    if isinstance(layers[0].reach, BlockReach):
        return BlockReachPattern(length, len(layers), heads, layers[0].reach.block_size, random_blocks=0)
    return ReachPattern(tuple(layer.reach for layer in layers), heads, length)
