"""Start and control the measurement server, and leave no process behind."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from longformer_viz.probe.server import FORKS
from longformer_viz.threads import SLEEPING_THREADS

START_SECONDS = 120.0  # loading all libraries may take long on a busy machine
# The C library returns freed memory at once, so that the peak counts what was needed, not what was kept.
MEMORY_SETTINGS = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
_SHOWN_CHARACTERS = 500  # characters of the error output that are shown


class ServerError(RuntimeError):
    """The measurement server did not start or ended unexpectedly."""


class Server:
    """A measurement server, started at the first job. As a context manager it ends its processes at the end.

    Args:
        pinned: Let the C library return freed memory at once. For measuring memory, not time.
    """

    def __init__(self, pinned: bool) -> None:
        self._pinned = pinned
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: queue.Queue[bytes | None] = queue.Queue()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
        self._errors.close()

    def run(self, job: dict[str, Any], tick_seconds: float) -> Iterator[dict[str, Any] | None]:
        """Run a job.

        Args:
            job: As `measurement.job_message` makes it.
            tick_seconds: The longest time between two yields.

        Yields:
            The messages of the job, and None where there is none within `tick_seconds`. The last one has "ended".

        Raises:
            ServerError: The server does not start.
        """
        started = time.monotonic()
        process = self._process
        if process is None:
            process = self._start()
            while (message := self._next(tick_seconds)) is None or "ready" not in message:
                if time.monotonic() - started > START_SECONDS:
                    raise ServerError(
                        f"The measurement process did not start within {START_SECONDS:.0f} s. Start it again."
                    )
                yield None
        self._send(json.dumps(job))
        ended = False
        while not ended:
            try:
                message = self._next(tick_seconds)
            except ServerError:  # It ended after its only job, or was killed.
                message = {"ended": process.wait()}
                self.close()
            ended = message is not None and "ended" in message
            if ended and not FORKS:
                self.close()
            yield message

    def stop(self) -> None:
        """End the running job. Its last message follows. May be called from any thread."""
        if FORKS:
            self._send("stop")
        else:
            self._kill()

    def close(self) -> None:
        """End the server and its child processes."""
        self._kill()
        self._process = None
        self._messages = queue.Queue()

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "longformer_viz.probe.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=SLEEPING_THREADS
            | os.environ
            | {"PYTHONPATH": os.pathsep.join(paths)}
            | (MEMORY_SETTINGS if self._pinned else {}),
            start_new_session=True,  # its own process group, to be killed together
        )
        arguments = (process.stdout, self._messages)
        threading.Thread(target=_listen, args=arguments, daemon=True).start()
        return process

    def _next(self, tick_seconds: float) -> dict[str, Any] | None:
        try:
            line = self._messages.get(timeout=tick_seconds)
        except queue.Empty:
            return None
        if line is None:
            raise ServerError(f"The measurement process ended unexpectedly{self._reason()}. Start it again.")
        return json.loads(line)

    def _reason(self) -> str:
        """Return the last line that the process wrote, in brackets: the error's own words, without its trace."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - _SHOWN_CHARACTERS))
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" ({last.rstrip('.')})" if last else ""

    def _send(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError):  # The server has ended; its last message says so.
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()


def _listen(pipe: Any, messages: "queue.Queue[bytes | None]") -> None:
    with pipe:
        for line in pipe:
            messages.put(line)
    messages.put(None)
