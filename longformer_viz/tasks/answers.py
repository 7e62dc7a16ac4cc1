"""What `answer` returns: ranked answers, how probable each is, and whether the evidence is weak."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

WEAK_BELOW = 0.5  # for heads whose calibration names no threshold


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its text, characters start to end, probability, and tokens first to last of its best place.

    Tokens count the encoded document, where 0 is `<s>`. places: characters (start, end) of every place in the
    document that gives this answer, best first. Two places give one answer where their texts agree but for case,
    English articles and punctuation outside numbers; the probability is the sum over them. scores: the logit of each
    place against no answer.
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
    """Ranked answers whose spans do not overlap, best first; to be gone through like a tuple of them.

    none_probability: that the document does not answer the question; None where the head never learned to say so.
    start_scores, end_scores: [n] logits by which each token of the encoded document beats "no answer", -inf for
    special tokens. tokens_read: in all forward passes; passes: how many; score: the best span's logit.
    weak_below: the best answer's probability below which the evidence is weak (see `is_weak`).
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

        It is weak where "no answer" is at least as probable as the best answer, and where the best answer is less
        probable than `weak_below`. That threshold comes with the model's calibration: from it on, three in four of
        the best answers to held-out questions were right, unanswerable questions among them.
        """
        best = self.spans[0].probability if self.spans else 0.0
        return best < self.weak_below or (self.none_probability is not None and self.none_probability >= best)

    def __len__(self) -> int:
        return len(self.spans)

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.spans)

    def __getitem__(self, number: int) -> Answer:
        return self.spans[number]
