"""One recorded layer of any transformers model, and the logarithms of its weights."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.trace.score_rule import PLAIN, ScoreRule

TILE_ELEMENTS = 2**21  # Weights computed at a time.


@dataclass(frozen=True, slots=True)
class ReachLayer:
    """One recorded layer.

    Attributes:
        query: `[heads, n, d]`, scaled.
        shared_key: `[key_heads, n, d]`; each key head serves equally many heads, in order.
        log_sum_exp: Float32 `[heads, n]`, sinks included.
        reach: The keys of each query.
        rule: How scores follow from queries and keys.
        rows: None: these models have no global tokens.
    """

    query: Tensor
    shared_key: Tensor
    log_sum_exp: Tensor
    reach: LayerReach
    rule: ScoreRule = PLAIN
    rows: None = None

    @property
    def key(self) -> Tensor:
        """The key of every head, `[heads, n, d]`."""
        group = len(self.query) // len(self.shared_key)
        return self.shared_key if group == 1 else self.shared_key.repeat_interleave(group, 0)

    @property
    def size_bytes(self) -> int:
        """Memory of the tensors."""
        tensors = (self.query, self.shared_key, self.log_sum_exp, self.rule.sinks, self.rule.bias)
        return sum(tensor.nbytes for tensor in tensors if tensor is not None)

    def scores(self, heads: slice, rows: slice, keys: slice) -> Tensor:
        """Return scores after cap and bias, in float32; pairs outside the pattern included.

        Args:
            heads: Numbers of the heads, one or all.
            rows: Positions of the queries.
            keys: Positions of the keys.

        Returns:
            `[heads, rows, keys]`.
        """
        length = self.query.shape[1]
        first, stop, _ = heads.indices(len(self.query))
        group = len(self.query) // len(self.shared_key)
        shared = self.shared_key[first // group : -(-stop // group), keys].float()
        query = self.query[heads, rows].float()
        if len(query) == len(shared):
            scores = torch.bmm(query, shared.mT)
        else:
            grouped = query.reshape(len(shared), -1, query.shape[-1])  # [key_heads, group * rows, d]
            scores = torch.bmm(grouped, shared.mT).view(len(query), -1, shared.shape[1])
        position = torch.arange(length)
        return self.rule.scores(scores, heads, position[rows][:, None], position[keys])

    def log_weights(self, heads: slice, rows: slice, keys: slice) -> Tensor:
        """Return the logarithms of weights, -inf outside the pattern.

        Args:
            heads: Indices of the heads.
            rows: Positions of the queries.
            keys: Positions of the keys.

        Returns:
            Log weights `[heads, rows, keys]`.
        """
        scores = self.scores(heads, rows, keys).sub_(self.log_sum_exp[heads, rows, None])
        position = torch.arange(self.query.shape[1])
        allowed = self.reach.allows(position[rows][:, None], position[keys])
        return scores if allowed.all() else scores.masked_fill_(~allowed, -math.inf)

    def blocks(self, heads: int, start: int = 0, stop: int | None = None) -> Iterator[tuple[slice, slice]]:
        """Yield blocks of queries from `start` to `stop`, each with every range of keys that it attends to.

        Args:
            heads: Heads that are computed together, which limits a block's size.
            start: First query.
            stop: The query after the last; the document's end if None.
        """
        length = self.query.shape[1]
        stop = length if stop is None else stop
        width = min(length, sum(self.reach.sides(length)) + 64)
        size = max(8, min(256, TILE_ELEMENTS // (heads * width)))
        for first in range(start, stop, size):
            rows = slice(first, min(first + size, stop))
            for keys in self.reach.key_ranges(rows.start, rows.stop, length):
                yield rows, keys

    def share(self, rows: slice, keys: slice) -> float:
        """Return which share of the layer's work a block is, 0 to 1.

        Args:
            rows: Positions of the queries.
            keys: One of the ranges of keys that they attend to.
        """
        length = self.query.shape[1]
        ranges = self.reach.key_ranges(rows.start, rows.stop, length)
        width = sum(each.stop - each.start for each in ranges)
        return (rows.stop - rows.start) / length * (keys.stop - keys.start) / width
