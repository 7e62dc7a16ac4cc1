"""`label_evidence`: the sentences of a document that carry a decision for a label, by two methods, each named.

Both say how much a sentence moves the label's log-odds, log p / (1 - p). *Gradient times input* (Denil et al. 2014;
Shrikumar et al. 2017) sums embedding times gradient over a sentence's tokens: one backward pass, a straight-line
estimate. *Leave one out* (Li et al. 2016) runs the document again without the sentence: slower, and exact for it.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from longformer_viz.documents.sentences import Sentence, sentence_at, sentences
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import predicted_run_bytes
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.tasks.answering import check_words
from longformer_viz.tasks.label_scores import label_score
from longformer_viz.tasks.qa_input import inner
from longformer_viz.trace.tokens import Tokens

GRADIENT = "gradient times input"
LEAVE_ONE_OUT = "leave one out"
METHODS = (GRADIENT, LEAVE_ONE_OUT)
TRIED = 8


@dataclass(frozen=True, slots=True)
class SentenceEvidence:
    """A sentence: characters start to stop, tokens first to last, and how much it moves the label's log-odds.

    Positive speaks for the label. Tokens count the encoded document, where 0 is `<s>`. weight: None where it was not
    tried.
    """

    start: int
    stop: int
    first: int
    last: int
    weight: float | None

    @property
    def known_weight(self) -> float:
        """The weight of a sentence that was tried."""
        assert self.weight is not None
        return self.weight


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each sentence of a document does to the decision for a label, in the order of the text.

    log_odds: of the label, natural logarithm, for what was read; read: its characters; is_whole: whether that is the
    whole document, not its first stretch alone. runs: forward passes over the document, those with a backward pass
    too.
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
        """Of the label, for what was read."""
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, self.log_odds))))

    @property
    def ranked(self) -> tuple[SentenceEvidence, ...]:
        """The sentences that were tried, the one that speaks most for the label first."""
        return tuple(
            sorted((each for each in self.sentences if each.weight is not None), key=lambda s: -s.known_weight)
        )


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
    """How much each sentence speaks for `label`.

    labels: as for `classify`, what `label` is one of. method: "gradient times input", or "leave one out", which runs
    the document again without each of the `tried` sentences that gradient times input ranks highest. Of a document
    longer than the model of a trained head, the first stretch alone. progress: called with the part done (0 to 1),
    may raise to end the work.
    Raises InputError for a label that is none, another method, and whatever `classify` refuses.
    """
    if method not in METHODS:
        raise InputError(f"A method must be one of {', '.join(METHODS)}; got {shown(method)}. Try {GRADIENT}.")
    if isinstance(tried, bool) or not isinstance(tried, int) or tried < 1:
        raise InputError(f"The count of sentences to leave out must be 1 or more; got {shown(tried)}. Try {TRIED}.")
    tell = progress or (lambda fraction: None)
    score = label_score(model, label, labels, spec or AttentionSpec())
    tokens = score.model.tokenize(document) if isinstance(document, str) else document
    check_words(tokens)
    score.spec.positions_in(len(tokens))
    score, part = score.first_stretch(tokens)
    warmed_up(score.model)
    start = time.perf_counter()
    held = _held(part)
    share = 1.0 if method == GRADIENT else 0.3
    with measured(score.model.device) as reading:
        log_odds, by_token = score.gradient(part, lambda fraction: tell(share * fraction))
        estimates = [float(by_token[first : last + 1].sum()) for first, last in held.values()]
        weights: list[float | None] = [*estimates]
        runs = 1
        if method == LEAVE_ONE_OUT:
            spans = list(held.values())
            chosen = _worth_leaving_out(part, spans, estimates)[:tried]
            weights = [None] * len(spans)
            for number in chosen:
                first, last = spans[number]
                kept = [place for place in range(len(part)) if not first <= place <= last]
                weights[number] = log_odds - score.log_odds(part, kept)
                runs += 1
                tell(share + (1 - share) * (runs - 1) / len(chosen))
    own = inner(part)
    return Evidence(
        label=label,
        method=method,
        sentences=tuple(
            SentenceEvidence(sentence.start, sentence.stop, *places, weight)
            for (sentence, places), weight in zip(held.items(), weights, strict=True)
        ),
        log_odds=log_odds,
        read=(part.offsets[own[0]][0], part.offsets[own[-1]][1]),
        is_whole=len(part) == len(tokens),
        runs=runs,
        elapsed_seconds=time.perf_counter() - start,
        peak_bytes=reading.peak_bytes,
    )


def predicted_evidence_bytes(model: LoadedModel, length: int, global_count: int = 1) -> int:
    """An upper estimate of what gradient times input adds in memory: what each layer keeps for the backward pass."""
    config = model.model.config
    element_bytes = torch.finfo(model.dtype).bits // 8
    wide = getattr(config, "intermediate_size", None) or config.encoder_ffn_dim
    a_layer = length * (10 * config.hidden_size + 2 * wide) * element_bytes
    if model.heads * global_count >= config.hidden_size:  # their rows' scores and weights are written out
        a_layer += 2 * model.heads * global_count * length * element_bytes
    return predicted_run_bytes(model, length) + len(model.windows) * a_layer


def _held(tokens: Tokens) -> dict[Sentence, tuple[int, int]]:
    """The sentences that have tokens, each with its first and last."""
    found = sentences(tokens.text)
    held: dict[Sentence, tuple[int, int]] = {}
    for place in inner(tokens):
        sentence = found[sentence_at(found, tokens.offsets[place][1] - 1)]
        held[sentence] = (held.get(sentence, (place,))[0], place)
    return held


def _worth_leaving_out(tokens: Tokens, spans: Sequence[tuple[int, int]], weights: Sequence[float]) -> list[int]:
    """The sentences' numbers, the highest weight first; none without which no word would be left."""
    has_words = [any(map(str.isalnum, _words(tokens, *span))) for span in spans]
    if sum(has_words) < 2:
        raise InputError(
            "A document must have two sentences with words or more, to leave one out; this has "
            f"{sum(has_words)}. Choose {GRADIENT}, or take a longer document."
        )
    return sorted(range(len(spans)), key=lambda number: -weights[number])


def _words(tokens: Tokens, first: int, last: int) -> str:
    return tokens.text[tokens.offsets[first][0] : tokens.offsets[last][1]]
