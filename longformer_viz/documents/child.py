"""Run a parser in a child process with limits on time and memory."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.limits import LIMITS
from longformer_viz.documents.refusals import refusal

SCRIPT = Path(__file__).with_name("parsers") / "run.py"


def parse(parser: str, name: str, data: bytes, options: ReadOptions) -> ReadDocument:
    """Parse a file in a child process.

    Args:
        parser: Module of `documents.parsers`.
        name: The file's name, which an error quotes.
        data: The file's bytes.
        options: The visitor's choices.

    Returns:
        The text and the notes that the parser returned.

    Raises:
        InputError: If the file is damaged, locked, without text or beyond the limits. The message never contains the
            file's content.
    """
    limits = LIMITS
    if options.recognize_pictures:
        limits = replace(limits, seconds=limits.recognition_seconds)
    order = json.dumps({"parser": parser, "limits": asdict(limits), "options": asdict(options)})
    command = [sys.executable, "-I", str(SCRIPT), order]
    try:
        child = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=limits.seconds
        )
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        raise refusal({"problem": "slow"}, name, limits) from None
    except ValueError:  # The process died, and wrote nothing or a part of its result.
        raise refusal({"problem": "stopped"}, name, limits) from None
    if "problem" in answer:
        raise refusal(answer, name, limits)
    return ReadDocument(
        text=answer["text"],
        notes=tuple(answer["notes"]),
        picture_pages=tuple(answer["picture_pages"]),
        running_headers=answer["running_headers"],
    )
