"""The Answers page: a question to the document, the passage that answers it, and its evidence."""

import streamlit as st

from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.ui.answers.question_input import choose_question, note_language
from longformer_viz.ui.answers.result import answers_result, last_answers, note_last_answers
from longformer_viz.ui.answers.text import answer_text
from longformer_viz.ui.answers.view import Asked, answers_view, show_answer
from longformer_viz.ui.page import begin_page
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.pattern_controls import choose_dilation, choose_globals, choose_schedules, choose_window
from longformer_viz.ui.shared.state import choose_part_for_passes

page = begin_page("Answers", "The passage that answers your question, and how sure the model is.")
document = page.document
summary_place = st.container(key="summary")
model = page.choose_model(task="qa", message_place=summary_place, page="answers")

question = "" if document is None else choose_question(document)
text_place = st.container()
result = None
with summary_place:
    if document is not None and model is not None:
        try:
            tokens = choose_part_for_passes(model, document)
            with page.settings:
                window, dilation = choose_window(model), choose_dilation()
            with page.more:
                positions = choose_globals(tokens)
                st.caption("The question's tokens are always global as well.")
                window, dilation = choose_schedules(model, window, dilation)
            spec = AttentionSpec(window, dilation, positions)
            result = answers_result(document.title, Asked(model, question, tokens, spec))
        except InputError as problem:
            show_problem(problem)
    if result is None and (result := last_answers()) is not None:
        note_last_answers(result)

with text_place:
    if result is None:
        if document is not None:
            answer_text(document.text, None, key="answer_text")
        st.stop()
    asked, answers = result.asked, result.answers
    note_language(asked.model, asked.tokens.text, asked.question)
    answer_text(asked.tokens.text, answers, key="answer_text")
with summary_place:
    show_answer(asked, answers)
answers_view(asked, answers, page.python)
