"""The result of the Labels page: the labels for the current settings, or the last ones with a warning."""

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
from longformer_viz.ui.shared.notices import warn_of_last


@dataclass(frozen=True, slots=True)
class LabelsResult:
    """Labels of a document.

    Attributes:
        title: The document's title.
        asked: The document, the labels and the settings.
        found: The labels with their probabilities.
        evidence: The sentences that decide, or None if they were not computed.
    """

    title: str
    asked: Labelled
    found: Classification
    evidence: Evidence | None


def labels_result(title: str, asked: Labelled, method: str) -> LabelsResult | None:
    """Label a document, show the result in a sentence, and compute its evidence.

    Args:
        title: The document's title.
        asked: The document, the labels and the settings.
        method: Method of evidence. If it does not suit the document, an error is shown and the labels stay.

    Returns:
        The result, or None if the visitor cancelled it.

    Raises:
        InputError: If the document cannot be labelled.
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
    # The session keeps only how to find the result again, because the cache of results is bounded.
    st.session_state.last_labels = (title, asked, None if evidence is None else evidence.label, method)
    return LabelsResult(title, asked, found, evidence)


def last_labels() -> LabelsResult | None:
    """Return the result that the page showed last; None if the cache no longer has it."""
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
    """Warn that the page shows an earlier `result`."""
    warn_of_last(f"Below are the last labels, of {literal(result.title)}.", pronoun="them")
