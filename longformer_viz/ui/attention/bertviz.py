"""BertViz on the page, for a range of tokens anywhere in the document."""

from typing import Literal

import streamlit as st

from longformer_viz.figures.bertviz_html import MAX_TOKENS, BertvizPage, bertviz_page, sandboxed
from longformer_viz.snippets.attention import BertvizShown
from longformer_viz.spec import InputError
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.glossary import explain
from longformer_viz.ui.shared.background import trace_key
from longformer_viz.ui.shared.figure import current_theme
from longformer_viz.ui.shared.formatting import show_problem

_HEIGHT = 620
_VIEWS: dict[str, Literal["head", "model"]] = {"Head view": "head", "Model view": "model"}


def bertviz_view(trace: Trace, start: int = 0) -> BertvizShown | None:
    """Show BertViz with its controls and a note on its numbers.

    Args:
        trace: The run to show.
        start: The first token of the range until the visitor chooses another.

    Returns:
        What is shown; None after an error.
    """
    length = len(trace.tokens)
    left, middle, right, last = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    chosen = left.segmented_control(
        "View", list(_VIEWS), default="Head view", key="bertviz_view", required=True, width="stretch"
    )
    view = _VIEWS[chosen]
    most = min(MAX_TOKENS[view], length)
    # The bounds are in the keys because Streamlit refuses a kept number that is out of bounds.
    count = middle.number_input("Tokens", 1, most, min(32, most), key=f"bertviz_count_{view}_{most}")
    begin = right.number_input(
        "Start at token", 0, length - count, min(start, length - count), key=f"bertviz_{length}_{count}_{start}"
    )
    layer = 0
    if view == "head":
        layer = last.number_input(
            "Layer",
            0,
            len(trace.layers) - 1,
            min(2, len(trace.layers) - 1),
            key="bertviz_layer",
            help=explain("Layer"),
        )
    try:
        page = _page(trace_key(trace), trace, view, begin, count, layer, current_theme())
    except InputError as problem:
        show_problem(problem)
        return None
    st.iframe(sandboxed(page), height=min(page.height, _HEIGHT), alt=f"BertViz, {chosen.lower()}. {page.note}")
    st.caption(f"{page.note} :gray-badge[computed]")
    return BertvizShown(view, begin, count, layer)


@st.cache_data(max_entries=8, show_spinner=False)
def _page(
    key: str, _trace: Trace, view: Literal["head", "model"], start: int, count: int, layer: int, theme: str
) -> BertvizPage:
    return bertviz_page(_trace, view, start, count, layer, theme)
