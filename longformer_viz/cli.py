"""The `longformer-viz` command."""

import json
import os
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from longformer_viz.app_server import serve
from longformer_viz.cli_options import (
    Device,
    DeviceOption,
    DilationOption,
    DocumentArgument,
    DType,
    DTypeOption,
    GlobalsOption,
    JsonOption,
    ModelOption,
    WindowOption,
)
from longformer_viz.cluster.command import replicas
from longformer_viz.corpus.command import corpus
from longformer_viz.figures.teaching.command import lesson
from longformer_viz.models.commands import check, models
from longformer_viz.probe.command import measure
from longformer_viz.server.command import app
from longformer_viz.threads import let_waiting_threads_sleep
from longformer_viz.training.adapter_command import train_adapter
from longformer_viz.training.runs.command import runs, train

if TYPE_CHECKING:  # torch and transformers are loaded by the command that needs them
    from longformer_viz import AttentionSpec, LoadedModel

USAGE_ERROR = 2  # exit code of a wrong value, as click has it for its own
INTERRUPTED = 130

cli = typer.Typer(
    help="Visualize, teach and compare attention over long documents. Without a command, the app opens.",
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cli.callback(invoke_without_command=True)
def _default(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if show_version:
        print(version("longformer-viz"))
    elif context.invoked_subcommand is None:
        serve(None, "127.0.0.1", True)


@cli.command()
def trace(
    document: DocumentArgument,
    model: ModelOption = None,
    window: WindowOption = None,
    dilation: DilationOption = 1,
    global_positions: GlobalsOption = None,
    layer: Annotated[int, typer.Option(help="Layer of the listed weights, from 0.")] = 0,
    head: Annotated[int, typer.Option(help="Head of the listed weights, from 0.")] = 0,
    top: Annotated[int, typer.Option(min=0, help="Number of largest weights to list.")] = 10,
    npz: Annotated[Path | None, typer.Option(help="Save this head's weights as an NPZ file.")] = None,
    device: DeviceOption = Device.CPU,
    dtype: DTypeOption = DType.FLOAT32,
    as_json: JsonOption = False,
) -> None:
    """Run a document through the model and list the largest attention weights of one head."""
    from longformer_viz.figures.exports.run import npz_bytes
    from longformer_viz.models.running import run

    spec = _spec(window, dilation, global_positions)
    text = _document_text(document)
    recorded = run(_model(model, device, dtype), text, spec)
    pieces = recorded.tokens.pieces
    weights = [
        {"query": query, "query_text": pieces[query], "key": key, "key_text": pieces[key], "weight": weight}
        for query, key, weight in recorded.strongest(layer, head, top)
    ]
    if npz is not None:
        _write(npz, npz_bytes(recorded, layer, head))
    _print(
        {
            "tokens": len(recorded.tokens),
            "layers": len(recorded.layers),
            "heads": recorded.heads,
            "global_positions": list(recorded.global_positions),
            "pairs_scored": recorded.pairs_scored,
            "pairs_of_full_attention": recorded.pairs_full,
            "layer": layer,
            "head": head,
            "largest_weights": weights,
        },
        as_json,
        [
            f"{len(recorded.tokens):,} tokens, {recorded.pairs_scored / recorded.pairs_full:.0%} of the pairs that "
            "full attention scores.",
            f"Largest attention weights of layer {layer}, head {head}:",
            *(
                f"  {row['weight']:.3f}  {row['query']:>6,} {row['query_text']}  attends to  "
                f"{row['key']:>6,} {row['key_text']}"
                for row in weights
            ),
        ],
    )


@cli.command()
def answer(
    document: DocumentArgument,
    question: Annotated[str, typer.Argument(help="A question that a passage of the document answers.")],
    model: ModelOption = None,
    window: WindowOption = None,
    dilation: DilationOption = 1,
    global_positions: GlobalsOption = None,
    count: Annotated[int, typer.Option(min=1, max=20, help="Number of answers to list.")] = 5,
    device: DeviceOption = Device.CPU,
    dtype: DTypeOption = DType.FLOAT32,
    as_json: JsonOption = False,
) -> None:
    """Find the passages of a document that answer a question."""
    from longformer_viz.tasks.answering import answer as find_answers

    spec = _spec(window, dilation, global_positions)
    text = _document_text(document)
    answers = find_answers(_model(model, device, dtype, task="qa"), question, text, spec, count=count)
    none = answers.none_probability
    lines = [] if none is None else [f"{none:.0%} chance that the document has no answer"]
    _print(
        {
            "question": question,
            "no_answer_probability": none,
            "answers": [
                {"text": one.text, "start": one.start, "end": one.end, "probability": one.probability}
                for one in answers
            ],
            "elapsed_seconds": answers.elapsed_seconds,
        },
        as_json,
        [*lines, *(f"{one.probability:4.0%}  {' '.join(one.text.split())}" for one in answers)],
    )


@cli.command()
def classify(
    document: DocumentArgument,
    labels: Annotated[
        str | None,
        typer.Option(
            help="'kinds', 'topics', 'sentiment', or your own labels, comma-separated. Default: the model's labels. "
            "A label may have a description: 'contract: an agreement; story: invented events'."
        ),
    ] = None,
    model: ModelOption = None,
    window: WindowOption = None,
    dilation: DilationOption = 1,
    global_positions: GlobalsOption = None,
    device: DeviceOption = Device.CPU,
    dtype: DTypeOption = DType.FLOAT32,
    as_json: JsonOption = False,
) -> None:
    """Give the probability of each label for a document."""
    from longformer_viz.tasks.classifying import KINDS, TRAINED
    from longformer_viz.tasks.classifying import classify as find_labels
    from longformer_viz.tasks.labels.own_labels import split_labels

    spec = _spec(window, dilation, global_positions)
    text = _document_text(document)
    if labels is None and model is None:
        labels = "topics"
    asked = labels if labels is None or labels in (KINDS, *TRAINED) else split_labels(labels)
    result = find_labels(_model(model, device, dtype), text, asked, spec)
    unlike = ["Unlike the training data: do not rely on these labels."] if result.is_unlike_training_data else []
    _print(
        {
            "labels": [asdict(label) for label in result],
            "zero_shot": result.zero_shot,
            "elapsed_seconds": result.elapsed_seconds,
            "training_distance": None if result.training is None else asdict(result.training),
            "is_unlike_training_data": result.is_unlike_training_data,
            "is_perhaps_none": result.is_perhaps_none,
        },
        as_json,
        [*unlike, *(f"{label.probability:4.0%}  {label.name}" for label in result)],
    )


cli.command()(app)
cli.command()(check)
cli.command()(corpus)
cli.command()(lesson)
cli.command()(measure)
cli.command()(models)
cli.command()(replicas)
cli.command()(runs)
cli.command()(train)
cli.command()(train_adapter)


def _document_text(document: str) -> str:
    from longformer_viz.documents.reading import read_document

    if document == "-":
        return sys.stdin.read()
    try:
        data = Path(document).read_bytes()
    except OSError as fault:
        _stop(f"The document must be a readable file; {document}: {fault.strerror}. Check the path.")
    read = read_document(Path(document).name, data)
    for note in read.notes:
        print(note, file=sys.stderr)
    return read.text


def _model(name: str | None, device: Device, dtype: DType, task: str | None = None) -> "LoadedModel":
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    from longformer_viz.models.loading import load

    set_verbosity_error()
    disable_progress_bar()
    print(f"Loading {name or 'the built-in model'} …", file=sys.stderr)
    return load(name, task=task if name is None else None, device=device.value, dtype=dtype.value)


def _spec(window: int | None, dilation: int, global_positions: str | None) -> "AttentionSpec":
    from longformer_viz.documents.landmarks import typed_positions
    from longformer_viz.spec import AttentionSpec

    positions = None if global_positions is None else typed_positions(global_positions)
    return AttentionSpec(window, dilation, positions)


def _write(file: Path, data: bytes) -> None:
    from longformer_viz.models.storage.files import save_export

    save_export(file, data)


def _print(data: Any, as_json: bool, lines: list[str]) -> None:
    print(json.dumps(data, indent=1, ensure_ascii=False) if as_json else "\n".join(lines))


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(USAGE_ERROR)


def main() -> None:
    """Run the command line; a wrong value is one sentence on standard error and exit code 2."""
    from longformer_viz.models.storage.faults import is_disk_full
    from longformer_viz.spec import InputError  # imports no torch

    let_waiting_threads_sleep()
    try:
        try:
            cli()
        finally:
            sys.stdout.flush()
    except InputError as fault:
        _stop(str(fault))
    except OSError as fault:
        if not is_disk_full(fault):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes what is left when it ends.
        _stop(f"The output needs free disk space; its disk is full: {fault.strerror}. Free some space.")
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
