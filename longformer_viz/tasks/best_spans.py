"""From the spans of all stretches to answers: amounts with their units, one answer for equal texts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from longformer_viz.tasks.agreement import answer_words
from longformer_viz.tasks.amounts import asks_amount, is_clause_number, with_unit
from longformer_viz.tasks.answers import Answer
from longformer_viz.tasks.spans import Span
from longformer_viz.trace.tokens import Tokens


def best_spans(
    question: str, tokens: Tokens, own: range, found: Sequence[Span], passages: np.ndarray, count: int
) -> list[Span]:
    """At most `count` spans that do not overlap, best first: numbers with their units, clause numbers as no amounts.

    A span without a letter or a digit is returned only where no other was found.

    Args:
        question: What is asked.
        tokens: The encoded document.
        own: Where the document's own tokens stand; spans count these.
        found: Spans of any order; they may overlap.
        passages: `[own tokens]` ascending numbers; a span lies in one of them.
        count: How many to return at most.
    """
    amount = asks_amount(question)
    best: list[Span] = []
    clauses: list[Span] = []
    wordless: list[Span] = []
    for span in sorted(found, key=lambda span: -span.score):
        begin, stop = tokens.offsets[own[span.first]][0], tokens.offsets[own[span.last]][1]
        is_clause = amount and is_clause_number(tokens.text, begin, stop)
        if amount and not is_clause:
            span = _grown(span, tokens, own, passages, *with_unit(question, tokens.text, begin, stop))
        kept = clauses if is_clause else best if has_word(tokens.text[begin:stop]) else wordless
        if len(kept) < count and all(span.last < other.first or span.first > other.last for other in kept):
            kept.append(span)
    return best or clauses or wordless


def has_word(text: str) -> bool:
    """Whether a text has a letter or a digit."""
    return any(map(str.isalnum, text))


def merged_answers(tokens: Tokens, own: range, spans: Sequence[Span], chances: Sequence[float]) -> tuple[Answer, ...]:
    """Spans with their probabilities as answers, most probable first; those of the same text are one answer."""
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


def _grown(span: Span, tokens: Tokens, own: range, passages: np.ndarray, begin: int, stop: int) -> Span:
    """The span with those of its passage's tokens that hold the characters begin to stop."""
    first, last = span.first, span.last
    while first and passages[first - 1] == passages[first] and tokens.offsets[own[first - 1]][1] > begin:
        first -= 1
    while last + 1 < len(own) and passages[last + 1] == passages[last] and tokens.offsets[own[last + 1]][0] < stop:
        last += 1
    return replace(span, first=first, last=last)
