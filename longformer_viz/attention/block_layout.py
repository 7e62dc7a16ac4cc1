"""The blocks of queries and keys that the CPU kernels compute, and that the cost formulas count."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive queries of a document, and the consecutive keys that any of them attends to.

    Attributes:
        rows: Positions of the queries.
        keys: Positions of the keys.
    """

    rows: slice
    keys: slice

    @classmethod
    def of(cls, start: int, stop: int, half: int, length: int) -> "Block":
        """Return the block of queries `start` to `stop`, with the keys that exist in their windows.

        Args:
            start: First query.
            stop: The query after the last.
            half: Keys on each side of a query.
            length: Tokens in the document.
        """
        return cls(slice(start, stop), slice(max(0, start - half), min(length, stop + half)))

    @property
    def pairs(self) -> int:
        """Query-key pairs in the block."""
        return (self.rows.stop - self.rows.start) * (self.keys.stop - self.keys.start)


def query_blocks(length: int, half: int, block_rows: int) -> list[Block]:
    """Return the blocks of a whole document, `block_rows` queries each; the last may be smaller.

    Args:
        length: Tokens in the document.
        half: Keys on each side of a query.
        block_rows: Queries in a block.
    """
    return [Block.of(start, min(start + block_rows, length), half, length) for start in range(0, length, block_rows)]


@dataclass(frozen=True, slots=True)
class BandedLayout:
    """A document in equal blocks, of which the inner ones are one strided view.

    Attributes:
        length: Tokens in the document.
        half: Keys on each side of a query.
        block_rows: Queries in a block.
        inner: Numbers of the blocks whose windows lie wholly inside the document. Each of them has
            `block_rows + 2 * half` keys.
        edges: The blocks before and after them, cut to the keys that exist.
    """

    length: int
    half: int
    block_rows: int
    inner: range
    edges: tuple[Block, ...]

    @classmethod
    def of(cls, length: int, half: int, block_rows: int) -> "BandedLayout":
        """Compute the layout of a document.

        Args:
            length: Number of tokens in the document.
            half: Number of keys on each side of a query.
            block_rows: Number of queries in a block.

        Returns:
            The layout.
        """
        count = -(-length // block_rows)
        first = min(-(-half // block_rows), count)
        inner = range(first, max(first, (length - half) // block_rows))
        starts = (number * block_rows for number in (*range(first), *range(inner.stop, count)))
        edges = tuple(Block.of(start, min(start + block_rows, length), half, length) for start in starts)
        return cls(length, half, block_rows, inner, edges)

    @property
    def inner_keys(self) -> int:
        """Keys of one inner block."""
        return self.block_rows + 2 * self.half

    @property
    def joined_edges(self) -> tuple[Block, ...]:
        """The edges as one block for each end of the document; the whole document where no block is inner."""
        if not self.inner:
            return (Block.of(0, self.length, self.half, self.length),)
        ends = ((0, self.inner.start * self.block_rows), (self.inner.stop * self.block_rows, self.length))
        return tuple(Block.of(start, stop, self.half, self.length) for start, stop in ends)

    @property
    def pairs(self) -> int:
        """Query-key pairs that all blocks compute."""
        return sum(block.pairs for block in self.edges) + len(self.inner) * self.block_rows * self.inner_keys


def band_mask(rows: slice, keys: slice, half: int, device: torch.device | None = None) -> Tensor:
    """Return the pairs of a block within `half` positions, bool `[rows, keys]`.

    Args:
        rows: Positions of the queries.
        keys: Positions of the keys; a negative start counts keys before the document.
        half: Keys on each side of a query.
        device: Device of the result.
    """
    shift = rows.start - keys.start
    pairs = torch.ones(rows.stop - rows.start, keys.stop - keys.start, dtype=torch.bool, device=device)
    return pairs.tril_(shift + half).triu_(shift - half)


def visible_keys(keep: Tensor, half: int) -> Tensor:
    """Count the keys in each query's window that may be seen, int64 `[..., n]`.

    Args:
        keep: Bool `[..., n]`, the keys that may be seen.
        half: Keys on each side of a query.
    """
    length = keep.shape[-1]
    total = torch.nn.functional.pad(keep.long().cumsum(-1), (1, 0))
    position = torch.arange(length, device=keep.device)
    return total[..., (position + half + 1).clamp(max=length)] - total[..., (position - half).clamp(min=0)]
