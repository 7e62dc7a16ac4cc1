"""The question: typed, from a link, or one of the suggestions for the document."""

import streamlit as st

from longformer_viz.documents.language import looks_english
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.models.loading import LoadedModel
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.link_param import LinkParam, any_text
from longformer_viz.ui.shared.state import Document

QUESTION = LinkParam("question", any_text, None)
LINK_PARAMS = (QUESTION,)
_POPOVER = "questions_popover"
GENERAL = ("What is this about?", "Who is it about?", "When did it happen?", "How much did it cost?")


def choose_question(document: Document) -> str:
    """Show the question's field and a menu of suggestions for the `document`, and return the question.

    A new document brings its first suggestion. A question that the visitor typed is kept.
    """
    offered = document.questions or GENERAL
    state = st.session_state
    asked = state.get("question", st.query_params.get("question"))
    has_changed = state.get("question_of", document.title) != document.title
    if asked is None or (has_changed and asked in _own_questions()):
        state.question = offered[0]
    state.question_of = document.title
    field, suggestions = st.columns([5, 1.3])
    question = field.text_input(
        "Question",
        **QUESTION.bound,
        label_visibility="collapsed",
        placeholder=f"Ask a question in a whole sentence, such as: {offered[0]}",
    )
    others = [each for each in offered if each != question]

    def ask() -> None:
        if state.suggested is not None:
            state.update({"question": state.suggested, "suggested": None, _POPOVER: False})

    with suggestions.popover("Other questions", width="stretch", key=_POPOVER, on_change="rerun"):
        st.radio("Example questions", others, index=None, format_func=literal, key="suggested", on_change=ask)
    return question


def note_language(model: LoadedModel, text: str, question: str = "") -> None:
    """Warn if text or question is not English, the only language of the built-in model.

    Args:
        model: The model.
        text: The document.
        question: The question, if there is one.
    """
    if model.task is not None and not (looks_english(text) and looks_english(question)):
        st.info(
            "This does not look like English. The built-in model was trained on English only, so do not rely on its "
            "results. You can name a multilingual model under More settings.",
            icon=":material/translate:",
        )


def _own_questions() -> set[str]:
    return {each.question for name in sample_names() for each in sample(name).questions} | set(GENERAL)
