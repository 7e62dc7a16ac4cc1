"""What the labels page shows: the result that the controls describe, else the last one with a message."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.spec import InputError
from longformer_viz.tasks.classifying import Classification
from longformer_viz.tasks.labels.evidence import Evidence
from longformer_viz.ui.labels.view import (
    Labelled,
    evidence_request,
    explained,
    labelled,
    labels_request,
    show_label,
)
from longformer_viz.ui.shared.background import cached
from longformer_viz.ui.shared.formatting import literal, show_problem


@dataclass(frozen=True, slots=True)
class LabelsResult:
    """What the page shows of a document.

    Attributes:
        title: The document's.
        asked: What was to be labelled.
        found: Its labels.
        evidence: The sentences that carry the decision, None where they were not looked for.
    """

    title: str
    asked: Labelled
    found: Classification
    evidence: Evidence | None


def labels_result(title: str, asked: Labelled, method: str) -> LabelsResult | None:
    """Label a document, state the result in a sentence, and look for its evidence.

    Args:
        title: The document's.
        asked: What is to be labelled.
        method: Of evidence. Where it does not fit the document, that is said and the labels stay.

    Returns:
        The result, or None where the visitor cancelled it.

    Raises:
        InputError: The document cannot be labelled so.
    """
    found = labelled(asked)
    if found is None:
        return None
    show_label(asked, found)
    evidence = None
    try:
        evidence = explained(asked, found, method)
    except InputError as problem:
        show_problem(problem)
    # Only how to find the result again is kept: the result lies in the cache, which is bounded.
    st.session_state.last_labels = (title, asked, None if evidence is None else evidence.label, method)
    return LabelsResult(title, asked, found, evidence)


def last_labels() -> LabelsResult | None:
    """Return the result that the page showed last, as long as the cache keeps it; nothing is run."""
    kept = st.session_state.get("last_labels")
    if kept is None:
        return None
    title, asked, label, method = kept
    found = cached(labels_request(asked))
    if found is None:
        return None
    return LabelsResult(
        title, asked, found, None if label is None else cached(evidence_request(asked, label, method))
    )


def note_last_labels(result: LabelsResult) -> None:
    """Say that what is below is an earlier result."""
    st.warning(
        f"Below are the last labels, of {literal(result.title)}. The current settings do not apply to them.",
        icon=":material/history:",
    )
