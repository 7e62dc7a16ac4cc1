"""The attention page: one document's real banded attention, and what changes it."""

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.attention.run import attention_run, last_run, note_last_run
from longformer_viz.ui.attention.view import attention_view, summary
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.link_params import show_link_problems
from longformer_viz.ui.shared.pattern_controls import choose_spec
from longformer_viz.ui.shared.state import choose_document, choose_model, choose_part

show_link_problems()
document = choose_document()
band_place, globals_place = st.sidebar.container(), st.sidebar.container()
more = st.sidebar.expander("More", icon=":material/tune:")
message_place = st.container()
with more:
    model = choose_model(message_place=message_place)

run = None
with message_place:
    if document is not None and model is not None:
        try:
            tokens = choose_part(model, document)
            spec = choose_spec(model, tokens, band_place, globals_place, more)
            run = attention_run(document.title, model, tokens, spec)
        except InputError as problem:
            show_problem(problem)
    if run is None and (run := last_run()) is not None:
        note_last_run(run)
if run is None:
    st.stop()

st.markdown(summary(run.trace, run.model))
attention_view(run.trace, run.model, run.spec)
