"""A pattern with further global tokens in all layers."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Connectivity, or_of_all
from longformer_viz.spec import check_index


@dataclass(frozen=True, slots=True)
class _WithGlobals:
    """A pattern with further global tokens in all layers.

    Attributes:
        pattern: The pattern.
        positions: Positions of the further global tokens.
        causal_layers: Whether each layer is causal.
    """

    pattern: Connectivity
    positions: tuple[int, ...]
    causal_layers: tuple[bool, ...]

    @property
    def depth(self) -> int:
        return self.pattern.depth

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        result = self.pattern.propagate(layer, marked)
        if self.causal_layers[layer]:
            for position in self.positions:
                result[position:] |= marked[position]
                result[position] |= or_of_all(marked[: position + 1])[0]
            return result
        result |= or_of_all(marked[list(self.positions)])
        result[list(self.positions)] = or_of_all(marked)
        return result

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        if self.causal_layers[layer]:
            result = self.pattern.attended_tokens(layer, queries)
            for position in self.positions:
                result[position] |= queries[position:].any()
                result[: position + 1] |= queries[position]
            return result
        if queries[list(self.positions)].any():
            return torch.ones_like(queries)
        result = self.pattern.attended_tokens(layer, queries)
        result[list(self.positions)] |= queries.any()
        return result


def with_globals(pattern: Connectivity, positions: Sequence[int], length: int) -> Connectivity:
    """Return a pattern with further global tokens in all layers.

    Args:
        pattern: Any pattern.
        positions: Of the further global tokens; the pattern itself is returned if there are none.
        length: Number of tokens in the document.

    Raises:
        InputError: A position is outside the document.
    """
    if not positions:
        return pattern
    positions = tuple(sorted({check_index(position, length, "Token") for position in positions}))
    if isinstance(pattern, LongformerPattern):
        return LongformerPattern(pattern.layers, tuple(sorted({*pattern.global_positions, *positions})))
    if isinstance(pattern, CausalPattern) and isinstance(pattern.pattern, LongformerPattern):
        inner = LongformerPattern(
            pattern.pattern.layers, tuple(sorted({*pattern.pattern.global_positions, *positions}))
        )
        return CausalPattern(inner, pattern.causal_layers)
    return _WithGlobals(pattern, positions, getattr(pattern, "causal_layers", (False,) * pattern.depth))
