"""`longformer-viz train`: fine-tune a long-document model on your own data, as the page Train does."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longformer_viz.spec import InputError, shown

if TYPE_CHECKING:  # torch is loaded by a run, not for the help
    from longformer_viz.training.runs.run_state import RunState

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
    from longformer_viz.training.runs.fine_tune import new_run
    from longformer_viz.training.runs.settings import TrainingSettings

    if continue_run is None:
        task = LANGUAGE if masked_tokens else SEVERAL_LABELS if several_labels else LABELS
        values = {"task": task, "base": base, "method": method, "learning_rate": learning_rate, "epochs": epochs}
        values |= {"batch": batch, "max_tokens": max_tokens, "device": device, **_named(more or ())}
        continue_run, notes = new_run(data, name, TrainingSettings.read(values), text_column, label_column)
        print(*notes, sep="\n", end="\n" * bool(notes), file=sys.stderr)
    run = _train(continue_run, processes)
    _print(_summary(run), as_json, [_line(run), *([run.message] if run.message else []), *_figures(run)])
    if run.state != "done":
        raise SystemExit(1)


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


def _train(name: str, processes: int) -> "RunState":
    """Train a run, with its progress on standard error; Ctrl+C pauses it."""
    from longformer_viz.training.runs.fine_tune import continue_run

    shown_step = 0

    def show(run: "RunState") -> None:
        nonlocal shown_step
        if run.step != shown_step and run.history:
            shown_step = run.step
            left = "" if run.seconds_left is None else f", about {run.seconds_left / 60:.0f} min left"
            print(f"step {run.step:,} of {run.steps:,}, loss {run.history[-1]['loss']:.3f}{left}", file=sys.stderr)

    print(f"Training {name} …", file=sys.stderr)
    try:
        return continue_run(name, processes, show)
    except KeyboardInterrupt:
        print(f"Paused. Continue with: longformer-viz train --continue {name!r}", file=sys.stderr)
        raise


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
    result = "" if best is None else f", {run.settings.score_words} {best[score]:.3f}"
    return f"{run.name}: {run.state}, step {run.step:,} of {run.steps:,}{result}"


def _figures(run: "RunState") -> list[str]:
    if not run.is_finished:
        return []
    return [f"The model is in {run.folder / 'model'}", f"In Python: load({'run:' + run.name!r})"]


def _print(data: Any, as_json: bool, lines: list[str]) -> None:
    print(json.dumps(data, indent=1, ensure_ascii=False) if as_json else "\n".join(lines))
