"""Copy as Python: the lines in the menu Share that reproduce what the page shows."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.snippets.recorded_run import OWN_FILE

_HEIGHT = 300


def python_place(menu: DeltaGenerator) -> DeltaGenerator:
    """Return the place of a page's lines in the menu.

    Args:
        menu: The container at the end of the menu Share.
    """
    with menu:
        return st.empty()


def show_python(place: DeltaGenerator, lines: str) -> None:
    """Show lines that reproduce the page, with a button that copies them. A fragment may show them again.

    Args:
        place: The place in the menu.
        lines: The lines.
    """
    with place.container():
        st.markdown("**Copy as Python**: these lines compute what the page shows. Point at them for the copy button.")
        st.code(lines, language="python", height=_HEIGHT if lines.count("\n") > 12 else "content")
        if OWN_FILE in lines:
            st.caption(f"Save your text as {OWN_FILE} in the folder where you run the lines.")
