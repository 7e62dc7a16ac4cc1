"""What templates ask the library: keys, pairs, weights and receptive fields."""

from collections.abc import Sequence

import torch

from longformer_viz.attention.reference import reference_attention
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reach import receptive_field
from longformer_viz.spec import LayerSpec


def keys_of(pattern: Pattern, length: int, query: int) -> list[int]:
    """Return the keys that a query attends to in the first layer and head.

    Args:
        pattern: Any pattern.
        length: Tokens in the document.
        query: Position of the query.
    """
    allowed = pattern.allows(0, 0, torch.tensor(query), torch.arange(length))
    return allowed.nonzero().flatten().tolist()


def row_weights(
    scores: Sequence[float], window: int, query: int, global_positions: tuple[int, ...] = ()
) -> list[float]:
    """Return the attention weights of one query, computed by the reference attention.

    Args:
        scores: The query's score with each key.
        window: The full, even width in tokens.
        query: Position of the query.
        global_positions: Positions of the global tokens.
    """
    ones = torch.ones(1, len(scores), 1, dtype=torch.float64)
    keys = torch.tensor(scores, dtype=torch.float64)[None, :, None]  # [head, key, size]
    projected = (ones, keys, ones)
    found = reference_attention(projected, projected, LayerSpec(window, (1,)), global_positions)
    return found.weights[0, query].tolist()


def field_of(pattern: Pattern, length: int, token: int) -> list[int]:
    """Return the receptive field of a token after all layers.

    Args:
        pattern: Any pattern.
        length: Tokens in the document.
        token: Position of the token.
    """
    return receptive_field(pattern, length, token)[-1].nonzero().flatten().tolist()


def per_cent(share: float) -> str:
    """Return a share as text with at most one decimal, such as "12.5%"."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def times(factor: float) -> str:
    """Return a factor as text with at most one decimal, such as "7.4 times"."""
    return f"{factor:,.1f}".removesuffix(".0") + " times"
