"""The Attention page: the attention weights of a document, and the settings that change them."""

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.attention.run import attention_run, last_run, note_last_run
from longformer_viz.ui.attention.view import attention_view, summary
from longformer_viz.ui.shared.formatting import page_heading, show_problem
from longformer_viz.ui.shared.link_params import show_link_problems
from longformer_viz.ui.shared.pattern_controls import choose_spec
from longformer_viz.ui.shared.state import choose_document, choose_model, choose_part

show_link_problems()
document = choose_document()
window_container, globals_container = st.sidebar.container(), st.sidebar.container()
more_settings = st.sidebar.expander("More settings", icon=":material/tune:")
page_heading("Attention", "What each token of a document attends to, in every layer and head of the model.")
messages = st.container()
with more_settings:
    model = choose_model(message_place=messages)

run = None
with messages:
    if document is not None and model is not None:
        try:
            tokens = choose_part(model, document)
            spec = choose_spec(model, tokens, window_container, globals_container, more_settings)
            run = attention_run(document.title, model, tokens, spec)
        except InputError as problem:
            show_problem(problem)
    if run is None and (run := last_run()) is not None:
        note_last_run(run)
if run is None:
    st.stop()

st.markdown(summary(run.trace, run.model))
attention_view(run.trace, run.model, run.spec)
