"""Keeps a pasted text in the browser's tab, so that it survives a reload and a restart of the server."""

import streamlit as st

from longformer_viz.widget.bundles import script

_component = st.components.v2.component(
    "longformer_viz_tab_memory",
    html="<span hidden></span>",
    js=script("tab_memory"),
)


def remembered_text(own_text: str | None, wanted: bool) -> str | None:
    """Keep `own_text` in the tab; with None, the text that the tab kept, or None until it has told.

    wanted: whether the page waits for it, so that the tab tells even that it has none ("").
    """
    full = bool(st.session_state.get("tab_memory", {}).get("full"))
    result = _component(
        key="tab_memory",
        data={"text": own_text, "wanted": wanted, "full": full},
        on_kept_change=lambda: None,
        on_full_change=lambda: None,
        height=1,
    )
    if result.full:
        st.caption("This text is too long for the browser to keep: it will not survive a reload.")
    return result.kept
