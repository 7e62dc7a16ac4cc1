"""Measure how far a question contradicts the sentence of an answer.

A model of six layers finds text of the right form near the right words, even if one of the words means the opposite.
These rules recognize many such answers without a model. The calibration weighs them against the score.
"""

import re

from longformer_viz.tasks.spans.opposites import negates, opposites

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_NEGATION = re.compile(r"\b(?:not|never|no|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z0-9“\"(])|\n\s*\n")
_STEM = 5  # Letters that inflected forms of a word share.
_REACH = 400  # Characters on each side that are searched for the sentence's ends.


CONTRADICTIONS = ("opposed", "denied", "names", "numbers")


def contradictions(question: str, document: str, start: int, end: int) -> tuple[float, ...]:
    """Find what in the sentence of an answer contradicts the question.

    Args:
        question: The question.
        document: The document.
        start: The answer's first character.
        end: The character after its last.

    Returns:
        A number from 0 to 1 for each of `CONTRADICTIONS`. opposed: whether the sentence has the opposite of a word of
        the question, but not the word itself; denied: whether the question is negated and the sentence is not;
        names, numbers: the share of the question's names and numbers that are neither in the sentence nor in its
        neighbours.
    """
    sentence, nearby = _around(document, start, end)
    words = _WORD.findall(question)
    own, others = _stems(sentence), _stems(nearby)
    names = [word for word in words[1:] if word[0].isupper()]
    numbers = _NUMBER.findall(question)
    opposed = any(_is_opposed(word, sentence, own) for word in words)
    denied = bool(_NEGATION.search(question)) and not _NEGATION.search(sentence)
    return (
        float(opposed),
        float(denied),
        sum(_stem(name) not in others for name in names) / max(1, len(names)),
        sum(number not in nearby for number in numbers) / max(1, len(numbers)),
    )


def _is_opposed(word: str, sentence: str, stems: set[str]) -> bool:
    if _stem(word) in stems:
        return False
    found = _WORD.findall(sentence)
    lowered = {one.lower() for one in found}
    return any(other.lower() in lowered for other in opposites(word)) or any(negates(word, one) for one in found)


def _around(document: str, start: int, end: int) -> tuple[str, str]:
    """Return the answer's sentence, and the same with its neighbours."""
    first, last = max(0, start - _REACH), min(len(document), end + _REACH)
    edges = [first, *(found.end() for found in _END.finditer(document, first, last)), last]
    before = [edge for edge in edges if edge <= start]
    behind = [edge for edge in edges if edge >= end]
    nearby = document[before[-2:][0] : behind[:2][-1]]
    return document[before[-1] : behind[0]], nearby


def _stem(word: str) -> str:
    return word.lower()[:_STEM]


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text)}
