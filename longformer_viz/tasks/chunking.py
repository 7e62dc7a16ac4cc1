"""Five ways to read a long document with the same weights: only the strategy differs.

Each is what a practitioner would do with a model of 512 tokens, or with a Longformer. The settings are those that
answered best on scientific papers that no training saw, for each strategy (`python -m benchmarks.strategies`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.store import model_for_task
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import InputError, shown
from longformer_viz.tasks.agreement import finds_none
from longformer_viz.tasks.answering import Answers, answer, check_answers, tokenized_question
from longformer_viz.tasks.classifying import Classification, classify, with_labels
from longformer_viz.tasks.embedding import PIECE_TOKENS, embedded_ids, embedded_texts
from longformer_viz.tasks.progress import Progress, share_of
from longformer_viz.tasks.qa_input import PairTemplate, inner
from longformer_viz.tasks.splitting import stretches
from longformer_viz.trace.tokens import Tokens

CHUNK_TOKENS = 512
PIECE_OVERLAP = 64


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to read: short name for tables and figures, and a sentence on what it does."""

    name: str
    about: str


CUT = Strategy("Cut at 512", "reads only the first 512 tokens")
CHUNKS = Strategy(
    "Overlapping chunks", "reads chunks of 512 tokens one by one and takes the best answer, or the mean of the labels"
)
RETRIEVE = Strategy("Retrieve, then read", "reads only the passages most similar to the question, one by one")
RETRIEVE_LONG = Strategy("Retrieve, then Longformer", "reads the passages most similar to the question together")
WHOLE = Strategy("Longformer, whole", "reads the whole document in one pass")
STRATEGIES = (CUT, CHUNKS, RETRIEVE, RETRIEVE_LONG, WHOLE)


@dataclass(frozen=True, slots=True)
class StrategySettings:
    """Overlap of chunks in tokens, and how many pieces are retrieved to be read, each alone or joined."""

    overlap: int = 64
    read_pieces: int = 8
    joined_pieces: int = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """What one strategy made of a document.

    outcome: its best answer or label; probability: of that; tokens_read: in the `passes` that look for the answer or
    label; tokens_indexed: embedded before, to choose what is read; padded_tokens: of both, had each pass been padded
    to the most that the model holds at once for that strategy; evidence: characters of the document that the answer
    stands in, or that were read for the label.
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
        """Predicted: what padding would have cost, at this run's pace."""
        return self.elapsed_seconds * self.padded_tokens / (self.tokens_read + self.tokens_indexed)

    @property
    def finds_none(self) -> bool:
        """Whether it holds "no answer in this document" for more probable than its best answer."""
        return self.answers is not None and finds_none(self.answers)


def answer_by_strategies(
    model: LoadedModel,
    question: str,
    document: str | Tokens,
    strategies: Sequence[Strategy] = STRATEGIES,
    *,
    settings: StrategySettings | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Reading, ...]:
    """The answer that each strategy finds, in their order.

    Raises InputError as `answer` does, and for a question of more than half a chunk.
    """
    model = model_for_task(model, "qa")
    check_answers(model)
    asked = tokenized_question(model, question)
    if len(inner(asked)) > CHUNK_TOKENS // 2:
        raise InputError(
            f"To be read by chunks a question may have at most half of one, {CHUNK_TOKENS // 2} tokens; this one has "
            f"{len(inner(asked))}. Shorten it; the rest belongs into the document."
        )
    tokens = model.tokenize(document) if isinstance(document, str) else document
    settings = settings or StrategySettings()
    if RETRIEVE in strategies or RETRIEVE_LONG in strategies:
        warmed_up(model_for_task(model, None))  # before a clock runs
    warmed_up(model)
    readings = []
    for number, strategy in enumerate(strategies):
        part = share_of(progress, number, len(strategies))
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
) -> Reading:
    start = time.perf_counter()
    extra = PairTemplate.of(model.tokenizer).count + len(inner(asked))
    chunk = min(CHUNK_TOKENS, model.max_tokens)
    with measured(model.device) as reading:
        if strategy == WHOLE:
            found, indexed = answer(model, question, tokens, progress=progress), 0
            padded = found.passes * model.max_tokens
        elif strategy == CUT:
            first = (0, min(chunk - extra, len(inner(tokens))))
            found, indexed = answer(model, question, tokens, max_tokens=chunk, parts=[first], progress=progress), 0
            padded = chunk
        elif strategy == CHUNKS:
            overlap = min(settings.overlap, (chunk - extra) // 2)
            found, indexed = answer(model, question, tokens, max_tokens=chunk, overlap=overlap, progress=progress), 0
            padded = found.passes * chunk
        else:
            found, indexed, padded = _retrieved(strategy, model, question, tokens, settings, chunk, progress)
    best = found[0]
    return Reading(
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


def _retrieved(
    strategy: Strategy,
    model: LoadedModel,
    question: str,
    tokens: Tokens,
    settings: StrategySettings,
    chunk: int,
    progress: Progress,
) -> tuple[Answers, int, int]:
    """Answers from the pieces most like the question; tokens embedded to find these; tokens, had all been padded."""
    base = model_for_task(model, None)
    own = inner(tokens)
    size = PIECE_TOKENS if model.is_built_in else min(PIECE_TOKENS, model.max_tokens - 2)
    pieces = stretches(len(own), size, min(PIECE_OVERLAP, size // 2))
    likeness = (
        embedded_ids(base, [tokens.ids[own.start + first : own.start + stop] for first, stop in pieces])
        @ (embedded_texts(base, [question])[0])
    )
    ranked = likeness.argsort(descending=True).tolist()
    embedded = sum(stop - first + 2 for first, stop in pieces)
    embedded_padded = len(pieces) * (PIECE_TOKENS + 2)
    if strategy == RETRIEVE_LONG:
        chosen = own_places(tokens, [pieces[index] for index in ranked[: settings.joined_pieces]])
        found = _in_document(answer(model, question, part_at(tokens, chosen), progress=progress), chosen, len(tokens))
        return found, embedded, embedded_padded + found.passes * model.max_tokens
    chosen = sorted(pieces[index] for index in ranked[: settings.read_pieces])
    found = answer(model, question, tokens, max_tokens=chunk, parts=chosen, progress=progress)
    return found, embedded, embedded_padded + found.passes * chunk


def own_places(tokens: Tokens, parts: Sequence[tuple[int, int]]) -> list[int]:
    """Where these stretches of a document's own tokens stand in it, and its special tokens; each place once."""
    own = inner(tokens)
    inside = sorted({own.start + at for first, stop in parts for at in range(first, min(stop, len(own)))})
    return [*range(own.start), *inside, *range(own.stop, len(tokens))]


def part_at(tokens: Tokens, chosen: Sequence[int]) -> Tokens:
    """The tokens at these places as one document, in the same text."""
    return Tokens(
        ids=tuple(tokens.ids[at] for at in chosen),
        offsets=tuple(tokens.offsets[at] for at in chosen),
        pieces=tuple(tokens.pieces[at] for at in chosen),
        text=tokens.text,
    )


def _in_document(found: Answers, chosen: Sequence[int], length: int) -> Answers:
    """Answers in a part made of these places, as answers in the whole document of `length` tokens."""
    start, end = np.full((2, length), -np.inf, dtype=np.float32)
    start[chosen], end[chosen] = found.start_scores, found.end_scores
    spans = tuple(replace(span, first=chosen[span.first], last=chosen[span.last]) for span in found)
    return replace(found, spans=spans, start_scores=start, end_scores=end)


def classify_by_strategies(
    model: LoadedModel,
    document: str | Tokens,
    labels: str | None = None,
    strategies: Sequence[Strategy] = (CUT, CHUNKS, WHOLE),
    *,
    settings: StrategySettings | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Reading, ...]:
    """The label that each strategy finds with a trained head. There is no question to retrieve by: so not all five.

    Raises InputError as `classify` does, and for a strategy that needs a question.
    """
    model = with_labels(model, labels)
    tokens = model.tokenize(document) if isinstance(document, str) else document
    settings = settings or StrategySettings()
    chunk = min(CHUNK_TOKENS, model.max_tokens)
    readings = []
    for number, strategy in enumerate(strategies):
        share = share_of(progress, number, len(strategies))
        if strategy == WHOLE:
            found = classify(model, tokens, progress=share)
            padded, part = found.passes * model.max_tokens, tokens
        elif strategy == CHUNKS:
            found = classify(model, tokens, max_tokens=chunk, overlap=settings.overlap, progress=share)
            padded, part = found.passes * chunk, tokens
        elif strategy == CUT:
            part = part_at(tokens, own_places(tokens, [(0, chunk - 2)]))
            found = classify(model, part, max_tokens=chunk, progress=share)
            padded = chunk
        else:
            raise InputError(f"A label is found by {CUT.name}, {CHUNKS.name} or {WHOLE.name}; got {shown(strategy)}.")
        own = inner(part)
        readings.append(
            Reading(
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
