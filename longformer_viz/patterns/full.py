"""Full attention: every token attends to every token (Vaswani et al. 2017, section 3.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.pattern import Tiles, check_length, check_model, chosen_heads, or_of_all


@dataclass(frozen=True, slots=True)
class FullPattern:
    """Every pair of tokens, in every layer and head.

    Attributes:
        depth: Number of layers.
        heads: Number of heads in each layer.

    Raises:
        InputError: If a number is out of range.
    """

    depth: int
    heads: int

    name = "Full"
    reference = "Vaswani et al. 2017, arXiv:1706.03762, section 3.2"

    def __post_init__(self) -> None:
        check_model(self.depth, self.heads)

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return True for every pair. The parameters are those of `Pattern.allows`."""
        return torch.ones(torch.broadcast_shapes(query.shape, key.shape), dtype=torch.bool, device=query.device)

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs in a document of `length` tokens, over all layers and heads."""
        return self.depth * self.heads * check_length(length) ** 2

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield one rectangle of all pairs. The parameters are those of `Pattern.tiles`."""
        position = torch.arange(length)[None]
        yield Tiles("full", chosen_heads(heads, self.heads), position, position)

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of all tokens for every token. The parameters are those of `Connectivity.propagate`."""
        return or_of_all(marked).expand_as(marked).clone()

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return all tokens if there is a query. The parameters are those of `Connectivity.attended_tokens`."""
        return queries.any().expand_as(queries).clone()
