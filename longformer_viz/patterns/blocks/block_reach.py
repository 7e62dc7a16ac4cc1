"""BigBird's block-sparse attention as transformers computes it in evaluation mode: the keys of each query."""

import math
from dataclasses import dataclass

from torch import Tensor

from longformer_viz.patterns.layer_reach import LayerReach


@dataclass(frozen=True, slots=True)
class Repeats:
    """Keys that count several times in the softmax of some queries.

    Attributes:
        times: How often each of the keys counts.
        keys: Number of these keys, which are the first of the document.
        first_query: The first of the queries.
        last_query: The query after the last.
    """

    times: int
    keys: int
    first_query: int
    last_query: int

    def bonus(self, query: Tensor, key: Tensor) -> Tensor:
        """Return what repeating adds to each score: the logarithm of how often the key counts.

        Args:
            query: Positions.
            key: Positions that broadcast with those of the queries.

        Returns:
            Float32, of the broadcast shape.
        """
        repeated = (key < self.keys) & (query >= self.first_query) & (query < self.last_query)
        return repeated * math.log(self.times)


@dataclass(frozen=True, slots=True)
class BlockReach(LayerReach):
    """The keys of each query in BigBird's block-sparse attention, for a document of one length.

    The first and last blocks are global. A query of another block attends to them and to the window: its own block
    and the one on either side. In evaluation mode, every random block that transformers draws is the first block,
    so the first block counts `random_blocks + 1` times in the softmax of these queries.

    Attributes:
        block_size: Tokens in a block. The last block may be shorter.
        length: Tokens in the document.
        random_blocks: Random blocks of each block of queries.
    """

    block_size: int = 64
    length: int = 4096
    random_blocks: int = 3

    @property
    def is_local(self) -> bool:
        """Whether the layer has a sliding window: one of three blocks."""
        return True

    @property
    def label(self) -> str:
        """The pattern in words."""
        return "block-sparse"

    @property
    def note(self) -> str:
        """What a reader of the weights should know: which keys count several times."""
        times = self.random_blocks + 1
        return (
            f"Outside training, each random block in transformers is the first block of {self.block_size} tokens. "
            f"So its keys count {times} times for a query that is not global, and a weight is the total."
        )

    @property
    def last_block(self) -> int:
        """Position of the last block's first token."""
        return (self.length - 1) // self.block_size * self.block_size

    @property
    def repeats(self) -> Repeats:
        """The first block, which counts several times for the queries that are not global."""
        return Repeats(self.random_blocks + 1, self.block_size, self.block_size, self.last_block)

    def covers(self, length: int) -> bool:
        """Return whether every query attends to every key in a document of `length` tokens."""
        return length <= 3 * self.block_size

    def allows(self, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys. The parameters are those of `LayerReach.allows`."""
        near = (query // self.block_size - key // self.block_size).abs() <= 1
        return near | self._is_global(query) | self._is_global(key)

    def key_ranges(self, first: int, stop: int, length: int) -> tuple[slice, ...]:
        """Return the keys that some of the queries `first` to `stop - 1` attend to.

        Args:
            first: Position of the first query.
            stop: The position after the last query.
            length: Number of keys.

        Returns:
            Slices of key positions in ascending order, which do not overlap.
        """
        size, last = self.block_size, self.last_block
        low, high = (first // size - 1) * size, ((stop - 1) // size + 2) * size
        if first < size or stop > last or (low <= size and high >= last):
            return (slice(0, length),)
        if low <= size:
            return slice(0, high), slice(last, length)
        if high >= last:
            return slice(0, size), slice(low, length)
        return slice(0, size), slice(low, high), slice(last, length)

    def _is_global(self, position: Tensor) -> Tensor:
        return (position < self.block_size) | (position >= self.last_block)
