"""Marked text as a Streamlit component: a document with marked passages, and a list of rows beside it."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.marked_parts import Part, Row, marked_payload

_component = component("longformer_viz_marked_text", js=script("marked_text"), css=style("marked_text"))


def marked_text(
    parts: Sequence[Part],
    rows: Sequence[Row],
    *,
    key: str,
    height: int = 350,
    label: str = "The document",
    chosen: int | None = None,
    folded_from: int | None = None,
    numbered: int = 9,
    on_choice: Callable[[int], None] | None = None,
) -> None:
    """Show a document, scrolled to the mark of rank 1. A reader's words are never interpreted as markup.

    Args:
        parts: The text.
        rows: The list beside it.
        key: Streamlit's key of the component.
        height: CSS pixels.
        label: What a screen reader says the text is.
        chosen: The row that is pressed.
        folded_from: Rows from this number on wait behind a button.
        numbered: Marks up to this rank show it.
        on_choice: Called with the number of a row that a reader chose.
    """

    def choose() -> None:
        number = st.session_state[key].choice
        if on_choice is not None and isinstance(number, int) and 0 <= number < len(rows):
            on_choice(number)

    data = marked_payload(
        parts, rows, height=height, label=label, chosen=chosen, folded_from=folded_from, numbered=numbered
    )
    _component(key=key, data=data, height=height, on_choice_change=choose)
