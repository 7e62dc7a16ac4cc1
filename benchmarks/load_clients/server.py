"""The server that the load benchmark measures: it is started, and its memory and queue are read."""

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

_STARTS_WITHIN_SECONDS = 120
_ENDS_WITHIN_SECONDS = 30
_LOG_CHARACTERS = 2_000
_METRIC = re.compile(r"^longformer_viz_(\w+)(?:\{([^}]*)\})?\s+([0-9.eE+-]+)\s*$", re.M)


@contextmanager
def started(variables: Mapping[str, str] | None = None) -> Iterator[tuple[str, psutil.Process]]:
    """Start the app on a free port, and stop it at the end. Yields its address and its process.

    Args:
        variables: Environment variables of the server, beside those of this process.

    Raises:
        RuntimeError: It ended, or did not answer in time.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "longformer_viz", "app", "--no-browser", "--port", str(port)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **(variables or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _answers(url, process):
                log.seek(0)
                raise RuntimeError(f"The app did not start. It wrote:\n{log.read()[-_LOG_CHARACTERS:]}")
            yield url, psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(_ENDS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(url: str, process: subprocess.Popen) -> bool:
    end = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}_stcore/health", timeout=5).close()
            return True
        except OSError:
            time.sleep(0.25)
    return False


def resident_bytes(process: psutil.Process) -> int:
    """Return the resident memory of a `process` and the processes that it started."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


async def watch_memory(process: psutil.Process, samples: list[int]) -> None:
    """Note the memory once a second until cancelled, or until the process is gone.

    Args:
        process: The server.
        samples: Where the bytes are noted.
    """
    try:
        while True:
            samples.append(resident_bytes(process))
            await asyncio.sleep(1)
    except psutil.NoSuchProcess:
        return


def second_half_growth(samples: Sequence[int]) -> float | None:
    """Return by which share memory grew over the second half; None for fewer than ten `samples`.

    It compares the median of the tenth of the samples after the middle with that of the last tenth, so that one large
    run at either end decides nothing.
    """
    if len(samples) < 10:
        return None
    part, middle = len(samples) // 10, len(samples) // 2
    before = statistics.median(samples[middle : middle + part])
    return statistics.median(samples[-part:]) / before - 1


def queue_seconds(url: str) -> float | None:
    """Return the 95th percentile of the wait in the app's queue, from its metrics at a `url`; None without them."""
    return metric(url, "queue_wait_seconds", 'quantile="0.95"')


def metric(url: str, name: str, labels: str = "") -> float | None:
    """Return a number that the app tells whoever runs it.

    Args:
        url: The address of the app, which ends in a slash.
        name: The name of the metric, without the prefix of the app.
        labels: A part of its labels, such as 'reason="full"'.

    Returns:
        The number, or None where the app does not tell it.
    """
    try:
        with urllib.request.urlopen(f"{url}_viz/metrics", timeout=30) as answer:
            told = answer.read().decode("utf-8", "replace")
    except OSError:
        return None
    found = (float(value) for each, kinds, value in _METRIC.findall(told) if each == name and labels in kinds)
    return next(found, None)
