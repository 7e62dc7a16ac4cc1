"""Measure whole models of other families, batch 1: ours and transformers with SDPA, with interleaved runs.

`python -m benchmarks.families [--json] [--quick]`. Shapes are those of ModernBERT-base and Gemma-3-270M with random
weights and a small vocabulary. Peak memory is what one pass adds, each in a process of its own. The bound is the
ratio that a local attention without any cost would reach. The rest is feed-forward layers, projections and full
attention.
"""

from argparse import Namespace
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from transformers import (
    AttentionInterface,
    Gemma3TextConfig,
    Gemma3TextModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedModel,
)
from transformers.masking_utils import AttentionMaskInterface

from benchmarks import harness
from benchmarks.harness import Column, Way, mebibytes, seconds, times
from longformer_viz import speed_up
from longformer_viz.hf.attention_masks import description_of, reach_mask
from longformer_viz.hf.interface import attention_forward

OURS, SDPA, FREE = "ours", "sdpa", "free_local"
CASES = (("modernbert", 128), ("modernbert", 512), ("modernbert", 2048), ("modernbert", 8192), ("gemma3_text", 4096))
QUICK_CASES = (("modernbert", 300), ("gemma3_text", 300))
COLUMNS = (
    Column("family", "family", least_width=15),
    Column("tokens", "tokens", "{:,}"),
    seconds("ours", "ours_seconds"),
    seconds("SDPA", "sdpa_seconds"),
    times("SDPA/ours", "ratio"),
    times("bound", "ratio_bound"),
    Column("difference", "max_abs_difference", "{:.1e}"),
    mebibytes("our peak", "ours_peak_bytes"),
    mebibytes("SDPA peak", "sdpa_peak_bytes"),
)


def make(family: str, method: str, quick: bool) -> PreTrainedModel:
    """A random model; quick: two layers instead of all."""
    torch.manual_seed(0)
    settings: dict[str, Any] = {"vocab_size": 1000, "pad_token_id": 0, "attn_implementation": "sdpa"}
    settings |= {"num_hidden_layers": 2} if quick else {}
    if family == "modernbert":
        config = ModernBertConfig(**settings, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2)
        model = ModernBertModel(config)
    else:
        shape = {"hidden_size": 640, "intermediate_size": 2048, "num_attention_heads": 4, "num_key_value_heads": 1}
        shape |= {"head_dim": 256, "sliding_window": 512, "max_position_embeddings": 32_768}
        model = Gemma3TextModel(Gemma3TextConfig(**({"num_hidden_layers": 18} | shape | settings)))
    model = model.eval().requires_grad_(False)
    if method == FREE:
        AttentionInterface.register(FREE, free_local_attention)
        AttentionMaskInterface.register(FREE, reach_mask)
        model.set_attn_implementation(FREE)
    return speed_up(model) if method == OURS else model


def free_local_attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None = None, **options: Any
) -> tuple[Tensor, None]:
    """Return the values in place of local attention, and compute full attention as ours does."""
    mask = description_of(attention_mask)
    if mask is None or not mask.reach.is_local:
        return attention_forward(module, query, key, value, attention_mask, **options)
    return value.repeat_interleave(query.shape[1] // value.shape[1], 1).transpose(1, 2).contiguous(), None


def forward(model: PreTrainedModel, length: int) -> Callable[[], Tensor]:
    """One pass over random tokens."""
    ids = torch.randint(3, 1000, (1, length), generator=torch.Generator().manual_seed(0))
    options = {"use_cache": False} if hasattr(model.config, "use_cache") else {}

    def run() -> Tensor:
        with torch.no_grad():
            return model(input_ids=ids, attention_mask=torch.ones_like(ids), **options).last_hidden_state

    return run


def measure(chosen: Namespace, family: str, length: int) -> dict[str, Any]:
    """One case."""
    ways = {method: forward(make(family, method, chosen.quick), length) for method in (OURS, SDPA, FREE)}
    difference = float((ways[OURS]() - ways[SDPA]()).abs().max())
    timed = {method: Way(run) for method, run in ways.items()}
    timings = harness.timed_in_turns(timed, torch.device("cpu"), chosen.quick)
    peaks = {
        f"{method}_peak_bytes": harness.fresh_peak("benchmarks.families", chosen, f"{family}:{length}", method)[
            "peak_bytes"
        ]
        for method in (OURS, SDPA)
    }
    found = {f"{method}_seconds": timings[method].median for method in (OURS, SDPA)}
    return {
        "family": family,
        "tokens": length,
        **found,
        "ratio": found["sdpa_seconds"] / found["ours_seconds"],
        "ratio_bound": found["sdpa_seconds"] / timings[FREE].median,
        "max_abs_difference": difference,
        **peaks,
    }


def main() -> None:
    """Measure every case and print a table."""
    chosen = harness.options(__doc__ or "")
    if chosen.peak:
        family, length = chosen.peak[0].split(":")
        model = make(family, chosen.peak[1], chosen.quick)
        harness.print_peak(forward(model, int(length)), forward(model, 64), chosen.device)
        return
    found = harness.machine()
    print(harness.machine_line(found))
    harness.print_head(COLUMNS)
    cases = []
    for family, length in QUICK_CASES if chosen.quick else CASES:
        cases.append(measure(chosen, family, length))
        harness.print_row(COLUMNS, cases[-1])
    result = {"benchmark": "families", "machine": found, "GPU": "runs on the CPU alone", "cases": cases}
    harness.print_result(result, chosen.json)


if __name__ == "__main__":
    main()
