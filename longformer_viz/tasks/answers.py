"""The result of `answer`: ranked answers, their probabilities, and whether the evidence is weak."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

WEAK_BELOW = 0.5  # For heads whose calibration has no threshold.


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Spans whose texts differ only in case, English articles and punctuation are one answer.

    Attributes:
        text: The text of its best span.
        start: First character of its best span.
        end: The character after its last.
        probability: Summed over its spans.
        first: First token of its best span; 0 is `<s>`.
        last: Last token of its best span.
        places: Characters (start, end) of each of its spans, best first.
        scores: Logit of each span minus that of "no answer".
    """

    text: str
    start: int
    end: int
    probability: float
    first: int
    last: int
    places: tuple[tuple[int, int], ...] = ()
    scores: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.places:
            object.__setattr__(self, "places", ((self.start, self.end),))


@dataclass(frozen=True, slots=True)
class Answers:
    """Ranked answers whose spans do not overlap, best first. It can be iterated and indexed like a tuple of `Answer`.

    Attributes:
        question: The question.
        spans: The answers.
        none_probability: Probability that the document has no answer; None where the head was not trained for it.
        start_scores: Start logits `[n]` of the document's tokens minus half of "no answer"'s; -inf for special
            tokens.
        end_scores: The same for end logits, `[n]`.
        score: The best span's logit minus that of "no answer".
        tokens_read: Tokens in all forward passes.
        passes: Number of forward passes.
        elapsed_seconds: Time of the search.
        peak_bytes: Memory added at the peak; None where it is unknown.
        weak_below: The probability of the best answer below which the evidence is weak.
    """

    question: str
    spans: tuple[Answer, ...]
    none_probability: float | None
    start_scores: np.ndarray
    end_scores: np.ndarray
    score: float
    tokens_read: int
    passes: int
    elapsed_seconds: float
    peak_bytes: int | None
    weak_below: float = WEAK_BELOW

    @property
    def is_weak(self) -> bool:
        """Whether the evidence is too weak to state the best answer as a fact.

        It is weak if "no answer" is at least as probable as the best answer, or if the best answer is less probable
        than `weak_below`. The calibration sets that threshold: above it, 75% of the best answers to held-out
        questions were right, unanswerable questions included.
        """
        best = self.spans[0].probability if self.spans else 0.0
        return best < self.weak_below or (self.none_probability is not None and self.none_probability >= best)

    def __len__(self) -> int:
        return len(self.spans)

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.spans)

    def __getitem__(self, number: int) -> Answer:
        return self.spans[number]
