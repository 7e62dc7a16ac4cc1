"""Figures of answers and labels: SQuAD's scores, accuracy, calibration and cost, by strategy and length."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longformer_viz.tasks.chunking import WHOLE, Strategy, StrategyResult
from longformer_viz.tasks.scoring import auroc, calibration_error, exact_match, f1, interval
from longformer_viz.training.calibration import RIGHT_F1
from longformer_viz.training.datasets import ADVERSARIAL, OTHER

SEED = 0
SHORT_TOKENS, LONG_TOKENS = 512, 2500
LENGTHS = ("under 512", "512 to 2,500", "over 2,500")
_RESAMPLES = 1000
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One question or text: its document's length, what is right, and each strategy's reading, None if refused.

    kind: for a question without an answer, which kind of negative it is.
    """

    tokens: int
    references: tuple[str, ...]
    readings: dict[str, StrategyResult | None]
    kind: str = ""

    @property
    def length(self) -> str:
        """Which of the groups of lengths its document belongs to."""
        return LENGTHS[(self.tokens >= SHORT_TOKENS) + (self.tokens > LONG_TOKENS)]

    def outcome(self, strategy: str) -> str:
        """What the strategy says; nothing where it was refused."""
        reading = self.readings[strategy]
        return "" if reading is None else reading.outcome


def figures_of(
    cases: Sequence[Case], strategies: Sequence[Strategy], judge: Callable[[Sequence[Case], str], Figures]
) -> Figures:
    """The figures of the whole document read at once, and those of every strategy if there are others."""
    groups = {length: [case for case in cases if case.length == length] for length in LENGTHS}
    found = {}
    for strategy in (strategy.name for strategy in strategies):
        found[strategy] = judge(cases, strategy) | costs(cases, strategy)
        found[strategy]["by_length"] = {
            length: judge(group, strategy) | costs(group, strategy) if group else None
            for length, group in groups.items()
        }
    return found[WHOLE.name] | ({"strategies": found} if len(found) > 1 else {})


def question_figures(cases: Sequence[Case], strategy: str) -> Figures:
    """F1 and exact match where there is an answer, and what the probabilities are worth."""
    answerable = [case for case in cases if case.references]
    scores = {
        name: [score(case.outcome(strategy), case.references) for case in answerable]
        for name, score in (("f1", f1), ("exact_match", exact_match))
    }
    return {"questions": len(answerable)} | means(scores) | probability_figures(cases, strategy)


def probability_figures(cases: Sequence[Case], strategy: str) -> Figures:
    """How far the best answer's probability can be trusted, and how well each kind of negative is told apart.

    A head without a calibration has no probability of "no answer": there the best score stands for it, turned over.
    """
    judged = [(case, case.readings[strategy]) for case in cases if case.readings[strategy] is not None]
    right = [bool(case.references) and f1(read.outcome, case.references) >= RIGHT_F1 for case, read in judged]
    return {
        "calibration_error": calibration_error([read.probability for _, read in judged], right) if judged else None,
        "answerable_answered": _share_answered([read for case, read in judged if case.references]),
        "unanswerable": {kind: _negative_figures(judged, kind) for kind in (OTHER, ADVERSARIAL)},
    }


def _negative_figures(judged: Sequence[tuple[Case, StrategyResult]], kind: str) -> Figures:
    """Of one kind of negative: how many, AUROC against the answerable ones, and the share answered above 50%."""
    compared = [(case, read) for case, read in judged if case.references or case.kind == kind]
    none = [
        -read.answers.score if read.answers.none_probability is None else read.answers.none_probability
        for _, read in compared
    ]
    separated = auroc(none, [not case.references for case, _ in compared])
    negatives = [read for case, read in compared if not case.references]
    return {
        "questions": len(negatives),
        "none_auroc": separated if math.isfinite(separated) else None,
        "answered": _share_answered(negatives),
    }


def _share_answered(readings: Sequence[StrategyResult]) -> float | None:
    return float(np.mean([read.probability > 0.5 for read in readings])) if readings else None


def label_figures(cases: Sequence[Case], strategy: str) -> Figures:
    """Accuracy and macro F1 of one strategy."""
    said = [case.outcome(strategy) for case in cases]
    true = [case.references[0] for case in cases]
    right = [float(mine == theirs) for mine, theirs in zip(said, true, strict=True)]
    macro, macro_interval = macro_f1_with_interval(said, true)
    return (
        {"texts": len(cases)} | means({"accuracy": right}) | {"macro_f1": macro, "macro_f1_interval": macro_interval}
    )


def macro_f1_with_interval(said: Sequence[str], true: Sequence[str]) -> tuple[float, tuple[float, float]]:
    """The mean of the labels' F1 and its 95 % bootstrap interval; in a sample over the labels that it holds.

    A text without a label ("") is missed by its own label's F1, and is no label itself.
    """
    names = sorted({*said, *true} - {""})
    number = {name: place for place, name in enumerate([*names, ""])}
    mine, theirs = (np.array([number[label] for label in labels]) for labels in (said, true))

    def macro(chosen: np.ndarray) -> float:
        a, b = mine[chosen], theirs[chosen]
        both, either = (
            np.bincount(values, minlength=len(number))[: len(names)] for values in (a[a == b], np.concatenate([a, b]))
        )
        return float(np.mean(2 * both[either > 0] / either[either > 0]))

    random = np.random.default_rng(SEED)
    samples = [macro(random.integers(len(mine), size=len(mine))) for _ in range(_RESAMPLES)]
    low, high = np.quantile(samples, (0.025, 0.975))
    return macro(np.arange(len(mine))), (float(low), float(high))


def means(scores: dict[str, list[float]]) -> Figures:
    """The mean of each score and its interval; None where there are no scores."""
    figures = {}
    for name, values in scores.items():
        figures[name] = float(np.mean(values)) if values else None
        figures[f"{name}_interval"] = interval(values, SEED) if values else None
    return figures


def costs(cases: Sequence[Case], strategy: str) -> Figures:
    """Mean seconds, tokens read and tokens indexed of one reading of a document, and how many were refused."""
    read = [case.readings[strategy] for case in cases if case.readings[strategy] is not None]
    return {
        "seconds_per_document": float(np.mean([reading.elapsed_seconds for reading in read])) if read else None,
        "tokens_read_per_document": float(np.mean([reading.tokens_read for reading in read])) if read else None,
        "tokens_indexed_per_document": float(np.mean([reading.tokens_indexed for reading in read])) if read else None,
        "refused": len(cases) - len(read),
    }
