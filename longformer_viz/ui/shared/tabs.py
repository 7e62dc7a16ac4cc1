"""Tabs under a result, each computed only while it is open, and the first one only once it is in sight."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.components.reached import is_reached, note_reached
from longformer_viz.ui.shared.formatting import show_problem

T = TypeVar("T")


def show_tabs(bodies: Mapping[str, Callable[[], T]], key: str) -> T | None:
    """Show tabs, and fill the open one. An error of its body is shown in it.

    Args:
        bodies: The label of each tab, and the function that fills it.
        key: Streamlit's key of the tabs.

    Returns:
        What the body of the open tab returned; None after an error, or before the tab is in sight.
    """
    tabs = st.tabs(list(bodies), key=key, on_change="rerun")
    first = next(iter(bodies))
    result: T | None = None
    for tab, (label, body) in zip(tabs, bodies.items(), strict=True):
        if tab.open:
            if label != first:
                note_reached(key)
            with tab:
                try:
                    result = body() if is_reached(key) else None
                except InputError as problem:
                    show_problem(problem)
    return result
