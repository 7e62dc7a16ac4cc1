"""The menu that copies the page's link, saves the session to a file and opens one, all in the browser."""

from collections.abc import Mapping

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_session", js=script("session"), css=style("session"))


def session_menu(has_own_text: bool, address_of_map: Mapping[str, str]) -> None:
    """Show the menu.

    Args:
        has_own_text: Whether the page shows the reader's own text, which a link never carries.
        address_of_map: What the Attention page wrote into the address, for the session files of other pages.
    """
    with st.popover(
        "Share", icon=":material/share:", help="Copy a link to this page, or save and open a session file."
    ):
        st.markdown("A **link** contains every setting. A **session file** also contains your own text.")
        _component(key="session_menu", data={"ownText": has_own_text, "map": dict(address_of_map)}, height="content")
