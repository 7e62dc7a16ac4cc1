"""Heavy work of the pages: shared models, and runs that wait in a queue and can be cancelled."""

import hashlib
import logging
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from longformer_viz.cluster.runner import ClusterRunner
from longformer_viz.jobs.queue import JobQueue
from longformer_viz.jobs.ticket import Progress, Ticket
from longformer_viz.models.devices import DeviceError
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import check_length, predicted_run_bytes, predicted_run_seconds, run
from longformer_viz.models.store import is_stored, stored_model
from longformer_viz.server.logs import log_event
from longformer_viz.server.policy import check_model
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.faults.gpu_fallback import fall_back_to_cpu
from longformer_viz.ui.shared.formatting import duration

AT_ONCE_SECONDS = 30.0
T = TypeVar("T")
_UPDATE_SECONDS = 0.5  # between two looks at the progress of a run
_PATIENCE_SECONDS = 0.5  # Shorter runs show no progress bar, which would only flicker.


def loaded_model(
    name: str | None, device: str, dtype: str, download: bool = False, task: str | None = None
) -> LoadedModel:
    """Load a model that all sessions share.

    Args:
        name: A hub name or a folder; None for the built-in model.
        device: Device of the model.
        dtype: Number format of the weights.
        download: Whether a hub name may be downloaded, if the server allows it.
        task: Task of the built-in model's head. A named model has its own head.

    Returns:
        The model.

    Raises:
        InputError: If the server does not offer the model, or it cannot be loaded.
    """
    check_model(name)
    download = download and app_settings().allow_downloads
    task = task if name is None else None
    if is_stored(name, task=task, device=device, dtype=dtype):
        return stored_model(name, task=task, device=device, dtype=dtype)
    with st.spinner("Loading the model …"):
        return stored_model(name, task=task, device=device, dtype=dtype, download=download)


@st.cache_resource
def job_queue() -> JobQueue:
    """Return the one queue of this server."""
    settings = app_settings()
    megabytes = settings.max_session_megabytes
    runner = ClusterRunner(settings.runner, settings.allow_downloads, _log_fault) if settings.runner else None
    return JobQueue(
        # One more than the cluster's workers, so that the small work of this process never waits for them.
        workers=None if runner is None else 1 + _count_workers(runner),
        runner=runner,
        max_seconds=settings.max_run_seconds,
        max_owner_bytes=None if megabytes is None else megabytes * 1_000_000,
    )


def _count_workers(runner: ClusterRunner) -> int:
    try:
        return runner.connect()
    except InputError as problem:  # The cluster may come back, and until then this process works.
        _log_fault("cluster_lost", str(problem))
        return 1


def _log_fault(event: str, reason: str) -> None:
    log_event(event, logging.WARNING, reason=reason)


def run_key(model: LoadedModel, tokens: Tokens) -> tuple[str, ...]:
    """Return a key that is equal for equal documents in equal models.

    Args:
        model: The model.
        tokens: The document's tokens.

    Returns:
        The key.
    """
    digest = hashlib.sha256(repr((tokens.ids, tokens.text)).encode("utf-8", "surrogatepass")).hexdigest()
    return model.name, str(model.device), str(model.dtype), digest


def traced(
    model: LoadedModel, tokens: Tokens, spec: AttentionSpec, what: str = "Running the model", in_sidebar: bool = False
) -> Trace | None:
    """Run a model over a document, or return the cached trace.

    Args:
        model: The model.
        tokens: The document's tokens.
        spec: The attention pattern.
        what: Name of the work, as for `computed`. Each run of a page has its own.
        in_sidebar: Whether progress is shown in the sidebar.

    Returns:
        The trace, or None if the visitor cancelled the run.

    Raises:
        InputError: If the run is impossible. It is raised before any wait.
    """
    check_length(model, len(tokens))
    positions = spec.positions_in(len(tokens))
    layers = spec.layers(model.windows, model.heads)
    return computed(
        trace_request(model, tokens, spec),
        lambda progress: run(model, tokens, spec, progress=progress),
        what,
        predicted_bytes=predicted_run_bytes(model, len(tokens), len(positions)),
        predicted_seconds=predicted_run_seconds(model, len(tokens), layers, len(positions)),
        device=str(model.device),
        size_of=lambda trace: trace.size_bytes,
        in_sidebar=in_sidebar,
        may_leave=True,
    )


def trace_request(model: LoadedModel, tokens: Tokens, spec: AttentionSpec) -> Hashable:
    """Return the cache key of a run.

    Args:
        model: The model.
        tokens: The document's tokens.
        spec: The attention pattern.

    Returns:
        The key.
    """
    return (*run_key(model, tokens), spec.layers(model.windows, model.heads), spec.positions_in(len(tokens)))


def cached(key: Hashable) -> Any:
    """Return the result that `computed` cached under this `key`, or None. Nothing is computed."""
    return job_queue().cache.get(key)


def computed(
    key: Hashable,
    work: Callable[[Progress], T],
    what: str,
    *,
    predicted_bytes: int = 0,
    predicted_seconds: float = 0.0,
    size_of: Callable[[T], int] | None = None,
    device: str = "cpu",
    in_sidebar: bool = False,
    may_leave: bool = False,
) -> T | None:
    """Compute a result in the queue, or return the cached one.

    Args:
        key: A key that is equal for equal work.
        work: The work; it gets a function that reports progress.
        what: Name of the work beside the progress bar, such as "Running the model".
        predicted_bytes: Predicted memory, in bytes.
        predicted_seconds: Predicted time, in seconds.
        size_of: Returns the size of a result in bytes; None caches nothing.
        device: The device whose memory it takes.
        in_sidebar: Show progress at the end of the sidebar, where it moves nothing. Not possible in a fragment.
        may_leave: Whether a worker of a cluster may do it, if the server has one. The work then refers to models,
            documents and traces, and to nothing of a page.

    Returns:
        The result, or None if the visitor cancelled the work.

    Raises:
        InputError: If the work would not fit in memory.
    """
    job_queue().share_cores()  # for what the page draws
    place = st.empty()  # Always present, because a map below it that moved would start again.
    if st.session_state.get("cancelled_work") == key:
        with place.container():
            st.info(f"{what} was cancelled.", icon=":material/cancel:")
            st.button("Start again", key=f"again {what}", on_click=lambda: st.session_state.pop("cancelled_work"))
        return None
    ticket = job_queue().submit(
        key,
        work,
        predicted_bytes=predicted_bytes,
        predicted_seconds=predicted_seconds,
        size_of=size_of,
        device=device,
        owner=_session(),
        may_leave=may_leave,
    )
    with ticket:
        if not ticket.wait(_PATIENCE_SECONDS):
            _wait(st.sidebar.empty() if in_sidebar else place, ticket, key, what)
        try:
            return ticket.result()
        except DeviceError as fault:
            fall_back_to_cpu(fault)


def _wait(place: DeltaGenerator, ticket: Ticket, key: Hashable, what: str) -> None:
    """Show progress and an estimate until the work is done. Cancel ends this script and the work."""
    with place.container(border=True):
        bar = st.progress(ticket.fraction, text=_status(ticket, what))
        # A page may wait for several results one after another, so each button needs its own key.
        st.button("Cancel", key=f"cancel {what}", on_click=lambda: st.session_state.update(cancelled_work=key))
    while not ticket.wait(_UPDATE_SECONDS):
        bar.progress(ticket.fraction, text=_status(ticket, what))
        if not _is_watched():
            ticket.release()
            st.stop()
    place.empty()


def _status(ticket: Ticket, what: str) -> str:
    estimate = ticket.estimate_seconds
    left = f", about {duration(estimate)} left" if estimate is not None else ""
    if ticket.place:
        return f"Waiting for {ticket.place} earlier {'job' if ticket.place == 1 else 'jobs'}{left}"
    return f"{what}: {ticket.fraction:.0%}{left}"


def _session() -> str | None:
    """Return Streamlit's identity of the visitor's session; None outside the app."""
    context = get_script_run_ctx()
    return None if context is None else context.session_id


def _is_watched() -> bool:
    """Return whether a browser is still connected."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return True
    return runtime.get_instance().is_active_session(context.session_id)


def page_shown() -> str:
    """Return Streamlit's identity of the current page; empty outside a run of the app."""
    context = get_script_run_ctx()
    return "" if context is None else context.page_script_hash


def should_start(what: str, key: Hashable, offer: str, seconds: float) -> bool:
    """Return whether to start work; show a start button if it is long and the visitor has not started it.

    Args:
        what: Which work of the page, such as "evidence".
        key: Equal for equal work.
        offer: The label of the button.
        seconds: The predicted time.
    """
    state = st.session_state.setdefault("started_work", {})
    if seconds <= AT_ONCE_SECONDS or state.get(what) == key:
        return True
    st.button(
        f"{offer}: about {duration(seconds)}",
        icon=":material/play_arrow:",
        key=f"start_{what}",
        on_click=lambda: state.update({what: key}),
    )
    return False


def trace_key(trace: Trace) -> str:
    """Return a key that identifies the run of a `trace`, without hashing tensors."""
    run = (trace.model, trace.tokens.ids, trace.tokens.text, trace.pattern, trace.elapsed_seconds)
    return hashlib.sha256(repr(run).encode("utf-8", "surrogatepass")).hexdigest()
