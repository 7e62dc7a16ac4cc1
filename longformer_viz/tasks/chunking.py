"""Compare five strategies to read a long document with the same weights.

The settings of each strategy are those with the best answers on scientific papers that were not used for training
(`python -m benchmarks.strategies`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import tokens_of
from longformer_viz.models.store import model_for_task
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import InputError, shown
from longformer_viz.tasks.agreement import finds_none
from longformer_viz.tasks.answering import Answers, answer
from longformer_viz.tasks.classifying import Classification, classify, with_labels
from longformer_viz.tasks.input_checks import check_answers, tokenized_question
from longformer_viz.tasks.labels.embedding import PIECE_TOKENS, embedded_ids, embedded_texts
from longformer_viz.tasks.qa_input import PairTemplate, own_tokens
from longformer_viz.tasks.splitting import Progress, overlapping_parts, own_indices, progress_of_part, tokens_at
from longformer_viz.tasks.strategies import (
    CHUNKS,
    CUT,
    RETRIEVE,
    RETRIEVE_LONG,
    STRATEGIES,
    WHOLE,
    Strategy,
    StrategySettings,
    checked_settings,
)
from longformer_viz.trace.tokens import Tokens

CHUNK_TOKENS = 512
PIECE_OVERLAP = 64


@dataclass(frozen=True, slots=True)
class StrategyResult:
    """The result of one strategy on a document.

    Attributes:
        strategy: The strategy.
        outcome: Its best answer or label.
        probability: The probability of the outcome.
        tokens_read: Tokens in the forward passes that find the answer or label.
        tokens_indexed: Tokens that were embedded to choose what is read.
        padded_tokens: Tokens of both, if every pass were padded to the longest input of the strategy.
        passes: Number of forward passes.
        elapsed_seconds: Time of the strategy.
        peak_bytes: Memory added at the peak; None where it is unknown.
        evidence: Characters (start, end) of the answer, or of the text that was read for the label.
        answers: All answers, for a question.
        classification: All labels, for a classification.
    """

    strategy: Strategy
    outcome: str
    probability: float
    tokens_read: int
    tokens_indexed: int
    padded_tokens: int
    passes: int
    elapsed_seconds: float
    peak_bytes: int | None
    evidence: tuple[tuple[int, int], ...]
    answers: Answers | None = None
    classification: Classification | None = None

    @property
    def padded_seconds(self) -> float:
        """Predicted time with padding, at the speed of this run."""
        return self.elapsed_seconds * self.padded_tokens / (self.tokens_read + self.tokens_indexed)

    @property
    def finds_none(self) -> bool:
        """Whether "no answer in this document" is more probable than the best answer."""
        return self.answers is not None and finds_none(self.answers)


@says_device_fault
def answer_by_strategies(
    model: LoadedModel,
    question: str,
    document: str | Tokens,
    strategies: Sequence[Strategy] = STRATEGIES,
    *,
    settings: StrategySettings | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[StrategyResult, ...]:
    """Answer a question with each strategy.

    Args:
        model: A model with a head for questions, or any built-in model.
        question: The question.
        document: A text, or Tokens made by `model.tokenize`.
        strategies: The strategies, in the order of the results.
        settings: Settings of the strategies.
        progress: Called with the share that is done, 0 to 1. It may raise to cancel.

    Raises:
        InputError: As `answer` does, and if the question is longer than half a chunk.
    """
    model = model_for_task(model, "qa")
    check_answers(model)
    asked = tokenized_question(model, question)
    if len(own_tokens(asked)) > CHUNK_TOKENS // 2:
        raise InputError(
            f"A question that is read with chunks may have at most {CHUNK_TOKENS // 2} tokens; this one has "
            f"{len(own_tokens(asked))}. Shorten it, and move the rest into the document."
        )
    tokens = tokens_of(model, document)
    settings = checked_settings(strategies, settings, progress)
    if RETRIEVE in strategies or RETRIEVE_LONG in strategies:
        warmed_up(model_for_task(model, None))  # Before the time is measured.
    warmed_up(model)
    readings = []
    for number, strategy in enumerate(strategies):
        part = progress_of_part(progress, number, len(strategies))
        readings.append(_answered(strategy, model, question, asked, tokens, settings, part))
    return tuple(readings)


def _answered(
    strategy: Strategy,
    model: LoadedModel,
    question: str,
    asked: Tokens,
    tokens: Tokens,
    settings: StrategySettings,
    progress: Progress,
) -> StrategyResult:
    start = time.perf_counter()
    extra = _extra_tokens(model, asked)
    chunk = min(CHUNK_TOKENS, model.max_tokens)
    with measured(model.device) as reading:
        if strategy == WHOLE:
            found, indexed = answer(model, question, tokens, progress=progress), 0
            padded = found.passes * model.max_tokens
        elif strategy == CUT:
            first = (0, min(chunk - extra, len(own_tokens(tokens))))
            found, indexed = answer(model, question, tokens, max_tokens=chunk, parts=[first], progress=progress), 0
            padded = chunk
        elif strategy == CHUNKS:
            overlap = min(settings.overlap, (chunk - extra) // 2)
            found, indexed = answer(model, question, tokens, max_tokens=chunk, overlap=overlap, progress=progress), 0
            padded = found.passes * chunk
        else:
            found, indexed, padded = _retrieved(strategy, model, question, tokens, settings, chunk, progress)
    best = found[0]
    return StrategyResult(
        strategy=strategy,
        outcome=best.text,
        probability=best.probability,
        tokens_read=found.tokens_read,
        tokens_indexed=indexed,
        padded_tokens=padded,
        passes=found.passes,
        elapsed_seconds=time.perf_counter() - start,
        peak_bytes=reading.peak_bytes,
        evidence=((best.start, best.end),),
        answers=found,
    )


def chunks_of(
    model: LoadedModel, question: str, document: str | Tokens, overlap: int | None = None
) -> list[tuple[int, int]]:
    """Return the parts of a document that `Overlapping chunks` reads with a question.

    Args:
        model: A model with a head for questions.
        question: The question.
        document: A text, or Tokens made by `model.tokenize`.
        overlap: Tokens that neighbouring chunks share; None for the strategy's own number.

    Returns:
        (start, stop) of each, in the document's own tokens.
    """
    tokens = tokens_of(model, document)
    room = min(CHUNK_TOKENS, model.max_tokens) - _extra_tokens(model, tokenized_question(model, question))
    overlap = min(StrategySettings().overlap if overlap is None else overlap, room // 2)
    return overlapping_parts(len(own_tokens(tokens)), room, overlap)


def _extra_tokens(model: LoadedModel, asked: Tokens) -> int:
    """Return the number of tokens beside the document's in a pass: the question and the special tokens."""
    return PairTemplate.of(model.tokenizer).count + len(own_tokens(asked))


def _retrieved(
    strategy: Strategy,
    model: LoadedModel,
    question: str,
    tokens: Tokens,
    settings: StrategySettings,
    chunk: int,
    progress: Progress,
) -> tuple[Answers, int, int]:
    """Return the answers from the pieces most similar to the question, the tokens embedded, and the padded tokens."""
    base = model_for_task(model, None)
    own = own_tokens(tokens)
    size = PIECE_TOKENS if model.is_built_in else min(PIECE_TOKENS, model.max_tokens - 2)
    pieces = overlapping_parts(len(own), size, min(PIECE_OVERLAP, size // 2))
    similarity = (
        embedded_ids(base, [tokens.ids[own.start + first : own.start + stop] for first, stop in pieces])
        @ (embedded_texts(base, [question])[0])
    )
    ranked = similarity.argsort(descending=True).tolist()
    embedded = sum(stop - first + 2 for first, stop in pieces)
    embedded_padded = len(pieces) * (PIECE_TOKENS + 2)
    if strategy == RETRIEVE_LONG:
        chosen = own_indices(tokens, [pieces[index] for index in ranked[: settings.joined_pieces]])
        found = _in_document(
            answer(model, question, tokens_at(tokens, chosen), progress=progress), chosen, len(tokens)
        )
        return found, embedded, embedded_padded + found.passes * model.max_tokens
    chosen = sorted(pieces[index] for index in ranked[: settings.read_pieces])
    found = answer(model, question, tokens, max_tokens=chunk, parts=chosen, progress=progress)
    return found, embedded, embedded_padded + found.passes * chunk


def _in_document(found: Answers, chosen: Sequence[int], length: int) -> Answers:
    """Map answers in the tokens `chosen` to the whole document of `length` tokens."""
    start, end = np.full((2, length), -np.inf, dtype=np.float32)
    start[chosen], end[chosen] = found.start_scores, found.end_scores
    spans = tuple(replace(span, first=chosen[span.first], last=chosen[span.last]) for span in found)
    return replace(found, spans=spans, start_scores=start, end_scores=end)


@says_device_fault
def classify_by_strategies(
    model: LoadedModel,
    document: str | Tokens,
    labels: str | None = None,
    strategies: Sequence[Strategy] = (CUT, CHUNKS, WHOLE),
    *,
    settings: StrategySettings | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[StrategyResult, ...]:
    """Classify a document with each strategy that needs no question.

    Args:
        model: A model with a head for labels, or any built-in model.
        document: A text, or Tokens made by `model.tokenize`.
        labels: "topics" or "sentiment". By default the model's own labels.
        strategies: The strategies, in the order of the results.
        settings: Settings of the strategies.
        progress: Called with the share that is done, 0 to 1. It may raise to cancel.

    Raises:
        InputError: As `classify` does, and for a strategy that needs a question.
    """
    model = with_labels(model, labels)
    tokens = tokens_of(model, document)
    settings = checked_settings(strategies, settings, progress)
    chunk = min(CHUNK_TOKENS, model.max_tokens)
    readings = []
    for number, strategy in enumerate(strategies):
        share = progress_of_part(progress, number, len(strategies))
        if strategy == WHOLE:
            found = classify(model, tokens, progress=share)
            padded, part = found.passes * model.max_tokens, tokens
        elif strategy == CHUNKS:
            found = classify(model, tokens, max_tokens=chunk, overlap=settings.overlap, progress=share)
            padded, part = found.passes * chunk, tokens
        elif strategy == CUT:
            part = tokens_at(tokens, own_indices(tokens, [(0, chunk - 2)]))
            found = classify(model, part, max_tokens=chunk, progress=share)
            padded = chunk
        else:
            allowed = f"{CUT.name}, {CHUNKS.name} or {WHOLE.name}"
            raise InputError(
                f"The strategy must be {allowed} for labels. You entered {shown(strategy)}. Try {WHOLE.name}."
            )
        own = own_tokens(part)
        readings.append(
            StrategyResult(
                strategy=strategy,
                outcome=found[0].name,
                probability=found[0].probability,
                tokens_read=found.tokens_read,
                tokens_indexed=0,
                padded_tokens=padded,
                passes=found.passes,
                elapsed_seconds=found.elapsed_seconds,
                peak_bytes=found.peak_bytes,
                evidence=((part.offsets[own[0]][0], part.offsets[own[-1]][1]),),
                classification=found,
            )
        )
    return tuple(readings)
