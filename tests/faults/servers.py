"""A server of the app that is started, visited without a browser, and ended."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

from benchmarks.load_clients.protocol import Tab
from tests.faults.processes import PATIENCE_SECONDS, ROOT, changed, obey_modes

ENDS_WITHIN_SECONDS = 5.0


@contextmanager
def served(**environment: str | None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the app. Yields its address and its process.

    Args:
        environment: Variables that differ; None removes one.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "longformer_viz", "app", "--no-browser", "--port", str(port)],
        cwd=ROOT,
        env=changed(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=obey_modes,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        until_healthy(url, process)
        yield url, process
    finally:
        process.kill()
        process.wait()


def until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(OSError):
            urllib.request.urlopen(f"{url}_stcore/health", timeout=5).close()
            return
        assert process.poll() is None, "the app ended while it started"
        assert time.monotonic() < end, "the app did not start"
        time.sleep(0.1)


async def visit(url: str, watch: Callable[[bytes], None] = lambda _: None) -> Tab:
    """Open the first page, and wait until it has been shown. All that arrives is given to `watch`."""
    tab = await Tab.opened(url, watch)
    shown = await tab.rerun(PATIENCE_SECONDS)
    assert not shown.problems, shown.problems
    return tab


async def asked(tab: Tab, kind: str, key: str, field: str, value: object) -> "asyncio.Task":
    """Change a control, and return the run of the page that goes on."""
    control = tab.find(kind, key)
    tab.set_value(control, field, value)
    if field == "trigger_value":
        tab._triggers.add(control.proto.id)
    return asyncio.create_task(tab.rerun(PATIENCE_SECONDS))


def stops(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Send a signal, and return whether the server and all its children end in time."""
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, number)
    try:
        process.wait(ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    _, alive = psutil.wait_procs(children, ENDS_WITHIN_SECONDS)
    for each in alive:
        each.kill()
    return not alive
