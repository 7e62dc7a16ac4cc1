"""Compare answers with each other and with a reference.

Answers are compared by their words, as in SQuAD (Rajpurkar et al. 2016, section 6.1): without case, punctuation and
English articles. Unlike in SQuAD, punctuation inside a number counts: 3.5 is not 35.
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
    """An answer compared with a reference.

    Attributes:
        is_exact: Whether they have the same words.
        f1: F1 of the words that they share, 0 to 1.
    """

    is_exact: bool
    f1: float


def answer_words(text: str) -> tuple[str, ...]:
    """Return the words and numbers by which an answer is compared; the text itself if it has none.

    Args:
        text: The answer.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _THOUSANDS.sub("", _APOSTROPHES.sub("", _MINUS.sub("minus ", plain)))
    kept = "".join(letter if _is_compared(plain, index) else " " for index, letter in enumerate(plain))
    words = tuple(word for word in kept.split() if word not in _ARTICLES)
    return words or tuple(text.split())


def _is_compared(text: str, index: int) -> bool:
    """Return whether a character is not punctuation, or is between two digits as in 3.5."""
    is_punctuation = unicodedata.category(text[index])[0] in "PS"
    return not is_punctuation or (text[index - 1 : index].isdigit() and text[index + 1 : index + 2].isdigit())


def same_answer(text: str, span: Span, other_text: str, other_span: Span) -> bool:
    """Return whether two answers are the same: the same span of the document, or the same words.

    Answers that only overlap are different: "Ann Lee and Carl Dunn" is not "Carl Dunn".

    Args:
        text: The first answer.
        span: Its characters in the document, (start, end).
        other_text: The second answer.
        other_span: Its characters in the document.
    """
    return tuple(span) == tuple(other_span) or answer_words(text) == answer_words(other_text)


def score_against(answer: str, reference: str) -> Score:
    """Score an answer against a reference.

    Args:
        answer: The answer.
        reference: The right answer.
    """
    words, reference_words = answer_words(answer), answer_words(reference)
    return Score(words == reference_words, overlap_f1(words, reference_words))


def finds_none(answers: Answers) -> bool:
    """Return whether "no answer in this document" is more probable than the best span.

    Args:
        answers: The answers to one question.
    """
    none = answers.none_probability
    return none is not None and (not len(answers) or none > answers[0].probability)


def same_outcome(one: Answers, other: Answers) -> bool:
    """Return whether two searches in a document find the same answer, or both find none.

    Args:
        one: Answers to a question.
        other: Answers to the same question, found in another way.
    """
    if finds_none(one) or finds_none(other):
        return finds_none(one) and finds_none(other)
    best, other_best = one[0], other[0]
    return same_answer(best.text, (best.start, best.end), other_best.text, (other_best.start, other_best.end))
