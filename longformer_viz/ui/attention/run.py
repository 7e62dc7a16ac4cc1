"""The run that the attention page shows: the one that the controls describe, else the last one with a message."""

from dataclasses import dataclass

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.shared.background import cached, trace_request, traced
from longformer_viz.ui.shared.formatting import literal


@dataclass(frozen=True, slots=True)
class AttentionRun:
    """A model's run over a document by a spec.

    Attributes:
        title: The document's.
        model: The model that ran.
        spec: The pattern that it ran with.
        trace: What it recorded.
    """

    title: str
    model: LoadedModel
    spec: AttentionSpec
    trace: Trace


def attention_run(title: str, model: LoadedModel, tokens: Tokens, spec: AttentionSpec) -> AttentionRun | None:
    """Run a model, or take the run from the cache; None where the visitor cancelled it.

    Raises:
        InputError: It cannot be run, or would not fit in memory.
    """
    trace = traced(model, tokens, spec)
    if trace is None:
        return None
    # Only how to find the run again is kept: the trace lies in the cache, which is bounded.
    st.session_state.last_run = (title, model, tokens, spec)
    return AttentionRun(title, model, spec, trace)


def last_run() -> AttentionRun | None:
    """The run that the page showed last, as long as the cache keeps it; nothing is run."""
    kept = st.session_state.get("last_run")
    if kept is None:
        return None
    title, model, tokens, spec = kept
    trace = cached(trace_request(model, tokens, spec))
    return None if trace is None else AttentionRun(title, model, spec, trace)


def note_last_run(run: AttentionRun) -> None:
    """Say that the picture below is an earlier run."""
    st.warning(
        f"The picture below shows the last run: {literal(run.title)}. It does not follow the current settings.",
        icon=":material/history:",
    )
