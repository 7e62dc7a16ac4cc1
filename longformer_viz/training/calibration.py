"""Calibration of answers on held-out documents: the probability of "no answer", and of each ranked span.

Platt's logistic regression (Platt 1999) on the best score and on contradictions, then one temperature for the spans
(Guo et al. 2017).

A probability needs a prior: how many questions have no answer, and of which kind these are. The prior here is that of
SQuAD 2.0's development split: half of the questions have no answer, and these are plausible questions about the text
itself. Questions about another subject have such low scores that no prior changes much.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from longformer_viz.tasks.answers import WEAK_BELOW
from longformer_viz.tasks.scoring import auroc, calibration_error
from longformer_viz.tasks.spans.contradictions import CONTRADICTIONS
from longformer_viz.training.datasets import ANSWERABLE, PLAUSIBLE

_PENALTY = 0.1  # L2 penalty on the weights of contradictions
ANSWERABLE_SHARE = 0.5  # the prior, as in SQuAD 2.0's development split
STRONG_RIGHT = 0.75  # share of right answers at which evidence counts as strong
RIGHT_F1 = 0.5  # lowest word F1 of an answer that counts as right


@dataclass(frozen=True, slots=True)
class Judged:
    """The model's scores for one held-out question, and which of its answers are right.

    Attributes:
        scores: For each ranked answer, best first, the logit of each of its occurrences minus the logit of no answer.
        right: For each ranked answer, whether it is right.
        kind: The question's kind, one of the constants in `datasets`.
        contradictions: Strength of each kind of contradiction between the question and the best span's sentence.
    """

    scores: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]
    kind: str
    contradictions: tuple[float, ...] = (0.0,) * len(CONTRADICTIONS)

    @property
    def answerable(self) -> bool:
        """Whether the question has an answer."""
        return self.kind == ANSWERABLE

    @property
    def best(self) -> float:
        """The logit of the best span."""
        return max(max(places) for places in self.scores)

    @property
    def is_right(self) -> bool:
        """Whether the best answer is right."""
        return self.answerable and self.right[0]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The parameters that turn scores into probabilities.

    The logit of "there is an answer" is `none_slope * score + none_bias - contradictions @ found contradictions`.

    Attributes:
        none_slope: Factor of the best score.
        none_bias: Constant of the logit.
        contradictions: Weight of each kind of contradiction, 0 or more.
        temperature: Temperature of the softmax over the spans.
        weak_below: The probability at and above which three in four of the best answers were right. An answer to an
            unanswerable question counts as wrong.
    """

    none_slope: float
    none_bias: float
    contradictions: tuple[float, ...]
    temperature: float
    weak_below: float = WEAK_BELOW

    def settings(self) -> dict[str, Any]:
        """The parameters as an adapter's `task.json` stores them."""
        named = {name: round(value, 4) for name, value in zip(CONTRADICTIONS, self.contradictions, strict=True)}
        others = {name: value for name, value in asdict(self).items() if name != "contradictions"}
        return {name: round(value, 4) for name, value in others.items()} | {"contradictions": named}

    def answered(self, one: Judged) -> float:
        """Return the probability, 0 to 1, that the question `one` has an answer."""
        opposed = np.dot(self.contradictions, one.contradictions)
        logit = self.none_slope * one.best + self.none_bias - opposed
        return float(1 / (1 + np.exp(-np.clip(logit, -500, 500))))

    def claimed(self, one: Judged) -> float:
        """Return the probability, 0 to 1, of the best answer to the question `one`."""
        flat = torch.tensor([score for places in one.scores for score in places], dtype=torch.float64)
        shares = torch.softmax(flat / self.temperature, 0)
        return self.answered(one) * float(shares[: len(one.scores[0])].sum())


def prior_weights(judged: Sequence[Judged]) -> np.ndarray:
    """Weight questions so that their kinds have the shares of the prior.

    Args:
        judged: The questions.

    Returns:
        One weight for each question; the weights sum to 1. Answerable questions have `ANSWERABLE_SHARE`, plausible
        unanswerable ones the rest. Without plausible ones, all unanswerable questions share the rest. If a side has
        no question, the other's weights are unchanged.
    """
    answerable = np.array([one.answerable for one in judged])
    plausible = np.array([one.kind in PLAUSIBLE for one in judged])
    negative = plausible if plausible.any() else ~answerable
    weights = np.zeros(len(judged))
    for members, share in ((answerable, ANSWERABLE_SHARE), (negative, 1 - ANSWERABLE_SHARE)):
        weights[members] = share / max(1, members.sum())
    return weights / weights.sum()


def calibrated(judged: Sequence[Judged]) -> Calibration:
    """Fit the calibration that makes the judged questions most likely, weighted by the prior.

    Args:
        judged: Held-out questions with the model's scores.

    Returns:
        The calibration, with `weak_below` measured on the same questions.
    """
    weights = torch.from_numpy(prior_weights(judged))
    best = torch.tensor([one.best for one in judged], dtype=torch.float64)
    opposed = torch.tensor([one.contradictions for one in judged], dtype=torch.float64)  # [questions, kinds]
    answerable = torch.tensor([one.answerable for one in judged], dtype=torch.float64)
    scale = best.abs().mean().clamp(min=1e-6)
    slope, bias = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
    roots = torch.full((len(CONTRADICTIONS),), 0.5, dtype=torch.float64, requires_grad=True)

    def logits() -> torch.Tensor:
        return slope * best / scale + bias - opposed @ roots**2  # A contradiction never adds to the logit.

    def none_loss() -> torch.Tensor:
        penalty = _PENALTY * (roots**4).sum() / len(judged)  # Each kind of contradiction is rare.
        loss = nn.functional.binary_cross_entropy_with_logits(logits(), answerable, weights, reduction="sum")
        return loss + penalty

    _minimize(none_loss, [slope, bias, roots])
    some = torch.sigmoid(logits().detach())
    flat = [[score for places in one.scores for score in places] for one in judged]
    scores = torch.zeros(len(judged), max(map(len, flat)), dtype=torch.float64)
    absent = torch.ones_like(scores, dtype=torch.bool)  # Short passages have fewer spans.
    first = torch.zeros_like(scores)  # 1 at the occurrences of the best answer
    for row, (one, values) in enumerate(zip(judged, flat, strict=True)):
        scores[row, : len(values)] = torch.tensor(values, dtype=torch.float64)
        absent[row, : len(values)] = False
        first[row, : len(one.scores[0])] = 1
    first_right = torch.tensor([one.is_right for one in judged], dtype=torch.float64)
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)

    def span_loss() -> torch.Tensor:
        shares = torch.softmax((scores / log_temperature.exp()).masked_fill(absent, -torch.inf), -1)
        claimed = some * (shares * first).sum(-1)
        return nn.functional.binary_cross_entropy(
            claimed.clamp(1e-9, 1 - 1e-9), first_right, weights, reduction="sum"
        )

    _minimize(span_loss, [log_temperature])
    slope_of_score, bias, temperature = (float(x.detach()) for x in (slope / scale, bias, log_temperature.exp()))
    fitted = Calibration(slope_of_score, bias, tuple((roots**2).tolist()), temperature)
    return replace(fitted, weak_below=_strong_from(judged, fitted))


def _strong_from(judged: Sequence[Judged], calibration: Calibration) -> float:
    """Return the lowest probability at which three in four of the better answers are right, at least `WEAK_BELOW`."""
    claimed = np.array([calibration.claimed(one) for one in judged])
    is_right = np.array([one.is_right for one in judged])
    order = np.argsort(-claimed, kind="stable")
    weights = prior_weights(judged)[order]
    right = np.cumsum(weights * is_right[order]) / np.maximum(np.cumsum(weights), 1e-12)
    reached = np.flatnonzero(right >= STRONG_RIGHT)
    return max(WEAK_BELOW, float(claimed[order][reached[-1]])) if len(reached) else 1.0


def _minimize(loss_of: Callable[[], torch.Tensor], parameters: list[torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS(parameters, max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    optimizer.step(closure)


def quality_of(judged: Sequence[Judged], calibration: Calibration) -> dict[str, float]:
    """Measure how good a calibration is.

    Args:
        judged: Questions that the calibration was not fitted on.
        calibration: The calibration.

    Returns:
        `calibration_error`: the expected calibration error of the best answer's probability. `none_auroc`: the AUROC
        of telling unanswerable questions from answerable ones.
    """
    return {
        "calibration_error": calibration_error(
            [calibration.claimed(one) for one in judged], [one.is_right for one in judged]
        ),
        "none_auroc": auroc([-calibration.answered(one) for one in judged], [not one.answerable for one in judged]),
    }
