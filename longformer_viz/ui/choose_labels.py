"""What a document is to be given: topics, sentiment, a named model's own labels, or labels that a reader types."""

import re
from dataclasses import dataclass

import streamlit as st

from longformer_viz.ui.arrival import EVIDENCE_METHODS, LABEL_KINDS

TOPICS, SENTIMENT, MODELS_OWN, OWN = LABEL_KINDS
_EXAMPLE = "a contract, a news report, a story, a research paper, a public notice, a request for support"
_PATTERN = ("window", "dilation")


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """What to choose among, and how to explain it.

    method: of evidence; task: the shipped head that is needed, None for none; typed: the reader's labels, None where
    a head chooses.
    """

    method: str
    task: str | None
    typed: tuple[str, ...] | None = None


def choose_labels() -> LabelChoice:
    """The kind of labels and the method of evidence, and the field for labels of the reader's own."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        kind, method = _kind(), _method()
    if kind != OWN:
        return LabelChoice(method, {TOPICS: "topics", SENTIMENT: "sentiment"}.get(kind))
    state = st.session_state
    for name in _PATTERN:  # their sliders are away meanwhile: typed labels are compared at the model's own window
        if name in state:
            state[name] = state[name]
    if "own_labels" not in state:
        state.own_labels = state.get("labels_typed", st.query_params.get("own_labels", _EXAMPLE))
    state.labels_typed = st.text_input(
        "Your labels",
        key="own_labels",
        bind="query-params",
        label_visibility="collapsed",
        placeholder="Two labels or more, with commas between them",
    )
    return LabelChoice(method, None, typed_labels(state.labels_typed))


def _kind() -> str:
    state = st.session_state
    named = (state.get("model", st.query_params.get("model")) or "").strip()
    kinds = (MODELS_OWN, OWN) if named else (TOPICS, SENTIMENT, OWN)
    if state.get("labels", kinds[0]) not in kinds:
        del state["labels"]  # a named model has come, or gone
    return st.segmented_control(
        "Labels",
        kinds,
        default=kinds[0],
        required=True,
        key="labels",
        bind="query-params",
        label_visibility="collapsed",
        help="The default model knows the 20 newsgroups' topics, and sentiment. Labels of your own are compared by "
        "their likeness to the document: nothing was trained for them.",
    )


def typed_labels(text: str) -> tuple[str, ...]:
    """What stands between commas, semicolons or ends of lines."""
    return tuple(label for part in re.split(r"[,;\n\r]+", text) if (label := part.strip()))


def _method() -> str:
    chosen = st.segmented_control(
        "Evidence by",
        tuple(EVIDENCE_METHODS),
        default=next(iter(EVIDENCE_METHODS)),
        required=True,
        key="method",
        bind="query-params",
        label_visibility="collapsed",
        help="Gradient times input: one backward pass, a straight-line estimate for every sentence. Leave one out: "
        "the document run again without each of the sentences that the estimate ranks highest.",
    )
    return EVIDENCE_METHODS[chosen]
