"""Score answers and labels: exact match and F1 as in SQuAD, calibration, AUROC, bootstrap intervals."""

import re
import string
from collections import Counter
from collections.abc import Sequence

import numpy as np

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_BINS = 10
_RESAMPLES = 1000


def normalized(answer: str) -> str:
    """Return an answer in lower case, without punctuation, English articles and extra space.

    The rules are those of SQuAD (Rajpurkar et al. 2016, section 6.1).

    Args:
        answer: The answer.
    """
    return " ".join(_ARTICLES.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, references: Sequence[str]) -> float:
    """Return 1 if the answer equals a reference, else 0.

    Args:
        answer: The answer.
        references: The right answers; empty for a question without an answer.
    """
    return float(normalized(answer) in {normalized(reference) for reference in references or ("",)})


def f1(answer: str, references: Sequence[str]) -> float:
    """Return the highest word F1 with a reference.

    Args:
        answer: The answer.
        references: The right answers; empty for a question without an answer.
    """
    return max(
        overlap_f1(normalized(answer).split(), normalized(reference).split()) for reference in references or ("",)
    )


def overlap_f1(answer: Sequence[str], reference: Sequence[str]) -> float:
    """Return the F1 of the words that an answer shares with a reference.

    Args:
        answer: Words of the answer.
        reference: Words of the reference.
    """
    if not answer or not reference:
        return float(answer == reference)
    common = (Counter(answer) & Counter(reference)).total()
    return 2 * common / (len(answer) + len(reference))


def macro_f1(labels: Sequence[str], references: Sequence[str]) -> float:
    """Return the mean of the F1 of every label.

    Args:
        labels: Predicted labels.
        references: True labels, in the same order.
    """
    scores = []
    for label in sorted({*labels, *references}):
        right = sum(mine == label == theirs for mine, theirs in zip(labels, references, strict=True))
        scores.append(2 * right / (list(labels).count(label) + list(references).count(label)))
    return sum(scores) / len(scores)


def calibration_error(probabilities: Sequence[float], right: Sequence[float]) -> float:
    """Return the expected calibration error over ten bins of equal count (Naeini et al. 2015).

    Args:
        probabilities: Predicted probabilities.
        right: Whether each prediction was right, 0 or 1.
    """
    order = np.argsort(probabilities)
    claimed, true = np.asarray(probabilities, float)[order], np.asarray(right, float)[order]
    bins = [part for part in np.array_split(np.arange(len(order)), _BINS) if len(part)]
    return float(sum(len(part) * abs(claimed[part].mean() - true[part].mean()) for part in bins) / len(order))


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the area under the ROC curve: the probability that a positive scores higher than a negative.

    Args:
        scores: The scores.
        positive: Whether each is a positive.
    """
    is_positive = np.asarray(positive, bool)
    _, inverse, counts = np.unique(np.asarray(scores, float), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n_positive, n_negative = is_positive.sum(), (~is_positive).sum()
    if not n_positive or not n_negative:
        return float("nan")
    return float((ranks[is_positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """Return the 95% bootstrap interval of the mean (Efron 1979), by percentiles.

    Args:
        values: The values.
        seed: Seed of the resampling.
    """
    sample = np.asarray(values, float)
    if len(sample) < 2:
        mean = float(sample.mean()) if len(sample) else float("nan")
        return mean, mean
    random = np.random.default_rng(seed)
    means = np.array([sample[random.integers(len(sample), size=len(sample))].mean() for _ in range(_RESAMPLES)])
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
