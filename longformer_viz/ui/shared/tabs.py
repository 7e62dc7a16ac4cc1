"""Tabs under a result, each computed only while it is open."""

from collections.abc import Callable, Mapping

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.shared.formatting import show_problem


def show_tabs(bodies: Mapping[str, Callable[[], None]], key: str) -> None:
    """Show tabs, and fill the open one. An error of its body is shown in it.

    Args:
        bodies: The label of each tab, and the function that fills it.
        key: Streamlit's key of the tabs.
    """
    tabs = st.tabs(list(bodies), key=key, on_change="rerun")
    for tab, body in zip(tabs, bodies.values(), strict=True):
        if tab.open:
            with tab:
                try:
                    body()
                except InputError as problem:
                    show_problem(problem)
