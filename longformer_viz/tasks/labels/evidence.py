"""`label_evidence`: find the sentences of a document that decide about a label.

Two methods estimate how much a sentence changes the label's log-odds, log p / (1 - p). *Gradient times input* (Denil
et al. 2014; Shrikumar et al. 2017) sums embedding times gradient over a sentence's tokens: a linear estimate with one
backward pass. *Leave one out* (Li et al. 2016) runs the document again without the sentence: slower, but exact.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from longformer_viz.checks import check_callable, check_choice, check_spec
from longformer_viz.documents.sentences import Sentence, sentence_at, sentences
from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import feed_forward_size, predicted_run_bytes
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, is_whole, shown
from longformer_viz.tasks.input_checks import document_with_words
from longformer_viz.tasks.labels.label_scores import LabelScore, label_score
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.trace.tokens import Tokens

GRADIENT = "gradient times input"
LEAVE_ONE_OUT = "leave one out"
METHODS = (GRADIENT, LEAVE_ONE_OUT)
TRIED = 8


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """A sentence and how much it changes the label's log-odds.

    Attributes:
        start: First character.
        stop: The character after the last.
        first: First token; 0 is `<s>`.
        last: Last token.
        weight: Change of the log-odds; positive raises the label's probability. None where it was not computed.
    """

    start: int
    stop: int
    first: int
    last: int
    weight: float | None

    @property
    def known_weight(self) -> float:
        """The weight of a sentence for which it was computed."""
        assert self.weight is not None
        return self.weight


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much each sentence of a document changes a label's log-odds.

    Attributes:
        label: The label.
        method: "gradient times input" or "leave one out".
        sentences: The sentences in the order of the text.
        log_odds: Log-odds of the label (natural logarithm) for the text that was read.
        read: Characters (start, end) that were read.
        is_whole: Whether the whole document was read, not only its first part.
        runs: Number of forward passes over the document.
        elapsed_seconds: Time of the analysis.
        peak_bytes: Memory added at the peak; None where it is unknown.
    """

    label: str
    method: str
    sentences: tuple[SentenceEvidence, ...]
    log_odds: float
    read: tuple[int, int]
    is_whole: bool
    runs: int
    elapsed_seconds: float
    peak_bytes: int | None

    @property
    def probability(self) -> float:
        """Probability of the label for the text that was read."""
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, self.log_odds))))

    @property
    def ranked(self) -> tuple[SentenceEvidence, ...]:
        """The sentences with a weight, the highest weight first."""
        return tuple(
            sorted((each for each in self.sentences if each.weight is not None), key=lambda s: -s.known_weight)
        )


@says_device_fault
def label_evidence(
    model: LoadedModel,
    document: str | Tokens,
    label: str,
    spec: AttentionSpec | None = None,
    *,
    labels: str | Sequence[str] | None = None,
    method: str = GRADIENT,
    tried: int = TRIED,
    progress: Callable[[float], None] | None = None,
) -> Evidence:
    """Compute how much each sentence changes a label's log-odds.

    If a document is too long for a trained head, only its first part is read.

    Args:
        model: A model with a head for labels, or any built-in model.
        document: A text, or Tokens made by `model.tokenize`.
        label: One of the labels.
        spec: The attention pattern.
        labels: The labels, as for `classify`.
        method: "gradient times input" or "leave one out".
        tried: Number of sentences that are left out, in the order of gradient times input.
        progress: Called with the share that is done, 0 to 1. It may raise to cancel.

    Raises:
        InputError: If label or method is unknown, or as `classify` does.
    """
    _check_method(method, tried)
    check_callable(progress)
    report = progress or (lambda fraction: None)
    score = label_score(model, label, labels, check_spec(spec))
    tokens = document_with_words(score.model, document)
    score.spec.positions_in(len(tokens))
    score, part = score.first_part(tokens)
    warmed_up(score.model)
    start = time.perf_counter()
    spans = _token_spans(part)
    share = 1.0 if method == GRADIENT else 0.3
    with measured(score.model.device) as reading:
        log_odds, by_token = score.gradient(part, lambda fraction: report(share * fraction))
        estimates = [float(by_token[first : last + 1].sum()) for first, last in spans.values()]
        weights: dict[int, float] = dict(enumerate(estimates))
        if method == LEAVE_ONE_OUT:
            left_out = _worth_leaving_out(part, list(spans.values()), estimates)[:tried]
            others = _log_odds_without(score, part, spans, left_out, lambda done: report(0.3 + 0.7 * done))
            weights = {number: log_odds - other for number, other in others.items()}
    own = own_tokens(part)
    return Evidence(
        label=label,
        method=method,
        sentences=_with_weights(spans, weights),
        log_odds=log_odds,
        read=(part.offsets[own[0]][0], part.offsets[own[-1]][1]),
        is_whole=len(part) == len(tokens),
        runs=1 + (len(weights) if method == LEAVE_ONE_OUT else 0),
        elapsed_seconds=time.perf_counter() - start,
        peak_bytes=reading.peak_bytes,
    )


def _check_method(method: str, tried: int) -> None:
    check_choice(method, METHODS, "A method")
    if not is_whole(tried) or tried < 1:
        raise InputError(f"tried must be a whole number of 1 or more. You entered {shown(tried)}. Try {TRIED}.")


def _log_odds_without(
    score: LabelScore,
    tokens: Tokens,
    spans: Mapping[Sentence, tuple[int, int]],
    left_out: Sequence[int],
    progress: Callable[[float], None],
) -> dict[int, float]:
    """Run the document once without each sentence in `left_out`, and return the log-odds by the sentence's number."""
    log_odds = {}
    for done, number in enumerate(left_out, start=1):
        first, last = list(spans.values())[number]
        log_odds[number] = score.log_odds(tokens, [*range(first), *range(last + 1, len(tokens))])
        progress(done / len(left_out))
    return log_odds


def _with_weights(
    spans: Mapping[Sentence, tuple[int, int]], weights: Mapping[int, float]
) -> tuple[SentenceEvidence, ...]:
    """Return the sentences with their weights, by their numbers."""
    return tuple(
        SentenceEvidence(sentence.start, sentence.stop, *span, weights.get(number))
        for number, (sentence, span) in enumerate(spans.items())
    )


def predicted_evidence_bytes(model: LoadedModel, length: int, global_count: int = 1) -> int:
    """Estimate the bytes that gradient times input adds at most: what layers keep for the backward pass.

    Args:
        model: The model.
        length: Tokens in the document.
        global_count: Number of global tokens.
    """
    config = model.model.config
    element_bytes = torch.finfo(model.dtype).bits // 8
    layer_bytes = length * (10 * config.hidden_size + 2 * feed_forward_size(model)) * element_bytes
    if model.heads * global_count >= config.hidden_size:  # Then scores and weights of their rows are stored.
        layer_bytes += 2 * model.heads * global_count * length * element_bytes
    return predicted_run_bytes(model, length) + len(model.windows) * layer_bytes


def _token_spans(tokens: Tokens) -> dict[Sentence, tuple[int, int]]:
    """Return the sentences that have tokens, with the first and last token of each."""
    found = sentences(tokens.text)
    spans: dict[Sentence, tuple[int, int]] = {}
    for index in own_tokens(tokens):
        sentence = found[sentence_at(found, tokens.offsets[index][1] - 1)]
        spans[sentence] = (spans.get(sentence, (index,))[0], index)
    return spans


def _worth_leaving_out(tokens: Tokens, spans: Sequence[tuple[int, int]], weights: Sequence[float]) -> list[int]:
    """Return the sentences' indices, the highest weight first, if a document without one of them still has words."""
    has_words = [any(map(str.isalnum, _words(tokens, *span))) for span in spans]
    if sum(has_words) < 2:
        raise InputError(
            "Leaving a sentence out needs at least two sentences with words; this document has "
            f"{sum(has_words)}. Choose {GRADIENT}, or use a longer document."
        )
    return sorted(range(len(spans)), key=lambda number: -weights[number])


def _words(tokens: Tokens, first: int, last: int) -> str:
    return tokens.text[tokens.offsets[first][0] : tokens.offsets[last][1]]
