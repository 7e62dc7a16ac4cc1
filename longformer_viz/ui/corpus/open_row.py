"""Open a document of a corpus on the Answers page, with its question."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from longformer_viz.corpus.background.queue import BackgroundJob
from longformer_viz.corpus.content import read_content
from longformer_viz.corpus.examination import Row
from longformer_viz.corpus.sources import TEXT
from longformer_viz.documents.samples import sample
from longformer_viz.paths import page_file
from longformer_viz.server.policy import check_visitor_text
from longformer_viz.spec import InputError
from longformer_viz.ui.shared import pattern_controls
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.state import MODEL, SAMPLES
from longformer_viz.ui.shared.upload import TextSource

_CLICK, _OPENED = "corpus_click", "corpus_opened"


@dataclass(frozen=True, slots=True)
class _Opened:
    document: str
    question: str
    model: str


def open_column(shown: list[Row]) -> Any:
    """Return the column with a button that opens the document of its row.

    Args:
        shown: The rows as they are shown, in order.
    """
    return st.column_config.ButtonColumn(
        "Open",
        width=64,
        help="Opens the document on the Answers page, with the same question and the passage marked.",
        type="tertiary",
        key=_CLICK,
        on_click=_remember,
        args=(shown,),
    )


def open_clicked(job: BackgroundJob) -> None:
    """Go to the Answers page if a row was clicked.

    Args:
        job: The job that has the row.
    """
    opened: _Opened | None = st.session_state.pop(_OPENED, None)
    if opened is None:
        return
    reference = next((each for each in job.references if each.name == opened.document), None)
    if reference is None:
        return
    try:
        with st.spinner(f"Reading {literal(opened.document)} …"):
            content = read_content(reference)
        text = check_visitor_text(content.text)
    except InputError as problem:
        show_problem(problem)
        return
    state = st.session_state
    if reference.kind == TEXT and reference.name in SAMPLES:
        state.update(document=reference.name, question_of=sample(SAMPLES[reference.name]).title)
    else:
        state.update(new_text=(text, TextSource(reference.name, content.notes)), question_of="Your text")
    for param in pattern_controls.LINK_PARAMS:  # The row has the default pattern.
        state.pop(param.key, None)
    state[MODEL.key] = opened.model
    if opened.question:
        state.question = opened.question
    st.switch_page(page_file("question_answering"))


def _remember(shown: list[Row]) -> None:
    click = st.session_state[_CLICK]
    if click is not None and 0 <= click["row"] < len(shown):
        row = shown[click["row"]]
        question = str(row.get("question") or "")
        st.session_state[_OPENED] = _Opened(row["document"], question, str(row.get("model") or ""))
