"""The way from a page to heavy work: shared models, and runs that wait their turn and can be cancelled."""

import hashlib

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from longformer_viz.attention.tokens import Tokens
from longformer_viz.attention.trace import Trace
from longformer_viz.jobs import JobQueue, Ticket
from longformer_viz.models.loading import LoadedModel, load
from longformer_viz.models.running import check_length, predicted_run_bytes, predicted_run_seconds, run
from longformer_viz.spec import AttentionSpec

_PATIENCE_SECONDS = 0.5  # shorter runs show no progress bar: it would only flicker


@st.cache_resource(max_entries=4, show_spinner="Loading the model …")
def loaded_model(name: str | None, device: str, dtype: str, download: bool = False) -> LoadedModel:
    """A model shared by all sessions; a name is downloaded only where `download` says so."""
    return load(name, device=device, dtype=dtype, download=download)


@st.cache_resource
def job_queue() -> JobQueue:
    """The one queue of this server."""
    return JobQueue()


def traced(model: LoadedModel, tokens: Tokens, spec: AttentionSpec) -> Trace | None:
    """The trace of a run, from the cache or after a wait in the queue; None where the visitor cancelled it.

    Raises InputError for what cannot be run, before it waits.
    """
    check_length(model, len(tokens))
    positions = spec.positions_in(len(tokens))
    layers = spec.layers(model.windows, model.heads)
    digest = hashlib.sha256(repr((tokens.ids, tokens.text)).encode()).hexdigest()
    key = (model.name, str(model.device), str(model.dtype), digest, layers, positions)
    if st.session_state.get("cancelled_run") == key:
        st.info("This run was cancelled.", icon=":material/cancel:")
        st.button("Run it again", on_click=lambda: st.session_state.pop("cancelled_run"))
        return None
    ticket = job_queue().submit(
        key,
        lambda progress: run(model, tokens, spec, progress=progress),
        predicted_bytes=predicted_run_bytes(model, len(tokens), len(positions)),
        predicted_seconds=predicted_run_seconds(model, len(tokens), layers, len(positions)),
        size_of=lambda trace: trace.size_bytes,
    )
    with ticket:
        if not ticket.wait(_PATIENCE_SECONDS):
            _wait(ticket, key)
        return ticket.result()


def _wait(ticket: Ticket[Trace], key: tuple) -> None:
    """Show place, progress and estimate until the run is done; a click on Cancel ends this script, and the run."""
    place = st.empty()
    with place.container(border=True):
        bar = st.progress(ticket.fraction, text=_status(ticket))
        st.button("Cancel", key="cancel_run", on_click=lambda: st.session_state.update(cancelled_run=key))
    while not ticket.wait(0.25):
        bar.progress(ticket.fraction, text=_status(ticket))
        if not _is_watched():
            ticket.release()
            st.stop()
    place.empty()


def _status(ticket: Ticket[Trace]) -> str:
    estimate = ticket.estimate_seconds
    left = f", about {max(1, round(estimate))} s left" if estimate is not None else ""
    if ticket.place:
        return f"Waiting: {ticket.place} ahead of this run{left}"
    return f"Running the model: {ticket.fraction:.0%}{left}"


def _is_watched() -> bool:
    """Whether a browser is still there to see the result."""
    context = get_script_run_ctx()
    if context is None or not st.runtime.exists():
        return True
    return st.runtime.get_instance().is_active_session(context.session_id)
