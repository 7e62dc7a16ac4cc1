"""The pattern of any transformers model, layer by layer: local or full, causal or bidirectional."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.pattern import Tiles, chosen_heads, or_over
from longformer_viz.spec import LayerSpec

QUERY_BLOCK = 128


@dataclass(frozen=True, slots=True)
class ReachPattern:
    """The pairs that a model with these layers scores in one document.

    Attributes:
        reaches: Of the layers.
        heads: Heads in a layer.
        length: Tokens in the document, which limits what a full layer shows.
        global_positions: None in these models; the field exists for views that show Longformer's too.
    """

    reaches: tuple[LayerReach, ...]
    heads: int
    length: int
    global_positions: tuple[int, ...] = ()

    reference = "The model's configuration"

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.reaches)

    @property
    def causal_layers(self) -> tuple[bool, ...]:
        """Whether each layer is causal."""
        return tuple(reach.is_causal for reach in self.reaches)

    @property
    def name(self) -> str:
        """The layers' patterns in words, such as "Local and full"."""
        labels = sorted({reach.label for reach in self.reaches}, reverse=True)
        return " and ".join(labels).capitalize()

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """The narrowest symmetric band that contains each layer's pairs, for views that draw bands."""
        ones = (1,) * self.heads
        return tuple(LayerSpec(2 * max(reach.sides(self.length)), ones) for reach in self.reaches)

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys, in any head. The parameters are those of `Pattern.allows`."""
        return self.reaches[layer].allows(query, key)

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs in a document of `length` tokens, over all layers and heads."""
        total = 0
        for reach in self.reaches:
            left, right = reach.sides(length)
            total += length + sum(side * length - side * (side + 1) // 2 for side in (left, right))
        return total * self.heads

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield blocks of queries with the keys of their windows. The parameters are those of `Pattern.tiles`."""
        reach, wanted = self.reaches[layer], chosen_heads(heads, self.heads)
        kind = "full" if reach.covers(length) else "local"
        for start in range(0, length, QUERY_BLOCK):
            queries = torch.arange(start, min(start + QUERY_BLOCK, length))
            keys = reach.keys_of(start, start + len(queries), length)
            positions = torch.arange(keys.start, keys.stop)
            allowed = reach.allows(queries[:, None], positions)
            yield Tiles(kind, wanted, queries[None], positions[None], None if allowed.all() else allowed[None])

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
        left, right = self.reaches[layer].spread(len(marked))
        return _propagated(marked, left, right)

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`."""
        left, right = self.reaches[layer].spread(len(queries))
        return _propagated(queries[:, None], right, left)[:, 0]


def _propagated(marked: Tensor, before: int, after: int) -> Tensor:
    position = torch.arange(len(marked))
    low, high = (position - before).clamp(min=0), (position + after + 1).clamp(max=len(marked))
    return or_over(marked, low, high)
