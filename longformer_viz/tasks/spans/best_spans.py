"""Turn the spans of all parts of a document into answers: whole words, amounts with units, equal texts merged."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from longformer_viz.tasks.agreement import answer_words
from longformer_viz.tasks.answers import Answer
from longformer_viz.tasks.spans.amounts import asks_amount, is_clause_number, with_unit
from longformer_viz.tasks.spans.ranked_spans import Span
from longformer_viz.trace.tokens import Tokens

# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana and Han. Any token may end a word there.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def best_spans(
    question: str, tokens: Tokens, own: range, found: Sequence[Span], passages: np.ndarray, count: int
) -> list[Span]:
    """Return the best spans that do not overlap, best first, extended to whole words; amounts include their units.

    Clause numbers, and spans without a letter or a digit, are returned only if there is no other span.

    Args:
        question: The question.
        tokens: The encoded document.
        own: Indices of the tokens without special tokens; spans count these.
        found: Spans in any order; they may overlap.
        passages: The passage of each own token `[own tokens]`, ascending; a span is within one passage.
        count: Number of spans at most.
    """
    amount = asks_amount(question)
    best: list[Span] = []
    clauses: list[Span] = []
    wordless: list[Span] = []
    for span in sorted(found, key=lambda span: -span.score):
        begin, stop = _characters(span, tokens, own)
        span = _extended(span, tokens, own, passages, *whole_words(tokens.text, begin, stop))
        begin, stop = _characters(span, tokens, own)
        is_clause = amount and is_clause_number(tokens.text, begin, stop)
        if amount and not is_clause:
            span = _extended(span, tokens, own, passages, *with_unit(question, tokens.text, begin, stop))
        kept = clauses if is_clause else best if has_word(tokens.text[begin:stop]) else wordless
        if len(kept) < count and all(span.last < other.first or span.first > other.last for other in kept):
            kept.append(span)
    return best or clauses or wordless


def whole_words(text: str, begin: int, stop: int) -> tuple[int, int]:
    """Extend characters begin to stop until neither end stands within a word.

    Args:
        text: The document.
        begin: The first character.
        stop: The character after the last one.

    Returns:
        The extended begin and stop.
    """
    while 0 < begin < stop and _in_word(text[begin - 1]) and _in_word(text[begin]):
        begin -= 1
    while begin < stop < len(text) and _in_word(text[stop - 1]) and _in_word(text[stop]):
        stop += 1
    return begin, stop


def _in_word(character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return (character.isalnum() or is_mark) and not _UNSPACED.match(character)


def _characters(span: Span, tokens: Tokens, own: range) -> tuple[int, int]:
    return tokens.offsets[own[span.first]][0], tokens.offsets[own[span.last]][1]


def has_word(text: str) -> bool:
    """Return whether the `text` has a letter or a digit."""
    return any(map(str.isalnum, text))


def merged_answers(tokens: Tokens, own: range, spans: Sequence[Span], chances: Sequence[float]) -> tuple[Answer, ...]:
    """Turn spans into answers, most probable first; spans with the same text are one answer.

    Args:
        tokens: The encoded document.
        own: Indices of the tokens without special tokens; spans count these.
        spans: The spans.
        chances: Their probabilities.
    """
    answers: dict[tuple[str, ...], Answer] = {}
    for span, chance in zip(spans, chances, strict=True):
        first, last = own[span.first], own[span.last]
        begin, stop = tokens.offsets[first][0], tokens.offsets[last][1]
        text = tokens.text[begin:stop]
        key = answer_words(text)
        if key in answers:
            known = answers[key]
            answers[key] = replace(
                known,
                probability=known.probability + chance,
                places=(*known.places, (begin, stop)),
                scores=(*known.scores, span.score),
            )
        else:
            answers[key] = Answer(text, begin, stop, chance, first, last, scores=(span.score,))
    return tuple(sorted(answers.values(), key=lambda one: -one.probability))


def _extended(span: Span, tokens: Tokens, own: range, passages: np.ndarray, begin: int, stop: int) -> Span:
    """Extend a span within its passage to the characters `begin` to `stop`."""
    first, last = span.first, span.last
    while first and passages[first - 1] == passages[first] and tokens.offsets[own[first - 1]][1] > begin:
        first -= 1
    while last + 1 < len(own) and passages[last + 1] == passages[last] and tokens.offsets[own[last + 1]][0] < stop:
        last += 1
    return replace(span, first=first, last=last)
