"""Calibration of answers on held-out documents: when is there none, and how do ranked spans share the rest.

Platt's logistic regression on the best score (Platt 1999), then one temperature for the spans (Guo et al. 2017).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import nn

from longformer_viz.tasks.scoring import auroc, calibration_error

RIGHT_F1 = 0.5  # an answer counts as right from this overlap of words on


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model said about one held-out question: the ranked spans' scores and which of them is right."""

    scores: tuple[float, ...]
    right: tuple[bool, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """none_slope, none_bias: the logit that there is an answer, from the best score; temperature: of the spans."""

    none_slope: float
    none_bias: float
    temperature: float

    def settings(self) -> dict[str, float]:
        """For an adapter's `task.json`."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def calibrated(judged: Sequence[Judged]) -> Calibration:
    """The calibration under which these judgements are most likely."""
    best = torch.tensor([one.scores[0] for one in judged], dtype=torch.float64)
    answerable = torch.tensor([one.answerable for one in judged], dtype=torch.float64)
    scale = best.abs().mean().clamp(min=1e-6)
    slope, bias = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))

    def none_loss() -> torch.Tensor:
        return nn.functional.binary_cross_entropy_with_logits(slope * best / scale + bias, answerable)

    _minimize(none_loss, [slope, bias])
    some = torch.sigmoid((slope * best / scale + bias).detach())
    width = max(len(one.scores) for one in judged)
    scores = torch.zeros(len(judged), width, dtype=torch.float64)
    absent = torch.ones(len(judged), width, dtype=torch.bool)  # short passages have fewer spans
    for row, one in enumerate(judged):
        scores[row, : len(one.scores)] = torch.tensor(one.scores, dtype=torch.float64)
        absent[row, : len(one.scores)] = False
    first_right = torch.tensor([one.answerable and one.right[0] for one in judged], dtype=torch.float64)
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)

    def span_loss() -> torch.Tensor:
        share = torch.softmax((scores / log_temperature.exp()).masked_fill(absent, -torch.inf), -1)[:, 0]
        return nn.functional.binary_cross_entropy((some * share).clamp(1e-9, 1 - 1e-9), first_right)

    _minimize(span_loss, [log_temperature])
    return Calibration(*(float(value.detach()) for value in (slope / scale, bias, log_temperature.exp())))


def _minimize(loss_of: Callable[[], torch.Tensor], parameters: list[torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS(parameters, max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    optimizer.step(closure)


def quality_of(judged: Sequence[Judged], calibration: Calibration) -> dict[str, float]:
    """`calibration_error` of the best span's probability and `none_auroc` of telling that there is no answer."""
    claimed, right = [], []
    for one in judged:
        some = 1 / (1 + np.exp(-np.clip(calibration.none_slope * one.scores[0] + calibration.none_bias, -500, 500)))
        share = torch.softmax(torch.tensor(one.scores, dtype=torch.float64) / calibration.temperature, 0)[0]
        claimed.append(float(some * share))
        right.append(one.answerable and one.right[0])
    return {
        "calibration_error": calibration_error(claimed, right),
        "none_auroc": auroc([-one.scores[0] for one in judged], [not one.answerable for one in judged]),
    }
