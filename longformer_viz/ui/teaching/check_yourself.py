"""The check before and after the lesson as a component; it asks, judges and keeps everything in the browser."""

import secrets
from functools import lru_cache
from typing import TypedDict

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.teaching.pool import draw_check
from longformer_viz.teaching.question import Question
from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_check", js=script("check"), css=style("check"))
_SEED = "check_seed"


class QuestionData(TypedDict):
    """A question as the browser gets it; answers are texts without separators where a number is entered.

    Attributes:
        topic: Its topic.
        text: The question.
        choices: Answers to choose from; none where a number is entered.
        unit: Of the number.
        truth: The right answer.
        reasons: The reason of each known answer.
    """

    topic: str
    text: str
    choices: list[str]
    unit: str
    truth: str
    reasons: dict[str, str]


def question_data(question: Question) -> QuestionData:
    """Return a question as the browser gets it.

    Args:
        question: A drawn question.
    """
    claims = (question.truth, *question.mistakes)
    texts = {claim: claim.text if question.choices else str(claim.value) for claim in claims}
    return QuestionData(
        topic=question.topic,
        text=question.text,
        choices=[texts[choice] for choice in question.choices],
        unit=question.unit,
        truth=texts[question.truth],
        reasons={texts[claim]: claim.reason for claim in claims},
    )


@st.fragment
def check() -> None:
    """Show the check. The server draws the questions and learns no answer."""
    if _SEED not in st.session_state:
        _draw_anew()
    _component(
        key="check",
        data=_drawn(st.session_state[_SEED]),
        on_again_change=_draw_anew,
        height="content",
    )


@lru_cache(maxsize=64)
def _drawn(seed: int) -> dict[str, list[QuestionData]]:
    """Return the questions that a seed draws, which stay the same in every run of the page."""
    drawn = draw_check(seed)
    return {
        "before": [question_data(question) for question in drawn.before],
        "after": [question_data(question) for question in drawn.after],
    }


def _draw_anew() -> None:
    st.session_state[_SEED] = secrets.randbelow(2**31)
