"""Measure one attention layer of longformer-base's shape, batch 1: ours, Hugging Face's and other implementations.

`python -m benchmarks.attention [--json] [--quick] [--device cuda]`. Times are taken in turns in one process; peaks
are what one run adds, each in a process of its own. "Bare" is the same matrix
products with nothing between them, one `bmm` over exactly window + 1 keys, projections included for a module;
`over_cached` is against the same products through scores that stay in cache. What global tokens add to the products
is counted apart, in `over_limit_with_globals`.
"""

from argparse import Namespace
from dataclasses import asdict, replace
from typing import Any

import torch

from benchmarks import bare, harness
from benchmarks.harness import Column, Way, fastest, mebibytes, seconds, times
from benchmarks.layer import HEAD_SIZE, HEADS, HIDDEN, Case, Layer, largest_difference
from longformer_viz import peak_memory

CASES = (
    Case("core", 4096, 512),
    Case("core", 4096, 512, globals=0),
    Case("core", 4096, 512, dilation=2),
    Case("core", 16_384, 512),
    Case("module", 4096, 512),
    Case("module", 4096, 128),
    Case("module", 4096, 512, globals=32),
    Case("module", 4096, 512, globals=512),
    Case("module", 4096, 512, dtype="bfloat16"),
    Case("module", 16_384, 512),
)
GPU_CASES = (
    Case("core", 4096, 512),
    Case("core", 4096, 512, dtype="bfloat16"),
    Case("core", 4096, 512, dilation=2, dtype="bfloat16"),
    Case("core", 16_384, 512, dtype="bfloat16"),
    Case("module", 4096, 512),
    Case("module", 4096, 512, dtype="bfloat16"),
    Case("module", 16_384, 512),
    Case("module", 16_384, 512, dtype="bfloat16"),
)
QUICK = {4096: 256, 16_384: 512, 512: 64, 128: 32, 32: 8}  # lengths, windows and numbers of global tokens
LONGEST_FULL = 4096  # on the CPU; beyond, full attention takes longer than all else together
COLUMNS = (
    Column("level", "level"),
    Column("tokens", "length", "{:,}"),
    Column("window", "window"),
    Column("dilation", "dilation"),
    Column("globals", "globals"),
    Column("dtype", "dtype"),
    seconds("ours", "ours_seconds"),
    seconds("HF", "huggingface_seconds"),
    times("HF/ours", "ratio"),
    seconds("bare", "bare_seconds"),
    times("ours/bare", "over_limit"),
    times("in cache", "over_cached"),
    seconds("full", "full_attention_seconds"),
    seconds("local", "local_attention_seconds"),
    seconds("flex", "flex_attention_seconds"),
    mebibytes("ours peak", "ours_peak_bytes"),
    mebibytes("HF peak", "huggingface_peak_bytes"),
    Column("difference", "max_abs_difference", "{:.1e}"),
)
RIVALS = ("full_attention", "local_attention", "flex_attention")


def main() -> None:
    """Measure every case and print it; in a child, one peak."""
    chosen = harness.options(__doc__.splitlines()[0])
    if chosen.peak:
        return print_peak(Case.named(chosen.peak[0]), chosen.peak[1], chosen.device)
    found = harness.machine()
    print(harness.machine_line(found))
    harness.print_head(COLUMNS)
    rows = []
    cases = CASES if chosen.device.type == "cpu" else GPU_CASES
    for number, case in enumerate(quick_case(case) if chosen.quick else case for case in cases):
        # Of one alone with --quick: a process takes longer to start than all else.
        with_peaks = ("ours", "huggingface") if not chosen.quick else ("ours",) if number == 0 else ()
        rows.append(measured(case, chosen, with_peaks))
        harness.print_row(COLUMNS, rows[-1])
    result = {"benchmark": "attention", "machine": found, "GPU": harness.gpu_line(chosen.device), "cases": rows}
    return harness.print_result(result, chosen.json)


def quick_case(case: Case) -> Case:
    """The same in small; many global tokens stay so many that their rows are projected, not folded."""
    count = 96 if case.globals == 512 else QUICK.get(case.globals, case.globals)
    return replace(case, length=QUICK[case.length], window=QUICK[case.window], globals=count)


@torch.no_grad()
def measured(case: Case, chosen: Namespace, with_peaks: tuple[str, ...]) -> dict[str, Any]:
    """One case: all that is compared, with the peaks of the methods `with_peaks`, as a row of the result."""
    layer = Layer(case, chosen.device)
    notes: list[str] = []
    methods = ["ours"] if case.dilation > 1 else ["ours", "huggingface"]
    ways = {method: layer.way(method) for method in methods} | rival_ways(layer, chosen, notes)
    row = asdict(case) | differences(layer, ways)
    bare_ways = {name: Way(run) for name, run in bare_products(case, chosen.device).items()}
    timings = harness.timed_in_turns(ways | bare_ways, chosen.device, chosen.quick)
    for method in ("ours", "huggingface", *RIVALS):
        row[f"{method}_seconds"] = timings[method].median if method in timings else None
    row |= compared(case, timings)
    del layer, ways, bare_ways
    if case.dilation > 1:
        notes.append("Hugging Face: no dilation; the difference is to the dense oracle")
    if case.dtype != "float32":
        notes.append("the differences are to Hugging Face's output in float32")
    if chosen.quick:
        notes.append("peaks: of ours alone, in the first case, with --quick")
    for method in ("ours", "huggingface"):
        known = method in with_peaks and method in timings
        row[f"{method}_peak_bytes"] = peak_bytes(case, method, chosen) if known else None
    return row | {"spread": harness.spreads(timings), "rounds": len(timings["ours"].seconds), "notes": notes}


def compared(case: Case, timings: dict[str, harness.Timing]) -> dict[str, float | None]:
    """Ratios of medians: to Hugging Face's, and to the bare products."""
    ours = timings["ours"].median
    linear_seconds = fastest(timings, "linear") if case.level == "module" else 0.0
    bare_seconds = fastest(timings, "band at once") + linear_seconds
    with_globals = bare_seconds
    if case.globals:
        with_globals += fastest(timings, "columns") + fastest(timings, "rows")
    return {
        "ratio": timings["huggingface"].median / ours if "huggingface" in timings else None,
        "bare_seconds": bare_seconds,
        "over_limit": ours / bare_seconds,
        "over_cached": ours / (fastest(timings, "band") + linear_seconds),
        "over_limit_with_globals": ours / with_globals,
    }


def bare_products(case: Case, device: torch.device) -> dict[str, Any]:
    """The products of a case: its band, for a module its projections, and what its global tokens add."""
    place = (getattr(torch, case.dtype), device)
    products = bare.band_products(case.length, HEADS, HEAD_SIZE, case.window, *place)
    project = case.level == "module"
    if project:
        products |= bare.projection_products(case.length, HIDDEN, *place)
    if case.globals:
        products |= bare.global_products(case.length, HEADS, HEAD_SIZE, case.globals, *place, project=project)
    return products


def rival_ways(layer: Layer, chosen: Namespace, notes: list[str]) -> dict[str, Way]:
    """The other ways that can compute this case; for each that cannot, the reason in `notes`."""
    case, ways = layer.case, {}
    if case.length > LONGEST_FULL and chosen.device.type == "cpu":
        notes.append("full attention: too slow at this length")
    else:
        ways["full_attention"] = layer.way("full_attention")
    if case.level == "module":
        notes.append("local-attention, FlexAttention: compared as cores")
        return ways
    if case.dilation > 1:
        notes.append("local-attention: no dilation")
    else:
        ways["local_attention"] = layer.way("local_attention")
        if case.globals:
            notes.append("local-attention: the window alone, it has no global tokens")
    if chosen.quick:
        notes.append("FlexAttention: compiling it takes too long for --quick")
        return ways
    try:
        flex = layer.way("flex_attention")
        flex.run()
        ways["flex_attention"] = flex
    except Exception as fault:  # a compiler fails in many ways
        notes.append(f"FlexAttention does not compile here: {' '.join(str(fault).split())[:160]}")
    return ways


def differences(layer: Layer, ways: dict[str, Way]) -> dict[str, Any]:
    """The largest absolute differences to Hugging Face's float32 output, or to the oracle's where it has none."""
    case = layer.case

    def output(way: Way) -> torch.Tensor:
        if way.prepare is not None:
            way.prepare()
        return way.run()

    if case.dilation > 1:
        reference = layer.oracle()
    elif case.dtype == "float32":
        reference = output(ways["huggingface"])
    else:
        reference = output(Layer(replace(case, dtype="float32"), layer.device).way("huggingface"))
    same = [name for name in ("ours", "huggingface", "flex_attention") if name in ways]
    if case.globals == 0 and "local_attention" in ways:
        same.append("local_attention")
    found = {name: largest_difference(output(ways[name]), reference) for name in same}
    return {"max_abs_difference": found["ours"], "max_abs_differences": found}


def peak_bytes(case: Case, method: str, chosen: Namespace) -> int | None:
    """What one run of a method adds: in a fresh process; on a GPU by its allocator, which can be set back."""
    if chosen.device.type == "cpu":
        return harness.fresh_peak("benchmarks.attention", chosen, str(case), method)["peak_bytes"]
    way = Layer(case, chosen.device).way(method)
    for _ in range(2):  # libraries take their workspace in the first
        if way.prepare is not None:
            way.prepare()
        with peak_memory.measured(chosen.device) as reading:
            way.run()
    return reading.peak_bytes


@torch.no_grad()
def print_peak(case: Case, method: str, device: torch.device) -> None:
    """In a fresh process: what one run of a method adds."""
    way, small = (Layer(each, device).way(method) for each in (case, case.small()))
    for each in (way, small):
        if each.prepare is not None:
            each.prepare()
    harness.print_peak(way.run, small.run, device)


if __name__ == "__main__":
    main()
