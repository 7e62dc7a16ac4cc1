"""The process of a job in the background: `python -m longformer_viz.corpus.background.process FOLDER`.

It ends with the process that started it, whose end closes its standard input.
"""

import json
import os
import sys
import threading
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from longformer_viz.corpus.job import run_corpus
from longformer_viz.corpus.plan import Asked, CorpusPlan, Setting
from longformer_viz.corpus.sources import Listing, Reference
from longformer_viz.memory import keep_freed_memory
from longformer_viz.models.storage.files import write_whole
from longformer_viz.spec import InputError

ORDER, RESULTS, MESSAGE, ERRORS = "job.json", "results", "message.txt", "errors.txt"
_NICE = 10  # A lower priority than the app's, which answers while a job runs.


def write_order(folder: Path, plan: CorpusPlan, references: tuple[Reference, ...]) -> None:
    """Write what a job does into its folder.

    Args:
        folder: The folder.
        plan: What is asked.
        references: The documents.
    """
    order = {"plan": asdict(plan), "references": [asdict(reference) for reference in references]}
    text = json.dumps(order, ensure_ascii=True)
    write_whole(folder / ORDER, lambda path: path.write_text(text, encoding="ascii"))


def read_order(folder: Path) -> tuple[CorpusPlan, tuple[Reference, ...]]:
    """Return what a job does.

    Args:
        folder: Its folder.
    """
    order = json.loads((folder / ORDER).read_text(encoding="ascii"))
    return _plan(order["plan"]), tuple(_reference(values) for values in order["references"])


def _plan(values: dict[str, Any]) -> CorpusPlan:
    labels = values["labels"]
    changed = {
        "questions": tuple(values["questions"]),
        "labels": labels if labels is None or isinstance(labels, str) else tuple(labels),
        "windows": tuple(values["windows"]),
        "settings": tuple(Setting(**setting) for setting in values["settings"]),
    }
    return CorpusPlan(**{**values, **changed})


def _reference(values: dict[str, Any]) -> Reference:
    asked = tuple(
        Asked(each["question"], None if each["answers"] is None else tuple(each["answers"]))
        for each in values["asked"]
    )
    return Reference(**{**values, "asked": asked})


def work(folder: Path) -> bool:
    """Do the job in a folder, and leave a message there if it fails.

    Args:
        folder: The folder.

    Returns:
        Whether it succeeded.
    """
    try:
        plan, references = read_order(folder)
        run_corpus(Listing(references), plan, folder / RESULTS)
    except InputError as problem:
        message = str(problem)
    except Exception as fault:  # Whatever it is, the page must say it.
        (folder / ERRORS).write_text(traceback.format_exc(), encoding="utf-8", errors="replace")
        message = f"The job ended with an error: {type(fault).__name__}. The rows so far are kept."
    else:
        return True
    (folder / MESSAGE).write_text(message, encoding="utf-8", errors="replace")
    return False


def main() -> None:
    """Do the job in the folder that the command names."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    keep_freed_memory()
    torch.set_num_threads(max(1, torch.get_num_threads() - 1))  # One core is left for the app.
    sys.exit(0 if work(Path(sys.argv[1])) else 1)


def _end_with_parent() -> None:
    while os.read(0, 1):  # Not sys.stdin, whose lock this thread would hold when the interpreter ends.
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
