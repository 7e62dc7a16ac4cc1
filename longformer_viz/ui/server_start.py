"""What the server does when it starts: it sends small answers at once, and loads what the first visit needs.

Streamlit opens the server's socket without naming its protocol, and asyncio then leaves Nagle's algorithm on: the
second part of an answer waits 40 ms until the browser's system has acknowledged the first.
"""

import gc
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

import streamlit as st

from longformer_viz.spec import InputError

LESSON = "longformer_viz.ui.lesson.view"  # Imports torch.
TOOLS = "longformer_viz.ui.attention.view"  # Imports transformers and plotly as well, which takes much longer.
_starting = threading.Event()
_imported = {LESSON: threading.Event(), TOOLS: threading.Event()}


@asynccontextmanager
async def server_start(app: st.App) -> AsyncIterator[None]:
    """Prepare the server before its first visit.

    Args:
        app: The app that starts.
    """
    send_at_once()
    _starting.set()
    threading.Thread(target=_prepare, name="server start", daemon=True).start()
    yield


def send_at_once() -> None:
    """Switch Nagle's algorithm off for every connection that a listening TCP socket of this process will accept."""
    for one in gc.get_objects():
        if type(one) is socket.socket and _listens(one):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


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
    from longformer_viz.models.store import stored_model
    from longformer_viz.models.warm_up import warmed_up

    with suppress(InputError):  # The page will show it.
        warmed_up(stored_model(None, device="cpu", dtype="float32"))


def _listens(one: socket.socket) -> bool:
    is_tcp = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
    return is_tcp and one.fileno() >= 0 and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
