"""The Compare page: attention patterns side by side, with captured mass and reach."""

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.ui.compare.pattern_choice import choose_head, choose_names, choose_preset, choose_settings
from longformer_viz.ui.compare.result import compare_result, last_comparison, note_last_comparison
from longformer_viz.ui.compare.tabs import compare_tabs
from longformer_viz.ui.compare.view import build, panels, show_comparison, show_panels
from longformer_viz.ui.page import begin_page
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.pattern_controls import choose_dilation, choose_schedules
from longformer_viz.ui.shared.state import choose_part

page = begin_page("Compare", "One head of your document under several attention patterns.")
document = page.document
messages = st.container()
model = page.choose_model(message_place=messages)

result = None
with messages:
    if document is not None and model is not None:
        try:
            tokens = choose_part(model, document)
            with page.more:
                window, dilation = choose_schedules(model, None, choose_dilation())
            with page.settings:
                names = choose_names()
                layer, head = choose_head(model)
                chosen = choose_settings(names, model, tokens, window, dilation)
                choose_preset()
            result = compare_result(document.title, model, tokens, layer, head, chosen)
        except InputError as problem:
            show_problem(problem)
    if result is None and (result := last_comparison()) is not None:
        note_last_comparison(result)
if result is None:
    st.stop()

trace, layer, head = result.trace, result.layer, result.head
built = build(trace, result.chosen)
shown = panels(trace, layer, head, built)
if not shown:
    st.stop()
with messages:
    show_comparison(trace, shown)
show_panels(trace, layer, head, shown)
compare_tabs(result, built, shown, page.python)
