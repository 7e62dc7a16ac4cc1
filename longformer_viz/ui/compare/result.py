"""The result of the Compare page: the patterns with the current settings, or the last ones with a warning."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.compare.chosen_pattern import Chosen
from longformer_viz.ui.shared.background import cached, trace_request, traced
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.notices import warn_of_last

_SPEC = AttentionSpec()  # patterns are laid over the model's own run


@dataclass(frozen=True, slots=True)
class CompareResult:
    """A run and the patterns to compare over it.

    Attributes:
        title: The document's title.
        model: The model that ran.
        trace: The recorded run.
        layer: The layer whose head is shown.
        head: The head that is shown.
        chosen: The patterns.
    """

    title: str
    model: LoadedModel
    trace: Trace
    layer: int
    head: int
    chosen: tuple[Chosen, ...]


def compare_result(
    title: str, model: LoadedModel, tokens: Tokens, layer: int, head: int, chosen: Sequence[Chosen]
) -> CompareResult | None:
    """Run a model over a document, or return the cached run, with the patterns to compare.

    Args:
        title: The document's title.
        model: The model to run.
        tokens: The document's tokens.
        layer: The layer whose head is shown.
        head: The head that is shown.
        chosen: The patterns.

    Returns:
        The result; None if the visitor cancelled the run.

    Raises:
        InputError: The run is impossible or would not fit in memory.
    """
    trace = traced(model, tokens, _SPEC, in_sidebar=True)
    if trace is None:
        return None
    # The session keeps only how to find the run again, because the cache of traces is bounded.
    st.session_state.last_comparison = (title, model, tokens, layer, head, tuple(chosen))
    return CompareResult(title, model, trace, layer, head, tuple(chosen))


def last_comparison() -> CompareResult | None:
    """Return the result that the page showed last; None if the cache no longer has its run."""
    kept = st.session_state.get("last_comparison")
    if kept is None:
        return None
    title, model, tokens, layer, head, chosen = kept
    trace = cached(trace_request(model, tokens, _SPEC))
    return None if trace is None else CompareResult(title, model, trace, layer, head, chosen)


def note_last_comparison(result: CompareResult) -> None:
    """Warn that the page shows an earlier `result`."""
    warn_of_last(f"Below is the last comparison, {literal(result.title)}.")
