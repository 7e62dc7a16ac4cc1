"""How far a question contradicts the sentence that an answer was found in.

A reader of six layers finds what has the right form near the right words, and overlooks that one of them says the
opposite. This needs no model and tells many such answers from real ones. The calibration weighs it against the score.
"""

import re

from longformer_viz.tasks.opposites import deny, opposites

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_NEGATION = re.compile(r"\b(?:not|never|no|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z0-9“\"(])|\n\s*\n")
_STEM = 5  # letters by which inflected forms of a word are alike
_REACH = 400  # characters to each side in which a sentence's ends are looked for


CONTRADICTIONS = ("opposed", "denied", "names", "numbers")


def contradictions(question: str, document: str, start: int, end: int) -> tuple[float, ...]:
    """Find what in the sentence of an answer contradicts the question.

    Args:
        question: What is asked.
        document: The text in which the answer stands.
        start: The answer's first character.
        end: The character after its last.

    Returns:
        A number from 0 to 1 for each of `CONTRADICTIONS`. opposed: whether the sentence has the opposite of one of
        the question's words and not the word itself; denied: whether the question is negated and the sentence is
        not; names, numbers: the share of the question's names and numbers that stand neither in the sentence nor in
        the ones beside it.
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
    return any(other.lower() in lowered for other in opposites(word)) or any(deny(word, one) for one in found)


def _around(document: str, start: int, end: int) -> tuple[str, str]:
    """The answer's sentence, and it with the sentences before and behind."""
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
