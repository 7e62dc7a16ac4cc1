"""Measure a training step of the built-in model, batch 1, first token global: sped up and original.

`python -m benchmarks.training [--json] [--quick] [--device cuda]`. A step is the forward pass, the mean square of the
last hidden state as loss, the backward pass and AdamW, in float32 with the config's own dropout. Steps of both are
timed in turns; a peak is what one step adds to model and optimizer, each in a process of its own. The differences are
those of one pass without dropout.
"""

from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from transformers import LongformerModel

from benchmarks import harness
from benchmarks.harness import Column, Way, mebibytes, seconds, times
from benchmarks.layer import largest_difference
from benchmarks.model import random_batch
from longformer_viz import speed_up
from longformer_viz.models.embedded import embedded_folder

LENGTH, QUICK_LENGTH = 2048, 256
QUICK_SHAPE = {"num_hidden_layers": 2, "attention_window": [128] * 2}  # the first two layers
LEARNING_RATE = 1e-5
COLUMNS = (
    Column("tokens", "length", "{:,}"),
    Column("dtype", "dtype"),
    seconds("ours", "ours_seconds"),
    seconds("HF", "huggingface_seconds"),
    times("HF/ours", "ratio"),
    mebibytes("ours peak", "ours_peak_bytes"),
    mebibytes("HF peak", "huggingface_peak_bytes"),
    Column("ours/HF peak", "memory_ratio", "{:.2f} x"),
    Column("difference", "max_abs_difference", "{:.1e}"),
    Column("of gradients", "max_abs_gradient_difference", "{:.1e}"),
)


def main() -> None:
    """Measure one step each and print it; in a child, one peak."""
    chosen = harness.options(__doc__.splitlines()[0])
    if chosen.peak:
        return print_peak(int(chosen.peak[0]), chosen.peak[1], chosen)
    found = harness.machine()
    print(harness.machine_line(found))
    harness.print_head(COLUMNS)
    row = measured(QUICK_LENGTH if chosen.quick else LENGTH, chosen)
    harness.print_row(COLUMNS, row)
    result = {"benchmark": "training", "machine": found, "GPU": harness.gpu_line(chosen.device)} | row
    return harness.print_result(result, chosen.json)


def measured(length: int, chosen: Namespace) -> dict[str, Any]:
    """Times, peaks and differences of a step at this length."""
    models = {method: model_of(method, chosen) for method in ("ours", "huggingface")}
    batch = random_batch(length, models["ours"].config.vocab_size, chosen.device)
    row = {"length": length, "dtype": "float32"} | differences(models, batch)
    steps = {method: Way(partial(trainer(model.train()), batch)) for method, model in models.items()}
    timings = harness.timed_in_turns(steps, chosen.device, chosen.quick)
    # Of ours alone with --quick: a process takes longer to start than all else.
    metered = {
        method: harness.fresh_peak("benchmarks.training", chosen, str(length), method)["peak_bytes"]
        for method in (["ours"] if chosen.quick else models)
    }
    peaks = dict.fromkeys(models) | metered
    row |= {f"{method}_seconds": timing.median for method, timing in timings.items()}
    row |= {f"{method}_peak_bytes": peak for method, peak in peaks.items()}
    row["ratio"] = row["huggingface_seconds"] / row["ours_seconds"]
    row["memory_ratio"] = None if None in peaks.values() else peaks["ours"] / peaks["huggingface"]
    notes = ["Hugging Face's peak: not with --quick"] if chosen.quick else []
    return row | {"spread": harness.spreads(timings), "rounds": len(timings["ours"].seconds), "notes": notes}


def model_of(method: str, chosen: Namespace) -> LongformerModel:
    """The embedded default as stock transformers loads it, or that sped up."""
    shape = QUICK_SHAPE if chosen.quick else {}
    stock = LongformerModel.from_pretrained(embedded_folder(), **shape).to(chosen.device)
    return speed_up(stock) if method == "ours" else stock


def trainer(model: LongformerModel) -> Callable[[dict[str, Tensor]], None]:
    """One training step on a batch at each call, gradients freed at its end."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)

    def step(batch: dict[str, Tensor]) -> None:
        loss_of(model, batch)[0].backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step


def loss_of(model: LongformerModel, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The loss, and the last hidden state that it is the mean square of."""
    output = model(**batch).last_hidden_state
    return output.square().mean(), output


def differences(models: dict[str, LongformerModel], batch: dict[str, Tensor]) -> dict[str, float]:
    """The largest differences of the output and of any gradient, without dropout; the largest gradient beside it."""
    outputs, gradients = {}, {}
    for method, model in models.items():
        loss, output = loss_of(model.eval(), batch)
        loss.backward()
        outputs[method] = output.detach()
        gradients[method] = {name: weight.grad for name, weight in model.named_parameters()}
        model.zero_grad(set_to_none=True)
    pairs = [
        (gradients["ours"][name], other) for name, other in gradients["huggingface"].items() if other is not None
    ]
    return {
        "max_abs_difference": largest_difference(outputs["ours"], outputs["huggingface"]),
        "max_abs_gradient_difference": max(largest_difference(*pair) for pair in pairs),
        "max_abs_gradient": max(float(other.abs().max()) for _, other in pairs),
    }


def print_peak(length: int, method: str, chosen: Namespace) -> None:
    """In a fresh process: what one step adds to a model and an optimizer that have made one short step."""
    model = model_of(method, chosen).train()
    step = trainer(model)
    long, short = (random_batch(tokens, model.config.vocab_size, chosen.device) for tokens in (length, QUICK_LENGTH))
    harness.print_peak(lambda: step(long), lambda: step(short), chosen.device)


if __name__ == "__main__":
    main()
