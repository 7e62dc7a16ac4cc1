"""A pattern with additional global tokens in all layers."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.checks import check_values
from longformer_viz.patterns.causal import CausalPattern, causal_layers
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.pattern import Connectivity, Pattern, or_of_all
from longformer_viz.spec import check_index


@dataclass(frozen=True, slots=True)
class _WithGlobals:
    """A pattern with additional global tokens in all layers.

    Attributes:
        pattern: The pattern.
        positions: Positions of the additional global tokens.
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
    """Return a pattern with additional global tokens in all layers.

    Args:
        pattern: Any pattern.
        positions: Positions of the additional global tokens. Without any, the pattern itself is returned.
        length: Number of tokens in the document.

    Raises:
        InputError: A position is outside the document.
    """
    if len(check_values(positions, "extra_global_positions", "Try (0,).")) == 0:
        return pattern
    positions = tuple(sorted({check_index(position, length, "Token") for position in positions}))
    return _merged(pattern, positions) or _WithGlobals(pattern, positions, causal_layers(pattern))


def _merged(pattern: Connectivity, positions: tuple[int, ...]) -> Pattern | None:
    """Return a pattern with more global tokens of its own, or None if it can have none."""
    if isinstance(pattern, LongformerPattern):
        return LongformerPattern(pattern.layers, tuple(sorted({*pattern.global_positions, *positions})))
    if isinstance(pattern, CausalPattern):
        inner = _merged(pattern.pattern, positions)
        return None if inner is None else CausalPattern(inner, pattern.causal_layers)
    return None
