"""Chunking: the document is split into chunks that are read separately, with or without overlap."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from longformer_viz.checks import check_whole
from longformer_viz.patterns.pattern import Tiles, check_length, check_model, chosen_heads, or_over


@dataclass(frozen=True, slots=True)
class ChunkedPattern:
    """Full attention inside each chunk, in every layer and head.

    The last chunk ends with the document. A token of an overlap is read once in each of its chunks; in this pattern
    it attends to the keys of all of them.

    Attributes:
        depth: Number of layers.
        heads: Heads in a layer.
        chunk_size: Tokens in a chunk.
        overlap: Tokens that two neighbouring chunks share.

    Raises:
        InputError: The size is below 1, or the overlap is not smaller than the chunk.
    """

    depth: int
    heads: int
    chunk_size: int = 512
    overlap: int = 0

    reference = "Joshi et al. 2019, arXiv:1908.09091, section 3 (chunks with and without overlap)"

    def __post_init__(self) -> None:
        check_model(self.depth, self.heads)
        check_whole(self.chunk_size, "Chunk size", 1, 2**20, 512)
        check_whole(self.overlap, "Overlap", 0, self.chunk_size - 1, self.chunk_size // 4)

    @property
    def name(self) -> str:
        """The pattern's name, with or without overlap."""
        return "Chunks with overlap" if self.overlap else "Chunks"

    @property
    def stride(self) -> int:
        """Distance between the starts of neighbouring chunks, in tokens."""
        return self.chunk_size - self.overlap

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether a chunk contains both query and key. The parameters are those of `Pattern.allows`."""
        earlier, later = torch.minimum(query, key), torch.maximum(query, key)
        return later < earlier // self.stride * self.stride + self.chunk_size

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs in a document of `length` tokens, over all layers and heads."""
        low, high = self._keys(check_length(length))
        return self.depth * self.heads * int((high - low).sum())

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield runs of tokens in the same chunks, with the keys of these chunks.

        The parameters are those of `Pattern.tiles`.
        """
        low, high = self._keys(length)
        starts = [0, *((low.diff() != 0) | (high.diff() != 0)).nonzero().flatten().add(1).tolist(), length]
        alike = defaultdict(list)
        for start, stop in pairwise(starts):
            alike[stop - start, int(low[start]) - start, int(high[start]) - start].append(start)
        for (rows, first, after), origins in alike.items():
            origin = torch.tensor(origins)[:, None]
            yield Tiles(
                "chunk",
                chosen_heads(heads, self.heads),
                origin + torch.arange(rows),
                origin + torch.arange(first, after),
            )

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
        return or_over(marked, *self._keys(len(marked)))

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`.

        Attention is mutual in this pattern.
        """
        return self.propagate(layer, queries[:, None])[:, 0]

    def _keys(self, length: int) -> tuple[Tensor, Tensor]:
        """Return the first key of each token, and the one after the last."""
        position = torch.arange(length)
        first_chunk = ((position - self.chunk_size) // self.stride + 1).clamp(min=0)
        last_end = position // self.stride * self.stride + self.chunk_size
        return first_chunk * self.stride, last_end.clamp(max=length)
