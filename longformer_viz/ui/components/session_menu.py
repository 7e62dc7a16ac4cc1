"""The menu Share: the page's link, its QR code, session files, and what a page adds to it."""

from collections.abc import Mapping

import streamlit as st
from streamlit.components.v2 import component
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.ui.components.qr_code import note_wanted_link, wanted_qr_code
from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_session", js=script("session"), css=style("session"))
_KEY = "session_menu"


def session_menu(has_own_text: bool, address_of_map: Mapping[str, str]) -> DeltaGenerator:
    """Show the menu.

    Args:
        has_own_text: Whether the page shows the reader's own text, which a link never carries.
        address_of_map: What the Attention page wrote into the address, for the session files of other pages.

    Returns:
        A container at the end of the menu.
    """
    about = "Copy a link to this page or its Python lines. Save or open a session file."
    with st.popover("Share", icon=":material/share:", help=about):
        st.markdown("A **link** contains every setting. A **session file** also contains your own text.")
        _menu(has_own_text, dict(address_of_map))
        return st.container()


@st.fragment
def _menu(has_own_text: bool, address_of_map: dict[str, str]) -> None:
    _component(
        key=_KEY,
        data={"ownText": has_own_text, "map": address_of_map, "qr": wanted_qr_code(_KEY)},
        on_qr_link_change=lambda: note_wanted_link(_KEY),
        height="content",
    )
