"""Runs a parser in a child process under limits of time and memory."""

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
        name: The file's name, which a refusal quotes.
        data: The file.
        options: What the visitor chose.

    Returns:
        What the parser returned.

    Raises:
        InputError: The file is damaged, locked, empty of text or beyond the limits; the message never
            holds the file's content.
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
    except ValueError:  # it died, and wrote nothing or half an answer
        raise refusal({"problem": "stopped"}, name, limits) from None
    if "problem" in answer:
        raise refusal(answer, name, limits)
    return ReadDocument(
        text=answer["text"],
        notes=tuple(answer["notes"]),
        picture_pages=tuple(answer["picture_pages"]),
        running_headers=answer["running_headers"],
    )
