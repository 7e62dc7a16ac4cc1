"""The menu that copies the page's link, shows it as a QR code, and saves and opens session files."""

from collections.abc import Mapping

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.ui.components.qr_code import note_wanted_link, wanted_qr_code
from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_session", js=script("session"), css=style("session"))
_KEY = "session_menu"


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
        _menu(has_own_text, dict(address_of_map))


@st.fragment
def _menu(has_own_text: bool, address_of_map: dict[str, str]) -> None:
    _component(
        key=_KEY,
        data={"ownText": has_own_text, "map": address_of_map, "qr": wanted_qr_code(_KEY)},
        on_qr_link_change=lambda: note_wanted_link(_KEY),
        height="content",
    )
