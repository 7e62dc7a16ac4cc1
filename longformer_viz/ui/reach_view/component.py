"""The reach as a Streamlit component: played, paused and stepped in the browser, without the server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from torch import Tensor

from longformer_viz.attention.tokens import Tokens
from longformer_viz.ui.attention_map.payload import Part, encode

NEVER = 255
_HERE = Path(__file__).parent


@cache
def script() -> str:
    """The component's JavaScript, all files as one module."""
    files = (_HERE.parent / "attention_map" / "payload.js", _HERE / "reach.js")
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


_component = st.components.v2.component(
    "longformer_viz_reach", js=script(), css=(_HERE / "reach.css").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one token can know under a pattern: its name, and the field bool [layers + 1, n] of `receptive_field`."""

    name: str
    field: Tensor


def reach_view(
    tokens: Tokens,
    looking: int,
    wanted: int,
    reaches: Sequence[Reach],
    *,
    key: str,
    on_pick: Callable[[str, int], None] | None = None,
) -> None:
    """Show what the token `looking` can know after each layer; on_pick: called with "looking" or "wanted" and a
    position, when a reader clicks a token in the text.
    """

    def pick() -> None:
        told = st.session_state[key].picked
        if on_pick is None or not isinstance(told, dict):
            return
        role, position = told.get("role"), told.get("position")
        is_number = isinstance(position, int) and not isinstance(position, bool)
        if role in ("looking", "wanted") and is_number and 0 <= position < len(tokens):
            on_pick(role, position)

    _component(key=key, data=reach_payload(tokens, looking, wanted, reaches), on_picked_change=pick)


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
