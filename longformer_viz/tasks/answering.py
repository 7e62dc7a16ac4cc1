"""`answer`: find the answers to a question in a document, with their probabilities."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from longformer_viz.checks import check_callable, check_count, check_flag, check_ranges, check_spec, check_values
from longformer_viz.hf.context import RunContext, entered_context
from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import model_for_task
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.tasks.answers import WEAK_BELOW, Answer, Answers
from longformer_viz.tasks.input_checks import check_answers, document_with_words, read_at_once, tokenized_question
from longformer_viz.tasks.qa_input import Pair, PairTemplate, joined_pair, own_tokens
from longformer_viz.tasks.spans.best_spans import best_spans, has_word, merged_answers
from longformer_viz.tasks.spans.contradictions import CONTRADICTIONS, contradictions
from longformer_viz.tasks.spans.ranked_spans import Span, ranked_spans
from longformer_viz.tasks.splitting import overlapping_parts, shared_tokens, spec_of_part
from longformer_viz.trace.tokens import Tokens

__all__ = ["Answer", "Answers", "answer"]
_RANKED = 20  # Spans that share the probability that there is an answer.


@dataclass(frozen=True, slots=True)
class _Readings:
    """The scores and spans of the passes over all parts of a document.

    Attributes:
        start: The highest logit of a start minus that of no answer, `[own tokens]`.
        end: The highest logit of an end minus that of no answer, `[own tokens]`.
        spans: The ranked spans of every part.
        passages: For each token how often words were left out before it, `[own tokens]`.
        tokens_read: Tokens in all passes.
        passes: Number of forward passes.
        peak_bytes: Memory that the passes added at their peak; None if this system cannot measure it.
    """

    start: Tensor
    end: Tensor
    spans: list[Span]
    passages: np.ndarray
    tokens_read: int
    passes: int
    peak_bytes: int | None


@says_device_fault
def answer(
    model: LoadedModel,
    question: str,
    document: str | Tokens,
    spec: AttentionSpec | None = None,
    *,
    count: int = 5,
    question_global: bool = True,
    pair_globals: tuple[int, ...] = (),
    max_tokens: int | None = None,
    overlap: int | None = None,
    parts: Sequence[tuple[int, int]] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Answers:
    """Find the best answers to a question in a document.

    Args:
        model: A model with a head for questions, or any built-in model.
        question: The question.
        document: A text, or Tokens made by `model.tokenize`.
        spec: The attention pattern; its positions count the document's tokens alone (0 is `<s>`).
        count: Number of answers at most.
        question_global: Whether the question's tokens are global as well.
        pair_globals: Further global tokens of each forward pass, as positions in its question-document pair.
        max_tokens: Tokens per forward pass, question and special tokens included. By default as many as the model can
            read. A longer document is read in overlapping parts.
        overlap: Tokens that neighbouring parts share. By default a quarter of a part.
        parts: Read only these parts of the document, as (start, stop) of its own tokens.
        progress: Called with the share that is done, 0 to 1. It may raise to cancel.

    Raises:
        InputError: If the question is empty or too long, the document has no words, a position is outside it, or the
            model has no head for questions.
    """
    model = model_for_task(model, "qa")
    check_answers(model)
    check_callable(progress)
    count, question_global = check_count(count), check_flag(question_global, "question_global")
    check_values(pair_globals, "pair_globals", "Try (0,).")
    pair_globals = AttentionSpec(global_positions=pair_globals).global_positions or ()
    spec = check_spec(spec)
    warmed_up(model)
    start_time = time.perf_counter()
    asked = tokenized_question(model, question)
    tokens = document_with_words(model, document)
    spec.positions_in(len(tokens))
    room = read_at_once(model, max_tokens) - PairTemplate.of(model.tokenizer).count - len(own_tokens(asked))
    if room < 1:
        raise InputError(
            f"max_tokens must leave room for the document. You entered {max_tokens}. Use a larger number."
        )
    parts = _parts_to_read(parts, len(own_tokens(tokens)), room, overlap)
    found = _read(model, asked, tokens, parts, spec, (question_global, pair_globals), progress)
    return _ranked_answers(question, tokens, found, count, model.settings.get("calibration"), start_time)


def _ranked_answers(
    question: str,
    tokens: Tokens,
    found: _Readings,
    count: int,
    calibration: Mapping[str, Any] | None,
    start_time: float,
) -> Answers:
    """Rank and merge the spans of all parts, and compute their probabilities."""
    own = own_tokens(tokens)
    best = best_spans(question, tokens, own, found.spans, found.passages, _RANKED)
    opposed = _contradictions(question, tokens, own, best[0]) if calibration else {}
    none_probability, chances = probabilities([span.score for span in best], calibration, opposed)
    return Answers(
        question=question,
        spans=merged_answers(tokens, own, best, chances)[:count],
        none_probability=none_probability,
        start_scores=_placed(found.start, own, len(tokens)),
        end_scores=_placed(found.end, own, len(tokens)),
        score=best[0].score,
        tokens_read=found.tokens_read,
        passes=found.passes,
        elapsed_seconds=time.perf_counter() - start_time,
        peak_bytes=found.peak_bytes,
        weak_below=(calibration or {}).get("weak_below", WEAK_BELOW),
    )


def _parts_to_read(
    parts: Sequence[tuple[int, int]] | None, length: int, room: int, overlap: int | None
) -> list[tuple[int, int]]:
    """Split the chosen parts, or the whole document, into overlapping ranges of at most `room` tokens."""
    overlap = shared_tokens(overlap, room)
    if parts is not None:
        parts = check_ranges(parts, length, "parts", least=1)
        if not parts:
            raise InputError("parts must be None or have at least one part. You entered none. Leave parts out.")
    return [
        (begin + first, begin + stop)
        for begin, until in ([(0, length)] if parts is None else parts)
        for first, stop in overlapping_parts(until - begin, room, overlap)
    ]


def _read(
    model: LoadedModel,
    asked: Tokens,
    tokens: Tokens,
    parts: list[tuple[int, int]],
    spec: AttentionSpec,
    globals_: tuple[bool, tuple[int, ...]],
    progress: Callable[[float], None] | None,
) -> _Readings:
    """Run the question with each part of the document through the model."""
    own = own_tokens(tokens)
    passages = _passages(tokens, own)
    words = np.array([has_word(tokens.text[slice(*tokens.offsets[at])]) for at in own])
    start, end = (torch.full((len(own),), -math.inf) for _ in range(2))
    found: list[Span] = []
    tokens_read = 0
    with measured(model.device) as memory:
        for number, (first, stop) in enumerate(parts, start=1):
            pair = joined_pair(model, asked, tokens, first, stop)
            part_spec = spec_of_part(spec, first, stop, len(own))
            part_start, part_end, none = pair_logits(model, pair, part_spec, *globals_)
            tokens_read += len(pair.tokens)
            start[first:stop] = torch.maximum(start[first:stop], part_start - none / 2)
            end[first:stop] = torch.maximum(end[first:stop], part_end - none / 2)
            where = slice(first, stop)
            spans = ranked_spans(part_start, part_end, none, _RANKED, passages=passages[where], words=words[where])
            found += [replace(span, first=span.first + first, last=span.last + first) for span in spans]
            if progress is not None:
                progress(number / len(parts))
    return _Readings(start, end, found, passages, tokens_read, len(parts), memory.peak_bytes)


def pair_logits(
    model: LoadedModel,
    pair: Pair,
    spec: AttentionSpec,
    question_global: bool = True,
    pair_globals: tuple[int, ...] = (),
) -> tuple[Tensor, Tensor, float]:
    """Run a question-document pair.

    Args:
        model: A model with a head for questions.
        pair: The pair.
        spec: The pattern; its positions count the document alone.
        question_global: Whether the question's tokens are global as well.
        pair_globals: Further global tokens, as positions in the pair.

    Returns:
        Start and end logits `[count]` of the document's tokens on the CPU, and the logit of "no answer": the sum of
        the start and end logits of `<s>`.
    """
    ids = torch.tensor([pair.tokens.ids], device=model.device)
    with torch.no_grad(), entered_context(RunContext(pair.spec(spec, question_global, pair_globals))):
        outputs = model.model(
            input_ids=ids, attention_mask=torch.ones_like(ids), global_attention_mask=torch.zeros_like(ids)
        )
    start, end = (logits[0].float().cpu() for logits in (outputs.start_logits, outputs.end_logits))
    return start[pair.document], end[pair.document], float(start[0] + end[0])


def probabilities(
    scores: list[float], calibration: Mapping[str, Any] | None, opposed: Mapping[str, float] = MappingProxyType({})
) -> tuple[float | None, list[float]]:
    """Turn span scores into probabilities.

    Args:
        scores: Scores of the ranked spans: their logits minus that of "no answer".
        calibration: `none_slope` and `none_bias` of the best score (Platt 1999), weights of `contradictions`, and the
            `temperature` of the spans (Guo et al. 2017). Without it the spans share the whole probability.
        opposed: How far the best span's sentence contradicts the question, 0 to 1 by kind.

    Returns:
        The probability that there is no answer, None without calibration; and the probability of each span.
    """
    if not scores:
        return (1.0 if calibration else None), []
    temperature = calibration["temperature"] if calibration else 1.0
    shares = torch.softmax(torch.tensor(scores, dtype=torch.float64) / temperature, 0).tolist()
    if not calibration:
        return None, shares
    logit = calibration["none_slope"] * scores[0] + calibration["none_bias"]
    logit -= sum(weight * opposed.get(kind, 0.0) for kind, weight in calibration.get("contradictions", {}).items())
    some = 1 / (1 + math.exp(-_bounded(logit)))
    return 1 - some, [some * share for share in shares]


def _contradictions(question: str, tokens: Tokens, own: range, span: Span) -> dict[str, float]:
    begin, stop = tokens.offsets[own[span.first]][0], tokens.offsets[own[span.last]][1]
    return dict(zip(CONTRADICTIONS, contradictions(question, tokens.text, begin, stop), strict=True))


def _bounded(logit: float) -> float:
    return max(-500.0, min(500.0, logit))


def _passages(tokens: Tokens, own: range) -> np.ndarray:
    """For each of the document's own tokens how often words were left out before it, in tokens made of pieces."""
    between = ((tokens.offsets[at - 1][1], tokens.offsets[at][0]) for at in own[1:])
    left_out = [any(map(str.isalnum, tokens.text[stop:start])) for stop, start in between]
    return np.cumsum([False, *left_out])


def _placed(scores: Tensor, own: range, length: int) -> np.ndarray:
    whole = np.full(length, -np.inf, dtype=np.float32)
    whole[own.start : own.stop] = scores.numpy()
    return whole
