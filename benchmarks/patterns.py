"""Measure the Compare page's work on the built-in model: six panels, a slider's move, captured mass of every head.

`python -m benchmarks.patterns [--json] [--quick]`. A research paper repeated to the length, first token global. A
panel is its picture, its kinds of pairs and what it keeps, of one head, its pattern made anew; a slider's move is one
panel and the bytes for the browser. Mass is of all layers and heads: full attention once, and each pattern over it.
"""

from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from benchmarks import harness
from benchmarks.harness import Column, Way, seconds
from longformer_viz import Trace, load, run
from longformer_viz.documents.samples import sample
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import dilated_window, longformer_preset
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.full_attention import full_attention
from longformer_viz.trace.panel import PatternPanel, full_attention_log_sum_exp, pattern_panel
from longformer_viz.widget.panel_payload import Shown, panels_payload

LENGTHS, QUICK_LENGTHS = (4096, 16_384), (300,)
LAYER, HEAD = 2, 0
ONCE_FROM = 8192  # tokens from which full attention of all heads is timed once
COLUMNS = (
    Column("tokens", "length", "{:,}"),
    seconds("six panels", "six_panels_seconds"),
    Column("slider's move", "slowest_move", "{}"),
    seconds("at most", "slowest_move_seconds"),
    seconds("bytes", "payload_seconds"),
    Column("payload", "payload_bytes", "{:.1f} MB", 1e-6),
    seconds("full, all heads", "full_seconds"),
    seconds("Longformer's mass", "longformer_mass_seconds"),
    seconds("both", "mass_seconds"),
)


def main() -> None:
    """Measure every length and print it."""
    chosen = harness.options(__doc__.splitlines()[0])
    found = harness.machine()
    print(harness.machine_line(found))
    harness.print_head(COLUMNS)
    rows = []
    for length in QUICK_LENGTHS if chosen.quick else LENGTHS:
        rows.append(measured(length, chosen))
        harness.print_row(COLUMNS, rows[-1])
    result = {"benchmark": "patterns", "machine": found, "GPU": "runs on the CPU alone", "cases": rows}
    harness.print_result(result, chosen.json)


def trace_of(length: int) -> Trace:
    """The embedded default over a sample document repeated to the length."""
    model, text = load(), sample("research_paper").text
    times = -(-length // model.count_tokens(text)) + 1
    return run(model, model.tokenize("\n\n".join([text] * times), limit=length))


def makers(trace: Trace) -> dict[str, Callable[[], Pattern]]:
    """The six patterns of the page's first screen."""
    length, sizes = len(trace.tokens), (len(trace.layers), trace.heads)
    return {
        "Longformer": lambda: longformer_preset(*sizes),
        "Dilated": lambda: dilated_window(128, 4, *sizes),
        "BigBird": lambda: BigBirdPattern(length, *sizes),
        "Reformer": lambda: ReformerPattern.of_keys([kept.key for kept in trace.layers]),
        "Chunks": lambda: ChunkedPattern(*sizes),
        "Full": lambda: FullPattern(*sizes),
    }


def measured(length: int, chosen: Namespace) -> dict[str, Any]:
    """Times of panels, moves and mass at one length."""
    trace = trace_of(length)
    patterns = makers(trace)
    row_lse = full_attention_log_sum_exp(trace, LAYER, HEAD)

    def panel(name: str) -> PatternPanel:
        return pattern_panel(trace, patterns[name](), LAYER, HEAD, row_lse)

    def shown() -> list[Shown]:
        return [Shown(panel(name), name, "", False) for name in patterns]

    kept = shown()
    ways = {name: Way(partial(panel, name)) for name in patterns}
    ways |= {
        "six panels": Way(lambda: panels_payload(trace, LAYER, HEAD, shown())),
        "payload": Way(lambda: panels_payload(trace, LAYER, HEAD, kept)),
    }
    timings = harness.timed_in_turns(ways, chosen.device, chosen.quick)
    medians = {name: timing.median for name, timing in timings.items()}
    # Full has no slider.
    slowest = max((name for name in patterns if name != "Full"), key=medians.__getitem__)
    full = full_attention(trace)
    longformer = patterns["Longformer"]()
    heavy = harness.timed_in_turns(
        {"full": Way(lambda: full_attention(trace))}, chosen.device, chosen.quick or length >= ONCE_FROM
    )
    mass = harness.timed_in_turns(
        {"mass": Way(lambda: captured_mass(trace, longformer, full))}, chosen.device, chosen.quick
    )
    return {
        "length": length,
        "panel_seconds": {name: medians[name] for name in patterns},
        "six_panels_seconds": medians["six panels"],
        "slowest_move": slowest,
        "slowest_move_seconds": medians[slowest] + medians["payload"],
        "payload_seconds": medians["payload"],
        "payload_bytes": len(panels_payload(trace, LAYER, HEAD, kept)),
        "full_seconds": heavy["full"].median,
        "longformer_mass_seconds": mass["mass"].median,
        "mass_seconds": heavy["full"].median + mass["mass"].median,
        "kept": float(captured_mass(trace, longformer, full).mean),
        "torch_threads": torch.get_num_threads(),
        "spread": harness.spreads(timings),
        "rounds": len(timings["six panels"].seconds),
        "notes": [],
    }


if __name__ == "__main__":
    main()
