"""Keep a pasted text in the browser tab, so that it survives a reload and a restart of the server."""

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.ui.components.kept_state import keep_state
from longformer_viz.widget.bundles import script

_component = component(
    "longformer_viz_tab_memory",
    html="<span hidden></span>",
    js=script("tab_memory"),
)


def remembered_text(own_text: str | None, wanted: bool) -> str | None:
    """Keep a text in the browser tab, or read the one that is kept.

    Args:
        own_text: The text to keep; None to read.
        wanted: Whether the page waits for the answer, so that the tab reports even that it has none.

    Returns:
        The kept text, "" for none, or None until the tab has answered.
    """
    full = bool(st.session_state.get("tab_memory", {}).get("full"))
    result = _component(
        key="tab_memory",
        data={"text": own_text, "wanted": wanted, "full": full},
        on_kept_change=keep_state,
        on_full_change=keep_state,
        height=1,
    )
    if result.full:
        st.caption("This text is too long for the browser to keep. It is lost when you reload the page.")
    return result.kept if isinstance(result.kept, str | None) else ""
