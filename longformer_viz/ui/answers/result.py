"""The result of the Answers page: the answers for the current settings, or the last ones with a warning."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.tasks.answers import Answers
from longformer_viz.ui.answers.view import Asked, answered, answers_request
from longformer_viz.ui.shared.background import cached
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.notices import warn_of_last


@dataclass(frozen=True, slots=True)
class AnswersResult:
    """Answers to a question about a document.

    Attributes:
        title: The document's title.
        asked: The question, the document and the settings.
        answers: The ranked answers.
    """

    title: str
    asked: Asked
    answers: Answers


def answers_result(title: str, asked: Asked) -> AnswersResult | None:
    """Answer a question, or return the cached answers.

    Args:
        title: The document's title.
        asked: The question, the document and the settings.

    Returns:
        The result; None if the visitor cancelled it.

    Raises:
        InputError: The question or the document cannot be used, or the run would not fit in memory.
    """
    answers = answered(asked)
    if answers is None:
        return None
    # The session keeps only how to find the result again, because the cache of results is bounded.
    st.session_state.last_answers = (title, asked)
    return AnswersResult(title, asked, answers)


def last_answers() -> AnswersResult | None:
    """Return the result that the page showed last; None if the cache no longer has it."""
    kept = st.session_state.get("last_answers")
    if kept is None:
        return None
    title, asked = kept
    answers = cached(answers_request(asked))
    return None if answers is None else AnswersResult(title, asked, answers)


def note_last_answers(result: AnswersResult) -> None:
    """Warn that the page shows an earlier `result`."""
    question, title = literal(result.asked.question), literal(result.title)
    warn_of_last(f"The answer below is to your previous question, “{question}”, about {title}.")
