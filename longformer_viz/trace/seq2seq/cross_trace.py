"""Recorded cross-attention: the tokens of a decoder attend to those of an encoder."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.checks import check_count, check_slice
from longformer_viz.spec import check_index
from longformer_viz.trace.reach_layer import TILE_ELEMENTS
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.weights import bins_of, reduced_by_maximum, strongest_pairs


@dataclass(frozen=True, slots=True)
class CrossLayer:
    """One recorded layer of cross-attention.

    Attributes:
        query: `[heads, n, d]`, scaled.
        key: `[heads, m, d]`.
        log_sum_exp: Float32 `[heads, n]`.
    """

    query: Tensor
    key: Tensor
    log_sum_exp: Tensor

    @property
    def size_bytes(self) -> int:
        """Memory of the tensors."""
        return self.query.nbytes + self.key.nbytes + self.log_sum_exp.nbytes


@dataclass(frozen=True, slots=True)
class CrossTrace:
    """The cross-attention of one run; every query attends to every key.

    Attributes:
        queries: The decoder's n tokens.
        keys: The encoder's m tokens.
        layers: The recorded layers of the decoder.
    """

    queries: Tokens
    keys: Tokens
    layers: tuple[CrossLayer, ...]

    @property
    def heads(self) -> int:
        """Number of heads in each layer."""
        return len(self.layers[0].query)

    @property
    def size_bytes(self) -> int:
        """Memory of the recorded layers."""
        return sum(layer.size_bytes for layer in self.layers)

    def weights(self, layer: int, head: int, rows: slice = slice(None), columns: slice = slice(None)) -> Tensor:
        """Compute a slice of one head's weights, in float32. Over all keys, each row sums to 1.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            rows: Positions of the queries.
            columns: Positions of the keys.

        Returns:
            `[rows, columns]`.

        Raises:
            InputError: The layer or head does not exist.
        """
        check_index(layer, len(self.layers), "Layer")
        check_index(head, self.heads, "Head")
        rows, columns = check_slice(rows, "rows"), check_slice(columns, "columns")
        kept = self.layers[layer]
        scores = kept.query[head, rows].float() @ kept.key[head, columns].float().mT
        return scores.sub_(kept.log_sum_exp[head, rows, None]).exp_()

    def overview(self, layer: int, head: int, size: int = 512) -> Tensor:
        """Reduce one head's weights by maximum, without n x m numbers in memory.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            size: Most cells on each side.

        Returns:
            `[min(size, n), min(size, m)]`.

        Raises:
            InputError: The layer or head does not exist.
        """
        size = check_count(size, "size")
        height, width = min(size, len(self.queries)), min(size, len(self.keys))
        row_bins, column_bins = bins_of(len(self.queries), height), bins_of(len(self.keys), width)
        reduced = torch.zeros(height, width)
        for rows, _, tile in self._parts(layer, head):
            bins = row_bins[rows]
            first, last = int(bins[0]), int(bins[-1])
            part = reduced[first : last + 1]
            tile = reduced_by_maximum(tile, bins - first, column_bins, last - first + 1, width, 0.0)
            torch.maximum(part, tile, out=part)
        return reduced

    def strongest(self, layer: int, head: int, count: int = 20) -> list[tuple[int, int, float]]:
        """Return the pairs `(query, key, weight)` of the largest weights of one head, largest first.

        Args:
            layer: Counted from 0.
            head: Counted from 0.
            count: Maximum number of pairs.

        Raises:
            InputError: The layer or head does not exist.
        """
        return strongest_pairs(self._parts(layer, head), check_count(count))

    def _parts(self, layer: int, head: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield positions of some queries and of all keys with their weights `[queries, keys]`."""
        queries, keys = torch.arange(len(self.queries)), torch.arange(len(self.keys))
        size = max(1, TILE_ELEMENTS // len(keys))
        for start in range(0, len(queries), size):
            rows = slice(start, start + size)
            yield queries[rows], keys, self.weights(layer, head, rows)
