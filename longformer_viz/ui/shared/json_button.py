"""A result as a JSON file."""

from collections.abc import Callable

import streamlit as st


def json_button(label: str, make: Callable[[], str], name: str, key: str) -> None:
    """Show a button that downloads a JSON file, made when it is clicked.

    Args:
        label: The button's label.
        make: Returns the text of the file.
        name: The file's name.
        key: The button's key.
    """
    st.download_button(
        label,
        lambda: make().encode(),
        name,
        "application/json",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
