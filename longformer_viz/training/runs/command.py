"""`longformer-viz train`: fine-tune a long-document model on your own data, as the page Train does."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longformer_viz.spec import InputError, shown

if TYPE_CHECKING:  # torch is loaded by a run, not for the help
    from longformer_viz.training.runs.run_state import RunState

_TICK_SECONDS = 0.5
_MORE = (
    *("rank", "warm_up", "accumulation", "window", "dilation", "global_every"),
    *("checkpointing", "dropout", "held_out", "seed", "positions"),
)


def train(
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATA",
            help="A CSV, JSON lines or Parquet file with texts and labels, or questions as SQuAD JSON. Default: a "
            "sample set.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The run's name. Default: the name of the file.")] = None,
    continue_run: Annotated[
        str | None, typer.Option("--continue", metavar="NAME", help="Continue a run that stopped before its end.")
    ] = None,
    text_column: Annotated[str | None, typer.Option(help="Column with the texts. Default: guessed.")] = None,
    label_column: Annotated[str | None, typer.Option(help="Column with the labels. Default: guessed.")] = None,
    several_labels: Annotated[
        bool, typer.Option("--several-labels", help="A document may have several labels, between | ; or commas.")
    ] = False,
    masked_tokens: Annotated[
        bool,
        typer.Option(
            "--masked-tokens", help="Convert the base to a Longformer, and train it on masked tokens without labels."
        ),
    ] = False,
    base: Annotated[
        str, typer.Option(help="Model to start from: a hub name, a folder, or run:NAME. Default: the built-in model.")
    ] = "",
    method: Annotated[str, typer.Option(help="'adapters' or 'all weights'.")] = "adapters",
    learning_rate: Annotated[
        float | None, typer.Option(help="Highest learning rate. Default: 0.001, or 0.00002 for all weights.")
    ] = None,
    epochs: Annotated[int, typer.Option(help="Number of passes over the data.")] = 3,
    batch: Annotated[int, typer.Option(help="Documents in a batch.")] = 4,
    max_tokens: Annotated[int, typer.Option(help="Longer documents are cut to this many tokens.")] = 4096,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    more: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help=f"Another setting: {', '.join(_MORE)}. Repeatable."),
    ] = None,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes that train together, for example one for each GPU.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fine-tune a model on your own labelled documents or questions."""
    from longformer_viz.training.own_data.reading import LABELS, LANGUAGE, SEVERAL_LABELS

    if continue_run is None:
        task = LANGUAGE if masked_tokens else SEVERAL_LABELS if several_labels else LABELS
        values = {"task": task, "base": base, "method": method, "learning_rate": learning_rate, "epochs": epochs}
        values |= {"batch": batch, "max_tokens": max_tokens, "device": device, **_named(more or ())}
        continue_run = _new_run(name, data, values, text_column, label_column)
    run = _train(continue_run, processes)
    _print(_summary(run), as_json, [_line(run), *([run.message] if run.message else []), *_figures(run)])
    if run.state == "failed":
        raise SystemExit(1)


def _new_run(
    name: str | None, data: Path | None, values: dict[str, Any], text_column: str | None, label_column: str | None
) -> str:
    """Make a run, and return its name."""
    from longformer_viz.models.runs import name_of_file
    from longformer_viz.training.runs.queue import create_run, free_name
    from longformer_viz.training.runs.settings import TrainingSettings

    settings = TrainingSettings.read(values)
    source, settings, run_data = _read(data, settings, text_column, label_column)
    name = name or free_name("sample" if data is None else name_of_file(data.name))
    create_run(name, settings, run_data, source)
    return name


def runs(as_json: Annotated[bool, typer.Option("--json", help="Print the runs as JSON.")] = False) -> None:
    """List the training runs."""
    from longformer_viz.training.runs.run_state import all_runs

    found = all_runs()
    _print([_summary(run) for run in found], as_json, [_line(run) for run in found] or ["There are no runs yet."])


def _named(texts: Sequence[str]) -> dict[str, Any]:
    """Return settings from texts such as window=256."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in _MORE:
            raise InputError(
                f"--set takes NAME=VALUE with one of {', '.join(_MORE)}. You entered {shown(text)}. Try window=256."
            )
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def _read(
    data: Path | None, settings: Any, text_column: str | None, label_column: str | None
) -> tuple[str, Any, Any]:
    """Return the name of the data, the settings with the task of the data, and the data, split."""
    from longformer_viz.training.own_data.reading import LANGUAGE, SEVERAL_LABELS, read_documents, read_training_data
    from longformer_viz.training.own_data.sample_set import SAMPLE_NAME, sample_set
    from longformer_viz.training.runs.run_data import RunData

    if data is None:
        return SAMPLE_NAME, settings, RunData.of(sample_set(), settings.held_out, settings.seed)
    try:
        content = data.read_bytes()
    except OSError as fault:
        raise InputError(f"The data must be a readable file; {data}: {fault.strerror}. Check the path.") from fault
    if settings.task == LANGUAGE:
        read = read_documents(data.name, content, text_column)
    else:
        several = settings.task == SEVERAL_LABELS
        read = read_training_data(data.name, content, text_column, label_column, several)
    for note in read.notes:
        print(note, file=sys.stderr)
    return data.name, replace(settings, task=read.task), RunData.of(read, settings.held_out, settings.seed)


def _train(name: str, processes: int) -> "RunState":
    """Train a run, with its progress on standard error; Ctrl+C pauses it."""
    from longformer_viz.training.runs.queue import RunQueue
    from longformer_viz.training.runs.run_state import read_run

    queue = RunQueue(processes)
    queue.start(name)
    print(f"Training {name} …", file=sys.stderr)
    shown = -1
    try:
        while not queue.wait(name, _TICK_SECONDS):
            run = read_run(name)
            if run.step != shown and run.history:
                shown = run.step
                last = run.history[-1]
                left = "" if run.seconds_left is None else f", about {run.seconds_left / 60:.0f} min left"
                print(f"step {run.step:,} of {run.steps:,}, loss {last['loss']:.3f}{left}", file=sys.stderr)
    except KeyboardInterrupt:
        queue.pause(name)
        print(f"Pausing. Continue with: longformer-viz train --continue {name!r}", file=sys.stderr)
        while not queue.wait(name, _TICK_SECONDS):
            time.sleep(_TICK_SECONDS)
    return read_run(name)


def _summary(run: "RunState") -> dict[str, Any]:
    from longformer_viz.training.runs.card import best_evaluation

    best = best_evaluation(run)
    return {
        "name": run.name,
        "state": run.state,
        "message": run.message,
        "step": run.step,
        "steps": run.steps,
        "folder": str(run.folder),
        "settings": run.settings.values(),
        "evaluation": None if best is None else {key: value for key, value in best.items() if key != "mistakes"},
    }


def _line(run: "RunState") -> str:
    from longformer_viz.training.runs.card import best_evaluation

    best, score = best_evaluation(run), run.settings.score_name
    result = "" if best is None else f", {score.replace('_', ' ')} {best[score]:.3f}"
    return f"{run.name}: {run.state}, step {run.step:,} of {run.steps:,}{result}"


def _figures(run: "RunState") -> list[str]:
    if not run.is_finished:
        return []
    return [f"The model is in {run.folder / 'model'}", f"In Python: load({'run:' + run.name!r})"]


def _print(data: Any, as_json: bool, lines: list[str]) -> None:
    print(json.dumps(data, indent=1, ensure_ascii=False) if as_json else "\n".join(lines))
