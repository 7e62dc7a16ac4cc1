"""Compare several implementations: interleaved timed runs, and peak memory in a process for each.

What else runs on a machine slows one way as much as the next only if they take turns, so that ratios of medians of
one run mean something where times alone do not. Memory is the opposite: whatever ran before in a process spoils it.
"""

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from longformer_viz.peak_memory import measured
from longformer_viz.probe.machine import Machine, this_machine
from longformer_viz.probe.processes import MEMORY_SETTINGS

LEAST_ROUNDS, MOST_ROUNDS = 7, 41
ENOUGH_SECONDS = 10.0  # after this long no more than the least rounds
WARM_UP_ROUNDS = 2
_NO_GPU = "none, measured on the CPU"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do the thing; `prepare` runs before each `run` and is not timed."""

    run: Callable[[], Any]
    prepare: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of one way, one a round."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """The middle half of the times, from quartile to quartile, as a share of the median; 0 for a single round."""
        if len(self.seconds) < 2:
            return 0.0
        low, _, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return (high - low) / self.median


def options(description: str) -> Namespace:
    """What every benchmark takes on its command line; parity is measured with TF32 off."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes and one round: checks that all runs, its times say nothing"
    )
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="where to measure (default: cpu)")
    parser.add_argument("--peak", nargs=2, metavar=("CASE", "METHOD"), help=SUPPRESS)  # how a child is started
    chosen = parser.parse_args()
    if chosen.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device must be one that this machine has; cuda is not here. Leave it out.")
    chosen.device = torch.device(chosen.device)
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return chosen


def timed_in_turns(ways: Mapping[str, Way], device: torch.device, quick: bool = False) -> dict[str, Timing]:
    """Time every way once a round, A B C A B C ..., after a warm-up; one round if `quick`."""
    for _ in range(WARM_UP_ROUNDS):
        round_seconds = sum(_seconds(way, device) for way in ways.values())
        if quick or round_seconds > ENOUGH_SECONDS:
            break
    rounds = min(max(LEAST_ROUNDS, int(ENOUGH_SECONDS / round_seconds)), MOST_ROUNDS)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    gc.collect()
    gc.disable()
    try:
        for _ in range(1 if quick else rounds):
            for name, way in ways.items():
                taken[name].append(_seconds(way, device))
    finally:
        gc.enable()
    return {name: Timing(tuple(seconds)) for name, seconds in taken.items()}


def _seconds(way: Way, device: torch.device) -> float:
    if way.prepare is not None:
        way.prepare()
    _finish(device)
    start = time.perf_counter()
    result = way.run()
    _finish(device)
    elapsed = time.perf_counter() - start
    del result  # freed outside of the timing, for every way alike
    return elapsed


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def fastest(timings: Mapping[str, Timing], kind: str) -> float:
    """The smallest median of the ways whose names begin with `kind`."""
    return min(timing.median for name, timing in timings.items() if name.startswith(kind))


def spreads(timings: Mapping[str, Timing]) -> dict[str, float]:
    """The spread of each way, for the result."""
    return {name: timing.spread for name, timing in timings.items()}


def fresh_peak(module: str, chosen: Namespace, case: str, method: str) -> dict[str, int | None]:
    """What `print_peak` finds in a fresh process: `python -m MODULE --peak CASE METHOD`."""
    command = [sys.executable, "-m", module, "--peak", case, method, "--device", chosen.device.type]
    child = subprocess.run(
        command + ["--quick"] * chosen.quick,
        cwd=Path(__file__).parents[1],
        env=os.environ | MEMORY_SETTINGS,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(child.stdout.splitlines()[-1])


def print_peak(run: Callable[[], Any], warm_up: Callable[[], Any], device: torch.device) -> None:
    """In the fresh process: the peak that `run` adds to what is held before it, and the whole process's, as JSON.

    `warm_up` is the same at a small size: what libraries allocate once counts as held before.
    """
    warm_up()
    before = _high_water_bytes()
    with measured(device) as reading:
        run()
    after = _high_water_bytes()  # since `measured` set the mark back
    process = None if before is None else max(before, after)
    print(json.dumps({"peak_bytes": reading.peak_bytes, "process_peak_bytes": process}))


def _high_water_bytes() -> int | None:
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return None if found is None else int(found[1]) * 1024


def machine() -> dict[str, Any]:
    """Processor, cores and threads, load before the start, and versions."""
    return asdict(this_machine())


def machine_line(found: Mapping[str, Any]) -> str:
    """The machine in one line."""
    return str(Machine(**found))


def gpu_line(device: torch.device) -> str:
    """Which GPU was measured, or that none was."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_NO_GPU}; for the GPU run again with --device cuda" if torch.cuda.is_available() else _NO_GPU


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, the key of its value in a row, and how a value is written."""

    title: str
    key: str
    form: str = "{}"
    scale: float | None = None
    least_width: int = 9

    @property
    def width(self) -> int:
        return max(len(self.title), self.least_width)

    def cell(self, row: Mapping[str, Any]) -> str:
        value = row.get(self.key)
        if value is None:
            return "-"
        return self.form.format(value if self.scale is None else value * self.scale)


def seconds(title: str, key: str) -> Column:
    """A column of times."""
    return Column(title, key, "{:.4f} s")


def mebibytes(title: str, key: str) -> Column:
    """A column of memory."""
    return Column(title, key, "{:.0f} MiB", 2**-20)


def times(title: str, key: str) -> Column:
    """A column of ratios."""
    return Column(title, key, "{:.2f} x")


def print_head(columns: Sequence[Column]) -> None:
    """The titles of a table, whose rows follow as they are measured."""
    line = "  ".join(column.title.rjust(column.width) for column in columns)
    print(line, "-" * len(line), sep="\n", flush=True)


def print_row(columns: Sequence[Column], row: Mapping[str, Any]) -> None:
    """One row of fixed-width cells, and under it what must be said about it."""
    print("  ".join(column.cell(row).rjust(column.width) for column in columns))
    for note in row.get("notes", ()):
        print(f"    {note}")
    sys.stdout.flush()


def print_result(result: Mapping[str, Any], as_json: bool) -> None:
    """The last line: the whole result as one JSON object, if asked."""
    print(f"GPU: {result['GPU']}")
    if as_json:
        print(json.dumps(result, allow_nan=False), flush=True)
