"""How well the hidden states of a passage at far positions agree with those at trained positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity
from transformers import BertModel

from longformer_viz.training.positions.passages import passage_states

NEAR_STARTS = (1, 50, 100, 150)
FAR_STARTS = (407, 512, 600, 700, 850, 1000, 2000, 3333, 8000, 15_000)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Mean cosines of last hidden states, of the same tokens at two places.

    Attributes:
        near: Of two places within the trained positions.
        far: Of a far place and one within the trained positions.
        by_start: The same for each far place, by the position of its first token.
    """

    near: float
    far: float
    by_start: dict[int, float]


@torch.no_grad()
def measured_agreement(
    model: BertModel, special: tuple[int, int], passages: Tensor, table: Tensor, far: Sequence[int] = FAR_STARTS
) -> Agreement:
    """Measure the agreement of passages over all pairs of places.

    Args:
        model: The model.
        special: Ids of `[CLS]` and `[SEP]`.
        passages: Token ids `[passages, PASSAGE_TOKENS]`.
        table: Position embeddings `[positions, hidden]`.
        far: Positions of the far places.

    Returns:
        The mean cosines.
    """

    def last_states(start: int) -> Tensor:
        return passage_states(model, special, passages, table, start)[-1]

    near = [last_states(start) for start in NEAR_STARTS]
    within = [_mean_cosine(one, other) for one, other in combinations(near, 2)]
    by_start = {}
    for start in far:
        states = last_states(start)
        by_start[start] = _mean([_mean_cosine(states, each) for each in near])
    return Agreement(near=_mean(within), far=_mean(list(by_start.values())), by_start=by_start)


def _mean_cosine(one: Tensor, other: Tensor) -> float:
    return float(cosine_similarity(one, other, dim=-1).mean())


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
