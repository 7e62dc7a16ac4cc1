"""`longformer-viz measure`: measures memory and time without a browser, one line per point."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longformer_viz.cost.checks import check_lengths
from longformer_viz.cost.methods import DEFAULT_LENGTHS, DEFAULT_METHODS, LEVELS, METHODS, SHAPES, Method
from longformer_viz.cost.setup import DEVICES

if TYPE_CHECKING:
    from longformer_viz.probe.results import Point, Results
    from longformer_viz.probe.sweep import Step

_METHODS_HELP = f"Comma-separated: {', '.join(method.key for method in METHODS)}."


def measure(
    methods: Annotated[str, typer.Option(help=_METHODS_HELP)] = ",".join(method.key for method in DEFAULT_METHODS),
    lengths: Annotated[str, typer.Option(help="Lengths in tokens, comma-separated.")] = ",".join(
        map(str, DEFAULT_LENGTHS)
    ),
    only: Annotated[str | None, typer.Option(help="Measure only 'memory' or 'time'.")] = None,
    level: Annotated[
        str, typer.Option(help=f"{' or '.join(LEVELS)}: one layer's attention, or a whole encoder.")
    ] = "layer",
    shape: Annotated[str, typer.Option(help=f"Model size: {' or '.join(SHAPES)}.")] = "base",
    device: Annotated[str, typer.Option(help=f"{' or '.join(DEVICES)}.")] = "cpu",
    threads: Annotated[int | None, typer.Option(help="CPU threads. Default: PyTorch's choice.")] = None,
    training: Annotated[
        bool, typer.Option("--training", help="Measure training steps. Needs --level model.")
    ] = False,
    point_seconds: Annotated[float, typer.Option(help="Time limit per point, in seconds.")] = 60.0,
    point_gigabytes: Annotated[float | None, typer.Option(help="Memory limit per point, in GB.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    save: Annotated[
        Path | None, typer.Option(help="Save the results as JSON. The Curves page can load this file.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Save the results as CSV.")] = None,
) -> None:
    """Measure the time and peak memory of attention methods by document length."""
    import transformers

    from longformer_viz.probe import sweep as probe
    from longformer_viz.probe.plan import QUANTITIES, Plan
    from longformer_viz.probe.processes import ServerError

    transformers.logging.set_verbosity_error()

    plan = Plan(
        methods=tuple(_words(methods)),
        lengths=check_lengths([_number(word) for word in _words(lengths)]),
        quantities=(only,) if only else QUANTITIES,
        level=level,
        shape=shape,
        device=device,
        threads=threads,
        training=training,
        point_seconds=point_seconds,
        point_bytes=None if point_gigabytes is None else int(point_gigabytes * 1e9),
    )
    try:
        results = probe.measure(plan, partial(_show, save))
    except ServerError as error:
        raise SystemExit(str(error)) from None
    if save:
        results.save(save)
    if csv:
        _write_csv(results, csv)
    _summary(results)
    if as_json:
        print(results.to_json())


def _show(save: Path | None, step: "Step") -> None:
    """Print a measured point. The results are saved after each one, so that an interruption loses none."""
    if step.point is not None:
        if save:
            step.results.save(save)
        print(_line(step.point), f"   {_clock(step.remaining_seconds)}", file=sys.stderr, flush=True)


def _write_csv(results: "Results", file: Path) -> None:
    from longformer_viz.models.storage.files import save_export
    from longformer_viz.spec import InputError

    try:
        save_export(file, results.to_csv().encode())
    except InputError as problem:  # The results themselves follow on standard output.
        print(problem, file=sys.stderr)


def _words(given: str) -> list[str]:
    """Split words at commas and spaces."""
    return given.replace(",", " ").split()


def _number(word: str) -> int | str:
    return int(word) if word.isdecimal() else word


def _line(point: "Point") -> str:
    from longformer_viz.probe.results import MemoryPoint

    label = f"{Method.named(point.method).label:44}{point.length:>10,} tokens  "
    if point.status != "measured":
        return f"{label}{point.status}"
    if isinstance(point, MemoryPoint):
        return label + ("not available" if point.peak_bytes is None else f"{point.peak_bytes / 2**20:12,.0f} MiB")
    low, median, high = point.quartiles
    return f"{label}{median:12.4f} s  ± {(high - low) / 2:.4f} s, {point.rounds} runs"


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"about {seconds:,.0f} s left"


def _summary(results: "Results") -> None:
    """Print growth rates and the machine on standard error."""
    from longformer_viz.probe.growth import growth

    for method in results.plan.methods:
        for name, values in (("time", results.seconds(method)), ("memory", results.peak_bytes(method))):
            if line := growth(values):
                where = f"{line.low:,} to {line.high:,} tokens"
                print(f"{Method.named(method).label:44}{name} grows as {line.power} ({where})", file=sys.stderr)
    print(results.machine, file=sys.stderr)
