"""Runs a parser in a child process under limits of time and memory, and turns its problems into sentences."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from longformer_viz.documents.cleaning import too_long
from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.limits import LIMITS, MEGABYTE, Limits
from longformer_viz.spec import InputError, shown

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
    order = json.dumps({"parser": parser, "limits": asdict(LIMITS), "options": asdict(options)})
    command = [sys.executable, "-I", str(SCRIPT), order]
    try:
        child = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LIMITS.seconds
        )
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        answer = {"problem": "slow"}
    except ValueError:  # it died, and wrote nothing or half an answer
        answer = {"problem": "stopped"}
    if "problem" in answer:
        raise _error(answer, shown(name), LIMITS)
    return ReadDocument(
        text=answer["text"],
        notes=tuple(answer["notes"]),
        picture_pages=tuple(answer["picture_pages"]),
        running_headers=answer["running_headers"],
    )


def _error(answer: dict, file: str, limits: Limits) -> Exception:
    match answer["problem"]:
        case "encrypted":
            return InputError(
                f"A document must open without a password; {file} asks for one. "
                "Save a copy without it and upload that."
            )
        case "no_text":
            return InputError(
                f"A PDF must hold text, not only pictures of it; {file} has none on its {answer['pages']:,} "
                "pages. Run text recognition (OCR) over it, or paste the text."
            )
        case "too_big":
            return InputError(
                f"A document may unpack to at most {limits.unpacked_bytes // MEGABYTE:,} MB in "
                f"{limits.entries:,} parts and take {limits.memory_bytes // MEGABYTE:,} MB of memory; "
                f"{file} goes beyond that. Split it, or paste the text."
            )
        case "too_long":
            return too_long(answer["characters"])
        case "slow":
            return InputError(
                f"A document must be readable within {limits.seconds:g} seconds; {file} was not. "
                "Split it, or paste the text."
            )
        case "missing":
            return ImportError(f"Package {answer['module']} is missing; run pip install -r requirements.txt.")
    return InputError(
        f"A document must be readable from start to end; {file} is damaged or cut short. "
        "Open it in its own program and save it again, or paste the text."
    )
