"""The choice of labels: kinds, topics, sentiment, a named model's labels, or labels that the visitor types."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.tasks.classifying import KINDS
from longformer_viz.tasks.labels.evidence import METHODS
from longformer_viz.tasks.labels.kind_head import DOCUMENT_KINDS, kind_figures
from longformer_viz.tasks.labels.own_labels import split_labels
from longformer_viz.ui.shared.link_param import LinkParam, any_text, one_of
from longformer_viz.ui.shared.state import keep_pattern_settings

LABEL_KINDS = ("Kind of document", "Topics", "Sentiment", "The model's own", "Your own")
KIND, TOPICS, SENTIMENT, MODELS_OWN, OWN = LABEL_KINDS
EVIDENCE_METHODS = {method.capitalize(): method for method in METHODS}
LABELS = LinkParam("labels", one_of("Labels", LABEL_KINDS), None)
METHOD = LinkParam("method", one_of("Method", tuple(EVIDENCE_METHODS)), default=next(iter(EVIDENCE_METHODS)))
OWN_LABELS = LinkParam("own_labels", any_text, None)
LINK_PARAMS = (LABELS, METHOD, OWN_LABELS)
_EXAMPLE = "a contract, a news report, a story, a research paper, a public notice, a request for support"
_ABOUT = {
    TOPICS: "Newsgroup topics: a model trained on posts from 1993 in 20 Usenet newsgroups. It knows no other topics.",
    SENTIMENT: "Film review sentiment: a model trained on film reviews, which tells praise from criticism.",
}


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """The visitor's choice of labels, and of the method that explains them.

    Attributes:
        method: Method of evidence.
        task: The shipped head that is needed, or None.
        typed: The visitor's labels, "kinds" for the kinds of documents, or None if a head decides.
    """

    method: str
    task: str | None
    typed: tuple[str, ...] | str | None = None


def choose_labels() -> LabelChoice:
    """Show the choice of labels and of the method of evidence, and the field for the visitor's own labels."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        kind, method = _kind(), _method()
    if kind == KIND:
        st.caption(_about_kinds())
    elif kind in _ABOUT:
        st.caption(_ABOUT[kind])
    if kind in (KIND, OWN):
        keep_pattern_settings()  # the pattern's controls are away, because these labels use the model's own window
    if kind == KIND:
        return LabelChoice(method, None, KINDS)
    if kind != OWN:
        return LabelChoice(method, {TOPICS: "topics", SENTIMENT: "sentiment"}.get(kind))
    state = st.session_state
    if "own_labels" not in state:
        state.own_labels = state.get("labels_typed", st.query_params.get("own_labels", _EXAMPLE))
    state.labels_typed = st.text_input(
        "Your labels",
        **OWN_LABELS.bound,
        label_visibility="collapsed",
        placeholder="Two or more labels, comma-separated",
    )
    return LabelChoice(method, None, split_labels(state.labels_typed))


def _about_kinds() -> str:
    judged = kind_figures()["left_out"]
    return (
        f"A classifier tells {len(DOCUMENT_KINDS)} kinds of documents apart by the model's embeddings. It found the "
        f"kind of {judged['accuracy']:.0%} of {judged['documents']:,} documents, all from collections that training "
        "did not see."
    )


def _kind() -> str:
    state = st.session_state
    named = (state.get("model", st.query_params.get("model")) or "").strip()
    kinds = (MODELS_OWN, OWN) if named else (KIND, TOPICS, SENTIMENT, OWN)
    if state.get("labels", kinds[0]) not in kinds:
        del state["labels"]  # The visitor named a model, or removed its name.
    return st.segmented_control(
        "Labels",
        kinds,
        default=kinds[0],
        required=True,
        **LABELS.bound,
        label_visibility="collapsed",
        help="Kinds, topics and sentiment come from heads that were trained for them. Labels of your own are "
        "compared with the document by embeddings. A description after a colon can help: *contract: an agreement "
        "between parties; story: invented events*. Put a semicolon after each description.",
    )


def _method() -> str:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="evidence"):
        st.markdown(
            "Evidence",
            help="Gradient times input: one backward pass gives a linear estimate for every sentence. Leave one out: "
            "the document is run again without each of the sentences that the estimate ranks highest.",
            width="content",
        )
        chosen = st.segmented_control(
            "Evidence",
            tuple(EVIDENCE_METHODS),
            default=METHOD.default,
            required=True,
            **METHOD.bound,
            label_visibility="collapsed",
        )
    return EVIDENCE_METHODS[chosen]
