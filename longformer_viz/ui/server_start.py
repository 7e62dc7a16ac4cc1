"""What the server does when it starts.

It applies the settings of the app, sends small answers at once, and loads what the first visit needs.

Streamlit opens the server's socket without naming its protocol, and asyncio then leaves Nagle's algorithm on: the
second part of an answer waits 40 ms until the browser's system has acknowledged the first.
"""

import gc
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st
import uvicorn
from streamlit import config

from longformer_viz.memory import share_heaps
from longformer_viz.server.logs import log_error, log_event, set_up_logs
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.ui.faults.ended_sessions import keep_little_of_ended_sessions

if TYPE_CHECKING:
    from longformer_viz.jobs.statistics import QueueStatistics

LESSON = "longformer_viz.ui.lesson.view"  # Imports torch.
TOOLS = "longformer_viz.ui.attention.view"  # Imports transformers and plotly as well, which takes much longer.
_PUBLIC_OPTIONS = {
    "client.showErrorDetails": "none",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "logger.enableRich": False,  # It would print an exception's message, which may quote a visitor's text.
}
_MOST_PUBLIC_MESSAGE_BYTES = 16 * 2**20  # From a browser: all values of its controls, its texts and its own sweeps.
_SWITCH_SECONDS = 2e-4
_starting = threading.Event()
_imported = {LESSON: threading.Event(), TOOLS: threading.Event()}


def apply_settings() -> None:
    """Apply the settings of the app to Streamlit and to the libraries that are loaded later.

    Raises:
        SystemExit: A setting is wrong. The server must not start with other settings than those that were meant.
    """
    try:
        settings = app_settings()
    except InputError as problem:
        raise SystemExit(str(problem)) from problem
    if not settings.allow_downloads:
        os.environ["HF_HUB_OFFLINE"] = "1"
    config.set_option("server.maxUploadSize", settings.max_upload_megabytes)
    if settings.is_public:
        for name, value in _PUBLIC_OPTIONS.items():
            config.set_option(name, value)


@asynccontextmanager
async def server_start(app: st.App) -> AsyncIterator[None]:
    """Prepare the server before its first visit.

    Args:
        app: The app that starts.
    """
    share_heaps()
    set_up_logs(app_settings().is_public)
    log_event("started", mode=app_settings().mode)
    send_at_once()
    keep_little_of_ended_sessions()
    # A run takes Python's lock thousands of times. Where pages run beside it, each time may take this long.
    sys.setswitchinterval(_SWITCH_SECONDS)
    if app_settings().is_public:
        limit_messages()
    say_address()
    _starting.set()
    threading.Thread(target=_prepare, name="server start", daemon=True).start()
    yield
    if corpora := sys.modules.get("longformer_viz.corpus.background.queue"):  # Only if a page has used it.
        corpora.close_queues()


def say_address() -> None:
    """Print where the app is, on standard error."""
    address = str(config.get_option("server.address") or "localhost")
    host = "localhost" if address in ("0.0.0.0", "::") else f"[{address}]" if ":" in address else address
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    url = f"http://{host}:{config.get_option('server.port')}/{path}"
    print(f"Longformer Viz is at {url}", file=sys.stderr, flush=True)


def send_at_once() -> None:
    """Switch Nagle's algorithm off for every connection that a listening TCP socket of this process will accept."""
    for one in gc.get_objects():
        if type(one) is socket.socket and _listens(one):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def limit_messages() -> None:
    """Limit the size of a browser's message, which Streamlit reads whole, for every connection to come."""
    for one in gc.get_objects():
        if type(one) is uvicorn.Config:
            one.ws_max_size = min(one.ws_max_size, _MOST_PUBLIC_MESSAGE_BYTES)


def log_page_error(error: Exception) -> None:
    """Log an `error` that a page did not expect."""
    log_error("page_failed", error)


def queue_statistics() -> "QueueStatistics | None":
    """Return the state of the queue; None until the server has imported what pages need."""
    if not _imported[TOOLS].is_set():
        return None
    from longformer_viz.ui.shared.background import job_queue

    return job_queue().statistics()


def wait_for_imports(module: str) -> None:
    """Wait until the server that starts has imported what a page needs.

    Two threads that import the same libraries in different orders could meet a module that is not complete.

    Args:
        module: `LESSON` or `TOOLS`.
    """
    if _starting.is_set() and not _imported[module].is_set():
        with st.spinner("Starting …"):
            _imported[module].wait()


def _prepare() -> None:
    try:
        for module, imported in _imported.items():
            import_module(module)
            imported.set()
    finally:  # After a failure each page imports by itself, and shows it.
        for imported in _imported.values():
            imported.set()
    leave_out_of_collection()  # Once before the first visit, and once with the model.
    from longformer_viz.models.store import stored_model
    from longformer_viz.models.warm_up import warmed_up

    with suppress(InputError):  # The page will show it.
        warmed_up(stored_model(None, device="cpu", dtype="float32"))
    leave_out_of_collection()
    if app_settings().runner:  # Connected before the first visit.
        from longformer_viz.ui.shared.background import job_queue

        job_queue()


def leave_out_of_collection() -> None:
    """Leave all objects that exist now, such as those of the libraries, out of every later garbage collection.

    With the libraries' half a million objects a collection takes half a second, in which no other thread runs.
    """
    gc.collect()
    gc.freeze()


def _listens(one: socket.socket) -> bool:
    is_tcp = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
    return is_tcp and one.fileno() >= 0 and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
