"""The measurement server: a process that has loaded all libraries and forks a new child for each job.

`python -m longformer_viz.probe.server` reads one job per line from standard input and writes one message per line to
standard output; the last message of a job is `{"ended": ...}`. The line "stop" ends the child. The end of the input
ends the server. The server runs no job itself, so a child contains no threads and no memory of earlier jobs. Where
processes cannot fork, the server runs one job itself and ends, and a new server is started for the next job.
"""

import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from typing import Any

from longformer_viz.probe import worker
from longformer_viz.probe.peak_memory import settle_child

FORKS = sys.platform == "linux"  # Libraries of macOS do not work after a fork.
_CHUNK_BYTES = 65_536


def main() -> None:
    """Run jobs until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent process.
    answers = os.dup(1)
    os.dup2(2, 1)  # Output of libraries goes to standard error.
    lines = _Lines(0)
    _write(answers, {"ready": os.getpid()})
    while (line := lines.next()) is not None:
        if line == b"stop":
            continue  # The job has already ended.
        job = json.loads(line)
        if not FORKS:
            worker.perform(job, lambda message: _write(answers, message))
            _write(answers, {"ended": 0})
            return
        _supervise(job, lines, answers)


class _Lines:
    """Read lines from a file descriptor that `select` waits for."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = b""
        self._lines: Iterator[bytes] = iter(())
        self.ended = False

    def next(self) -> bytes | None:
        """Return the next line without its line break; None at the end of the input."""
        while (line := next(self._lines, None)) is None:
            if self.ended:
                return None
            self.read()
        return line

    def read(self) -> list[bytes]:
        """Read once, waiting for input, and return the complete lines."""
        found = os.read(self.descriptor, _CHUNK_BYTES)
        self.ended = not found
        *whole, self._rest = (self._rest + found).split(b"\n")
        self._lines = iter([*self._lines, *whole])
        return whole


def _supervise(job: dict[str, Any], lines: _Lines, answers: int) -> None:
    """Run a job in a child process, forward its messages, and end it on request."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        _run_child(job, readable, writable, answers)
    os.close(writable)
    output = _Lines(readable)
    try:
        while not output.ended:
            for descriptor in select.select([readable, lines.descriptor], [], [])[0]:
                if descriptor == readable:
                    for line in output.read():
                        os.write(answers, line + b"\n")
                elif b"stop" in lines.read() or lines.ended:
                    os.kill(child, signal.SIGKILL)
                    if lines.ended:
                        return
    finally:
        os.close(readable)
        _, status = os.waitpid(child, 0)
    _write(answers, {"ended": os.waitstatus_to_exitcode(status)})


def _run_child(job: dict[str, Any], readable: int, writable: int, answers: int) -> None:
    code = 1
    try:
        settle_child(job["kind"] == "memory")
        os.close(readable)
        os.close(answers)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        worker.perform(job, lambda message: _write(writable, message))
        code = 0
    finally:
        os._exit(code)  # Skip exit handlers and buffers, which are those of the server.


def _write(descriptor: int, message: dict[str, Any]) -> None:
    os.write(descriptor, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
