"""`python -m longformer_viz.measure`: measure memory and time without a browser, one line a point."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import transformers

from longformer_viz.measure.growth import growth
from longformer_viz.measure.methods import DEFAULT_LENGTHS, DEFAULT_METHODS, LEVELS, METHODS, SHAPES, Method
from longformer_viz.measure.probe import Step, measure
from longformer_viz.measure.processes import ServerError
from longformer_viz.measure.results import QUANTITIES, MemoryPoint, Plan, Point, Results
from longformer_viz.measure.setup import DEVICES
from longformer_viz.spec import InputError


def main() -> int:
    """Measure what the command line asks for; the exit status is 2 for a wrong value and 130 after Ctrl-C."""
    chosen = _options()
    transformers.logging.set_verbosity_error()

    def show(step: Step) -> None:
        if step.point is not None:
            if chosen.save:  # each point: an end before the last one loses none
                step.results.save(chosen.save)
            print(_line(step.point), f"   {_clock(step.remaining_seconds)}", file=sys.stderr, flush=True)

    try:
        plan = Plan(
            methods=_words(chosen.methods),
            lengths=[_number(word) for word in _words(chosen.lengths)],
            quantities=chosen.only or QUANTITIES,
            level=chosen.level,
            shape=chosen.shape,
            device=chosen.device,
            threads=chosen.threads,
            training=chosen.training,
            point_seconds=chosen.point_seconds,
            point_bytes=None if chosen.point_gigabytes is None else int(chosen.point_gigabytes * 1e9),
        )
        results = measure(plan, show)
        if chosen.save:
            results.save(chosen.save)
        if chosen.csv:
            _write_csv(results, chosen.csv)
    except (InputError, ServerError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; no process is left.", file=sys.stderr)
        return 130
    _summary(results)
    if chosen.json:
        print(results.to_json())
    return 0


def _write_csv(results: Results, file: str) -> None:
    try:
        Path(file).write_text(results.to_csv(), encoding="utf-8")
    except OSError as error:
        print(f"The CSV must go where files can be written; {file}: {error.strerror}.", file=sys.stderr)


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m longformer_viz.measure", description=__doc__.splitlines()[0])
    words = {"nargs": "+", "metavar": "WORD"}
    offered = ", ".join(method.key for method in METHODS)
    parser.add_argument("--methods", default=[m.key for m in DEFAULT_METHODS], help=f"of {offered}", **words)
    parser.add_argument("--lengths", default=list(map(str, DEFAULT_LENGTHS)), help="in tokens", **words)
    parser.add_argument("--only", choices=QUANTITIES, help="memory or time alone")
    parser.add_argument("--level", default="layer", choices=LEVELS, help="one layer's attention, or a whole encoder")
    parser.add_argument("--shape", default="base", choices=tuple(SHAPES))
    parser.add_argument("--device", default="cpu", choices=DEVICES)
    parser.add_argument("--threads", type=int, help="PyTorch's own choice if left out")
    parser.add_argument("--training", action="store_true", help="training steps of whole models (--level model)")
    parser.add_argument("--point-seconds", type=float, default=60.0, help="the longest that a point may take")
    parser.add_argument("--point-gigabytes", type=float, help="the most memory that a point may take")
    parser.add_argument("--json", action="store_true", help="print the results as JSON on standard output")
    parser.add_argument("--save", metavar="FILE", help="write the results as JSON, to be opened on the page")
    parser.add_argument("--csv", metavar="FILE", help="write the results as CSV")
    return parser.parse_args()


def _words(given: list[str]) -> list[str]:
    """Words apart by spaces or commas."""
    return [word for part in given for word in part.split(",") if word]


def _number(word: str) -> int | str:
    return int(word) if word.isdecimal() else word


def _line(point: Point) -> str:
    label = f"{Method.named(point.method).label:44}{point.length:>10,} tokens  "
    if point.status != "measured":
        return f"{label}{point.status}"
    if isinstance(point, MemoryPoint):
        return label + ("no meter" if point.peak_bytes is None else f"{point.peak_bytes / 2**20:12,.0f} MiB")
    half = (point.high_seconds - point.low_seconds) / 2
    return f"{label}{point.median_seconds:12.4f} s  ± {half:.4f} s, {point.rounds} rounds"


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"about {seconds:,.0f} s left"


def _summary(results: Results) -> None:
    """How each method grows, and the machine, on standard error."""
    for method in results.plan.methods:
        for name, values in (("time", results.seconds(method)), ("memory", results.peak_bytes(method))):
            if line := growth(values):
                where = f"{line.low:,} to {line.high:,} tokens"
                print(
                    f"{Method.named(method).label:44}{name} grows as n^{line.exponent:.2f}, {where}", file=sys.stderr
                )
    print(results.machine, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
