"""The process that measuring processes come from: it has loaded all libraries, and splits off a fresh child a job.

`python -m longformer_viz.probe.server`: a job a line on standard input, answers a line each on standard output, at
last `{"ended": ...}`. The line "stop" ends the child, the end of input ends both. It runs nothing itself, so that
no thread and no memory of an earlier job is in a child. Where processes cannot be split, it does one job itself and
ends: a fresh one is started for the next.
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

FORKS = sys.platform == "linux"  # macOS's own libraries do not survive it
_CHUNK_BYTES = 65_536


def main() -> None:
    """Answer jobs until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    lines = _Lines(0)
    _write(answers, {"ready": os.getpid()})
    while (line := lines.next()) is not None:
        if line == b"stop":
            continue  # its job had ended by itself
        job = json.loads(line)
        if not FORKS:
            worker.perform(job, lambda message: _write(answers, message))
            _write(answers, {"ended": 0})
            return
        _supervise(job, lines, answers)


class _Lines:
    """Lines of a file descriptor, of which one can tell whether more is there."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = b""
        self._lines: Iterator[bytes] = iter(())
        self.ended = False

    def next(self) -> bytes | None:
        """The next line, without its end; None at the end of input."""
        while (line := next(self._lines, None)) is None:
            if self.ended:
                return None
            self.read()
        return line

    def read(self) -> list[bytes]:
        """Wait for more, once; the whole lines that are there now."""
        found = os.read(self.descriptor, _CHUNK_BYTES)
        self.ended = not found
        *whole, self._rest = (self._rest + found).split(b"\n")
        self._lines = iter([*self._lines, *whole])
        return whole


def _supervise(job: dict[str, Any], lines: _Lines, answers: int) -> None:
    """Let a child do the job, hand on what it says, and end it when told to."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        _run_child(job, readable, writable, answers)
    os.close(writable)
    said = _Lines(readable)
    try:
        while not said.ended:
            for descriptor in select.select([readable, lines.descriptor], [], [])[0]:
                if descriptor == readable:
                    for line in said.read():
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
        os._exit(code)  # no exit handlers, no buffers: those are the server's


def _write(descriptor: int, message: dict[str, Any]) -> None:
    os.write(descriptor, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
