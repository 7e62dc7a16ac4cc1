"""The labels of a document: the request, the cached result, its summary, and the marked text."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.figures.text import percent
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import predicted_run_bytes, predicted_run_seconds
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.tasks.classifying import KINDS, Classification, classify, with_labels
from longformer_viz.tasks.input_checks import check_words
from longformer_viz.tasks.labels.embedding import PIECE_TOKENS
from longformer_viz.tasks.labels.evidence import (
    LEAVE_ONE_OUT,
    TRIED,
    Evidence,
    label_evidence,
    predicted_evidence_bytes,
)
from longformer_viz.tasks.labels.own_labels import checked_labels
from longformer_viz.tasks.labels.topics import readable
from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.labels.text import label_text, times
from longformer_viz.ui.shared.background import computed, run_key, should_start
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.key_figures import document_figure, run_figures, show_key_figures
from longformer_viz.ui.shared.settings_badge import settings_badge

_TEXT_HEIGHT = 400
_BACKWARD_RUNS = 4  # approximate cost of gradient times input, in runs over the document


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document to label, with the labels and the settings.

    Attributes:
        model: The model.
        tokens: The document's tokens.
        typed: The visitor's labels, "kinds" for the kinds of documents, or None if the model's head decides.
        spec: The attention pattern.
    """

    model: LoadedModel
    tokens: Tokens
    typed: tuple[str, ...] | str | None
    spec: AttentionSpec

    @property
    def key(self) -> tuple:
        """A key that is equal for equal labels of equal documents."""
        if self.typed is not None:
            return (*run_key(self.model, self.tokens), self.typed)
        layers = self.spec.layers(self.model.windows, self.model.heads)
        return (*run_key(self.model, self.tokens), layers, self.spec.positions_in(len(self.tokens)))

    @property
    def read_at_once(self) -> int:
        """Most tokens of one pass."""
        return min(len(self.tokens), self.model.max_tokens if self.typed is None else PIECE_TOKENS + 2)

    @property
    def predicted_seconds(self) -> float:
        """Predicted time of one run over the document, in seconds."""
        spec = self.spec if self.typed is None else AttentionSpec()
        layers = spec.layers(self.model.windows, self.model.heads)
        return predicted_run_seconds(self.model, len(self.tokens), layers, len(spec.global_positions or ()) + 1)

    @property
    def names(self) -> dict[str, str]:
        """Readable names of the head's labels. Labels that the visitor typed are unchanged."""
        return {label: readable(label) for label in self.model.labels} if self.typed is None else {}


def labelled(asked: Labelled) -> Classification | None:
    """Label a document, or return the cached labels.

    Args:
        asked: The document, the labels and the settings.

    Returns:
        The labels with their probabilities, or None if the visitor cancelled the work.

    Raises:
        InputError: If the document cannot be labelled.
    """
    if asked.typed is None:
        with_labels(asked.model, None)
    elif asked.typed != KINDS:
        checked_labels(asked.typed)
    check_words(asked.tokens)
    model, tokens, typed, spec = asked.model, asked.tokens, asked.typed, asked.spec
    return computed(
        labels_request(asked),
        lambda progress: classify(model, tokens, typed, spec, progress=progress),
        "Reading the document",
        predicted_bytes=predicted_run_bytes(asked.model, asked.read_at_once),
        predicted_seconds=asked.predicted_seconds,
        size_of=lambda found: 200 * len(found) + 1000,
        in_sidebar=True,
        may_leave=True,
    )


def labels_request(asked: Labelled) -> tuple:
    """Return the cache key of the labels of `asked`."""
    return ("labels", *asked.key)


def explained(asked: Labelled, found: Classification, method: str) -> Evidence | None:
    """Compute the evidence for the label that the visitor selected, or for the most probable one.

    Args:
        asked: The document, the labels and the settings.
        found: The labels with their probabilities.
        method: Method of evidence.

    Returns:
        The evidence, or None if it waits for a click or was cancelled.

    Raises:
        InputError: If the method does not suit the document.
    """
    if len(found) < 2:
        raise InputError("Evidence needs a model with at least two labels. This model has one. Choose another model.")
    label = _label_to_explain(found)
    runs = _BACKWARD_RUNS + (TRIED if method == LEAVE_ONE_OUT else 0)
    key = evidence_request(asked, label, method)
    offer = f"Find the deciding sentences by {method}"
    if not should_start("evidence", key, offer, runs * found.elapsed_seconds):
        return None
    model, tokens, typed, spec = asked.model, asked.tokens, asked.typed, asked.spec
    return computed(
        key,
        lambda progress: label_evidence(model, tokens, label, spec, labels=typed, method=method, progress=progress),
        "Finding the sentences that decide",
        predicted_bytes=predicted_evidence_bytes(
            asked.model, asked.read_at_once, len((asked.spec.global_positions or ()) if asked.typed is None else ())
        ),
        predicted_seconds=runs * asked.predicted_seconds,
        size_of=lambda evidence: 200 * len(evidence.sentences) + 1000,
        in_sidebar=True,
        may_leave=True,
    )


def evidence_request(asked: Labelled, label: str, method: str) -> tuple:
    """Return the cache key of the evidence for a label.

    Args:
        asked: The document, the labels and the settings.
        label: The label.
        method: Method of evidence.

    Returns:
        The key.
    """
    return ("evidence", *asked.key, label, method)


def _label_to_explain(found: Classification) -> str:
    """Return the label that the visitor or the link selected, if it is one of these. The address keeps it."""
    wanted = st.session_state.get("explained_label", st.query_params.get("explained"))
    label = wanted if any(each.name == wanted for each in found) else found[0].name
    if label == found[0].name:
        st.query_params.pop("explained", None)
    else:
        st.query_params["explained"] = label
    return label


def show_label(asked: Labelled, found: Classification) -> None:
    """Show the most probable label with its probability, and the time and memory of the run.

    Args:
        asked: The document, the labels and the settings.
        found: The labels with their probabilities.
    """
    best = found[0]
    name = asked.names.get(best.name, best.name)
    among = f" among {len(found)} labels" if len(found) > 1 else ""
    unlike = " :red-badge[unlike the training data]" if found.is_unlike_training_data else ""
    if found.zero_shot:
        badge = ":orange-badge[zero-shot: compared with your labels]"
    elif asked.typed == KINDS:
        badge = ":gray-badge[a classifier trained on documents of these kinds]"
    else:
        layers = asked.spec.layers(asked.model.windows, asked.model.heads)
        badge = settings_badge(asked.model, layers, asked.spec.positions_in(len(asked.tokens))).markdown
    headline = f"**{literal(name)}**, **{percent(best.probability)}** probability{among}"
    passes = "in one pass" if found.passes == 1 else f"in {found.passes} chunks"
    read = document_figure(len(asked.tokens), f"The model read them {passes}.")
    figures = (read, *run_figures(found.elapsed_seconds, found.peak_bytes))
    show_key_figures(figures, headline=f"{headline}  \n{badge}{unlike}")


def note_unlike_training(asked: Labelled, found: Classification) -> None:
    """Warn if the document is unlike the head's training data, and explain how that is measured.

    Args:
        asked: The document, the labels and the settings.
        found: The labels with their probabilities.
    """
    if found.training is None or not found.is_unlike_training_data:
        return
    trained = {"topics": "newsgroup posts from 1993", "sentiment": "film reviews"}.get(
        asked.model.task or "", "other texts"
    )
    warning, explanation = st.columns([4, 1], vertical_alignment="center")
    warning.warning(
        f"**Unlike the training data.** This model was trained on {trained}. Do not rely on its label here: "
        "choose *Kind of document* instead.",
        icon=":material/warning:",
    )
    with explanation.popover("Why?", icon=":material/help:", width="stretch"):
        st.markdown(
            "The model can only choose among its own labels, and its probability does not say whether any of "
            f"them fits. So the document is compared with {trained} and with documents of other kinds, by "
            "embeddings. A higher score means that the document is less like the training data.\n\n"
            f"This document has a score of **{found.training.distance:.1f}** (relative Mahalanobis distance). "
            ":gray-badge[measured] The app warns "
            f"above **{found.training.limit:.1f}**. About one in twenty texts like the training data is above that "
            "limit too. "
            "The model card lists how many documents of each kind are found."
        )


def show_labels(asked: Labelled | None, text: str, found: Classification | None, evidence: Evidence | None) -> None:
    """Show the document with its evidence, the labels beside it, and a caption.

    Args:
        asked: The document, the labels and the settings, or None.
        text: The document.
        found: The labels with their probabilities, or None.
        evidence: The sentences that decide, or None.
    """
    names = asked.names if asked else {}
    label_text(
        text,
        found,
        evidence,
        names,
        lambda name: st.session_state.update(explained_label=name),
        height=_TEXT_HEIGHT,
        key="label_text",
    )
    if evidence is not None:
        st.caption(_about(evidence, literal(names.get(evidence.label, evidence.label))))


def _about(evidence: Evidence, name: str) -> str:
    ranked = evidence.ranked
    best = ranked[0]
    stretch = (
        ""
        if evidence.is_whole
        else " Only the first part of the document, as much as fits in the model, was analyzed."
    )
    if best.known_weight > 0:
        odds = times(best.known_weight)
        lead = (
            f"Yellow sentences raise the probability of **{name}**, dotted ones lower it. The strongest, marked 1, "
            f"multiplies the odds by {odds[1:]}."
        )
    else:
        is_tested = evidence.method == LEAVE_ONE_OUT
        none = f"None of the {len(ranked)} tested sentences" if is_tested else "No sentence"
        lead = f"{none} raises the probability of **{name}**. Dotted ones lower it."
    if evidence.method == LEAVE_ONE_OUT:
        how = (
            f"Leave one out: {len(ranked)} sentences were tested, each by a run without it. The {evidence.runs} runs "
            f"took {evidence.elapsed_seconds:.2g}\u00a0s. The other sentences were not tested. "
            ":gray-badge[measured]"
        )
    else:
        how = (
            f"Gradient times input is a linear estimate from one backward pass, which took "
            f"another {evidence.elapsed_seconds:.2g}\u00a0s. Click a label to see its sentences."
        )
    return f"{lead} {how}{stretch}"
