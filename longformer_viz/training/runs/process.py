"""The process of a training run: `python -m longformer_viz.training.runs.process FOLDER`.

Several processes train together, through accelerate: `torchrun --nproc-per-node=2 -m
longformer_viz.training.runs.process FOLDER`. It continues from the last complete checkpoint in the folder.
"""

import json
import os
import shutil
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import torch
import transformers
from filelock import FileLock, Timeout
from transformers import set_seed

from longformer_viz.memory import keep_freed_memory
from longformer_viz.models.runs import MODEL, SETTING
from longformer_viz.models.storage.files import write_whole
from longformer_viz.spec import InputError
from longformer_viz.training.own_data.reading import LANGUAGE
from longformer_viz.training.runs.base_model import base_with_head, merged, trainable
from longformer_viz.training.runs.card import write_card
from longformer_viz.training.runs.evaluation import Evaluator
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_examples import RunExamples
from longformer_viz.training.runs.run_state import (
    CANCEL,
    CANCELLED,
    CHECKPOINTS,
    DONE,
    ERRORS,
    FAILED,
    LOCK,
    PAUSE,
    PAUSED,
    REPORT,
    REQUEST,
    RUNNING,
    read_run,
    write_status,
)
from longformer_viz.training.runs.trainer import COMPLETE, RunTrainer, make_trainer

_NICE = 10  # A lower priority than the app's, which answers while a run trains.
_LOCK_SECONDS = 10.0  # A page that looks whether the run trains holds the lock for a moment.
_LEAST_FREE_BYTES = 50_000_000


def train(folder: Path) -> str:
    """Train the run in a folder to its end, or until it is asked to pause or cancel.

    Args:
        folder: The run's folder.

    Returns:
        The state that it ends in.
    """
    if request := _request(folder):
        return request
    run = read_run(folder.name)
    settings, data = run.settings, RunData.read(folder)
    set_seed(settings.seed)
    base = base_with_head(settings, data.labels)
    examples = RunExamples(base, settings, data.labels)
    items = examples.training(data)
    if not items:
        raise InputError("Training needs at least one document. The run has none. Start a new run with more data.")
    if base.report:
        write_whole(
            folder / REPORT, lambda path: path.write_text(json.dumps([asdict(check) for check in base.report]))
        )
    model = trainable(base, settings)
    trainer = make_trainer(model, items, examples, Evaluator(examples, data), folder)
    if settings.task == LANGUAGE and not run.evaluations:
        trainer.evaluate()
    if settings.epochs:
        trainer.train(resume_from_checkpoint=last_checkpoint(folder / CHECKPOINTS))
    if request := _request(folder):
        return request
    if trainer.is_world_process_zero():
        save_model(trainer, folder)
    return DONE


def save_model(trainer: RunTrainer, folder: Path) -> None:
    """Save the best epoch's model as stock transformers has it, with its tokenizer and model card.

    Args:
        trainer: The trainer, after training.
        folder: The run's folder.
    """
    fresh = folder / f".{MODEL}-unfinished"
    shutil.rmtree(fresh, ignore_errors=True)
    model = merged(trainer.accelerator.unwrap_model(trainer.model))
    try:
        model.save_pretrained(fresh)
        trainer.examples.base.tokenizer.save_pretrained(fresh)
        write_card(fresh / "README.md", read_run(folder.name))
        shutil.rmtree(folder / MODEL, ignore_errors=True)
        fresh.replace(folder / MODEL)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # What a full disk has left of it.


def last_checkpoint(folder: Path) -> str | None:
    """Return the newest complete checkpoint, or None. Incomplete ones, of a process that was killed, are removed.

    Args:
        folder: The folder of checkpoints.
    """
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rsplit("-", 1)[1]))
    for path in reversed(found):
        if (path / COMPLETE).is_file():
            return str(path)
        shutil.rmtree(path, ignore_errors=True)
    return None


def _request(folder: Path) -> str:
    """Return the state that somebody asked for, PAUSED or CANCELLED, or ""."""
    try:
        return {PAUSE: PAUSED, CANCEL: CANCELLED}.get((folder / REQUEST).read_text(encoding="utf-8").strip(), "")
    except OSError:
        return ""


def main() -> None:
    """Train the run in the folder that the command names, where no other process does."""
    folder = Path(sys.argv[1]).resolve()
    os.environ[SETTING] = str(folder.parent)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    keep_freed_memory()
    transformers.logging.set_verbosity_error()
    if os.environ.get("RANK", "0") != "0":
        train(folder)
        return
    try:
        with FileLock(folder / LOCK, timeout=_LOCK_SECONDS):
            state = _trained(folder)
    except Timeout:
        print(f"The run {folder.name} trains in another process.", file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if state != FAILED else 1)


def _trained(folder: Path) -> str:
    """Train, write how it ended into the folder, and return the state."""
    run = read_run(folder.name)
    write_status(folder, RUNNING, step=run.step, steps=run.steps, message="Loading the model", pid=os.getpid())
    try:
        state, message = train(folder), ""
    except InputError as problem:
        state, message = FAILED, str(problem)
    except Exception as fault:  # Whatever it is, the page must say it.
        with suppress(OSError):
            (folder / ERRORS).write_text(traceback.format_exc(), encoding="utf-8")
        state, message = FAILED, _explained(folder, fault)
    run = read_run(folder.name)
    with suppress(OSError):  # On a full disk the run is shown as interrupted.
        write_status(folder, state, step=run.step, steps=run.steps, message=message)
        (folder / REQUEST).unlink(missing_ok=True)
    return state


def _explained(folder: Path, fault: Exception) -> str:
    if isinstance(fault, torch.OutOfMemoryError | MemoryError):
        return "The training needs more memory than there is. Start a run with a smaller batch."
    with suppress(OSError):
        if isinstance(fault, OSError) or shutil.disk_usage(folder).free < _LEAST_FREE_BYTES:
            return f"The folder of the run cannot be written ({fault}). Free some disk space and continue."
    return f"The training ended with an error: {type(fault).__name__}: {fault}"


if __name__ == "__main__":
    main()
