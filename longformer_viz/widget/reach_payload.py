"""The payload of the reach: the number of layers after which one token depends on each other token, by pattern."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from longformer_viz.trace.tokens import Tokens
from longformer_viz.widget.payload import Part, encode

NEVER = 255


@dataclass(frozen=True, slots=True)
class Reach:
    """The receptive field of one token under a pattern.

    Attributes:
        name: Name of the pattern.
        field: The result of `receptive_field`, bool `[layers + 1, tokens]`.
    """

    name: str
    field: Tensor


def reach_payload(tokens: Tokens, looking: int, wanted: int, reaches: Sequence[Reach]) -> bytes:
    """Encode the reach.

    Args:
        tokens: The document.
        looking: Position of the query token.
        wanted: Position of the target token.
        reaches: The query token's receptive field under each pattern.

    Returns:
        A payload with an array `layers{i}` for pattern i, as `first_known` returns it.
    """
    depth = len(reaches[0].field) - 1
    arrays = {f"layers{number}": first_known(one.field).numpy() for number, one in enumerate(reaches)}
    header = {"looking": looking, "wanted": wanted, "names": [one.name for one in reaches]}
    shared = {"layers": depth, "heads": 0, "trained_tokens": 0}
    return encode(shared, tokens, [], Part(header, arrays))


def first_known(field: Tensor) -> Tensor:
    """Compute after how many layers each token enters a receptive field.

    Args:
        field: The receptive field after 0, 1, ... layers, bool `[layers + 1, tokens]`.

    Returns:
        Uint8 `[tokens]`: at most 254, or `NEVER`.
    """
    layers = field.int().argmax(0).clamp(max=NEVER - 1)
    return layers.masked_fill(~field.any(0), NEVER).byte()
