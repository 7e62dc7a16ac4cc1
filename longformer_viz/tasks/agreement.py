"""Whether two answers are the same, and how close an answer is to a known right one.

Answers are compared by their words, as SQuAD compares them (Rajpurkar et al. 2016, section 6.1): without case,
punctuation and English articles. Unlike there, the punctuation inside a number counts, so 3.5 is not 35.
"""

import re
import unicodedata
from dataclasses import dataclass

from longformer_viz.tasks.answers import Answers
from longformer_viz.tasks.scoring import overlap_f1

_ARTICLES = {"a", "an", "the"}
_APOSTROPHES = re.compile("['\u2019]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MINUS = re.compile(r"(?<![\w.])[-\u2212](?=\W?\d)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Score:
    """An answer against the right one: whether their words are equal, and F1 of the words they share."""

    is_exact: bool
    f1: float


def answer_words(text: str) -> tuple[str, ...]:
    """The words and numbers that equal answers share, in order; of an answer without any, the text itself."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _THOUSANDS.sub("", _APOSTROPHES.sub("", _MINUS.sub("minus ", plain)))
    kept = "".join(letter if _counts(plain, place) else " " for place, letter in enumerate(plain))
    words = tuple(word for word in kept.split() if word not in _ARTICLES)
    return words or tuple(text.split())


def _counts(text: str, place: int) -> bool:
    """Whether a character is no punctuation, or stands between two digits as in 3.5."""
    is_punctuation = unicodedata.category(text[place])[0] in "PS"
    return not is_punctuation or (text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit())


def same_answer(text: str, span: Span, other_text: str, other_span: Span) -> bool:
    """Whether two answers are the same: one span of the document, or the same words anywhere in it.

    Answers that only overlap are different: "Ann Lee and Carl Dunn" is not "Carl Dunn".
    """
    return tuple(span) == tuple(other_span) or answer_words(text) == answer_words(other_text)


def score_against(answer: str, right: str) -> Score:
    """How close an answer comes to the right one."""
    words, right_words = answer_words(answer), answer_words(right)
    return Score(words == right_words, overlap_f1(words, right_words))


def finds_none(answers: Answers) -> bool:
    """Whether "no answer in this document" is more probable than the best span."""
    none = answers.none_probability
    return none is not None and (not len(answers) or none > answers[0].probability)


def same_outcome(one: Answers, other: Answers) -> bool:
    """Whether two readings of a document find the same answer, or both find none."""
    if finds_none(one) or finds_none(other):
        return finds_none(one) and finds_none(other)
    best, other_best = one[0], other[0]
    return same_answer(best.text, (best.start, best.end), other_best.text, (other_best.start, other_best.end))
