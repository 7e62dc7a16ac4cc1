"""Run a parser in a child process with limits on time and memory."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.limits import LIMITS
from longformer_viz.documents.refusals import refusal

_KILLED = 9  # The signal by which a system that is short of memory ends a process.
SCRIPT = Path(__file__).with_name("parsers") / "run.py"


def parse(
    parser: str, name: str, data: bytes, options: ReadOptions, most_seconds: float | None = None
) -> ReadDocument:
    """Parse a file in a child process.

    Args:
        parser: Module of `documents.parsers`.
        name: The file's name, which an error quotes.
        data: The file's bytes.
        options: The visitor's choices.
        most_seconds: A lower limit on the time, in seconds; None for that of `LIMITS`.

    Returns:
        The text and the notes that the parser returned.

    Raises:
        InputError: If the file is damaged, locked, without text or beyond the limits. The message never contains the
            file's content.
    """
    limits = LIMITS
    if options.recognize_pictures:
        limits = replace(limits, seconds=limits.recognition_seconds)
    if most_seconds is not None:
        seconds = min(limits.seconds, most_seconds)
        limits = replace(limits, seconds=seconds, recognition_seconds=min(limits.recognition_seconds, seconds))
    order = json.dumps({"parser": parser, "limits": asdict(limits), "options": asdict(options)})
    command = [sys.executable, "-I", str(SCRIPT), order]
    try:
        exit_code, output = _run(command, data, limits.seconds)
    except subprocess.TimeoutExpired:
        raise refusal({"problem": "slow"}, name, limits) from None
    except OSError as fault:  # The system starts no further process.
        raise refusal({"problem": "killed"}, name, limits) from fault
    try:
        answer = json.loads(output)
    except ValueError:  # The process died, and wrote nothing or a part of its result.
        raise refusal({"problem": "killed" if exit_code == -_KILLED else "stopped"}, name, limits) from None
    if "problem" in answer:
        raise refusal(answer, name, limits)
    return ReadDocument(
        text=answer["text"],
        notes=tuple(answer["notes"]),
        picture_pages=tuple(answer["picture_pages"]),
        running_headers=answer["running_headers"],
    )


def _run(command: list[str], data: bytes, seconds: float) -> tuple[int, bytes]:
    """Run a command, and leave no process behind, not even one that it started.

    Args:
        command: The command.
        data: Its input.
        seconds: The longest time.

    Returns:
        Its exit code, or the negative number of the signal that ended it, and its output.

    Raises:
        TimeoutExpired: If it takes longer.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # its own process group, to be killed together
    ) as child:
        try:
            output, _ = child.communicate(data, seconds)
            return child.returncode, output
        finally:
            if child.returncode != 0:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL) if hasattr(os, "killpg") else child.kill()
