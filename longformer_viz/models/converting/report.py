"""Check a conversion to a Longformer point by point. Each point is a fault that published scripts have had."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from longformer_viz.trace.position_tiling import PositionTiling

SAME = 1e-4
_SHORT_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Check:
    """One point of a report.

    Attributes:
        name: What is compared.
        holds: Whether it is as it should be.
        detail: What was found, as a sentence.
    """

    name: str
    holds: bool
    detail: str


@torch.no_grad()
def conversion_report(source: PreTrainedModel, target: PreTrainedModel) -> tuple[Check, ...]:
    """Compare a Longformer with the model that it was converted from.

    Args:
        source: The BERT, RoBERTa or XLM-R.
        target: The Longformer.

    Returns:
        A check of short inputs, trained positions, repeated positions, reserved rows, token types, and the global
        projections: their values and that they are weights of their own.
    """
    before: Any = source.base_model
    after: Any = target.base_model
    config: Any = target.config
    old, new = (model.embeddings.position_embeddings.weight for model in (before, after))
    offset = 0 if source.config.model_type == "bert" else source.config.pad_token_id + 1
    first = config.pad_token_id + 1
    trained = len(old) - offset
    tiling = PositionTiling(**config.position_tiling)
    return (
        _short_inputs(source, target, trained),
        _positions(old[offset:], new[first:], min(tiling.stop, trained)),
        _repeats(old[offset:], new[first:], tiling),
        _reserved(new, first, config.max_position_embeddings),
        _token_types(before, after),
        *_global_projections(after),
    )


def _short_inputs(source: PreTrainedModel, target: PreTrainedModel, trained: int) -> Check:
    window = min(target.config.attention_window)
    length = max(2, min(_SHORT_TOKENS, trained, window // 2 + 1))
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, source.config.vocab_size, (1, length), generator=generator)
    mask = torch.ones_like(ids)
    expected = source.base_model(input_ids=ids, attention_mask=mask).last_hidden_state
    found = target.base_model(input_ids=ids, attention_mask=mask).last_hidden_state
    largest = float((found - expected).abs().max())
    return Check(
        "Short inputs",
        largest < SAME,
        f"Over {length} tokens, hidden states differ by at most {largest:.1e}.",
    )


def _positions(old: Tensor, new: Tensor, count: int) -> Check:
    same = torch.equal(old[:count], new[:count])
    words = "are those of the source" if same else "differ from the source's"
    return Check("Trained positions", same, f"The first {count:,} positions {words}.")


def _repeats(old: Tensor, new: Tensor, tiling: PositionTiling) -> Check:
    same = torch.equal(new, old[tiling.rows(len(new))])
    words = "repeat" if same else "do not repeat"
    return Check(
        "Further positions",
        same,
        f"Positions up to {len(new):,} {words} positions {tiling.start:,} to {tiling.stop - 1:,} of the source.",
    )


def _reserved(new: Tensor, first: int, size: int) -> Check:
    holds = len(new) == size and not new[:first].any()
    return Check(
        "Reserved rows",
        holds,
        f"The table has {len(new):,} rows. Its first {first} belong to no token and are "
        f"{'empty' if not new[:first].any() else 'not empty'}.",
    )


def _token_types(before: Any, after: Any) -> Check:
    old, new = (model.embeddings.token_type_embeddings.weight for model in (before, after))
    same = torch.equal(old, new)
    return Check("Token types", same, f"{len(new)} of {len(old)} token types, {'the same' if same else 'different'}.")


def _global_projections(model: Any) -> tuple[Check, Check]:
    pairs = [
        (getattr(layer.attention.self, name).weight, getattr(layer.attention.self, f"{name}_global").weight)
        for layer in model.encoder.layer
        for name in ("query", "key", "value")
    ]
    same = sum(torch.equal(local, wide) for local, wide in pairs)
    own = sum(local.data_ptr() != wide.data_ptr() for local, wide in pairs)
    return (
        Check(
            "Global projections",
            same == len(pairs),
            f"{same} of {len(pairs)} start as copies of the local projections.",
        ),
        Check(
            "Independent global projections",
            own == len(pairs),
            f"{own} of {len(pairs)} are weights of their own, which training changes alone.",
        ),
    )
