"""The Attention page: the attention weights of a document, and the settings that change them."""

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.attention.compare import compare_button
from longformer_viz.ui.attention.map_pattern import take_chosen_pattern
from longformer_viz.ui.attention.run import attention_run, last_run, note_last_run
from longformer_viz.ui.attention.view import attention_view, show_summary
from longformer_viz.ui.page import begin_page
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.pattern_controls import choose_spec
from longformer_viz.ui.shared.state import choose_part

sentence = "What each token of a document attends to, in every layer and head of the model."
page = begin_page("Attention", sentence, has_tour=True)
with page.settings:
    compare_button()
document = page.document
top = st.container(gap="xxsmall")  # without messages, the figures stand directly under the heading
messages, figures = top.container(), top.container()
take_chosen_pattern()
model = page.choose_model(message_place=messages)

run = None
with messages:
    if document is not None and model is not None:
        try:
            tokens = choose_part(model, document)
            spec = choose_spec(model, tokens, page.more)
            run = attention_run(document.title, model, tokens, spec)
        except InputError as problem:
            show_problem(problem)
    if run is None and (run := last_run()) is not None:
        note_last_run(run)
if run is None:
    st.stop()

with figures:
    show_summary(run.trace, run.model)
attention_view(run.trace, run.model, run.spec, page.python)
