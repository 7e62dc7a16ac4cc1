"""The component: text in parts, some of them marked, and rows that lead to a mark or choose what is marked."""

from collections.abc import Callable, Sequence

import streamlit as st

from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.marked_parts import Part, Row, marked_payload

_component = st.components.v2.component(
    "longformer_viz_marked_text", js=script("marked_text"), css=style("marked_text")
)


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
    """Show a document, scrolled to the mark of rank 1. All of a reader's words are set as text in the browser.

    label: what a screen reader says the text is; chosen: the row that is pressed; folded_from: rows from this number
    on wait behind a button; numbered: marks up to this rank show it. on_choice: called with a chosen row's number.
    """

    def choose() -> None:
        number = st.session_state[key].choice
        if on_choice is not None and isinstance(number, int) and 0 <= number < len(rows):
            on_choice(number)

    data = marked_payload(
        parts, rows, height=height, label=label, chosen=chosen, folded_from=folded_from, numbered=numbered
    )
    _component(key=key, data=data, height=height, on_choice_change=choose)
