"""A Ray cluster of one machine that is started for tests, with a client port, and ended with all its processes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.faults.processes import PATIENCE_SECONDS, ROOT, changed

# The workers must not wait behind everything else on a machine of few cores, and tests need no secret.
ENVIRONMENT = {"RAY_AUTH_MODE": "disabled", "RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
_MEMORY_BYTES = 200_000_000


class Head:
    """A running cluster.

    Args:
        process: The process that started it.
        port: The port of its clients.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.address = f"ray://127.0.0.1:{port}"

    def leave(self) -> None:
        """End all its processes at once, as a power cut does."""
        if self._process.poll() is None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
            for each in children:
                _kill(each)
            psutil.wait_procs(children, PATIENCE_SECONDS)
        self._process.wait()


def _kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


@contextmanager
def started_head(cpus: int = 2) -> Iterator[Head]:
    """Start a cluster.

    Args:
        cpus: The cores that it says it has.
    """
    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # Its sockets need a short path.
    port = free_port()
    options = {
        "port": free_port(),
        "ray-client-server-port": port,
        "num-cpus": cpus,
        "include-dashboard": "false",
        "object-store-memory": _MEMORY_BYTES,
        "temp-dir": folder,
    }
    log = Path(folder, "head.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("ray")),
                "start",
                "--head",
                "--block",
                "--disable-usage-stats",
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            cwd=ROOT,
            env=changed({**ENVIRONMENT}),
            stdout=output,
            stderr=output,
        )
    head = Head(process, port)
    try:
        _wait_until_started(log, process, port)
        yield head
    finally:
        head.leave()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_started(log: Path, process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while b"block forever" not in log.read_bytes() or not _listens(port):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        assert time.monotonic() < end, "Ray did not start"
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `longformer-viz` with the environment of the cluster.

    Args:
        arguments: Its arguments.
    """
    return subprocess.run(
        [sys.executable, "-m", "longformer_viz", *arguments],
        cwd=ROOT,
        env=changed({**ENVIRONMENT}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def set_environment() -> None:
    """Let this process be a client of the cluster."""
    os.environ.update(ENVIRONMENT)
