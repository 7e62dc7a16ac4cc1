"""The heading of every page: what the page is, the tour, and the menu that shares the page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.ui.attention.address_of_map import address_of_map
from longformer_viz.ui.components.guide import guide
from longformer_viz.ui.components.session_menu import session_menu
from longformer_viz.ui.shared.state import shows_own_text


def heading(title: str, sentence: str, has_tour: bool = False) -> DeltaGenerator:
    """Show the title of a page, a sentence on what it shows, and its menu.

    Args:
        title: The title.
        sentence: What the page shows.
        has_tour: Whether this is the page that the tour shows.

    Returns:
        A container at the end of the menu Share.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.markdown(f"#### {title}", width="content")
            st.caption(sentence, width="stretch")
        guide(has_tour)
        return session_menu(shows_own_text(), address_of_map())
