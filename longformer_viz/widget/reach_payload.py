"""The bytes of the reach: after how many layers one token can know each other token, under several patterns."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from longformer_viz.attention.tokens import Tokens
from longformer_viz.widget.payload import Part, encode

NEVER = 255


@dataclass(frozen=True, slots=True)
class Reach:
    """What one token can know under a pattern: its name, and the field bool [layers + 1, n] of `receptive_field`."""

    name: str
    field: Tensor


def reach_payload(tokens: Tokens, looking: int, wanted: int, reaches: Sequence[Reach]) -> bytes:
    """The bytes: for each pattern an array layers u1 [n], as `first_known` gives it."""
    depth = len(reaches[0].field) - 1
    arrays = {f"layers{number}": first_known(one.field).numpy() for number, one in enumerate(reaches)}
    header = {"looking": looking, "wanted": wanted, "names": [one.name for one in reaches]}
    shared = {"layers": depth, "heads": 0, "trained_tokens": 0}
    return encode(shared, tokens, [], Part(header, arrays))


def first_known(field: Tensor) -> Tensor:
    """After how many layers each token is known, uint8 [n], at most 254; `NEVER` where it is not."""
    layers = field.int().argmax(0).clamp(max=NEVER - 1)
    return layers.masked_fill(~field.any(0), NEVER).byte()
