"""The presenter view: a button in the sidebar, and the key P, show any page to a room; Q shows its QR code."""

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.ui.components.qr_code import note_wanted_link, wanted_qr_code
from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_presenter", js=script("presenter"), css=style("presenter"))
_KEY = "presenter"


@st.fragment
def presenter() -> None:
    """Show the button of the presenter view."""
    _component(
        key=_KEY,
        data={"qr": wanted_qr_code(_KEY)},
        on_qr_link_change=lambda: note_wanted_link(_KEY),
        height=36,
    )
