"""The answers page: a question to the document, the passage that answers it, and what the answer rests on."""

import streamlit as st

from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.ui.answers.question_input import choose_question, note_language
from longformer_viz.ui.answers.text import answer_text
from longformer_viz.ui.answers.view import Asked, answer_summary, answered, answers_view
from longformer_viz.ui.shared.formatting import page_heading, show_problem
from longformer_viz.ui.shared.link_params import show_link_problems
from longformer_viz.ui.shared.pattern_controls import choose_dilation, choose_globals, choose_schedules, choose_window
from longformer_viz.ui.shared.state import choose_document, choose_model

page_heading("Ask the document", "The passage that answers your question, and how sure the model is.")
show_link_problems()
document = choose_document()
pattern_place = st.sidebar.container()
more = st.sidebar.expander("More settings", icon=":material/tune:")
with more:
    model = choose_model("qa")
if document is None:
    st.stop()

summary_place = st.container()
question = choose_question(document)
text_place = st.container()
if model is None:
    st.stop()

asked = answers = None
try:
    tokens = model.tokenize(document.text)
    with pattern_place:
        window, dilation = choose_window(model), choose_dilation()
    with more:
        positions = choose_globals(tokens)
        st.caption("The question's tokens are always global as well.")
        window, dilation = choose_schedules(model, window, dilation)
    asked = Asked(model, question, tokens, AttentionSpec(window, dilation, positions))
    with summary_place:
        answers = answered(asked)
except InputError as problem:
    with summary_place:
        show_problem(problem)

with text_place:
    if answers is not None:
        note_language(model, document.text, question)
    answer_text(document.text, answers, key="answer_text")
if asked is None or answers is None:
    st.stop()
summary_place.markdown(answer_summary(asked, answers))
answers_view(asked, answers)
