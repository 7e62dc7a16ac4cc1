"""The attention page: one document's real banded attention, and what changes it."""

import streamlit as st

from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.ui.arrival import show_link_problems
from longformer_viz.ui.attention_view import attention_view, summary
from longformer_viz.ui.heavy import traced
from longformer_viz.ui.pattern_controls import (
    choose_dilation,
    choose_globals,
    choose_schedules,
    choose_window,
)
from longformer_viz.ui.state import choose_document, choose_model, choose_part
from longformer_viz.ui.words import show_problem

show_link_problems()
document = choose_document()
window_place, globals_place = st.sidebar.container(), st.sidebar.container()
more = st.sidebar.expander("More", icon=":material/tune:")
with more:
    model = choose_model()
if document is None or model is None:
    st.stop()

try:
    tokens = choose_part(model, document)
    with window_place:
        window, dilation = choose_window(model), choose_dilation()
    with globals_place:
        positions = choose_globals(tokens)
    with more:
        window, dilation = choose_schedules(model, window, dilation)
    spec = AttentionSpec(window, dilation, positions)
    trace = traced(model, tokens, spec)
except InputError as problem:
    show_problem(problem)
    st.stop()
if trace is None:
    st.stop()

st.markdown(summary(trace))
attention_view(trace, model, spec)
