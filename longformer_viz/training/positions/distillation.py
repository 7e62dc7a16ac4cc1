"""Train the repeated rows of a position table: a passage there shall have the hidden states that it has nearer.

The model is its own teacher (self-distillation): the states at a random place within the trained positions are the
target for the states at a random place that repeats them. Only the repeated rows change.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity
from transformers import BertModel

from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.training.positions.passages import PASSAGE_TOKENS, passage_states, sampled_passages

_LAST_WEIGHT = 4.0  # of the last layer's states; each layer before it has 1
_WARM_UP_STEPS = 20


@dataclass(frozen=True, slots=True)
class DistillationPlan:
    """How to train.

    Attributes:
        steps: Number of optimizer steps.
        passages: Passages of one step.
        learning_rate: The highest learning rate of Adam, with warm-up and linear decay.
        seed: Of the passages and their places.
    """

    steps: int = 400
    passages: int = 8
    learning_rate: float = 3e-3
    seed: int = 1


def extended(table: Tensor, rows: Tensor, tiling: PositionTiling, length: int) -> Tensor:
    """Return a table of trained positions, then repeated rows.

    Args:
        table: The source's position embeddings `[trained, hidden]`.
        rows: The rows that repeat, `[period, hidden]`.
        tiling: Where the repetition begins, and its period.
        length: Number of positions.

    Returns:
        The table `[length, hidden]`.
    """
    return torch.cat([table[: tiling.stop], tiling.repetitions(rows, length)])


def distilled_rows(
    model: BertModel,
    special: tuple[int, int],
    documents: Sequence[Tensor],
    tiling: PositionTiling,
    plan: DistillationPlan,
    told: Callable[[int, float], None] = lambda _step, _loss: None,
) -> Tensor:
    """Train the rows that repeat.

    Args:
        model: The source of the conversion, without gradients; it does not change.
        special: Ids of `[CLS]` and `[SEP]`.
        documents: Token ids of the documents to train on.
        tiling: Which of the source's positions repeat. Training begins with them.
        plan: How to train.
        told: Called with each step and its loss.

    Returns:
        The rows `[period, hidden]`.
    """
    source = model.embeddings.position_embeddings.weight.detach()
    rows = source[tiling.start : tiling.stop].clone().requires_grad_(True)
    optimizer = torch.optim.Adam([rows], lr=plan.learning_rate)
    choice = random.Random(plan.seed)
    last_near = len(source) // 2
    # A passage may begin before the first repeated row and end after it, and cross from one repetition to the next.
    first_far, last_far = tiling.stop - PASSAGE_TOKENS // 2, tiling.stop + 2 * tiling.period
    for step in range(plan.steps):
        share = min(1.0, (step + 1) / _WARM_UP_STEPS) * (1 - step / plan.steps)
        optimizer.param_groups[0]["lr"] = plan.learning_rate * share
        passages = sampled_passages(documents, plan.passages, choice)
        near, far = choice.randrange(1, last_near), choice.randrange(first_far, last_far)
        with torch.no_grad():
            target = passage_states(model, special, passages, source, near)
        table = extended(source, rows, tiling, last_far + PASSAGE_TOKENS + 1)
        loss = _distance(passage_states(model, special, passages, table, far), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        told(step + 1, loss.item())
    return rows.detach()


def _distance(states: Tensor, target: Tensor) -> Tensor:
    """Return one minus the mean cosine, weighted by layer."""
    by_layer = 1 - cosine_similarity(states, target, dim=-1).mean((1, 2))  # [layers]
    weights = torch.ones_like(by_layer)
    weights[-1] = _LAST_WEIGHT
    return (by_layer * weights).sum() / weights.sum()
