"""The reach as a Streamlit component: played, paused and stepped in the browser, without the server."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.trace.tokens import Tokens
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.reach_payload import Reach, reach_payload

_component = component("longformer_viz_reach", js=script("reach"), css=style("reach"))


def reach_view(
    tokens: Tokens,
    looking: int,
    wanted: int,
    reaches: Sequence[Reach],
    *,
    key: str,
    on_pick: Callable[[str, int], None] | None = None,
) -> None:
    """Show what a token can know after each layer.

    Args:
        tokens: The document.
        looking: Position of the query token.
        wanted: Position of the target token.
        reaches: The query token's receptive field under each pattern.
        key: Streamlit's key of the component.
        on_pick: Called with "looking" or "wanted" and a position when a reader clicks a token in the text.
    """

    def pick() -> None:
        told = st.session_state[key].picked
        if on_pick is None or not isinstance(told, dict):
            return
        role, position = told.get("role"), told.get("position")
        if not isinstance(position, int) or isinstance(position, bool):
            return
        if role in ("looking", "wanted") and 0 <= position < len(tokens):
            on_pick(role, position)

    _component(key=key, data=reach_payload(tokens, looking, wanted, reaches), on_picked_change=pick)
