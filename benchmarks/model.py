"""Measure whole models, batch 1, first token global: sped up and original, and the built-in model at full length.

`python -m benchmarks.model [--json] [--quick] [--device cuda]`. The first part has longformer-base's shape with
random weights. The second is the embedded default on a real text: its forward pass against its bare matrix products,
a run that records a trace, a change of head in the figure of such a run, and the memory that a run adds ("run peak")
to a process of its own, and that whole process's ("process").
"""

import copy
import itertools
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from transformers import LongformerConfig, LongformerModel

import longformer_viz
from benchmarks import bare, harness
from benchmarks.harness import Column, Way, fastest, mebibytes, seconds, times
from benchmarks.layer import largest_difference
from longformer_viz import LoadedModel, Tokens, speed_up
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.figures.attention import attention_figure
from longformer_viz.models.embedded import embedded_folder

BASE, EMBEDDED = "longformer-base", "embedded"
LENGTHS = (100, 300, 1000, 2000, 4096)  # against Hugging Face, which pads to a multiple of the window
LONGEST = 16_384
EMBEDDED_LENGTHS = (4096, LONGEST)
QUICK_LENGTHS = (200,)
QUICK_LONGEST = 512
QUICK_EMBEDDED_LENGTHS = (128, QUICK_LONGEST)
QUICK_SHAPE = {
    "num_hidden_layers": 2,
    "attention_window": 128,
    "vocab_size": 1000,
    "max_position_embeddings": QUICK_LONGEST + 2,
}
BASE_COLUMNS = (
    Column("model", "model", least_width=15),
    Column("tokens", "length", "{:,}"),
    Column("dtype", "dtype"),
    seconds("ours", "ours_seconds"),
    seconds("HF", "huggingface_seconds"),
    times("HF/ours", "ratio"),
    seconds("HF bf16", "huggingface_bfloat16_seconds"),
    times("HF bf16/ours", "ratio_bfloat16"),
    times("of 4,096", "times_4096"),
    Column("difference", "max_abs_difference", "{:.1e}"),
)
EMBEDDED_COLUMNS = (
    Column("model", "model", least_width=15),
    Column("tokens", "length", "{:,}"),
    seconds("ours", "ours_seconds"),
    seconds("HF", "huggingface_seconds"),
    times("HF/ours", "ratio"),
    seconds("bare", "bare_seconds"),
    times("ours/bare", "over_limit"),
    times("in cache", "over_cached"),
    seconds("run", "run_seconds"),
    seconds("new head", "head_change_seconds"),
    mebibytes("run peak", "peak_bytes"),
    mebibytes("process", "process_peak_bytes"),
    Column("difference", "max_abs_difference", "{:.1e}"),
)


def main() -> None:
    """Measure both parts and print them; in a child, one peak."""
    chosen = harness.options(__doc__.splitlines()[0])
    if chosen.peak:
        return print_peak(int(chosen.peak[0]), chosen)
    found = harness.machine()
    print(harness.machine_line(found))
    rows = []
    for columns, part in ((BASE_COLUMNS, base_rows), (EMBEDDED_COLUMNS, embedded_rows)):
        harness.print_head(columns)
        for row in part(chosen):
            rows.append(row)
            harness.print_row(columns, row)
    result = {"benchmark": "model", "machine": found, "GPU": harness.gpu_line(chosen.device), "cases": rows}
    return harness.print_result(result, chosen.json)


def base_rows(chosen: Namespace) -> Iterator[dict[str, Any]]:
    """longformer-base's shape with random weights: float32 at all lengths, bfloat16, and the longest, ours alone."""
    torch.manual_seed(0)
    config = LongformerConfig(**{"max_position_embeddings": LONGEST + 2} | (QUICK_SHAPE if chosen.quick else {}))
    stock = LongformerModel(config).eval().requires_grad_(False).to(chosen.device)
    fast = speed_up(copy.deepcopy(stock))
    lengths, longest = (QUICK_LENGTHS, QUICK_LONGEST) if chosen.quick else (LENGTHS, LONGEST)
    for length in lengths:
        batch = random_batch(length, config.vocab_size, chosen.device)
        ways = {"ours": forward(fast, batch), "huggingface": forward(stock, batch)}
        difference = largest_difference(ways["ours"].run(), ways["huggingface"].run())
        row = {"model": BASE, "length": length, "dtype": "float32", "max_abs_difference": difference}
        yield row | in_turns(ways, chosen)

    halved = {"ours": copy.deepcopy(fast), "huggingface_bfloat16": copy.deepcopy(stock)}
    ways = {name: forward(model.to(torch.bfloat16), batch) for name, model in halved.items()}
    ways["huggingface"] = forward(stock, batch)
    reference = ways["huggingface"].run()
    found = {name: largest_difference(way.run(), reference) for name, way in ways.items()}
    row = {"model": BASE, "length": lengths[-1], "dtype": "bfloat16"}
    row |= in_turns(ways, chosen) | {"max_abs_difference": found["ours"], "max_abs_differences": found}
    row["ratio_bfloat16"] = row["huggingface_bfloat16_seconds"] / row["ours_seconds"]
    yield row | {"notes": ["HF and the differences: to its output in float32; HF bf16: its own in bfloat16"]}
    del halved, ways

    long_batch = random_batch(longest, config.vocab_size, chosen.device)
    ways = {"ours": forward(fast, long_batch), "ours_4096": forward(fast, batch)}
    row = {"model": BASE, "length": longest, "dtype": "float32", "max_abs_difference": None} | in_turns(ways, chosen)
    row["times_4096"] = row["ours_seconds"] / row["ours_4096_seconds"]
    yield row | {"notes": [f"ours alone; time as a multiple of that at {lengths[-1]:,} tokens"]}


def embedded_rows(chosen: Namespace) -> Iterator[dict[str, Any]]:
    """The embedded default on a real text, at the two lengths."""
    loaded = longformer_viz.load(device=chosen.device.type)
    stock = LongformerModel.from_pretrained(embedded_folder()).eval().requires_grad_(False).to(chosen.device)
    lengths = QUICK_EMBEDDED_LENGTHS if chosen.quick else EMBEDDED_LENGTHS
    for length in lengths:
        tokens = document(loaded, length)
        batch = batch_of(torch.tensor([tokens.ids], device=chosen.device))
        compared = {"ours": forward(loaded.encoder, batch), "huggingface": forward(stock, batch)}
        difference = largest_difference(compared["ours"].run(), compared["huggingface"].run())
        notes = []
        if length == LONGEST and chosen.device.type == "cpu":
            del compared["huggingface"]  # too slow to repeat
            notes.append("Hugging Face: run once for the difference, not timed")
        ways = compared | recorded(loaded, tokens) | bare_ways(loaded, length)
        timings = harness.timed_in_turns(ways, chosen.device, chosen.quick)
        row = {"model": EMBEDDED, "length": length, "dtype": "float32", "max_abs_difference": difference}
        row |= {f"{name}_seconds": timings[name].median for name in (*compared, "run", "head_change")}
        row |= against_huggingface(timings)
        layers, linear_seconds = len(loaded.windows), fastest(timings, "linear")
        row["bare_seconds"] = layers * (fastest(timings, "band at once") + linear_seconds)
        row["over_limit"] = row["ours_seconds"] / row["bare_seconds"]
        row["over_cached"] = row["ours_seconds"] / (layers * (fastest(timings, "band") + linear_seconds))
        if length == lengths[-1]:
            peak = harness.fresh_peak("benchmarks.model", chosen, str(length), "run")
            row |= {"peak_bytes": peak["peak_bytes"], "process_peak_bytes": peak["process_peak_bytes"]}
        yield row | {
            "spread": harness.spreads(timings),
            "rounds": len(timings["ours"].seconds),
            "notes": notes,
        }


def in_turns(ways: dict[str, Way], chosen: Namespace) -> dict[str, Any]:
    """Times of models, as part of a row."""
    timings = harness.timed_in_turns(ways, chosen.device, chosen.quick)
    row = {f"{name}_seconds": timing.median for name, timing in timings.items()} | against_huggingface(timings)
    return row | {"spread": harness.spreads(timings), "rounds": len(timings["ours"].seconds)}


def against_huggingface(timings: dict[str, harness.Timing]) -> dict[str, float | None]:
    """Hugging Face's time, and as a multiple of ours; None where it was not timed."""
    if "huggingface" not in timings:
        return {"huggingface_seconds": None, "ratio": None}
    theirs = timings["huggingface"].median
    return {"huggingface_seconds": theirs, "ratio": theirs / timings["ours"].median}


def forward(model: torch.nn.Module, batch: dict[str, Tensor]) -> Way:
    """One forward pass without gradients, to the last hidden state."""

    @torch.no_grad()
    def run() -> Tensor:
        return model(**batch).last_hidden_state

    return Way(run)


def random_batch(length: int, vocabulary: int, device: torch.device) -> dict[str, Tensor]:
    """One document of random tokens."""
    generator = torch.Generator().manual_seed(length)
    return batch_of(torch.randint(3, vocabulary, (1, length), generator=generator).to(device))


def batch_of(ids: Tensor) -> dict[str, Tensor]:
    """These tokens [1, n] without padding, the first one global."""
    is_global = torch.zeros_like(ids)
    is_global[:, 0] = 1
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "global_attention_mask": is_global}


def document(loaded: LoadedModel, length: int) -> Tokens:
    """The sample documents one after another, cut at `length` tokens."""
    text = "\n\n".join(sample(name).text for name in sample_names())
    tokens = loaded.tokenize(text, limit=length)
    if len(tokens) != length:
        raise ValueError(f"The samples must have {length:,} tokens together; they have {len(tokens):,}.")
    return tokens


def recorded(loaded: LoadedModel, tokens: Tokens) -> dict[str, Way]:
    """A run that leaves a trace, and the figure of one head after another of such a trace."""
    trace = longformer_viz.run(loaded, tokens)
    heads = itertools.cycle(itertools.product(range(len(loaded.windows)), range(loaded.heads)))
    return {
        "run": Way(lambda: longformer_viz.run(loaded, tokens)),
        "head_change": Way(lambda: attention_figure(trace, *next(heads), token=len(tokens) // 2)),
    }


def bare_ways(loaded: LoadedModel, length: int) -> dict[str, Way]:
    """The matrix products of one layer: its band over window + 1 keys, and all its linear layers."""
    config = loaded.model.config
    hidden, wide, place = config.hidden_size, config.intermediate_size, (loaded.dtype, loaded.device)
    rest = [(hidden, hidden), (hidden, wide), (wide, hidden)]
    products = bare.band_products(length, loaded.heads, hidden // loaded.heads, loaded.windows[0], *place)
    products |= bare.linear_products(length, [*[(hidden, hidden)] * 3, *rest], *place)
    products |= bare.linear_products(length, [(hidden, 3 * hidden), *rest], *place)
    return {name: Way(run) for name, run in products.items()}


def print_peak(length: int, chosen: Namespace) -> None:
    """In a fresh process: what a recorded run of the embedded default adds, and the whole process."""
    loaded = longformer_viz.load(device=chosen.device.type)
    tokens, few = document(loaded, length), document(loaded, QUICK_EMBEDDED_LENGTHS[0])
    harness.print_peak(
        lambda: longformer_viz.run(loaded, tokens), lambda: longformer_viz.run(loaded, few), chosen.device
    )


if __name__ == "__main__":
    main()
