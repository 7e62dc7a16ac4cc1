"""The labels page: what a document is about, the sentences that carry the decision, and what it took to decide."""

import streamlit as st

from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.ui.answers.question_input import note_language
from longformer_viz.ui.labels.label_choice import choose_labels
from longformer_viz.ui.labels.tabs import label_tabs
from longformer_viz.ui.labels.view import (
    Labelled,
    explained,
    label_summary,
    labelled,
    note_unlike_training,
    show_labels,
)
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.link_params import show_link_problems
from longformer_viz.ui.shared.pattern_controls import choose_dilation, choose_globals, choose_schedules, choose_window
from longformer_viz.ui.shared.state import choose_document, choose_model

show_link_problems()
document = choose_document()
pattern_place = st.sidebar.container()
more = st.sidebar.expander("More", icon=":material/tune:")
message_place = st.container()
summary_place = st.container()
choice = choose_labels()
with more:
    model = choose_model(choice.task, message_place)
if document is None:
    st.stop()
if model is None:
    show_labels(None, document.text, None, None)
    st.stop()

asked = found = evidence = None
try:
    tokens = model.tokenize(document.text)
    spec = AttentionSpec()
    if choice.typed is None:
        with pattern_place:
            window, dilation = choose_window(model), choose_dilation()
        with more:
            positions = choose_globals(tokens)
            window, dilation = choose_schedules(model, window, dilation)
        spec = AttentionSpec(window, dilation, positions)
    asked = Labelled(model, tokens, choice.typed, spec)
    with summary_place:
        found = labelled(asked)
        if found is not None:
            st.markdown(label_summary(asked, found))
            evidence = explained(asked, found, choice.method)
except InputError as problem:
    with summary_place:
        show_problem(problem)

if found is not None:
    note_language(model, document.text)
    note_unlike_training(asked, found)
show_labels(asked, document.text, found, evidence)
if found is not None:
    label_tabs(asked, found, evidence)
