"""The Labels page: labels of a document, the sentences that decide, and how long it took."""

import streamlit as st

from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.ui.answers.question_input import note_language
from longformer_viz.ui.labels.label_choice import choose_labels
from longformer_viz.ui.labels.result import labels_result, last_labels, note_last_labels
from longformer_viz.ui.labels.tabs import label_tabs
from longformer_viz.ui.labels.view import Labelled, note_unlike_training, show_label, show_labels
from longformer_viz.ui.page import begin_page
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.pattern_controls import choose_dilation, choose_globals, choose_schedules, choose_window
from longformer_viz.ui.shared.state import choose_part_for_passes

page = begin_page("Labels", "What kind of document this is, and the sentences that decide.")
document = page.document
message_place = st.container()
summary_place = st.container(key="label_summary")
choice = choose_labels()
model = page.choose_model(task=choice.task, message_place=message_place, page="labels")

result = None
with summary_place:
    if document is not None and model is not None:
        try:
            tokens = choose_part_for_passes(model, document)
            spec = AttentionSpec()
            if choice.typed is None:
                with page.settings:
                    window, dilation = choose_window(model), choose_dilation()
                with page.more:
                    positions = choose_globals(tokens)
                    window, dilation = choose_schedules(model, window, dilation)
                spec = AttentionSpec(window, dilation, positions)
            result = labels_result(document.title, Labelled(model, tokens, choice.typed, spec), choice.method)
        except InputError as problem:
            show_problem(problem)
    if result is None and (result := last_labels()) is not None:
        note_last_labels(result)
        show_label(result.asked, result.found)

if result is None:
    if document is not None:
        show_labels(None, document.text, None, None)
    st.stop()
note_language(result.asked.model, result.asked.tokens.text)
note_unlike_training(result.asked, result.found)
show_labels(result.asked, result.asked.tokens.text, result.found, result.evidence)
label_tabs(result, page.python)
