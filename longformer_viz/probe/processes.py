"""A measuring server seen from the process that asks: jobs in, messages out, and no process left behind."""

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

START_SECONDS = 120.0  # loading all libraries on a busy machine
# The C library hands back what is freed at once, so that the high-water mark is what was needed, not what was kept.
MEMORY_SETTINGS = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
# Threads that wait are to sleep: where others want the same cores, spinning ones
# make a run take several times as long.
_SETTINGS = {"OMP_WAIT_POLICY": "passive"}
_TOLD = 500  # characters of a failed start that are passed on


class ServerError(RuntimeError):
    """The measuring server did not start."""


class Server:
    """One measuring server, started at the first job; a context manager that leaves no process behind.

    pinned: with the C library told to hand memory back at once, for memory and never for times. `jobs` may be run
    one after another; `stop` may be called from any thread.
    """

    def __init__(self, pinned: bool) -> None:
        self._pinned = pinned
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: queue.Queue[bytes | None] = queue.Queue()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def run(self, job: dict[str, Any], tick_seconds: float) -> Iterator[dict[str, Any] | None]:
        """The messages of a job as they come, None at least every `tick_seconds`; the last one has "ended".

        Raises ServerError where the server does not start.
        """
        started = time.monotonic()
        process = self._process
        if process is None:
            process = self._start()
            while (message := self._next(tick_seconds)) is None or "ready" not in message:
                if time.monotonic() - started > START_SECONDS:
                    raise ServerError("The measuring process did not start in time.")
                yield None
        self._tell(json.dumps(job))
        ended = False
        while not ended:
            try:
                message = self._next(tick_seconds)
            except ServerError:  # it does one job and ends, or was ended from outside
                message = {"ended": process.wait()}
                self.close()
            ended = message is not None and "ended" in message
            if ended and not FORKS:
                self.close()
            yield message

    def stop(self) -> None:
        """End the job that runs; its last message follows."""
        if FORKS:
            self._tell("stop")
        else:
            self._kill()

    def close(self) -> None:
        """End the server and whatever runs in it."""
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
            env=_SETTINGS
            | os.environ
            | {"PYTHONPATH": os.pathsep.join(paths)}
            | (MEMORY_SETTINGS if self._pinned else {}),
            start_new_session=True,  # a group of its own, to be ended as one
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
            raise ServerError(f"The measuring process ended by itself. {self._last_words()}".strip())
        return json.loads(line)

    def _last_words(self) -> str:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - _TOLD))
        return " ".join(self._errors.read().decode("utf-8", "replace").split())

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError):  # it has ended: its last message says so
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
