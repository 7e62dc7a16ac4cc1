"""The result of the Attention page: the run of the current settings, or the last one with a warning."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.shared.background import cached, trace_request, traced
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.notices import warn_of_last


@dataclass(frozen=True, slots=True)
class AttentionRun:
    """A run of a model over a document.

    Attributes:
        title: The document's title.
        model: The model that ran.
        spec: The attention pattern of the run.
        trace: The recorded run.
    """

    title: str
    model: LoadedModel
    spec: AttentionSpec
    trace: Trace


def attention_run(title: str, model: LoadedModel, tokens: Tokens, spec: AttentionSpec) -> AttentionRun | None:
    """Run a model over a document, or return the cached run.

    Args:
        title: The document's title.
        model: The model to run.
        tokens: The document's tokens.
        spec: The attention pattern.

    Returns:
        The run; None if the visitor cancelled it.

    Raises:
        InputError: The run is impossible or would not fit in memory.
    """
    waiting = st.empty()
    if last_run() is None and cached(trace_request(model, tokens, spec)) is None:
        waiting.caption("The model reads the document. Its attention map appears here.")
    trace = traced(model, tokens, spec, in_sidebar=True)
    waiting.empty()
    if trace is None:
        return None
    # The session keeps only the cache key's parts, because the cache of traces is bounded.
    st.session_state.last_run = (title, model, tokens, spec)
    return AttentionRun(title, model, spec, trace)


def last_run() -> AttentionRun | None:
    """Return the run that the page showed last; None if the cache no longer has it."""
    kept = st.session_state.get("last_run")
    if kept is None:
        return None
    title, model, tokens, spec = kept
    trace = cached(trace_request(model, tokens, spec))
    return None if trace is None else AttentionRun(title, model, spec, trace)


def note_last_run(run: AttentionRun) -> None:
    """Warn that the map shows an earlier `run`."""
    warn_of_last(f"The map below shows the last run, {literal(run.title)}.")
